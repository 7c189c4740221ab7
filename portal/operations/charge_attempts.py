"""Instalments that are due and attempts at charging them, as a door reads them to talk to Stripe (M3)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import and_, bindparam, exists, or_, select

from portal.gateways.stripe_objects import CardCharge
from portal.gateways.stripe_requests import ChargeRequest
from portal.models.class_passes import ClassPass
from portal.models.database import db
from portal.models.deactivations import PassDeactivation
from portal.models.instalments import AttemptStatus, Instalment, InstalmentAttempt, SavedCard
from portal.operations.instalments import BEING_PAID, BEING_TRIED, WITHDRAWN

ASK_EVERY = timedelta(minutes=1)
EARLIEST_ZONE, LATEST_ZONE = timedelta(hours=-12), timedelta(hours=14)
PAGE = 100


@dataclass(frozen=True, slots=True)
class DueInstalment:
    """An instalment that may be due: its studio's day, and what happens meanwhile, decide under its lock."""

    business_id: UUID
    id: UUID
    try_on: date


@dataclass(frozen=True, slots=True)
class ChargeAttempt:
    """One attempt as a door needs it to talk to Stripe."""

    id: UUID
    business_id: UUID
    instalment_id: UUID
    nth: int
    pass_name: str
    stripe_customer: str
    payment_method: str
    amount: int
    currency: str
    stripe_account: str | None
    created_at: datetime

    def request(self) -> ChargeRequest:
        """What Stripe is asked: the same words each time, since all of them were written down (M3)."""
        return ChargeRequest(
            attempt_id=self.id,
            business_id=self.business_id,
            stripe_customer=self.stripe_customer,
            payment_method=self.payment_method,
            amount=self.amount,
            currency=self.currency,
            description=f"{self.pass_name}, instalment {self.nth}",
            stripe_account=self.stripe_account,
        )


_DEACTIVATED_EVERYWHERE = exists().where(
    PassDeactivation.business_id == Instalment.business_id,
    PassDeactivation.class_pass_id == Instalment.class_pass_id,
    PassDeactivation.ended_at.is_(None),
    PassDeactivation.from_day <= bindparam("earliest"),
)

_OF_ITS_PASS = (ClassPass.business_id == Instalment.business_id) & (ClassPass.id == Instalment.class_pass_id)

_DUE_PAGE = (
    select(Instalment.business_id, Instalment.id, Instalment.try_on)
    .join(ClassPass, _OF_ITS_PASS)
    .where(
        Instalment.try_on <= bindparam("latest"),
        or_(
            Instalment.try_on > bindparam("after_day"),
            and_(Instalment.try_on == bindparam("after_day"), Instalment.id > bindparam("after_id")),
        ),
        ~BEING_TRIED,
        ~BEING_PAID,
        ~WITHDRAWN,
        ~_DEACTIVATED_EVERYWHERE,
    )
    .order_by(Instalment.try_on, Instalment.id)
    .limit(bindparam("most"))
)

_ATTEMPT = (
    select(
        InstalmentAttempt.id,
        InstalmentAttempt.business_id,
        InstalmentAttempt.instalment_id,
        Instalment.nth,
        ClassPass.name,
        SavedCard.stripe_customer,
        SavedCard.payment_method,
        InstalmentAttempt.amount,
        InstalmentAttempt.currency,
        InstalmentAttempt.stripe_account,
        InstalmentAttempt.created_at,
    )
    .join(
        Instalment,
        (Instalment.business_id == InstalmentAttempt.business_id)
        & (Instalment.id == InstalmentAttempt.instalment_id),
    )
    .join(ClassPass, _OF_ITS_PASS)
    .join(
        SavedCard,
        (SavedCard.business_id == InstalmentAttempt.business_id)
        & (SavedCard.id == InstalmentAttempt.saved_card_id),
    )
)

_BY_ID = _ATTEMPT.where(
    InstalmentAttempt.business_id == bindparam("business_id"), InstalmentAttempt.id == bindparam("attempt_id")
)

_UNRESOLVED = (
    _ATTEMPT.where(
        InstalmentAttempt.status == AttemptStatus.PENDING,
        InstalmentAttempt.asked_at <= bindparam("asked_before"),
    )
    .order_by(InstalmentAttempt.asked_at)
    .limit(bindparam("most"))
)


def due_page(after: DueInstalment | None, *, now: datetime) -> Sequence[DueInstalment]:
    """The next page of instalments that may be due, of every business, the oldest day first."""
    latest, earliest = (now + LATEST_ZONE).date(), (now + EARLIEST_ZONE).date()
    start = (after.try_on, after.id) if after else (date.min, UUID(int=0))
    rows = db.session.execute(
        _DUE_PAGE,
        {"latest": latest, "earliest": earliest, "after_day": start[0], "after_id": start[1], "most": PAGE},
    )
    return [DueInstalment(business_id, row_id, day) for business_id, row_id, day in rows if day is not None]


def charge_attempt(business_id: UUID, attempt_id: UUID) -> ChargeAttempt | None:
    """One attempt of a business."""
    row = db.session.execute(_BY_ID, {"business_id": business_id, "attempt_id": attempt_id}).first()
    return ChargeAttempt(*row) if row else None


def attempt_of_charge(charge: CardCharge) -> ChargeAttempt | None:
    """The attempt behind a payment, by our names on it; None for one that is not ours."""
    if charge.business_id is None or charge.attempt_id is None:
        return None
    return charge_attempt(charge.business_id, charge.attempt_id)


def unresolved_charges(*, now: datetime, most: int = 50) -> Sequence[ChargeAttempt]:
    """Attempts whose answer nobody told us for a minute, of every business: for the reconciler (M2)."""
    rows = db.session.execute(_UNRESOLVED, {"asked_before": now - ASK_EVERY, "most": most})
    return [ChargeAttempt(*row) for row in rows]
