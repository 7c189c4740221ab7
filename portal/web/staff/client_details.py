"""A client's name and phone number, for staff to keep (address: /staff/clients/<id>/details)."""

import re
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template
from flask.typing import ResponseReturnValue
from wtforms import StringField, ValidationError
from wtforms.validators import Length

from portal.models.audit import ActorKind
from portal.models.client_pages import Client
from portal.models.database import transaction
from portal.operations.auditing import Actor
from portal.operations.client_details import change_client_details
from portal.rules.roles import Capability
from portal.web.forms import UNPROCESSABLE, PageForm, errors_of, stripped
from portal.web.notices import tell
from portal.web.person_fields import name_field
from portal.web.staff.client_shown import client_shown
from portal.web.visitor import business, now, staff, staff_needed

LONGEST_PHONE = 40
_PHONE = re.compile(r"\+?[\d\s().,/-]*(?:(?:ext\.?|x)\s*\d+)?", re.IGNORECASE)
_FEWEST_DIGITS = 4

pages = Blueprint("staff_client_details", __name__)


class DetailsForm(PageForm):
    """What a client is called, and how they are reached."""

    name = name_field("Enter a name.")
    phone = StringField(
        "Phone",
        filters=[stripped],
        validators=[Length(max=LONGEST_PHONE, message=f"Enter at most {LONGEST_PHONE} characters.")],
    )

    def validate_phone(self, field: Any) -> None:
        """A number as people write it, or none."""
        text = field.data or ""
        digits = sum(character.isdecimal() for character in text)
        if text and (not _PHONE.fullmatch(text) or digits < _FEWEST_DIGITS):
            raise ValidationError("Enter a phone number like 020 7946 0958 or +44 20 7946 0958.")


@pages.get("/staff/clients/<uuid:client_id>/details")
@staff_needed(Capability.CLIENTS)
def details(client_id: UUID) -> ResponseReturnValue:
    """The form, as the client's details are now."""
    client = client_shown(client_id)
    return _page(client, DetailsForm(name=client.name, phone=client.phone))


@pages.post("/staff/clients/<uuid:client_id>/details")
@staff_needed(Capability.CLIENTS)
def save(client_id: UUID) -> ResponseReturnValue:
    """Keep them."""
    client, form = client_shown(client_id), DetailsForm()
    if not form.validate_on_submit():
        return _page(client, form), UNPROCESSABLE
    with transaction():
        changed = change_client_details(
            business().id,
            client_id,
            name=form.name.data,
            phone=form.phone.data or "",
            actor=Actor(ActorKind.STAFF, staff().id),
            now=now(),
        )
    tell("The details are changed." if changed else "Nothing was changed.")
    return redirect(f"/staff/clients/{client_id}", code=303)


def _page(client: Client, form: DetailsForm) -> str:
    return render_template("staff/clients/details.html", client=client, form=form, errors=errors_of(form))
