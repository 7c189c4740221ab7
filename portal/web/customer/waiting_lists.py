"""Waiting lists of full classes (address: /classes/<id>/waiting-list)."""

from uuid import UUID

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue

from portal.models.class_pages import ShownClass
from portal.models.database import transaction
from portal.models.waiting_pages import OwnStanding, own_standing
from portal.operations.preferences import preferences_of
from portal.operations.waiting_lists import join_waiting_list, leave_waiting_list
from portal.rules.sentences import Refusal, Sentence
from portal.rules.waiting import offer_length
from portal.web.addresses import safe_next
from portal.web.notices import tell, warn
from portal.web.pace import MOST_ADDED, slow_down_visitor
from portal.web.visitor import business, customer, now, sent_to_sign_in, visit
from portal.web.wording import say

pages = Blueprint("waiting_lists", __name__)


def standing_of_visitor(shown: ShownClass) -> OwnStanding | None:
    """How the signed-in customer stands with a class; nobody asks where there is no line to stand in."""
    person = visit().customer
    if person is None or not (shown.has_queue or shown.places_left < 1):
        return None
    return own_standing(business().id, shown.id, person.id, now=now())


def offer_words() -> str:
    """For how long the studio keeps a place for whoever it is offered to: "2 hours"."""
    length = offer_length(preferences_of(business().id).offer_minutes)
    return say(Sentence("{length}", {"length": length}))


@pages.get("/classes/<uuid:class_session_id>/waiting-list")
@pages.get("/classes/<uuid:class_session_id>/waiting-list/removal")
def back_to_class(class_session_id: UUID) -> ResponseReturnValue:
    """Whoever asks anew for the address of a form is shown the class."""
    return redirect(_page_of(class_session_id), code=303)


@pages.post("/classes/<uuid:class_session_id>/waiting-list")
def join(class_session_id: UUID) -> ResponseReturnValue:
    """Join waiting list; whoever is not signed in is asked to, and comes back to the class."""
    page = _page_of(class_session_id)
    if visit().customer is None:
        return sent_to_sign_in("/sign-in", back=page)
    slow_down_visitor("waiting_list.join", MOST_ADDED)
    try:
        with transaction():
            join_waiting_list(
                business(), class_session_id=class_session_id, customer_id=customer().id, now=now()
            )
    except Refusal as refusal:
        warn(refusal)
    else:
        tell("You are on the waiting list.")
    return redirect(page, code=303)


@pages.post("/classes/<uuid:class_session_id>/waiting-list/removal")
def leave(class_session_id: UUID) -> ResponseReturnValue:
    """Leave waiting list, from the page of the class or from the account: back to where it was pressed."""
    page = safe_next(request.form.get("next"), _page_of(class_session_id))
    if visit().customer is None:
        return sent_to_sign_in("/sign-in", back=page)
    with transaction():
        left = leave_waiting_list(
            business(), class_session_id=class_session_id, customer_id=customer().id, now=now()
        )
    if left:
        tell("You have left the waiting list.")
    return redirect(page, code=303)


def _page_of(class_session_id: UUID) -> str:
    return f"/classes/{class_session_id}"
