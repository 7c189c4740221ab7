"""How a pass is paid in instalments, as pages and letters show it (M1)."""

from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import and_, bindparam, func, select

from portal.models.bookings import PassSale
from portal.models.class_passes import ClassPass
from portal.models.database import db
from portal.models.instalments import (
    AttemptStatus,
    Instalment,
    InstalmentAttempt,
    InstalmentStatus,
    SavedCard,
)


@dataclass(frozen=True, slots=True)
class ShownAttempt:
    """One try to charge an instalment, and the card that it was to come from."""

    at: datetime
    status: AttemptStatus
    decline_code: str | None
    brand: str
    last4: str
    settled_at: datetime | None


@dataclass(frozen=True, slots=True)
class ShownInstalment:
    """One instalment, in minor units, with its tries, the oldest first."""

    id: UUID
    nth: int
    amount: int
    due_on: date
    try_on: date | None
    status: InstalmentStatus
    settled_at: datetime | None
    attempts: tuple[ShownAttempt, ...]

    @property
    def is_being_tried(self) -> bool:
        """Whether the bank has not answered the newest try."""
        return any(attempt.status is AttemptStatus.PENDING for attempt in self.attempts)

    @property
    def decline_code(self) -> str | None:
        """Why the newest try that was declined was."""
        codes = [attempt.decline_code for attempt in self.attempts if attempt.decline_code]
        return codes[-1] if codes else None


@dataclass(frozen=True, slots=True)
class Schedule:
    """How a pass is paid: the first with the purchase, the others one by one; amounts in minor units."""

    first: int
    instalments: tuple[ShownInstalment, ...]

    @property
    def count(self) -> int:
        """How many instalments there are, the first counted."""
        return 1 + len(self.instalments)

    @property
    def paid(self) -> int:
        """What was paid by card, the first counted."""
        return self.first + self._sum(InstalmentStatus.PAID)

    @property
    def outstanding(self) -> int:
        """What failed and is unpaid."""
        return self._sum(InstalmentStatus.FAILED)

    @property
    def to_come(self) -> int:
        """What was not due yet, or not tried yet."""
        return self._sum(InstalmentStatus.SCHEDULED)

    def _sum(self, status: InstalmentStatus) -> int:
        return sum(row.amount for row in self.instalments if row.status is status)


@dataclass(frozen=True, slots=True)
class ToldInstalment:
    """An instalment as a letter tells of it; ``brand`` and ``last4`` are of the card that was tried last."""

    pass_name: str
    nth: int
    count: int
    amount: int
    brand: str | None
    last4: str | None


_WITH_CARD = and_(
    SavedCard.business_id == InstalmentAttempt.business_id, SavedCard.id == InstalmentAttempt.saved_card_id
)

_FIRST = (
    select(PassSale.to_pay)
    .join(
        ClassPass, and_(ClassPass.business_id == PassSale.business_id, ClassPass.pass_sale_id == PassSale.id)
    )
    .where(ClassPass.business_id == Instalment.business_id, ClassPass.id == Instalment.class_pass_id)
    .correlate(Instalment)
    .scalar_subquery()
)

_SCHEDULE = (
    select(
        Instalment.id,
        Instalment.nth,
        Instalment.amount,
        Instalment.due_on,
        Instalment.try_on,
        Instalment.status,
        Instalment.settled_at,
        InstalmentAttempt.created_at.label("tried_at"),
        InstalmentAttempt.status.label("attempt_status"),
        InstalmentAttempt.decline_code,
        SavedCard.brand,
        SavedCard.last4,
        InstalmentAttempt.settled_at.label("attempt_settled_at"),
        _FIRST.label("first"),
    )
    .outerjoin(
        InstalmentAttempt,
        and_(
            InstalmentAttempt.business_id == Instalment.business_id,
            InstalmentAttempt.instalment_id == Instalment.id,
        ),
    )
    .outerjoin(SavedCard, _WITH_CARD)
    .where(
        Instalment.business_id == bindparam("business_id"), Instalment.class_pass_id == bindparam("pass_id")
    )
    .order_by(Instalment.nth, InstalmentAttempt.created_at, InstalmentAttempt.id)
)

_TOLD = (
    select(
        ClassPass.name,
        Instalment.nth,
        select(func.count() + 1)
        .where(Instalment.business_id == ClassPass.business_id, Instalment.class_pass_id == ClassPass.id)
        .correlate(ClassPass)
        .scalar_subquery(),
        Instalment.amount,
    )
    .join(
        ClassPass,
        and_(ClassPass.business_id == Instalment.business_id, ClassPass.id == Instalment.class_pass_id),
    )
    .where(Instalment.business_id == bindparam("business_id"), Instalment.id == bindparam("instalment_id"))
)

_LAST_CARD = (
    select(SavedCard.brand, SavedCard.last4)
    .join(InstalmentAttempt, _WITH_CARD)
    .where(
        InstalmentAttempt.business_id == bindparam("business_id"),
        InstalmentAttempt.instalment_id == bindparam("instalment_id"),
    )
    .order_by(InstalmentAttempt.created_at.desc(), InstalmentAttempt.id.desc())
    .limit(1)
)


def schedule_of(business_id: UUID, pass_id: UUID) -> Schedule | None:
    """How a pass is paid in instalments, with every try, in one statement; None for one paid at once."""
    rows = db.session.execute(_SCHEDULE, {"business_id": business_id, "pass_id": pass_id}).all()
    if not rows:
        return None
    parts = (list(part) for _, part in groupby(rows, key=lambda row: row.nth))
    return Schedule(first=rows[0].first or 0, instalments=tuple(_instalment(part) for part in parts))


def _instalment(rows: list[Any]) -> ShownInstalment:
    """One instalment from a row for each of its tries, or from the only row where there was none."""
    row = rows[0]
    return ShownInstalment(
        id=row.id,
        nth=row.nth,
        amount=row.amount,
        due_on=row.due_on,
        try_on=row.try_on,
        status=row.status,
        settled_at=row.settled_at,
        attempts=tuple(
            ShownAttempt(
                at=row.tried_at,
                status=row.attempt_status,
                decline_code=row.decline_code,
                brand=row.brand,
                last4=row.last4,
                settled_at=row.attempt_settled_at,
            )
            for row in rows
            if row.tried_at is not None
        ),
    )


def told_instalment(business_id: UUID, instalment_id: UUID) -> ToldInstalment:
    """What a letter says of an instalment, in two statements."""
    key = {"business_id": business_id, "instalment_id": instalment_id}
    card = db.session.execute(_LAST_CARD, key).first()
    pass_name, nth, count, amount = db.session.execute(_TOLD, key).one()
    return ToldInstalment(
        pass_name, nth, count, amount, brand=card.brand if card else None, last4=card.last4 if card else None
    )
