"""A client's account as its pages show it: ledger with running balance, what is owed, the card (M5)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, bindparam, func, select

from portal.models.accounts import AccountEntry, CustomerAccount, EntryKind
from portal.models.audit import ActorKind
from portal.models.bookings import Booking
from portal.models.class_passes import ClassPass
from portal.models.database import db
from portal.models.instalments import (
    AttemptStatus,
    Instalment,
    InstalmentAttempt,
    InstalmentStatus,
    SavedCard,
)
from portal.models.people import StaffMember


@dataclass(frozen=True, slots=True)
class Balance:
    """A client's account, in minor units: above zero in their favour; ``claimed`` by bookings being paid."""

    balance: int
    claimed: int

    @property
    def owed(self) -> int:
        """What the client owes on the account itself."""
        return max(-self.balance, 0)

    @property
    def free(self) -> int:
        """What is in the client's favour and claimed by nothing."""
        return max(self.balance - self.claimed, 0)


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One entry; ``balance`` is what the account came to with it."""

    kind: EntryKind
    amount: int
    balance: int
    at: datetime
    reason: str
    actor: ActorKind
    staff_name: str | None
    pass_id: UUID | None
    pass_name: str | None
    reference: str | None


@dataclass(frozen=True, slots=True)
class DueInstalment:
    """An instalment that failed; ``is_being_tried`` says that the bank has not answered the newest try,
    ``decline_code`` why it declined the one before (Stripe's word; None where there was no card to try).
    """

    id: UUID
    nth: int
    due_on: date
    try_on: date | None
    amount: int
    is_being_tried: bool
    decline_code: str | None


@dataclass(frozen=True, slots=True)
class OutstandingPass:
    """The outstanding balance of a pass: its instalments that failed, the oldest first."""

    pass_id: UUID
    pass_name: str
    instalments: tuple[DueInstalment, ...]

    @property
    def amount(self) -> int:
        """All of it, in minor units."""
        return sum(instalment.amount for instalment in self.instalments)

    @property
    def payable(self) -> int:
        """What can be paid now: not what the bank is asked for this moment."""
        return sum(instalment.amount for instalment in self.instalments if not instalment.is_being_tried)

    @property
    def decline_code(self) -> str | None:
        """Why the newest of its instalments failed."""
        return self.instalments[-1].decline_code

    @property
    def is_being_tried(self) -> bool:
        """Whether the bank is asked for some of it this moment."""
        return self.payable < self.amount

    @property
    def next_try(self) -> date | None:
        """The day on which the card is tried again."""
        return min((it.try_on for it in self.instalments if it.try_on), default=None)


@dataclass(frozen=True, slots=True)
class CardOnFile:
    """The card that instalments are charged to."""

    brand: str
    last4: str
    exp_month: int
    exp_year: int

    def has_expired_on(self, day: date) -> bool:
        """Whether its last month is over."""
        return (self.exp_year, self.exp_month) < (day.year, day.month)


_BALANCE = select(CustomerAccount.balance, CustomerAccount.claimed).where(
    CustomerAccount.business_id == bindparam("business_id"),
    CustomerAccount.customer_id == bindparam("customer_id"),
)

_LEDGER = (
    select(
        AccountEntry.kind,
        AccountEntry.amount,
        func.sum(AccountEntry.amount).over(order_by=(AccountEntry.at, AccountEntry.id)).label("balance"),
        AccountEntry.at,
        AccountEntry.reason,
        AccountEntry.actor_kind,
        StaffMember.name,
        AccountEntry.class_pass_id,
        ClassPass.name,
        Booking.reference,
    )
    .outerjoin(
        StaffMember,
        and_(
            StaffMember.business_id == AccountEntry.business_id,
            StaffMember.id == AccountEntry.actor_id,
            AccountEntry.actor_kind == ActorKind.STAFF,
        ),
    )
    .outerjoin(
        ClassPass,
        and_(ClassPass.business_id == AccountEntry.business_id, ClassPass.id == AccountEntry.class_pass_id),
    )
    .outerjoin(
        Booking, and_(Booking.business_id == AccountEntry.business_id, Booking.id == AccountEntry.booking_id)
    )
    .where(
        AccountEntry.business_id == bindparam("business_id"),
        AccountEntry.customer_id == bindparam("customer_id"),
    )
    .order_by(AccountEntry.at.desc(), AccountEntry.id.desc())
    .limit(bindparam("most"))
    .offset(bindparam("skipped"))
)

_BEING_TRIED = (
    select(InstalmentAttempt.id)
    .where(
        InstalmentAttempt.business_id == Instalment.business_id,
        InstalmentAttempt.instalment_id == Instalment.id,
        InstalmentAttempt.status == AttemptStatus.PENDING,
    )
    .exists()
)

_LAST_DECLINE = (
    select(InstalmentAttempt.decline_code)
    .where(
        InstalmentAttempt.business_id == Instalment.business_id,
        InstalmentAttempt.instalment_id == Instalment.id,
        InstalmentAttempt.status == AttemptStatus.DECLINED,
    )
    .order_by(InstalmentAttempt.id.desc())
    .limit(1)
    .correlate(Instalment)
    .scalar_subquery()
)

_OUTSTANDING = (
    select(
        ClassPass.id.label("pass_id"),
        ClassPass.name.label("pass_name"),
        Instalment.id,
        Instalment.nth,
        Instalment.due_on,
        Instalment.try_on,
        Instalment.amount,
        _BEING_TRIED.label("is_being_tried"),
        _LAST_DECLINE.label("decline_code"),
    )
    .join(
        ClassPass,
        and_(ClassPass.business_id == Instalment.business_id, ClassPass.id == Instalment.class_pass_id),
    )
    .where(
        ClassPass.business_id == bindparam("business_id"),
        ClassPass.customer_id == bindparam("customer_id"),
        Instalment.status == InstalmentStatus.FAILED,
    )
    .order_by(ClassPass.bought_at, ClassPass.id, Instalment.nth)
)

_TO_COME = (
    select(func.count())
    .select_from(Instalment)
    .join(
        ClassPass,
        and_(ClassPass.business_id == Instalment.business_id, ClassPass.id == Instalment.class_pass_id),
    )
    .where(
        ClassPass.business_id == bindparam("business_id"),
        ClassPass.customer_id == bindparam("customer_id"),
        Instalment.status.in_([InstalmentStatus.SCHEDULED, InstalmentStatus.FAILED]),
    )
)

_CARD = select(SavedCard.brand, SavedCard.last4, SavedCard.exp_month, SavedCard.exp_year).where(
    SavedCard.business_id == bindparam("business_id"),
    SavedCard.customer_id == bindparam("customer_id"),
    SavedCard.replaced_at.is_(None),
)


def balance_of(business_id: UUID, customer_id: UUID) -> Balance:
    """A client's account; one that was never used is at zero."""
    row = db.session.execute(_BALANCE, {"business_id": business_id, "customer_id": customer_id}).first()
    return Balance(*row) if row else Balance(0, 0)


def account_ledger(
    business_id: UUID, customer_id: UUID, *, most: int, skipped: int = 0
) -> Sequence[LedgerLine]:
    """A client's ledger, the newest entry first, each with the balance that it led to (M5)."""
    keys = {"business_id": business_id, "customer_id": customer_id, "most": most, "skipped": skipped}
    return [
        LedgerLine(
            kind=row[0],
            amount=row[1],
            balance=int(row[2]),
            at=row[3],
            reason=row[4],
            actor=row[5],
            staff_name=row[6],
            pass_id=row[7],
            pass_name=row[8],
            reference=row[9],
        )
        for row in db.session.execute(_LEDGER, keys)
    ]


def outstanding_passes(business_id: UUID, customer_id: UUID) -> tuple[OutstandingPass, ...]:
    """The outstanding balance of each of a client's passes that has one, the oldest pass first (M1)."""
    rows = db.session.execute(_OUTSTANDING, {"business_id": business_id, "customer_id": customer_id})
    names: dict[UUID, str] = {}
    found: dict[UUID, list[DueInstalment]] = {}
    for row in rows:
        names[row.pass_id] = row.pass_name
        found.setdefault(row.pass_id, []).append(_due(row))
    return tuple(OutstandingPass(pass_id, names[pass_id], tuple(due)) for pass_id, due in found.items())


def card_on_file(business_id: UUID, customer_id: UUID) -> CardOnFile | None:
    """The card that a client's instalments are charged to."""
    row = db.session.execute(_CARD, {"business_id": business_id, "customer_id": customer_id}).first()
    return CardOnFile(*row) if row else None


def has_open_instalments(business_id: UUID, customer_id: UUID) -> bool:
    """Whether anything is still to be charged to a card: then there should be one."""
    keys = {"business_id": business_id, "customer_id": customer_id}
    return bool(db.session.scalar(_TO_COME, keys))


def _due(row: Any) -> DueInstalment:
    return DueInstalment(
        row.id, row.nth, row.due_on, row.try_on, row.amount, row.is_being_tried, row.decline_code
    )
