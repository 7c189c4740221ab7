"""How each invariant about instalments is broken behind the portal's back."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta

from sqlalchemy import Executable, delete, insert, select, update

from portal.models.bookings import PassSale
from portal.models.class_passes import ClassPass
from portal.models.database import db, new_id
from portal.models.instalments import (
    AttemptStatus,
    Instalment,
    InstalmentAttempt,
    InstalmentStatus,
    SavedCard,
)
from portal.models.payments import Payment
from tests.operations.verification.busy_studio import BusyStudio
from tests.studio import NOW

Damage = Callable[[BusyStudio], Iterable[Executable]]

_OPEN = update(Instalment).where(Instalment.status == InstalmentStatus.SCHEDULED)
_PAID = update(Instalment).where(Instalment.status == InstalmentStatus.PAID)
_SUCCEEDED = update(InstalmentAttempt).where(InstalmentAttempt.status == AttemptStatus.SUCCEEDED)


def _one_more(s: BusyStudio) -> Executable:
    """An instalment of a pass that was bought and paid at once."""
    bought = (
        select(ClassPass.id).join(PassSale, PassSale.id == ClassPass.pass_sale_id).where(PassSale.later == 0)
    )
    pass_id = db.session.scalars(bought).first()
    db.session.close()
    values = {
        "business_id": s.business.id,
        "id": new_id(),
        "class_pass_id": pass_id,
        "nth": 2,
        "due_on": date(2026, 12, 20),
        "try_on": date(2026, 12, 20),
        "amount": 100,
        "currency": "GBP",
        "status": InstalmentStatus.SCHEDULED,
        "failures": 0,
    }
    return insert(Instalment).values(**values)


def _attempt_on(status: InstalmentStatus) -> Executable:
    """A try that is under way, of an instalment that stands so; begun after all that staff did."""
    instalment = db.session.scalars(select(Instalment).where(Instalment.status == status)).first()
    card = db.session.scalars(select(SavedCard)).first()
    assert instalment is not None
    assert card is not None
    values = {
        "business_id": instalment.business_id,
        "id": new_id(),
        "instalment_id": instalment.id,
        "saved_card_id": card.id,
        "amount": instalment.amount,
        "currency": instalment.currency,
        "created_at": NOW + timedelta(days=60),
        "asked_at": NOW + timedelta(days=60),
        "status": AttemptStatus.PENDING,
    }
    db.session.close()
    return insert(InstalmentAttempt).values(**values)


INSTALMENT_DAMAGES: dict[str, list[Damage]] = {
    "A pass that was sold has the instalments agreed to, on their days, and no others": [
        lambda s: [_one_more(s)],
        lambda _: [_OPEN.values(due_on=date(2027, 5, 5))],
        lambda _: [_OPEN.values(amount=Instalment.amount + 1)],
        lambda _: [delete(Instalment).where(Instalment.status == InstalmentStatus.SCHEDULED)],
    ],
    "A paid instalment was paid once, by an auto-payment or by its owner, and no other was": [
        lambda _: [_OPEN.values(status=InstalmentStatus.PAID)],
        lambda _: [_PAID.values(status=InstalmentStatus.SKIPPED)],
        lambda _: [delete(Payment).where(Payment.instalment_attempt_id.is_not(None))],
    ],
    "An auto-payment that succeeded has its money, once, and no other has any": [
        lambda _: [delete(Payment).where(Payment.instalment_attempt_id.is_not(None))],
        lambda _: [_SUCCEEDED.values(status=AttemptStatus.DECLINED)],
    ],
    "What was charged to the account, let go of or skipped is not being tried": [
        lambda _: [_attempt_on(InstalmentStatus.CHARGED)],
    ],
    "No auto-payment was begun after its pass was deactivated": [
        lambda _: [_attempt_on(InstalmentStatus.CHARGED)],
    ],
    "A failed instalment has failed at least once": [
        lambda _: [_OPEN.values(status=InstalmentStatus.FAILED)],
    ],
    "An auto-payment is tried with a card of the pass's owner, for the instalment's amount": [
        lambda _: [update(InstalmentAttempt).values(amount=1)],
        lambda _: [update(InstalmentAttempt).values(currency="EUR")],
        lambda s: [update(SavedCard).values(customer_id=s.ada.id)],
        lambda _: [update(InstalmentAttempt).values(stripe_account="acct_other")],
        lambda s: [update(ClassPass).values(customer_id=s.ben.id)],
    ],
}
