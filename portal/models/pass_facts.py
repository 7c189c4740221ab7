"""What a client's passes are reckoned from: their terms, what staff decided, what lies on them (P4, R1)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, and_, bindparam, or_, select

from portal.models.bookings import Ticket
from portal.models.class_passes import ClassPass
from portal.models.classes import ClassSession
from portal.models.coverage_facts import Covered
from portal.models.database import read, table_of
from portal.models.deactivations import PassDeactivation, PurchaseOptionDeactivation
from portal.models.pass_days import PassPause
from portal.models.purchase_options import TERMS, validity_of
from portal.rules.facts import BookedClass, OwnedPass, PassTerms

FINISHED_PASSES_SHOWN = timedelta(days=90)
"""A pass that is used up is still explained on a line (R2) for this long after its purchase."""

_ticket = table_of(Ticket)
_class = table_of(ClassSession)
_pass = table_of(ClassPass)
_deactivation = table_of(PassDeactivation)
_withdrawal = table_of(PurchaseOptionDeactivation)
_pause = table_of(PassPause)

WITHDRAWN_OR_PAUSED = (
    _deactivation.c.from_day.label("deactivated_from"),
    _withdrawal.c.id.label("withdrawal_id"),
    _pause.c.first_day.label("paused_from"),
    _pause.c.last_day.label("paused_to"),
)
"""What staff decided about a pass; columns of ``join_withdrawn_or_paused``."""


def live_withdrawal_of(business_id: Any, option_id: Any) -> ColumnElement[bool]:
    """Joins the live deactivation of a purchase option, of which there is one at most (S8)."""
    return and_(
        _withdrawal.c.business_id == business_id,
        _withdrawal.c.purchase_option_id == option_id,
        _withdrawal.c.ended_at.is_(None),
    )


def join_withdrawn_or_paused(passes: FromClause) -> FromClause:
    """Passes with their live deactivation, withdrawal and pause, of each of which there is one at most."""
    of_pass = [
        and_(
            table.c.business_id == passes.c.business_id,
            table.c.class_pass_id == passes.c.id,
            table.c.ended_at.is_(None),
        )
        for table in (_deactivation, _pause)
    ]
    return (
        passes.outerjoin(_deactivation, of_pass[0])
        .outerjoin(_pause, of_pass[1])
        .outerjoin(_withdrawal, live_withdrawal_of(passes.c.business_id, passes.c.purchase_option_id))
    )


_A_PASS = (
    select(
        _pass.c.id,
        _pass.c.purchase_option_id,
        _pass.c.bought_at,
        _pass.c.bought_on,
        _pass.c.uses_left,
        _pass.c.uses_claimed,
        _pass.c.start_by,
        _pass.c.added_days,
        _pass.c.starts_on_set,
        _pass.c.expires_on_set,
        *(_pass.c[name] for name in TERMS),
        *WITHDRAWN_OR_PAUSED,
    )
    .select_from(join_withdrawn_or_paused(_pass))
    .where(_pass.c.business_id == bindparam("business_id"))
    .order_by(_pass.c.bought_at, _pass.c.id)
)

_PASSES = _A_PASS.where(
    _pass.c.customer_id == bindparam("customer_id"),
    or_(
        _pass.c.uses_left.is_(None),
        _pass.c.uses_left > 0,
        _pass.c.bought_at > bindparam("shown_since"),
    ),
)

_PASSES_BY_ID = _A_PASS.where(_pass.c.id.in_(bindparam("pass_ids", expanding=True)))

_BOOKED = (
    select(_ticket.c.class_pass_id, _ticket.c.booking_id, _class.c.id, _class.c.on_date)
    .join(
        _class,
        and_(_class.c.business_id == _ticket.c.business_id, _class.c.id == _ticket.c.class_session_id),
    )
    .where(
        _ticket.c.business_id == bindparam("business_id"),
        _ticket.c.class_pass_id.in_(bindparam("pass_ids", expanding=True)),
        _ticket.c.counts,
    )
)


def pass_rows(business_id: UUID, customer_id: UUID, now: datetime) -> Sequence[Any]:
    """A customer's passes that could pay or that deserve a reason why not (R2)."""
    return read(
        _PASSES,
        {"business_id": business_id, "customer_id": customer_id, "shown_since": now - FINISHED_PASSES_SHOWN},
    ).all()


