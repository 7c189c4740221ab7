"""The audit as staff read it: who did what to whom, when, and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Uuid, and_, bindparam, func, or_, select, tuple_

from portal.models.audit import ActorKind, AuditEntry
from portal.models.bookings import Booking
from portal.models.class_passes import ClassPass
from portal.models.classes import ClassSeries
from portal.models.database import Instant, db
from portal.models.discount_codes import CodeBatch, DiscountCode
from portal.models.people import Customer, StaffMember
from portal.models.purchase_options import PurchaseOption


class About(Enum):
    """What an entry is about: the first part of its act's name is one of these."""

    PASSES = ("pass", "instalment")
    PURCHASE_OPTIONS = ("purchase_option", "discount_code", "code_batch")
    BOOKINGS = ("booking", "ticket", "class_series", "class_session")
    MONEY = ("account", "payment", "refund", "dispute", "card")
    PEOPLE = ("customer", "staff_member", "letter")
    SETTINGS = ("business", "preferences")


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One entry. ``actor`` is the name of whoever acted, empty for a guest and the portal itself; ``subject``
    the name of what it was done to, where it has one, and ``reference`` a booking's own. ``before`` and
    ``after`` are as the act wrote them.
    """

    id: UUID
    at: datetime
    actor_kind: ActorKind
    actor: str
    act: str
    subject: str
    reference: str | None
    client_id: UUID | None
    client: str
    pass_id: UUID | None
    reason: str
    before: dict[str, Any]
    after: dict[str, Any]


@dataclass(frozen=True, slots=True)
class AuditAsked:
    """Which entries: of one client or one pass; about some things; by some kinds of people; in a span of
    time, whose end is not part of it. Empty is everything.
    """

    client_id: UUID | None = None
    pass_id: UUID | None = None
    about: Sequence[About] = ()
    by: Sequence[ActorKind] = ()
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class AuditPlace:
    """The entry with which a page ended: the next one is of those before it."""

    at: datetime
    id: UUID


_named: Any = func.coalesce(
    ClassPass.name,
    PurchaseOption.name,
    DiscountCode.code,
    CodeBatch.prefix,
    ClassSeries.name,
    Booking.reference,
    "",
)


def _joined() -> Select[Any]:
    statement: Select[Any] = select(
        AuditEntry.id,
        AuditEntry.at,
        AuditEntry.actor_kind,
        StaffMember.name.label("staff"),
        AuditEntry.actor_id,
        AuditEntry.act,
        _named.label("subject"),
        Booking.reference,
        AuditEntry.customer_id,
        Customer.name.label("client"),
        ClassPass.id.label("pass_id"),
        AuditEntry.reason,
        AuditEntry.before,
        AuditEntry.after,
    ).select_from(AuditEntry)
    for table, key in (
        (StaffMember, AuditEntry.actor_id),
        (Customer, AuditEntry.customer_id),
        (ClassPass, AuditEntry.subject_id),
        (PurchaseOption, AuditEntry.subject_id),
        (DiscountCode, AuditEntry.subject_id),
        (CodeBatch, AuditEntry.subject_id),
        (ClassSeries, AuditEntry.subject_id),
        (Booking, AuditEntry.subject_id),
    ):
        statement = statement.outerjoin(
            table, and_(table.business_id == AuditEntry.business_id, table.id == key)
        )
    return statement.where(AuditEntry.business_id == bindparam("business_id")).order_by(
        AuditEntry.at.desc(), AuditEntry.id.desc()
    )


_ENTRIES = _joined()


def audit_lines(
    business_id: UUID, asked: AuditAsked, *, before: AuditPlace | None = None, most: int
) -> list[AuditLine]:
    """Entries, the latest first, in one statement however many there are."""
    statement = _ENTRIES.where(*_wanted(asked)).limit(most)
    if before is not None:
        statement = statement.where(_earlier(before))
    return [_line(row) for row in db.session.execute(statement, {"business_id": business_id})]


def _wanted(asked: AuditAsked) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = []
    if asked.client_id is not None:
        wanted.append(AuditEntry.customer_id == asked.client_id)
    if asked.pass_id is not None:
        wanted.append(AuditEntry.subject_id == asked.pass_id)
    if asked.about:
        parts = [part for about in asked.about for part in about.value]
        wanted.append(or_(*(AuditEntry.act.startswith(f"{part}.", autoescape=True) for part in parts)))
    if asked.by:
        wanted.append(AuditEntry.actor_kind.in_(asked.by))
    if asked.since is not None:
        wanted.append(AuditEntry.at >= asked.since)
    if asked.until is not None:
        wanted.append(AuditEntry.at < asked.until)
    return wanted


def _earlier(place: AuditPlace) -> ColumnElement[bool]:
    return tuple_(AuditEntry.at, AuditEntry.id) < tuple_(
        bindparam(None, place.at, type_=Instant()), bindparam(None, place.id, type_=Uuid())
    )


def _line(row: Any) -> AuditLine:
    by_client = row.actor_kind is ActorKind.CUSTOMER and row.actor_id == row.customer_id
    return AuditLine(
        id=row.id,
        at=row.at,
        actor_kind=row.actor_kind,
        actor=row.staff or (row.client if by_client else "") or "",
        act=row.act,
        subject=row.subject,
        reference=row.reference,
        client_id=row.customer_id,
        client=row.client or "",
        pass_id=row.pass_id,
        reason=row.reason,
        before=row.before or {},
        after=row.after or {},
    )
