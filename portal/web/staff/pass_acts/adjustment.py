"""Give a pass more uses, or take some away (P8, S9; address: …/passes/<id>/adjustment)."""

from uuid import UUID

from flask import Blueprint
from flask.typing import ResponseReturnValue
from wtforms import RadioField, SelectChoice

from portal.models.client_pages import ClientPass
from portal.models.database import transaction
from portal.operations.pass_adjusting import ChangeNeeded, UsesTaken, adjust_uses
from portal.rules.roles import Capability
from portal.rules.sentences import Sentence
from portal.web.pass_cards import uses_words
from portal.web.staff.act_forms import SeenForm, acting, reason_field, refusals_shown, whole_number
from portal.web.staff.client_shown import pass_shown
from portal.web.staff.pass_acts.act_page import act_page, finished
from portal.web.visitor import business, now, staff_needed
from portal.web.wording import say

ADD, TAKE = "add", "take"

pages = Blueprint("pass_adjustment", __name__)


class AdjustmentForm(SeenForm):
    """More or fewer uses, how many, and why."""

    way = RadioField(
        "What to do",
        choices=[SelectChoice(ADD, "Add uses"), SelectChoice(TAKE, "Take uses away")],
        default=ADD,
    )
    uses = whole_number("How many uses", "Enter how many uses.")
    reason = reason_field()

    @property
    def change(self) -> int:
        """What the ledger's entry will say: +2, −1."""
        uses: int = self.uses.data
        return uses if self.way.data == ADD else -uses


@pages.get("/staff/clients/<uuid:client_id>/passes/<uuid:pass_id>/adjustment")
@staff_needed(Capability.PASSES)
def ask(client_id: UUID, pass_id: UUID) -> ResponseReturnValue:
    """The form."""
    return _page(pass_shown(client_id, pass_id), AdjustmentForm())


@pages.post("/staff/clients/<uuid:client_id>/passes/<uuid:pass_id>/adjustment")
@staff_needed(Capability.PASSES)
def adjust(client_id: UUID, pass_id: UUID) -> ResponseReturnValue:
    """Adjust uses."""
    found = pass_shown(client_id, pass_id)
    form = AdjustmentForm()
    if form.validate_on_submit():
        with refusals_shown(form, {ChangeNeeded: form.uses, UsesTaken: form.uses}):
            with transaction():
                adjust_uses(
                    business(),
                    pass_id=pass_id,
                    change=form.change,
                    seen=form.seen_entry,
                    reason=form.reason.data,
                    actor=acting(),
                    now=now(),
                )
            return finished(found, _told(pass_shown(client_id, pass_id)))
    return _page(pass_shown(client_id, pass_id), form), form.status


def _page(found: ClientPass, form: AdjustmentForm) -> str:
    return act_page("adjustment", found, form, is_unlimited=found.owned.uses_left is None)


def _told(found: ClientPass) -> Sentence:
    return Sentence(
        "{client}’s {pass_name}: {uses}.",
        {
            "client": found.client.name,
            "pass_name": found.owned.name,
            "uses": say(uses_words(found.owned)),
        },
    )