def pass_rows_by_id(business_id: UUID, pass_ids: Iterable[UUID]) -> Sequence[Any]:
    """Passes by their ids, as they stand now: read after they were locked, to decide again (P5)."""
    ids = list(pass_ids)
    if not ids:
        return []
    return read(_PASSES_BY_ID, {"business_id": business_id, "pass_ids": ids}).all()


@dataclass(frozen=True, slots=True)
class PassBookings:
    """What lies on a pass: others' counting classes, and how many uses the own booking claims."""

    booked: tuple[BookedClass, ...] = ()
    own_claims: int = 0


NOTHING_BOOKED = PassBookings()


def booked_on(
    business_id: UUID, pass_ids: Iterable[UUID], *, own_booking_id: UUID | None
) -> dict[UUID, PassBookings]:
    """The counting classes on each pass, claims included (P4).

    One's own pending claims are told apart, for they are spent for everyone else only (R7).
    """
    ids = list(pass_ids)
    if not ids:
        return {}
    booked: dict[UUID, list[BookedClass]] = defaultdict(list)
    own: dict[UUID, int] = defaultdict(int)
    rows: Any = read(_BOOKED, {"business_id": business_id, "pass_ids": ids})
    for pass_id, booking_id, class_session_id, on_date in rows:
        if booking_id == own_booking_id:
            own[pass_id] += 1
        else:
            booked[pass_id].append(BookedClass(class_session_id, on_date))
    return {pass_id: PassBookings(tuple(booked[pass_id]), own[pass_id]) for pass_id in ids}


def terms_of(row: Any, covered: Covered, *, prefix: str = "") -> PassTerms:
    """The rules' terms from a row that has the terms' columns under a prefix."""
    return PassTerms(
        validity=validity_of(
            getattr(row, prefix + "validity_kind"),
            getattr(row, prefix + "period_length"),
            getattr(row, prefix + "period_unit"),
            getattr(row, prefix + "first_day"),
            getattr(row, prefix + "last_day"),
        ),
        uses=getattr(row, prefix + "uses"),
        uses_per_day=getattr(row, prefix + "uses_per_day"),
        uses_per_week=getattr(row, prefix + "uses_per_week"),
        series_ids=covered.series_ids,
        ticket_type_ids=covered.ticket_type_ids,
        several_per_class=getattr(row, prefix + "several_per_class"),
    )


def owned_pass(row: Any, covered: Covered, bookings: PassBookings = NOTHING_BOOKED) -> OwnedPass:
    """The rules' value of a client's pass, of a row with ``WITHDRAWN_OR_PAUSED``.

    Uses that others claim count as spent (R7).
    """
    return OwnedPass(
        id=row.id,
        name=row.name,
        terms=terms_of(row, covered),
        bought_at=row.bought_at,
        bought_on=row.bought_on,
        uses_left=None if row.uses_left is None else row.uses_left - row.uses_claimed + bookings.own_claims,
        booked=bookings.booked,
        start_by=row.start_by,
        added_days=row.added_days,
        starts_on_set=row.starts_on_set,
        expires_on_set=row.expires_on_set,
        deactivated_from=row.deactivated_from,
        withdrawn=row.withdrawal_id is not None,
        paused_from=row.paused_from,
        paused_to=row.paused_to,
    )


def start_by_of(start_within_days: int | None, bought_on: date) -> date | None:
    """The latest day by which a pass bought on a day must start (P6)."""
    return None if start_within_days is None else bought_on + timedelta(days=start_within_days)
