"""What staff decided about passes: deactivations, pauses, days and dates, each as the audit tells it (S2–S9).

Rows are told apart in time by their ids, which are made under the pass's lock and ordered by time (B1), and
not by their moments, for a door asks the clock before it waits for the lock.
"""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_, select

from portal.models.accounts import AccountEntry
from portal.models.audit import ActorKind, AuditEntry
from portal.models.bookings import Booking, Ticket
from portal.models.class_passes import ClassPass, PassUse, UseKind
from portal.models.classes import ClassSession
from portal.models.database import table_of
from portal.models.deactivations import PassDeactivation, PurchaseOptionDeactivation
from portal.models.pass_days import PassExtension, PassPause
from portal.models.pass_facts import WITHDRAWN_OR_PAUSED, join_withdrawn_or_paused
from portal.operations.verification.invariant import AnyRow, AnySelect, Invariant, count_of

_STANDS = ("added_days", "starts_on", "expires_on", "deactivated_from", "paused_from", "paused_to")

_ADDED = (
    select(PassExtension.business_id, PassExtension.class_pass_id, func.sum(PassExtension.days).label("days"))
    .group_by(PassExtension.business_id, PassExtension.class_pass_id)
    .subquery()
)
_OF_PAUSE = (
    select(PassExtension.business_id, PassExtension.pass_pause_id, func.sum(PassExtension.days).label("days"))
    .group_by(PassExtension.business_id, PassExtension.pass_pause_id)
    .subquery()
)
_TOLD = and_(
    AuditEntry.business_id == ClassPass.business_id,
    AuditEntry.subject == ClassPass.__tablename__,
    AuditEntry.subject_id == ClassPass.id,
)


def _one_live(row: Any, owner: Any, name: str) -> Invariant:
    return Invariant(
        name,
        count_of(row),
        select(owner.label(owner.key.removesuffix("_id")), func.count().label("live"))
        .where(row.ended_at.is_(None))
        .group_by(row.business_id, owner)
        .having(func.count() > 1),
    )


def _paid_since(row: Any, applies: ColumnElement[bool]) -> AnySelect:
    """Tickets of bookings that were made after a decision which kept the pass from paying for them."""
    return (
        select(Ticket.id.label("ticket"), Booking.reference, ClassPass.id.label("pays"), ClassSession.on_date)
        .select_from(row)
        .join(ClassPass, and_(ClassPass.business_id == row.business_id, applies))
        .join(
            Ticket,
            and_(Ticket.business_id == ClassPass.business_id, Ticket.class_pass_id == ClassPass.id),
        )
        .join(Booking, and_(Booking.business_id == Ticket.business_id, Booking.id == Ticket.booking_id))
        .join(
            ClassSession,
            and_(ClassSession.business_id == Ticket.business_id, ClassSession.id == Ticket.class_session_id),
        )
        .where(row.ended_at.is_(None), Booking.id > row.id, Ticket.pass_sale_id.is_(None))
    )


def _beyond_their_days(rows: Iterable[AnyRow]) -> Iterator[str]:
    for row in rows:
        days = (row.last_day - row.first_day).days + 1
        if not 0 <= row.days <= days:
            yield f"pass_pause {row.id}: {days} days long, {row.days} days added"


def _told_otherwise(rows: Iterable[AnyRow]) -> Iterator[str]:
    """Passes of which the audit's last word about something is not how they stand."""
    for pass_id, of_pass in groupby(rows, key=lambda row: row.id):
        told: dict[str, Any] = dict.fromkeys(_STANDS)
        row = None
        for row in of_pass:  # the oldest entry first
            told.update({name: it for name, it in (row.after or {}).items() if name in told})
        stands = {name: _written(getattr(row, name)) for name in _STANDS}
        told["added_days"] = told["added_days"] or 0
        for name in _STANDS:
            if stands[name] != told[name]:
                yield f"class_pass {pass_id}: {name} {stands[name]}, the audit tells {told[name]}"
                break


