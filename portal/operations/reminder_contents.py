"""What the letters of the morning say, asked again when each is printed: or that it is not so any more."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from portal.gateways.letter_tokens import Addressee, Reader
from portal.gateways.smallest_charge import smallest_charge
from portal.models.account_balance import balance_of, outstanding_passes
from portal.models.business import BusinessFacts
from portal.models.letters import LetterKind
from portal.models.reminder_facts import PassWithOwner, pass_with_owner
from portal.models.visits_to_remind import bookings_visits, customers_visits
from portal.operations.letters import DueLetter
from portal.operations.reminder_choices import wants_reminders
from portal.rules.reminders import is_nearly_used_up, nearly_over_on
from portal.rules.validity import validity_words

Told = Callable[[BusinessFacts, DueLetter, datetime], dict[str, Any]]

REMINDERS = frozenset({LetterKind.REMINDER, LetterKind.PASS_NEARLY_USED_UP, LetterKind.PASS_NEARLY_OVER})
"""The letters that their reader may choose not to get; the others are about money, or were asked for."""


class NotSoAnyMore(Exception):  # noqa: N818  it reads as what happened
    """What a letter was to tell of has changed since it was written: it is not sent."""


def _of_visits(business: BusinessFacts, due: DueLetter, now: datetime) -> dict[str, Any]:
    """The classes that are still booked and to come."""
    day = date.fromisoformat(due.facts["on_date"])
    if not wants_reminders(business.id, due.to_email):
        raise NotSoAnyMore
    if "customer_id" in due.facts:
        addressee = Addressee(Reader.CUSTOMER, UUID(due.facts["customer_id"]))
        visits = customers_visits(business.id, addressee.id, day, now=now)
    else:
        addressee = Addressee(Reader.GUEST, UUID(due.facts["booking_id"]))
        visits = bookings_visits(business.id, addressee.id, day, now=now)
    if not visits:
        raise NotSoAnyMore
    return {"addressee": addressee, "day": day, "visits": visits}


def _of_nearly_used_up(business: BusinessFacts, due: DueLetter, now: datetime) -> dict[str, Any]:
    found = _pass_of(business, due)
    today = business.day_of(now)
    if not is_nearly_used_up(found.owned, today):
        raise NotSoAnyMore
    return _of_pass(found) | {"validity": validity_words(found.owned, today)}


def _of_nearly_over(business: BusinessFacts, due: DueLetter, now: datetime) -> dict[str, Any]:
    """Still on the day that the letter was written for: staff may have added days."""
    found = _pass_of(business, due)
    last_day = nearly_over_on(found.owned, business.day_of(now))
    if last_day is None or last_day.isoformat() != due.facts["last_day"]:
        raise NotSoAnyMore
    return _of_pass(found) | {"last_day": last_day}


def _of_balance(business: BusinessFacts, due: DueLetter, _now: datetime) -> dict[str, Any]:
    """What is owed by now: the account balance, and the outstanding balances of passes beside it (M1)."""
    customer_id = UUID(due.facts["customer_id"])
    owed = balance_of(business.id, customer_id).owed
    if owed < smallest_charge(business.currency):
        raise NotSoAnyMore
    outstanding = outstanding_passes(business.id, customer_id)
    return {
        "owed": owed,
        "outstanding": outstanding,
        "total": owed + sum(each.amount for each in outstanding),
    }


def _pass_of(business: BusinessFacts, due: DueLetter) -> PassWithOwner:
    """The pass, if it has uses left and its owner wants reminders."""
    found = pass_with_owner(business.id, UUID(due.facts["pass_id"]))
    if found is None:
        raise NotSoAnyMore
    return found


def _of_pass(found: PassWithOwner) -> dict[str, Any]:
    if found.person.customer_id is None:
        raise NotSoAnyMore
    return {
        "addressee": Addressee(Reader.CUSTOMER, found.person.customer_id),
        "pass_name": found.owned.name,
        "uses_left": found.owned.uses_left,
        "pass_path": f"/account/passes/{found.owned.id}",
    }


TOLD_IN_THE_MORNING: dict[LetterKind, Told] = {
    LetterKind.REMINDER: _of_visits,
    LetterKind.PASS_NEARLY_USED_UP: _of_nearly_used_up,
    LetterKind.PASS_NEARLY_OVER: _of_nearly_over,
    LetterKind.BALANCE_DUE: _of_balance,
}
"""What each kind tells of a due letter at a moment; raises NotSoAnyMore."""
