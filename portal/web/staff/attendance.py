"""At the door: who came and who did not (addresses: /staff/classes/<id>/attendance, /staff/classes/<id>/list,
/staff/tickets/<id>).
"""

from uuid import UUID

from flask import Blueprint, abort, redirect, render_template, request
from flask.typing import ResponseReturnValue

from portal.models.attendance import AttendanceStatus
from portal.models.attendees import attendee_with, attendees_of
from portal.models.database import transaction
from portal.operations.attendance import check_in_the_rest, say_who_came
from portal.rules.roles import Capability
from portal.rules.sentences import Count, Refusal, Sentence
from portal.web.notices import tell, warn
from portal.web.staff.act_forms import acting
from portal.web.staff.classes import ADDRESS, class_shown
from portal.web.staff.visit_words import paid_words
from portal.web.visitor import business, now, staff_needed
from portal.web.wording import wording

MOST_ON_PAPER = 1_000

SAID = {"checked_in": AttendanceStatus.CHECKED_IN, "no_show": AttendanceStatus.NO_SHOW, "taken_back": None}
"""What each button of the list says of the ticket that it names."""

pages = Blueprint("staff_attendance", __name__)


@pages.post(f"{ADDRESS}/<uuid:class_session_id>/attendance")
@staff_needed(Capability.CLASSES)
def note(class_session_id: UUID) -> ResponseReturnValue:
    """Check in, No-show or Undo for one ticket, or Check in the rest; then back to where the button stood."""
    shown = class_shown(class_session_id)
    back = shown.address
    try:
        if "rest" in request.form:
            _tell_of(_rest(class_session_id))
        else:
            button, ticket_id = _pressed()
            back = f"/staff/tickets/{ticket_id}" if "door" in request.form else f"{back}#ticket-{ticket_id}"
            with transaction():
                say_who_came(
                    business(),
                    class_session_id=class_session_id,
                    ticket_ids=[ticket_id],
                    status=SAID[button],
                    actor=acting(),
                    now=now(),
                )
    except Refusal as refusal:
        warn(refusal)
    return redirect(back, code=303)


@pages.get(f"{ADDRESS}/<uuid:class_session_id>/list")
@staff_needed(Capability.CLASSES)
def paper(class_session_id: UUID) -> ResponseReturnValue:
    """The list to print and to tick off with a pen."""
    shown = class_shown(class_session_id)
    found = attendees_of(business().id, shown.id, most=MOST_ON_PAPER)
    return render_template(
        "staff/classes/paper.html",
        shown=shown,
        attendees=[(it, paid_words(it, business().currency)) for it in found if it.cancelled_at is None],
        zone_sentence=wording().zone_sentence(shown.starts_at),
    )


@pages.get("/staff/tickets/<uuid:ticket_id>")
@staff_needed(Capability.CLASSES)
def at_the_door(ticket_id: UUID) -> ResponseReturnValue:
    """One ticket, as its QR code leads here: whose, for which class, and the button that checks it in."""
    found = attendee_with(business().id, ticket_id) or abort(404)
    shown = class_shown(found.class_session_id)
    return render_template(
        "staff/classes/door.html",
        it=found,
        paid=paid_words(found, business().currency),
        shown=shown,
        is_today=shown.on_date == wording().today,
        is_open=shown.on_date <= wording().today,
        zone_sentence=wording().zone_sentence(shown.starts_at),
    )


def _pressed() -> tuple[str, UUID]:
    """The button that was pressed, and the ticket that it names; 404 for neither."""
    named = ((button, request.form.get(button, type=UUID)) for button in SAID)
    pressed = next(((button, ticket_id) for button, ticket_id in named if ticket_id is not None), None)
    return pressed or abort(404)


def _rest(class_session_id: UUID) -> int:
    with transaction():
        return check_in_the_rest(business(), class_session_id=class_session_id, actor=acting(), now=now())


def _tell_of(checked_in: int) -> None:
    if checked_in:
        tell(Sentence("{people} checked in.", {"people": Count(checked_in, "person", "people")}))
    else:
        tell(Sentence("Something was said of everybody before, so nothing changed."))
