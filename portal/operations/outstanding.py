"""Instalments that failed and are unpaid: the outstanding balance of a pass, and what ends it (S5, S7).

The caller holds the pass's lock.
"""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import bindparam, select

from portal.models.accounts import AccountEntry, EntryKind
from portal.models.class_passes import ClassPass
from portal.models.database import db, new_id
from portal.models.deactivations import PassDeactivation
from portal.models.instalments import Instalment, InstalmentStatus
from portal.operations.account_ledger import add_entry
from portal.operations.auditing import Actor
from portal.operations.instalments import BEING_TRIED, end_instalment

_OF_PASS = (
    select(Instalment)
    .where(
        Instalment.business_id == bindparam("business_id"), Instalment.class_pass_id == bindparam("pass_id")
    )
    .order_by(Instalment.nth)
    .with_for_update()
    .execution_options(populate_existing=True)
)

_FAILED = _OF_PASS.where(Instalment.status == InstalmentStatus.FAILED, ~BEING_TRIED)

_MISSED = _OF_PASS.where(
    Instalment.status.in_([InstalmentStatus.SCHEDULED, InstalmentStatus.FAILED]),
    Instalment.due_on >= bindparam("since"),
    Instalment.due_on < bindparam("today"),
    ~BEING_TRIED,
)


def outstanding_of(business_id: UUID, pass_id: UUID) -> Sequence[Instalment]:
    """The instalments of a pass that failed and are unpaid, locked; none that is being tried this moment."""
    return db.session.scalars(_FAILED, {"business_id": business_id, "pass_id": pass_id}).all()


def charge_outstanding(
    class_pass: ClassPass, deactivation: PassDeactivation, *, actor: Actor, now: datetime
) -> int:
    """S5, yes: move the outstanding balance to the client's account in one entry; how much it was."""
    failed = outstanding_of(class_pass.business_id, class_pass.id)
    amount = _end(failed, InstalmentStatus.CHARGED, now)
    if amount:
        charge = AccountEntry(
            business_id=class_pass.business_id,
            id=new_id(),
            customer_id=class_pass.customer_id,
            kind=EntryKind.INSTALMENTS,
            amount=-amount,
            class_pass_id=class_pass.id,
            pass_deactivation_id=deactivation.id,
            reason=deactivation.reason,
        )
        add_entry(charge, actor=actor, now=now)
    return amount


def close_outstanding(class_pass: ClassPass, *, now: datetime) -> int:
    """S5, no: the outstanding balance is closed as not collected; how much it was."""
    return _end(outstanding_of(class_pass.business_id, class_pass.id), InstalmentStatus.NOT_COLLECTED, now)


def skip_missed(class_pass: ClassPass, *, since: date, today: date, now: datetime) -> int:
    """Instalments whose day passed while the pass was deactivated or withdrawn are not charged (S7); how much
    it was.
    """
    missed = db.session.scalars(
        _MISSED,
        {"business_id": class_pass.business_id, "pass_id": class_pass.id, "since": since, "today": today},
    ).all()
    return _end(missed, InstalmentStatus.SKIPPED, now)


def _end(instalments: Sequence[Instalment], status: InstalmentStatus, now: datetime) -> int:
    for instalment in instalments:
        end_instalment(instalment, status, now=now)
    return sum(instalment.amount for instalment in instalments)
