"""A client's account as tests set it up and ask about it: credits, charges, outstanding balances."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select

from portal.models.accounts import AccountEntry, CustomerAccount
from portal.models.audit import ActorKind
from portal.models.class_passes import ClassPass
from portal.models.database import db, end_reading, new_id, transaction
from portal.models.instalments import Instalment, InstalmentStatus
from portal.operations.account_charges import StaffEntry, charge_account, credit_account
from portal.operations.auditing import Actor
from tests.studio import NOW, APass, APerson

WHY = "Agreed at the desk"


def staff_actor(person: APerson) -> Actor:
    """A member of staff, acting."""
    return Actor(ActorKind.STAFF, person.id)


def entry_for(client: APerson, amount: int, reason: str = WHY, *, entry_id: UUID | None = None) -> StaffEntry:
    """What staff typed into the form."""
    return StaffEntry(id=entry_id or new_id(), customer_id=client.id, amount=amount, reason=reason)


def in_favour(client: APerson, amount: int, *, by: APerson | None = None, now: datetime = NOW) -> None:
    """Staff credit a client, in minor units."""
    with transaction():
        credit_account(client.business, entry_for(client, amount), actor=_by(by), now=now)


def in_debt(client: APerson, amount: int, *, by: APerson | None = None, now: datetime = NOW) -> None:
    """Staff charge a client, in minor units."""
    with transaction():
        charge_account(client.business, entry_for(client, amount), actor=_by(by), now=now)


def balance_of(client: APerson) -> tuple[int, int]:
    """A client's balance, and what is claimed of it."""
    mine = CustomerAccount.customer_id == client.id
    found = db.session.execute(select(CustomerAccount.balance, CustomerAccount.claimed).where(mine)).first()
    end_reading()
    return (found[0], found[1]) if found else (0, 0)


def entries_of(client: APerson) -> list[tuple[str, int]]:
    """A client's ledger, the oldest entry first: kind and amount."""
    rows = db.session.scalars(
        select(AccountEntry)
        .where(AccountEntry.customer_id == client.id)
        .order_by(AccountEntry.at, AccountEntry.id)
    ).all()
    end_reading()
    return [(row.kind.value, row.amount) for row in rows]


def instalments_of(class_pass: APass) -> list[tuple[str, int]]:
    """A pass's instalments in order: status and amount."""
    rows = db.session.scalars(
        select(Instalment).where(Instalment.class_pass_id == class_pass.id).order_by(Instalment.nth)
    ).all()
    end_reading()
    return [(row.status.value, row.amount) for row in rows]


def failed_instalments(class_pass: APass, *amounts: int, on: Sequence[date] = ()) -> list[UUID]:
    """Give a pass an outstanding balance: instalments whose charge was declined. Their ids.

    They come into being with no sale behind them, so a test that ends in ``assert_sound`` sells the pass.
    """
    days = on or [date(2026, 11, 1 + nth) for nth in range(len(amounts))]
    made = []
    with transaction():
        owned = db.session.get(ClassPass, (class_pass.business.id, class_pass.id))
        assert owned is not None
        for nth, (amount, day) in enumerate(zip(amounts, days, strict=True), start=2):
            row = Instalment(
                business_id=class_pass.business.id,
                id=new_id(),
                class_pass_id=class_pass.id,
                nth=nth,
                due_on=day,
                amount=amount,
                currency=class_pass.business.currency,
                status=InstalmentStatus.FAILED,
                try_on=None,
                failures=1,
            )
            db.session.add(row)
            made.append(row.id)
    return made


def _by(person: APerson | None) -> Actor:
    return staff_actor(person) if person else Actor(ActorKind.SYSTEM)
