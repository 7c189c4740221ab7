"""Make a client's pass usable again (S7, S8; address: …/passes/<id>/activation)."""

from uuid import UUID

from flask import Blueprint
from flask.typing import ResponseReturnValue

from portal.models.client_pages import ClientPass
from portal.models.database import transaction
from portal.models.pass_outlook import outlook_of
from portal.operations.reactivating import (
    ExpiryBeforeStart,
    ExpiryNotAhead,
    NewExpiryNeeded,
    PurchaseOptionDeactivated,
    Reactivated,
    needs_new_expiry,
    reactivate_pass,
)
from portal.rules.passes import PassStatus, status
from portal.rules.roles import Capability
from portal.rules.sentences import Sentence
from portal.web.staff.act_forms import ActForm, acting, optional_day, reason_field, refusals_shown
from portal.web.staff.client_shown import pass_shown
from portal.web.staff.pass_acts.act_page import act_page, amount, finished
from portal.web.staff.pass_acts.effects import of_reactivating
from portal.web.visitor import business, now, staff_needed
from portal.web.wording import say, wording

pages = Blueprint("pass_activation", __name__)


class ActivationForm(ActForm):
    """A new expiry where the old one has passed, and why."""

    expires_on = optional_day("New expiry date")
    reason = reason_field()


@pages.get("/staff/clients/<uuid:client_id>/passes/<uuid:pass_id>/activation")
@staff_needed(Capability.PASSES)
def ask(client_id: UUID, pass_id: UUID) -> ResponseReturnValue:
    """The confirmation; where reactivating is not to be had, it says why (S8)."""
    found, form = pass_shown(client_id, pass_id), ActivationForm()
    if found.owned.withdrawn:
        form.refused = say(PurchaseOptionDeactivated().sentence)
    return _page(found, form)


@pages.post("/staff/clients/<uuid:client_id>/passes/<uuid:pass_id>/activation")
@staff_needed(Capability.PASSES)
def reactivate(client_id: UUID, pass_id: UUID) -> ResponseReturnValue:
    """Reactivate."""
    found = pass_shown(client_id, pass_id)
    form = ActivationForm()
    refused_dates = (NewExpiryNeeded, ExpiryNotAhead, ExpiryBeforeStart)
    if form.validate_on_submit():
        with refusals_shown(form, dict.fromkeys(refused_dates, form.expires_on)):
            with transaction():
                done = reactivate_pass(
                    business(),
                    pass_id=pass_id,
                    reason=form.reason.data,
                    expires_on=form.expires_on.data,
                    actor=acting(),
                    now=now(),
                )
            return finished(found, _told(found, done))
    return _page(pass_shown(client_id, pass_id), form), form.status


def _page(found: ClientPass, form: ActivationForm) -> str:
    outlook, today = outlook_of(business().id, found.id, now=now()), wording().today
    needs_expiry = needs_new_expiry(found.owned, today)
    now_is = status(found.owned, today)
    return act_page(
        "activation",
        found,
        form,
        outlook=outlook,
        needs_expiry=needs_expiry,
        effects=of_reactivating(
            outlook, found.owned, needs_expiry=needs_expiry, currency=business().currency, today=today
        ),
        is_ahead=outlook.terminates_after(today),
        is_used_up=now_is is PassStatus.USED_UP,
        is_usable=not now_is.inactive and outlook.deactivation is None,
    )


def _told(found: ClientPass, done: Reactivated) -> Sentence:
    text = "{client}’s {pass_name} is active again."
    if done.skipped:
        text += " {skipped} of instalments whose day passed meanwhile is not charged."
    return Sentence(
        text,
        {"client": found.client.name, "pass_name": found.owned.name, "skipped": amount(done.skipped)},
    )
