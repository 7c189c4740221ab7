"""Add client: somebody new on the studio's books (address: /staff/clients/new).

An address that asks a what-if leads back to it, now about the new client.
"""

from flask import Blueprint, redirect, render_template
from flask.typing import ResponseReturnValue

from portal.models.database import transaction
from portal.operations.adding_clients import AlreadyAClient, add_client
from portal.operations.people import NewPerson
from portal.rules.roles import Capability
from portal.rules.sentences import Sentence
from portal.web.forms import UNPROCESSABLE, errors_of
from portal.web.notices import tell
from portal.web.person_fields import email_field
from portal.web.staff.act_forms import acting
from portal.web.staff.asked_basket import asked_basket
from portal.web.staff.client_details import DetailsForm
from portal.web.visitor import business, now, staff_needed

ADDRESS = "/staff/clients/new"

pages = Blueprint("staff_new_client", __name__)


class NewClientForm(DetailsForm):
    """What a client is called, and how they are reached."""

    email = email_field("Enter an e-mail address.")


@pages.get(ADDRESS)
@staff_needed(Capability.CLIENTS)
def ask() -> ResponseReturnValue:
    """The form."""
    return _page(NewClientForm())


@pages.post(ADDRESS)
@staff_needed(Capability.CLIENTS)
def add() -> ResponseReturnValue:
    """Add them, and write to them."""
    form, asked = NewClientForm(), asked_basket()
    if not form.validate_on_submit():
        return _page(form), UNPROCESSABLE
    person = NewPerson(name=form.name.data, email=form.email.data, phone=form.phone.data or "")
    try:
        with transaction():
            client_id = add_client(business(), person, actor=acting(), now=now())
    except AlreadyAClient as refusal:
        form.refuse(form.email, refusal)
        return _page(form, known=refusal.client_id), UNPROCESSABLE
    told = "{client} is on your books. A link to choose a password is on its way to {email}."
    tell(Sentence(told, {"client": person.name, "email": person.email}))
    back = asked.with_client(client_id).address() if asked.fields else f"/staff/clients/{client_id}"
    return redirect(back, code=303)


def _page(form: NewClientForm, known: object = None) -> str:
    return render_template(
        "staff/clients/new.html", form=form, errors=errors_of(form), known=known, asked=asked_basket()
    )
