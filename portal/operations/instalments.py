"""Instalments: written down at the sale, locked before anything is decided, failed or ended (M1, S4, S5)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import bindparam, exists, select

from portal.models.accounts import AccountCheckout, AccountCheckoutLine, AccountEntry, EntryKind
from portal.models.bookings import Booking, PassSale
from portal.models.business import BusinessFacts
from portal.models.class_passes import ClassPass
from portal.models.database import db, new_id
from portal.models.deactivations import PassDeactivation, PurchaseOptionDeactivation
from portal.models.instalments import AttemptStatus, Instalment, InstalmentAttempt, InstalmentStatus
from portal.models.letters import LetterKind
from portal.models.people import Customer
from portal.models.purchase_options import PurchaseOption
from portal.operations.account_ledger import add_entry
from portal.operations.auditing import SYSTEM, write_audit
from portal.operations.letters import write_letter
from portal.rules.instalments import due_days

BEING_TRIED = exists().where(
    InstalmentAttempt.business_id == Instalment.business_id,
    InstalmentAttempt.instalment_id == Instalment.id,
    InstalmentAttempt.status == AttemptStatus.PENDING,
)
"""Whether Stripe's answer to an attempt is still to come."""

BEING_PAID = exists().where(
    AccountCheckoutLine.business_id == Instalment.business_id,
    AccountCheckoutLine.instalment_id == Instalment.id,
    AccountCheckout.business_id == AccountCheckoutLine.business_id,
    AccountCheckout.id == AccountCheckoutLine.account_checkout_id,
    AccountCheckout.closed_at.is_(None),
)
"""Whether the client is on Stripe's page with it (Pay now)."""

WITHDRAWN = exists().where(
    PurchaseOptionDeactivation.business_id == ClassPass.business_id,
    PurchaseOptionDeactivation.purchase_option_id == ClassPass.purchase_option_id,
    PurchaseOptionDeactivation.ended_at.is_(None),
)
"""Whether the pass's purchase option is deactivated (S8)."""

_PASS_OF = (
    select(ClassPass.id, ClassPass.purchase_option_id)
    .join(
        Instalment,
        (Instalment.business_id == ClassPass.business_id) & (Instalment.class_pass_id == ClassPass.id),
    )
    .where(Instalment.business_id == bindparam("business_id"), Instalment.id == bindparam("instalment_id"))
)

_LOCK_OPTION = (
    select(PurchaseOption.id)
    .where(
        PurchaseOption.business_id == bindparam("business_id"), PurchaseOption.id == bindparam("option_id")
    )
    .with_for_update(read=True)
)

_LOCK_PASS = (
    select(ClassPass)
    .where(ClassPass.business_id == bindparam("business_id"), ClassPass.id == bindparam("pass_id"))
    .with_for_update()
    .execution_options(populate_existing=True)
)

_LOCK = (
    select(Instalment)
    .where(Instalment.business_id == bindparam("business_id"), Instalment.id == bindparam("instalment_id"))
    .with_for_update()
    .execution_options(populate_existing=True)
)

_STANDS = (
    select(BEING_TRIED, BEING_PAID, WITHDRAWN)
    .select_from(Instalment)
    .join(
        ClassPass,
        (ClassPass.business_id == Instalment.business_id) & (ClassPass.id == Instalment.class_pass_id),
    )
    .where(Instalment.business_id == bindparam("business_id"), Instalment.id == bindparam("instalment_id"))
)

_DEACTIVATION = (
    select(PassDeactivation)
    .where(
        PassDeactivation.business_id == bindparam("business_id"),
        PassDeactivation.class_pass_id == bindparam("pass_id"),
        PassDeactivation.ended_at.is_(None),
        PassDeactivation.from_day <= bindparam("today"),
    )
    .execution_options(populate_existing=True)
)


@dataclass(frozen=True, slots=True)
class LockedInstalment:
    """An instalment under its pass's lock and its own, with all that decides what may be done with it.

    ``deactivation`` is the one in force today.
    """

    business: BusinessFacts
    row: Instalment
    class_pass: ClassPass
    today: date
    being_tried: bool
    being_paid: bool
    withdrawn: bool
    deactivation: PassDeactivation | None

    @property
    def is_stopped(self) -> bool:
        """No auto-payment is attempted from the moment of deactivation on (S4, S8)."""
        return self.deactivation is not None or self.withdrawn

    @property
    def is_due(self) -> bool:
        """Whether it is to be tried now: its day is here, and nobody else is at it."""
        has_come = self.row.try_on is not None and self.row.try_on <= self.today
        return has_come and not (self.is_stopped or self.being_tried or self.being_paid)


