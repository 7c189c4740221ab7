"""Undo the last thing that staff did with a pass, where nothing has happened since (address: …/undo)."""

from uuid import UUID

from flask import Blueprint
from flask.typing import ResponseReturnValue

from portal.models.client_pages import ClientPass
from portal.models.database import transaction
from portal.operations.undoing import last_act, undo_last_act
from portal.rules.roles import Capability
from portal.rules.sentences import Sentence
from portal.web.staff.act_forms import ActForm, acting, reason_field, refusals_shown
from portal.web.staff.client_shown import pass_shown
from portal.web.staff.pass_acts.act_page import act_page, finished
from portal.web.visitor import business, now, staff_needed
from portal.web.wording import wording

DONE = {
    "pass.deactivated": "deactivated it",
    "pass.termination_set": "set the day on which it ends",
    "pass.termination_cleared": "cleared the day on which it was to end",
    "pass.reactivated": "reactivated it",
    "pass.adjusted": "adjusted its uses",
    "pass.extended": "extended it",
    "pass.extended_for_class": "extended it for a cancelled class",
    "pass.paused": "paused it",
    "pass.pause_ended": "ended its pause",
    "pass.dates_set": "set its dates",
    "pass.issued": "issued it",
    "pass.undone": "undid a change",
}
"""What staff did, by the name of the act in the audit."""

pages = Blueprint("pass_undo", __name__)


class UndoForm(ActForm):
    """Why it is taken back."""

    reason = reason_field()


@pages.get("/staff/clients/<uuid:client_id>/passes/<uuid:pass_id>/undo")
@staff_needed(Capability.PASSES)
def ask(client_id: UUID, pass_id: UUID) -> ResponseReturnValue:
    """What would be undone; nothing has changed yet."""
    return _page(pass_shown(client_id, pass_id), UndoForm())


@pages.post("/staff/clients/<uuid:client_id>/passes/<uuid:pass_id>/undo")
@staff_needed(Capability.PASSES)
def undo(client_id: UUID, pass_id: UUID) -> ResponseReturnValue:
    """Undo."""
    found = pass_shown(client_id, pass_id)
    form = UndoForm()
    if form.validate_on_submit():
        with refusals_shown(form):
            with transaction():
                undo_last_act(business(), pass_id=pass_id, reason=form.reason.data, actor=acting(), now=now())
            return finished(found, _told(found))
    return _page(pass_shown(client_id, pass_id), form), form.status


def _page(found: ClientPass, form: UndoForm) -> str:
    undoable = last_act(business().id, found.id)
    return act_page(
        "undo",
        found,
        form,
        undoable=undoable,
        done=DONE.get(undoable.name, "changed it") if undoable else "",
        zone_sentence=wording().zone_sentence(now()),
    )


def _told(found: ClientPass) -> Sentence:
    return Sentence(
        "The last change to {client}’s {pass_name} is undone.",
        {"client": found.client.name, "pass_name": found.owned.name},
    )
