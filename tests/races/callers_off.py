"""Staff who cancel a whole class, and workers who go on with it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

from portal.exchanges.class_cancellations import go_on_cancelling
from portal.models.business import BusinessFacts
from portal.models.database import end_reading, transaction
from portal.models.preferences import RefundTo
from portal.operations.auditing import Actor
from portal.operations.cancelled_classes import cancel_in_booking
from portal.operations.class_cancelling import ClassForecastChanged, cancel_class, class_forecast
from portal.rules.class_cancelling import ClassDecision
from tests.accounts import staff_actor
from tests.races.cancellers import cancel_or_act
from tests.races.unguarded import meeting_after, without_guard_of_places, without_locks_and_meet_after
from tests.studio import NOW, AClass, APerson

DECISION = ClassDecision("The boiler is broken", 7, RefundTo.CARD)
TRIES = 60


@dataclass(frozen=True, slots=True)
class CallingOff:
    """Staff before the page that says what cancelling the class brings."""

    business: BusinessFacts
    class_session_id: UUID
    digest: str
    actor: Actor
    now: datetime


@dataclass(frozen=True, slots=True)
class CallingOffForGood(CallingOff):
    """Staff who look at the page again, until nobody comes in between, and go on to the end."""


@dataclass(frozen=True, slots=True)
class GoingOn:
    """A worker who has found a booking that is due."""

    business: BusinessFacts
    cancellation_id: UUID
    booking_id: UUID
    now: datetime


def about_to_call_off(of: AClass, by: APerson, kind: type[CallingOff], *, now: datetime = NOW) -> CallingOff:
    """Before the button."""
    shown = class_forecast(of.business, of.id, now=now)
    end_reading()
    return kind(of.business, of.id, shown.digest, staff_actor(by), now)


def call_off_or_act(who: object) -> str:
    """Whatever such a person does; the word for it."""
    match who:
        case CallingOffForGood():
            go_on_cancelling(who.business, _until_called_off(who), now=who.now)
            return "called off"
        case CallingOff():
            _call_off(who, who.digest)
            return "called off"
        case GoingOn():
            with transaction():
                tickets = cancel_in_booking(who.business, who.cancellation_id, who.booking_id, now=who.now)
            return "went on" if tickets else "nothing to do"
        case _:
            return cancel_or_act(who)


def _call_off(who: CallingOff, digest: str) -> UUID:
    with transaction():
        return cancel_class(
            who.business,
            class_session_id=who.class_session_id,
            digest=digest,
            decision=DECISION,
            actor=who.actor,
            now=who.now,
        )


def _until_called_off(who: CallingOff) -> UUID:
    digest = who.digest
    for _ in range(TRIES):
        try:
            return _call_off(who, digest)
        except ClassForecastChanged:
            digest = class_forecast(who.business, who.class_session_id, now=who.now).digest
            end_reading()
    raise AssertionError("somebody always came in between")


without_locks_on_classes = partial(without_locks_and_meet_after, "class_cancelling.class_forecast")
"""No lock, and everybody sees who gets what before anybody cancels the class."""
without_locks_on_its_tickets = partial(without_locks_and_meet_after, "cancelled_classes.forecast_in_booking")
"""No lock, and everybody decides what a booking gets before anybody cancels its tickets."""
without_locks_on_clients_tickets = partial(
    without_locks_and_meet_after, "class_cancelling.class_forecast", last=["cancelling.forecast"]
)
"""No lock, and clients who decided before the class was cancelled give up their tickets after it."""
without_locks_on_its_places = partial(
    without_locks_and_meet_after, "class_cancelling.class_forecast", last=["checkout.quoted_basket"]
)
"""No lock, and who books has seen the class as it was, and books after it was cancelled."""


@contextmanager
def without_guard_of_late_money() -> Iterator[None]:
    """No lock, and money that comes late has found a free place, and takes it once the class is cancelled."""
    with without_guard_of_places("reclaiming", times=2), meeting_after("class_cancelling.class_forecast"):
        yield
