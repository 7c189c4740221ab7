"""Edit a client's own copy of a purchase option: its dates, and Advanced Settings › Termination (S6, S7;
address: …/passes/<id>/edit).
"""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint
from flask.typing import ResponseReturnValue
from wtforms import BooleanField, HiddenField

from portal.models.client_pages import ClientPass
from portal.models.database import transaction
from portal.models.pass_outlook import PassOutlook, outlook_of
from portal.operations.deactivating import (
    AnswerNeeded,
    TerminationNotAhead,
    clear_termination,
    set_termination,
)
from portal.operations.locked_passes import ChangedMeanwhile
from portal.operations.pass_dates import DatesNotInOrder, DayOutOfReach, StrandsAVisit, set_dates
from portal.rules.roles import Capability
from portal.rules.sentences import Sentence
from portal.rules.validity import validity_words
from portal.web.staff.act_forms import (
    NO,
    YES,
    ActForm,
    acting,
    answer_of,
    balance_question,
    name_the_amount,
    optional_day,
    reason_field,
    refusals_shown,
)
from portal.web.staff.client_shown import pass_shown
from portal.web.staff.pass_acts.act_page import act_page, amount, finished
from portal.web.visitor import business, now, staff_needed
from portal.web.wording import say, wording

pages = Blueprint("pass_edit", __name__)


class EditForm(ActForm):
    """The client's own dates, the day on which the pass ends, and why. ``seen`` is what the form was filled
    in from.
    """

    seen = HiddenField()
    starts_on = optional_day("Start date")
    expires_on = optional_day("Expiry date")
    terminates = BooleanField("Terminate")
    terminates_on = optional_day("Termination date")
    charges_balance = balance_question()
    reason = reason_field()

    def validate(self, extra_validators: Any = None) -> bool:
        """With Terminate goes a date."""
        good: bool = super().validate(extra_validators)
        if self.terminates.data and not self.terminates_on.data and not self.terminates_on.errors:
            self.terminates_on.errors = ["Enter the date on which the pass ends."]
            return False
        return good

    @property
    def termination(self) -> date | None:
        """The date that is wanted, if one is."""
        wanted: date | None = self.terminates_on.data if self.terminates.data else None
        return wanted


@pages.get("/staff/clients/<uuid:client_id>/passes/<uuid:pass_id>/edit")
@staff_needed(Capability.PASSES)
def ask(client_id: UUID, pass_id: UUID) -> ResponseReturnValue:
    """The form, as the pass stands."""
    found = pass_shown(client_id, pass_id)
    outlook = outlook_of(business().id, pass_id, now=now())
    set_for = _termination_ahead(outlook)
    form = EditForm(
        starts_on=found.owned.starts_on_set,
        expires_on=found.owned.expires_on_set,
        terminates=set_for is not None,
        terminates_on=set_for,
        charges_balance=_answer_given(outlook),
    )
    return _page(found, outlook, form)


@pages.post("/staff/clients/<uuid:client_id>/passes/<uuid:pass_id>/edit")
@staff_needed(Capability.PASSES)
def save(client_id: UUID, pass_id: UUID) -> ResponseReturnValue:
    """Save for [Client Name]."""
    found = pass_shown(client_id, pass_id)
    outlook = outlook_of(business().id, pass_id, now=now())
    form = EditForm()
    beside = {
        DatesNotInOrder: form.expires_on,
        DayOutOfReach: form.expires_on,
        StrandsAVisit: form.expires_on,
        AnswerNeeded: form.charges_balance,
        TerminationNotAhead: form.terminates_on,
    }
    if form.validate_on_submit():
        with refusals_shown(form, beside):
            if form.seen.data != _as_it_stands(found, outlook):
                raise ChangedMeanwhile
            with transaction():
                changed = _save(found, outlook, form)
            return finished(found, _told(pass_shown(client_id, pass_id), changed=changed))
    found = pass_shown(client_id, pass_id)
    return _page(found, outlook_of(business().id, pass_id, now=now()), form), form.status


