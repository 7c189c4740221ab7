"""What somebody who watches the portal asks the database: what waits, and since when.

A statement for each kind of thing that waits, each by an index of what is still open, so that asking costs
the same however large the past is.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, bindparam, case, func, select

from portal.models.accounts import AccountCheckout
from portal.models.baskets import BasketLine
from portal.models.database import read, table_of
from portal.models.instalments import AttemptStatus, InstalmentAttempt
from portal.models.letters import Letter
from portal.models.payments import CheckoutAttempt, Refund, RefundStatus


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many of a kind wait, and since when the first of them does; None where none does."""

    kind: str
    number: int
    since: datetime | None


@dataclass(frozen=True, slots=True)
class Holds:
    """Places that baskets hold: how many, since when, and when the first ended of which nobody let go yet."""

    number: int
    since: datetime | None
    first_ended: datetime | None


@dataclass(frozen=True, slots=True)
class Outbox:
    """Letters that are not sent: how many, since when the first is due, and how many were given up."""

    number: int
    first_due: datetime | None
    given_up: int


_line = table_of(BasketLine)
_letter = table_of(Letter)
_attempt = table_of(CheckoutAttempt)
_checkout = table_of(AccountCheckout)
_charge = table_of(InstalmentAttempt)
_refund = table_of(Refund)

_HOLDS = select(
    func.count(),
    func.min(_line.c.added_at),
    func.min(case((_line.c.held_until <= bindparam("now"), _line.c.held_until))),
).where(_line.c.place_counted)
_OUTBOX = select(
    func.count(),
    func.min(case((_letter.c.next_try_at <= bindparam("now"), _letter.c.next_try_at))),
).where(_letter.c.sent_at.is_(None), _letter.c.given_up_at.is_(None), _letter.c.dropped_at.is_(None))
_GIVEN_UP = select(func.count()).select_from(_letter).where(_letter.c.given_up_at.is_not(None))
_PAYMENTS: dict[str, Select[int, datetime]] = {
    "booking": select(func.count(), func.min(_attempt.c.created_at)).where(_attempt.c.closed_at.is_(None)),
    "account": select(func.count(), func.min(_checkout.c.created_at)).where(_checkout.c.closed_at.is_(None)),
    "auto-payment": select(func.count(), func.min(_charge.c.created_at)).where(
        _charge.c.status == AttemptStatus.PENDING
    ),
    "refund": select(func.count(), func.min(_refund.c.created_at)).where(
        _refund.c.status == RefundStatus.PENDING
    ),
}


def holds(*, now: datetime) -> Holds:
    """Places that baskets hold, of all businesses."""
    return Holds(*tuple(read(_HOLDS, {"now": now}).one()))


def outbox(*, now: datetime) -> Outbox:
    """Letters that wait, of all businesses."""
    number, first_due = tuple(read(_OUTBOX, {"now": now}).one())
    return Outbox(number, first_due, read(_GIVEN_UP).scalar_one())


def unreconciled_payments() -> Iterator[Waiting]:
    """What was asked of Stripe and is not settled, by kind: none of them for longer than it may take."""
    for kind, question in _PAYMENTS.items():
        yield Waiting(kind, *tuple(read(question).one()))