def schedule_instalments(
    business: BusinessFacts, booking: Booking, sale: PassSale, class_pass: ClassPass
) -> None:
    """Write down the instalments after the first, which was paid with the booking (M1).

    Their days are those that were agreed to, counted from the day of the booking.
    """
    if not sale.later or sale.instalments is None or sale.rhythm is None:
        return
    each = sale.later // (sale.instalments - 1)
    days = due_days(business.day_of(booking.created_at), sale.instalments, sale.rhythm)
    db.session.add_all(
        Instalment(
            business_id=sale.business_id,
            id=new_id(),
            class_pass_id=class_pass.id,
            nth=nth,
            due_on=day,
            amount=each,
            currency=booking.currency,
            status=InstalmentStatus.SCHEDULED,
            try_on=day,
        )
        for nth, day in enumerate(days, 2)
    )


def lock_instalment(business: BusinessFacts, instalment_id: UUID, *, now: datetime) -> LockedInstalment:
    """Lock an instalment's pass, then the instalment, and read how both stand.

    Its purchase option is kept from being deactivated meanwhile.
    """
    keys = {"business_id": business.id, "instalment_id": instalment_id}
    pass_id, option_id = db.session.execute(_PASS_OF, keys).one()
    db.session.execute(_LOCK_OPTION, {"business_id": business.id, "option_id": option_id})
    class_pass = db.session.scalars(_LOCK_PASS, {"business_id": business.id, "pass_id": pass_id}).one()
    row = db.session.scalars(_LOCK, keys).one()
    being_tried, being_paid, withdrawn = db.session.execute(_STANDS, keys).one()
    today = business.day_of(now)
    in_force = {"business_id": business.id, "pass_id": pass_id, "today": today}
    return LockedInstalment(
        business,
        row,
        class_pass,
        today,
        being_tried=bool(being_tried),
        being_paid=bool(being_paid),
        withdrawn=bool(withdrawn),
        deactivation=db.session.scalars(_DEACTIVATION, in_force).one_or_none(),
    )


def end_instalment(row: Instalment, status: InstalmentStatus, *, now: datetime) -> None:
    """An instalment is over: paid, charged to the account, not collected, or skipped."""
    row.status, row.try_on, row.settled_at = status, None, now
    db.session.flush()


def fail_instalment(locked: LockedInstalment, *, code: str, now: datetime) -> None:
    """A charge was declined, or there was no card: the pass's outstanding balance grows (M1).

    It is tried again by the studio's schedule, and the customer is told. On a pass that was deactivated
    meanwhile the deactivation's answer covers it instead (S5).
    """
    row = locked.row
    if locked.deactivation is not None:
        _cover(locked, locked.deactivation, now)
        return
    row.failures += 1
    row.status, row.try_on = InstalmentStatus.FAILED, _next_try(locked)
    write_audit(
        SYSTEM,
        "instalment.failed",
        row,
        now=now,
        after={"amount": row.amount, "code": code, "try_on": row.try_on and row.try_on.isoformat()},
    )
    _tell(locked, code, now)
    db.session.flush()


def cover_failed(locked: LockedInstalment, *, now: datetime) -> None:
    """A failed instalment whose last try came to nothing after its pass was deactivated: what was answered
    about the outstanding balance holds for it too (S5). One that never failed stays to come.
    """
    if locked.deactivation is not None and locked.row.status is InstalmentStatus.FAILED:
        _cover(locked, locked.deactivation, now)


def _cover(locked: LockedInstalment, deactivation: PassDeactivation, now: datetime) -> None:
    row = locked.row
    if deactivation.balance_settled_at is None and deactivation.charges_balance is not None:
        row.failures += 1
        row.status, row.try_on = InstalmentStatus.FAILED, None  # its answer is carried out in a moment (S6)
        db.session.flush()
        return
    if not deactivation.charges_balance:
        end_instalment(row, InstalmentStatus.NOT_COLLECTED, now=now)
        return
    end_instalment(row, InstalmentStatus.CHARGED, now=now)
    charge = AccountEntry(
        business_id=row.business_id,
        id=new_id(),
        customer_id=locked.class_pass.customer_id,
        kind=EntryKind.INSTALMENTS,
        amount=-row.amount,
        class_pass_id=row.class_pass_id,
        instalment_id=row.id,
        reason=deactivation.reason,
    )
    add_entry(charge, actor=SYSTEM, now=now)


def _next_try(locked: LockedInstalment) -> date | None:
    """The day of the next try, counted from today; none after the last of the studio's schedule."""
    waits, failures = locked.business.retry_days, locked.row.failures
    return locked.today + timedelta(days=waits[failures - 1]) if failures <= len(waits) else None


def _tell(locked: LockedInstalment, code: str, now: datetime) -> None:
    row = locked.row
    customer = db.session.get_one(Customer, (row.business_id, locked.class_pass.customer_id))
    next_try = None if locked.withdrawn else row.try_on
    write_letter(
        row.business_id,
        LetterKind.AUTO_PAYMENT_FAILED,
        to_email=customer.email,
        to_name=customer.name,
        facts={
            "instalment_id": str(row.id),
            "decline_code": code,
            "failed_on": locked.today.isoformat(),
            "next_try_on": next_try.isoformat() if next_try else None,
        },
        now=now,
    )