def _save(found: ClientPass, outlook: PassOutlook, form: EditForm) -> bool:
    """Carry out what differs from how the pass stands; whether anything did."""
    why: dict[str, Any] = {"reason": form.reason.data, "actor": acting(), "now": now()}
    changes = [_save_dates(found, form, why)]
    if outlook.deactivation is None or outlook.deactivation.from_day > wording().today:
        changes.append(_save_termination(found.id, outlook, form, why))
    return any(changes)


def _save_dates(found: ClientPass, form: EditForm, why: dict[str, Any]) -> bool:
    starts_on, expires_on = form.starts_on.data, form.expires_on.data
    if (starts_on, expires_on) == (found.owned.starts_on_set, found.owned.expires_on_set):
        return False
    set_dates(business(), pass_id=found.id, starts_on=starts_on, expires_on=expires_on, **why)
    return True


def _save_termination(pass_id: UUID, outlook: PassOutlook, form: EditForm, why: dict[str, Any]) -> bool:
    wanted, standing = form.termination, _termination_ahead(outlook)
    answer = answer_of(form.charges_balance)
    if wanted == standing and (wanted is None or answer == _answer_given_as_bool(outlook)):
        return False
    if wanted is None:
        clear_termination(business(), pass_id=pass_id, **why)
    else:
        set_termination(business(), pass_id=pass_id, from_day=wanted, charges_balance=answer, **why)
    return True


def _page(found: ClientPass, outlook: PassOutlook, form: EditForm) -> str:
    unpaid = outlook.outstanding > 0 or bool(outlook.scheduled)
    name_the_amount(form.charges_balance, _yes(outlook))
    form.seen.data = _as_it_stands(found, outlook)
    today = wording().today
    return act_page(
        "edit",
        found,
        form,
        outlook=outlook,
        asks_about_balance=unpaid,
        is_deactivated=outlook.deactivation is not None and outlook.deactivation.from_day <= today,
        advanced_open=form.terminates.data or bool(form.terminates_on.errors or form.charges_balance.errors),
        terms=_without_own_dates(found),
    )


def _without_own_dates(found: ClientPass) -> Sentence:
    """What applies where staff set no dates (P4)."""
    return validity_words(replace(found.owned, starts_on_set=None, expires_on_set=None))


def _yes(outlook: PassOutlook) -> Sentence:
    if outlook.outstanding and not outlook.scheduled:
        return Sentence(
            "Yes, charge {amount} to the client’s account", {"amount": amount(outlook.outstanding)}
        )
    return Sentence("Yes, charge what is outstanding on that day to the client’s account")


def _as_it_stands(found: ClientPass, outlook: PassOutlook) -> str:
    """What the form is filled in from, as one word."""
    standing = outlook.deactivation
    facts = (
        found.owned.starts_on_set,
        found.owned.expires_on_set,
        standing and standing.from_day,
        standing and standing.charges_balance,
    )
    return " ".join(str(fact) for fact in facts)


def _termination_ahead(outlook: PassOutlook) -> date | None:
    standing = outlook.deactivation
    return standing.from_day if standing and outlook.terminates_after(wording().today) else None


def _answer_given(outlook: PassOutlook) -> str | None:
    return {True: YES, False: NO, None: None}[_answer_given_as_bool(outlook)]


def _answer_given_as_bool(outlook: PassOutlook) -> bool | None:
    return outlook.deactivation.charges_balance if outlook.deactivation else None


def _told(found: ClientPass, *, changed: bool) -> Sentence:
    if not changed:
        return Sentence("Nothing was changed about {client}’s {name}.", _named(found))
    return Sentence(
        "Saved for {client}: {name}, {validity}.",
        {**_named(found), "validity": say(validity_words(found.owned, wording().today))},
    )


def _named(found: ClientPass) -> dict[str, str]:
    return {"client": found.client.name, "name": found.owned.name}
