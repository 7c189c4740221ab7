"""Add days to one pass, on top of whatever validity applies (P4, S9; address: …/passes/<id>/extension)."""

from uuid import UUID

from flask import Blueprint
from flask.typing import ResponseReturnValue

from portal.models.client_pages import ClientPass
from portal.models.database import transaction
from portal.operations.pass_dates import DaysNeeded, extend_pass
from portal.rules.roles import Capability
from portal.rules.sentences import Count, Sentence
from portal.rules.validity import validity_words
from portal.web.staff.act_forms import SeenForm, acting, reason_field, refusals_shown, whole_number
from portal.web.staff.client_shown import pass_shown
from portal.web.staff.pass_acts.act_page import act_page, finished
from portal.web.visitor import business, now, staff_needed
from portal.web.wording import say, wording

pages = Blueprint("pass_extension", __name__)


class ExtensionForm(SeenForm):
    """How many days, and why."""

    days = whole_number("Days to add", "Enter how many days to add.")
    reason = reason_field()


@pages.get("/staff/clients/<uuid:client_id>/passes/<uuid:pass_id>/extension")
@staff_needed(Capability.PASSES)
def ask(client_id: UUID, pass_id: UUID) -> ResponseReturnValue:
    """The form."""
    return act_page("extension", pass_shown(client_id, pass_id), ExtensionForm())


@pages.post("/staff/clients/<uuid:client_id>/passes/<uuid:pass_id>/extension")
@staff_needed(Capability.PASSES)
def extend(client_id: UUID, pass_id: UUID) -> ResponseReturnValue:
    """Extend."""
    found = pass_shown(client_id, pass_id)
    form = ExtensionForm()
    if form.validate_on_submit():
        with refusals_shown(form, {DaysNeeded: form.days}):
            with transaction():
                extend_pass(
                    business(),
                    pass_id=pass_id,
                    days=form.days.data,
                    seen=form.seen_entry,
                    reason=form.reason.data,
                    actor=acting(),
                    now=now(),
                )
            return finished(found, _told(pass_shown(client_id, pass_id), form.days.data))
    return act_page("extension", pass_shown(client_id, pass_id), form), form.status


def _told(found: ClientPass, days: int) -> Sentence:
    return Sentence(
        "{client}’s {pass_name} has {days} more. {validity}.",
        {
            "client": found.client.name,
            "pass_name": found.owned.name,
            "days": Count(days, "day", "days"),
            "validity": say(validity_words(found.owned, wording().today)),
        },
    )
