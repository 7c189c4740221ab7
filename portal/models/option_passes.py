"""All passes of one purchase option, and what hangs on them: before staff change them together (S8, S9)."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, bindparam, func, or_, select

from portal.models.bookings import Ticket
from portal.models.class_passes import ClassPass
from portal.models.classes import ClassSession
from portal.models.coverage_facts import EVERYTHING
from portal.models.database import db, table_of
from portal.models.pass_facts import WITHDRAWN_OR_PAUSED, PassBookings, join_withdrawn_or_paused, owned_pass
from portal.models.people import Customer
from portal.models.purchase_options import TERMS
from portal.rules.facts import BookedClass, OwnedPass
from portal.rules.passes import status

_pass = table_of(ClassPass)
_customer = table_of(Customer)
_ticket = table_of(Ticket)
_class = table_of(ClassSession)


@dataclass(frozen=True, slots=True)
class OptionPass:
    """A client's pass of a purchase option.

    ``owned`` knows of what is booked on it the first class only, which decides its validity and status.
    """

    owned: OwnedPass
    customer_id: UUID
    client_name: str


@dataclass(frozen=True, slots=True)
class OptionReach:
    """Whom it touches when a purchase option is deactivated or activated: clients with passes that are usable
    but for that, those passes, and the visits to come that any pass of it pays for.
    """

    clients: int
    usable_passes: int
    upcoming_visits: int


_PASSES = (
    select(
        _pass.c.id,
        _pass.c.purchase_option_id,
        _pass.c.customer_id,
        _pass.c.bought_at,
        _pass.c.bought_on,
        _pass.c.uses_left,
        _pass.c.uses_claimed,
        _pass.c.start_by,
        _pass.c.added_days,
        _pass.c.starts_on_set,
        _pass.c.expires_on_set,
        _pass.c.first_class_on,
        *(_pass.c[name] for name in TERMS),
        *WITHDRAWN_OR_PAUSED,
        _customer.c.name.label("client_name"),
    )
    .select_from(
        join_withdrawn_or_paused(_pass).join(
            _customer,
            and_(_customer.c.business_id == _pass.c.business_id, _customer.c.id == _pass.c.customer_id),
        )
    )
    .where(
        _pass.c.business_id == bindparam("business_id"),
        _pass.c.purchase_option_id == bindparam("option_id"),
        or_(_pass.c.uses_left.is_(None), _pass.c.uses_left > 0),
    )
    .order_by(_customer.c.name, _pass.c.id)
)

_VISITS = (
    select(func.count())
    .select_from(_ticket)
    .join(_pass, and_(_pass.c.business_id == _ticket.c.business_id, _pass.c.id == _ticket.c.class_pass_id))
    .join(
        _class, and_(_class.c.business_id == _ticket.c.business_id, _class.c.id == _ticket.c.class_session_id)
    )
    .where(
        _pass.c.business_id == bindparam("business_id"),
        _pass.c.purchase_option_id == bindparam("option_id"),
        _ticket.c.counts,
        _class.c.starts_at > bindparam("now"),
    )
)


def usable_passes_of(business_id: UUID, option_id: UUID, *, today: date) -> list[OptionPass]:
    """The passes of a purchase option that are neither inactive (P10) nor withdrawn, by their clients' names:
    one statement.
    """
    passes = _passes(business_id, option_id)
    return [it for it in passes if not status(it.owned, today).inactive]


def option_reach(business_id: UUID, option_id: UUID, *, now: datetime, today: date) -> OptionReach:
    """Whom it touches when a purchase option is deactivated, or activated again: two statements."""
    passes = _passes(business_id, option_id)
    usable = [it for it in passes if not status(replace(it.owned, withdrawn=False), today).inactive]
    visits = db.session.scalar(_VISITS, {"business_id": business_id, "option_id": option_id, "now": now})
    return OptionReach(len({it.customer_id for it in usable}), len(usable), visits or 0)


def _passes(business_id: UUID, option_id: UUID) -> list[OptionPass]:
    rows = db.session.execute(_PASSES, {"business_id": business_id, "option_id": option_id}).all()
    return [_option_pass(row) for row in rows]


def _option_pass(row: Any) -> OptionPass:
    first = () if row.first_class_on is None else (BookedClass(row.id, row.first_class_on),)
    owned = owned_pass(row, EVERYTHING, PassBookings(first))
    return OptionPass(owned, row.customer_id, row.client_name)
