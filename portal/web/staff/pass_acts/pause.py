"""Pause a pass for an injury or a holiday, and end a pause early (address: …/passes/<id>/pause)."""

from uuid import UUID

from flask import Blueprint
from flask.typing import ResponseReturnValue

from portal.models.client_pages import ClientPass
from portal.models.database import transaction
from portal.models.pass_outlook import StandingPause, outlook_of
from portal.operations.pass_dates import (
    DayOutOfReach,
    PauseNotInOrder,
    PauseTooLong,
    end_pause,
    pause_pass,
)
from portal.rules.roles import Capability
from portal.rules.sentences import Sentence
from portal.rules.validity import validity_words
from portal.web.staff.act_forms import ActForm, acting, day, reason_field, refusals_shown
from portal.web.staff.client_shown import pass_shown
from portal.web.staff.pass_acts.act_page import act_page, finished
from portal.web.staff.pass_acts.effects import of_pausing
from portal.web.visitor import business, now, staff_needed
from portal.web.wording import say, wording

WRONG_DAYS = (DayOutOfReach, PauseNotInOrder, PauseTooLong)

pages = Blueprint("pass_pause", __name__)


class PauseForm(ActForm):
    """From when to when, and why."""

    first_day = day("First day", "Enter the first day of the pause.")
    last_day = day("Last day", "Enter the last day of the pause.")
    reason = reason_field()


class EndPauseForm(ActForm):
    """Why the pause ends."""

    reason = reason_field()


@pages.get("/staff/clients/<uuid:client_id>/passes/<uuid:pass_id>/pause")
@staff_needed(Capability.PASSES)
def ask(client_id: UUID, pass_id: UUID) -> ResponseReturnValue:
    """The form of a pause, or of ending the one that stands."""
    found = pass_shown(client_id, pass_id)
    standing = _standing(found)
    return _page(found, EndPauseForm() if standing else PauseForm(), standing)


@pages.post("/staff/clients/<uuid:client_id>/passes/<uuid:pass_id>/pause")
@staff_needed(Capability.PASSES)
def pause(client_id: UUID, pass_id: UUID) -> ResponseReturnValue:
    """Pause."""
    found = pass_shown(client_id, pass_id)
    form = PauseForm()
    if form.validate_on_submit():
        with refusals_shown(form, dict.fromkeys(WRONG_DAYS, form.last_day)):
            with transaction():
                pause_pass(
                    business(),
                    pass_id=pass_id,
                    first_day=form.first_day.data,
                    last_day=form.last_day.data,
                    reason=form.reason.data,
                    actor=acting(),
                    now=now(),
                )
            return finished(found, _paused(pass_shown(client_id, pass_id), form))
    return _page(pass_shown(client_id, pass_id), form, None), form.status


@pages.post("/staff/clients/<uuid:client_id>/passes/<uuid:pass_id>/pause/end")
@staff_needed(Capability.PASSES)
def end(client_id: UUID, pass_id: UUID) -> ResponseReturnValue:
    """End pause."""
    found = pass_shown(client_id, pass_id)
    form = EndPauseForm()
    if form.validate_on_submit():
        with refusals_shown(form):
            with transaction():
                end_pause(business(), pass_id=pass_id, reason=form.reason.data, actor=acting(), now=now())
            return finished(found, _ended(pass_shown(client_id, pass_id)))
    return _page(pass_shown(client_id, pass_id), form, _standing(found)), form.status


def _page(found: ClientPass, form: ActForm, standing: StandingPause | None) -> str:
    return act_page("pause", found, form, standing=standing, effects=of_pausing())


def _standing(found: ClientPass) -> StandingPause | None:
    """The pause that is under way or to come; one that is over asks for nothing."""
    standing = outlook_of(business().id, found.id, now=now()).pause
    return standing if standing and standing.last_day >= wording().today else None


def _paused(found: ClientPass, form: PauseForm) -> Sentence:
    return Sentence(
        "{client}’s {pass_name} is paused from {first_day} to {last_day}. {validity}.",
        {**_named(found), "first_day": form.first_day.data, "last_day": form.last_day.data},
    )


def _ended(found: ClientPass) -> Sentence:
    return Sentence("{client}’s {pass_name} is no longer paused. {validity}.", _named(found))


def _named(found: ClientPass) -> dict[str, str]:
    return {
        "client": found.client.name,
        "pass_name": found.owned.name,
        "validity": say(validity_words(found.owned, wording().today)),
    }