def _written(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


PASS_STANDING = (
    _one_live(PassDeactivation, PassDeactivation.class_pass_id, "A pass has one live deactivation at most"),
    _one_live(PassPause, PassPause.class_pass_id, "A pass has one live pause at most"),
    _one_live(
        PurchaseOptionDeactivation,
        PurchaseOptionDeactivation.purchase_option_id,
        "A purchase option has one live deactivation at most",
    ),
    Invariant(
        "A deactivated pass has paid for nothing since",
        count_of(PassDeactivation, PassDeactivation.ended_at.is_(None)),
        _paid_since(PassDeactivation, ClassPass.id == PassDeactivation.class_pass_id).where(
            ClassSession.on_date >= PassDeactivation.from_day
        ),
    ),
    Invariant(
        "A paused pass has paid for no class of those days since",
        count_of(PassPause, PassPause.ended_at.is_(None)),
        _paid_since(PassPause, ClassPass.id == PassPause.class_pass_id).where(
            ClassSession.on_date >= PassPause.first_day, ClassSession.on_date <= PassPause.last_day
        ),
    ),
    Invariant(
        "The passes of a deactivated purchase option have paid for nothing since",
        count_of(PurchaseOptionDeactivation, PurchaseOptionDeactivation.ended_at.is_(None)),
        _paid_since(
            PurchaseOptionDeactivation,
            ClassPass.purchase_option_id == PurchaseOptionDeactivation.purchase_option_id,
        ),
    ),
    Invariant(
        "Days added to a pass are what its extensions add up to",
        count_of(ClassPass),
        select(
            ClassPass.id.label("class_pass"), ClassPass.added_days.label("kept"), _ADDED.c.days.label("found")
        )
        .outerjoin(
            _ADDED,
            and_(_ADDED.c.business_id == ClassPass.business_id, _ADDED.c.class_pass_id == ClassPass.id),
        )
        .where(ClassPass.added_days != func.coalesce(_ADDED.c.days, 0)),
    ),
    Invariant(
        "A pause adds no more days than it has",
        count_of(PassPause),
        select(
            PassPause.id,
            PassPause.first_day,
            PassPause.last_day,
            func.coalesce(_OF_PAUSE.c.days, 0).label("days"),
        ).outerjoin(
            _OF_PAUSE,
            and_(_OF_PAUSE.c.business_id == PassPause.business_id, _OF_PAUSE.c.pass_pause_id == PassPause.id),
        ),
        _beyond_their_days,
    ),
    Invariant(
        "A pass stands as the audit last told",
        count_of(ClassPass),
        select(
            ClassPass.id,
            ClassPass.added_days,
            ClassPass.starts_on_set.label("starts_on"),
            ClassPass.expires_on_set.label("expires_on"),
            *WITHDRAWN_OR_PAUSED,
            AuditEntry.after,
        )
        .select_from(join_withdrawn_or_paused(table_of(ClassPass)))
        .outerjoin(AuditEntry, _TOLD)
        .order_by(ClassPass.business_id, ClassPass.id, AuditEntry.id),
        _told_otherwise,
    ),
    Invariant(
        "Each adjustment of uses says who and why",
        count_of(PassUse, PassUse.kind == UseKind.ADJUSTED),
        select(PassUse.id.label("pass_use"), PassUse.change).where(
            PassUse.kind == UseKind.ADJUSTED,
            or_(PassUse.actor_kind != ActorKind.STAFF, PassUse.actor_id.is_(None), PassUse.reason == ""),
        ),
    ),
    Invariant(
        "An outstanding balance is charged where staff said so, and to the pass's owner",
        count_of(AccountEntry, AccountEntry.pass_deactivation_id.is_not(None)),
        select(AccountEntry.id.label("account_entry"), AccountEntry.amount).where(
            AccountEntry.pass_deactivation_id.is_not(None),
            ~exists().where(
                PassDeactivation.business_id == AccountEntry.business_id,
                PassDeactivation.id == AccountEntry.pass_deactivation_id,
                PassDeactivation.class_pass_id == AccountEntry.class_pass_id,
                PassDeactivation.charges_balance.is_(True),
                PassDeactivation.balance_settled_at.is_not(None),
                ClassPass.business_id == AccountEntry.business_id,
                ClassPass.id == AccountEntry.class_pass_id,
                ClassPass.customer_id == AccountEntry.customer_id,
            ),
        ),
    ),
)
