"""What hangs on a client's pass: what staff look at before they change it (S3–S7)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, bindparam, func, or_, select

from portal.models.baskets import Basket, BasketLine
from portal.models.bookings import Booking, BookingStatus, Ticket
from portal.models.class_passes import ClassPass
from portal.models.classes import ClassSeries, ClassSession
from portal.models.database import db, table_of
from portal.models.deactivations import PassDeactivation, PurchaseOptionDeactivation
from portal.models.instalments import Instalment, InstalmentStatus
from portal.models.pass_days import PassPause
from portal.models.pass_facts import join_withdrawn_or_paused
from portal.models.people import StaffMember


@dataclass(frozen=True, slots=True)
class KeptVisit:
    """A class to come that the pass pays for. With ``is_claimed`` its payment is under way (R7)."""

    class_name: str
    starts_at: datetime
    on_date: date
    is_claimed: bool


@dataclass(frozen=True, slots=True)
class DueInstalment:
    """An instalment that is neither paid nor ended; ``amount`` in minor units."""

    due_on: date
    amount: int


@dataclass(frozen=True, slots=True)
class StandingDeactivation:
    """A deactivation, or a termination whose day may be to come (S2, S6)."""

    from_day: date
    decided_at: datetime
    reason: str
    by: str
    charges_balance: bool | None


@dataclass(frozen=True, slots=True)
class StandingPause:
    """A pause that was not ended; its last day may have passed."""

    first_day: date
    last_day: date
    reason: str


@dataclass(frozen=True, slots=True)
class PassOutlook:
    """What hangs on a pass. ``outstanding`` is minor units: instalments that failed and are unpaid (S5).

    ``scheduled`` are instalments whose first try is to come. ``baskets`` counts baskets of the client with a
    ticket that the pass may be paying for right now. ``withdrawn`` says that its purchase option is
    deactivated (S8).
    """

    visits: tuple[KeptVisit, ...]
    outstanding: int
    scheduled: tuple[DueInstalment, ...]
    deactivation: StandingDeactivation | None
    pause: StandingPause | None
    withdrawn: bool
    baskets: int

    def terminates_after(self, today: date) -> bool:
        """Whether a termination is set whose day is still to come (S6)."""
        return self.deactivation is not None and self.deactivation.from_day > today

    def resuming(self, today: date) -> tuple[DueInstalment, ...]:
        """The instalments that a reactivation today lets be charged (S7): those whose day did not pass
        while the pass was deactivated.
        """
        since = self.deactivation.from_day if self.deactivation is not None else today
        return tuple(due for due in self.scheduled if not since <= due.due_on < today)


_pass = table_of(ClassPass)
_deactivation = table_of(PassDeactivation)
_withdrawal = table_of(PurchaseOptionDeactivation)
_pause = table_of(PassPause)
_staff = table_of(StaffMember)
_basket = table_of(Basket)
_line = table_of(BasketLine)
_ticket = table_of(Ticket)
_class = table_of(ClassSession)
_series = table_of(ClassSeries)
_booking = table_of(Booking)
_instalment = table_of(Instalment)

_BASKETS = (
    select(func.count(_basket.c.id.distinct()))
    .join(_line, and_(_line.c.business_id == _basket.c.business_id, _line.c.basket_id == _basket.c.id))
    .where(
        _basket.c.business_id == _pass.c.business_id,
        _basket.c.customer_id == _pass.c.customer_id,
        _basket.c.pending_booking_id.is_(None),
        _line.c.class_session_id.is_not(None),
        ~_line.c.pays_with_money,
        or_(_line.c.pays_with_pass_id.is_(None), _line.c.pays_with_pass_id == _pass.c.id),
    )
    .correlate(_pass)
    .scalar_subquery()
)

_STANDING = (
    select(
        _deactivation.c.from_day,
        _deactivation.c.decided_at,
        _deactivation.c.reason,
        _staff.c.name.label("by"),
        _deactivation.c.charges_balance,
        _pause.c.first_day,
        _pause.c.last_day,
        _pause.c.reason.label("pause_reason"),
        _withdrawal.c.id.is_not(None).label("withdrawn"),
        _BASKETS.label("baskets"),
    )
    .select_from(
        join_withdrawn_or_paused(_pass).outerjoin(
            _staff,
            and_(
                _staff.c.business_id == _deactivation.c.business_id,
                _staff.c.id == _deactivation.c.staff_member_id,
            ),
        )
    )
    .where(_pass.c.business_id == bindparam("business_id"), _pass.c.id == bindparam("pass_id"))
)

_VISITS = (
    select(_series.c.name, _class.c.starts_at, _class.c.on_date, _booking.c.status)
    .join(
        _class, and_(_class.c.business_id == _ticket.c.business_id, _class.c.id == _ticket.c.class_session_id)
    )
    .join(_series, and_(_series.c.business_id == _class.c.business_id, _series.c.id == _class.c.series_id))
    .join(
        _booking, and_(_booking.c.business_id == _ticket.c.business_id, _booking.c.id == _ticket.c.booking_id)
    )
    .where(
        _ticket.c.business_id == bindparam("business_id"),
        _ticket.c.class_pass_id == bindparam("pass_id"),
        _ticket.c.counts,
        _class.c.starts_at > bindparam("now"),
    )
    .order_by(_class.c.starts_at, _ticket.c.id)
)

_OPEN_INSTALMENTS = (
    select(_instalment.c.status, _instalment.c.due_on, _instalment.c.amount)
    .where(
        _instalment.c.business_id == bindparam("business_id"),
        _instalment.c.class_pass_id == bindparam("pass_id"),
        _instalment.c.status.in_([InstalmentStatus.SCHEDULED, InstalmentStatus.FAILED]),
    )
    .order_by(_instalment.c.nth)
)


def outlook_of(business_id: UUID, pass_id: UUID, *, now: datetime) -> PassOutlook:
    """What hangs on a pass that is there, in three statements; raises NoResultFound where it is not."""
    keys = {"business_id": business_id, "pass_id": pass_id}
    standing = db.session.execute(_STANDING, keys).one()
    visits = db.session.execute(_VISITS, {**keys, "now": now}).all()
    open_instalments = db.session.execute(_OPEN_INSTALMENTS, keys).all()
    return PassOutlook(
        visits=tuple(
            KeptVisit(name, starts_at, on_date, status is BookingStatus.PENDING)
            for name, starts_at, on_date, status in visits
        ),
        outstanding=sum(due.amount for due in open_instalments if due.status is InstalmentStatus.FAILED),
        scheduled=tuple(
            DueInstalment(due.due_on, due.amount)
            for due in open_instalments
            if due.status is InstalmentStatus.SCHEDULED
        ),
        deactivation=_deactivation_of(standing),
        pause=None
        if standing.first_day is None
        else StandingPause(standing.first_day, standing.last_day, standing.pause_reason),
        withdrawn=standing.withdrawn,
        baskets=standing.baskets,
    )


def _deactivation_of(standing: Any) -> StandingDeactivation | None:
    if standing.from_day is None:
        return None
    return StandingDeactivation(
        from_day=standing.from_day,
        decided_at=standing.decided_at,
        reason=standing.reason,
        by=standing.by,
        charges_balance=standing.charges_balance,
    )
