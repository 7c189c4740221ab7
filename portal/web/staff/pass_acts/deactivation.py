"""Deactivate a client's pass, at once (S2–S5; address: …/passes/<id>/deactivation)."""

from uuid import UUID

from flask import Blueprint
from flask.typing import ResponseReturnValue

from portal.models.client_pages import ClientPass
from portal.models.database import transaction
from portal.models.pass_outlook import outlook_of
from portal.operations.deactivating import AnswerNeeded, Deactivated, deactivate_pass
from portal.rules.roles import Capability
from portal.rules.sentences import Sentence
from portal.web.staff.act_forms import (
    ActForm,
    acting,
    answer_of,
    balance_question,
    name_the_amount,
    reason_field,
    refusals_shown,
)
from portal.web.staff.client_shown import pass_shown
from portal.web.staff.pass_acts.act_page import act_page, amount, finished
from portal.web.staff.pass_acts.effects import of_deactivating
from portal.web.visitor import business, now, staff_needed
from portal.web.wording import wording

pages = Blueprint("pass_deactivation", __name__)


class DeactivationForm(ActForm):
    """Why, and S5's question where a balance is outstanding."""

    reason = reason_field()
    charges_balance = balance_question()


@pages.get("/staff/clients/<uuid:client_id>/passes/<uuid:pass_id>/deactivation")
@staff_needed(Capability.PASSES)
def ask(client_id: UUID, pass_id: UUID) -> ResponseReturnValue:
    """The confirmation: nothing has changed yet."""
    return _page(pass_shown(client_id, pass_id), DeactivationForm())


@pages.post("/staff/clients/<uuid:client_id>/passes/<uuid:pass_id>/deactivation")
@staff_needed(Capability.PASSES)
def deactivate(client_id: UUID, pass_id: UUID) -> ResponseReturnValue:
    """DEACTIVATE."""
    found = pass_shown(client_id, pass_id)
    form = DeactivationForm()
    if form.validate_on_submit():
        with refusals_shown(form, {AnswerNeeded: form.charges_balance}):
            with transaction():
                done = deactivate_pass(
                    business(),
                    pass_id=pass_id,
                    reason=form.reason.data,
                    charges_balance=answer_of(form.charges_balance),
                    actor=acting(),
                    now=now(),
                )
            return finished(found, _told(found, done))
    return _page(pass_shown(client_id, pass_id), form), form.status


def _page(found: ClientPass, form: DeactivationForm) -> str:
    outlook, today = outlook_of(business().id, found.id, now=now()), wording().today
    yes = Sentence("Yes, charge {amount} to the client’s account", {"amount": amount(outlook.outstanding)})
    name_the_amount(form.charges_balance, yes)
    return act_page(
        "deactivation",
        found,
        form,
        outlook=outlook,
        effects=of_deactivating(outlook, currency=business().currency, today=today),
        is_deactivated=outlook.deactivation is not None and outlook.deactivation.from_day <= today,
    )


def _told(found: ClientPass, done: Deactivated) -> Sentence:
    text = "{client}’s {pass_name} is deactivated."
    if done.charged:
        text += " {charged} was charged to the client’s account."
    if done.not_collected:
        text += " {not_collected} is closed as not collected."
    return Sentence(
        text,
        {
            "client": found.client.name,
            "pass_name": found.owned.name,
            "charged": amount(done.charged),
            "not_collected": amount(done.not_collected),
        },
    )
