"""How each invariant about what staff decided is broken behind the portal's back."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Executable, delete, insert, select, update

from portal.models.accounts import AccountEntry
from portal.models.audit import ActorKind, AuditEntry
from portal.models.class_passes import ClassPass, PassUse, UseKind
from portal.models.database import db, new_id
from portal.models.deactivations import PassDeactivation, PurchaseOptionDeactivation
from portal.models.pass_days import PassExtension, PassPause
from tests.operations.verification.busy_studio import BusyStudio
from tests.studio import NOW

Damage = Callable[[BusyStudio], Iterable[Executable]]

BEFORE_ALL_BOOKINGS = UUID(int=1)
THE_10TH = date(2026, 12, 10)


def _copy(model: Any) -> Executable:
    row = db.session.execute(select(*model.__table__.c)).first()
    db.session.close()
    assert row is not None
    return insert(model).values(**dict(row._mapping) | {"id": new_id()})


def _staff() -> UUID:
    found = db.session.scalars(select(PassDeactivation.staff_member_id)).first()
    db.session.close()
    assert found is not None
    return found


def _decided(s: BusyStudio, model: Any, **values: object) -> Executable:
    """A decision of staff about Ada's 10-class pass, taken before she booked the 10th with it."""
    common = {"business_id": s.business.id, "id": BEFORE_ALL_BOOKINGS, "staff_member_id": _staff()}
    return insert(model).values(**common, reason="Moved away", **values)


def _deactivated(s: BusyStudio) -> Executable:
    return _decided(s, PassDeactivation, class_pass_id=s.ten_classes.id, from_day=NOW.date(), decided_at=NOW)


def _withdrawn(s: BusyStudio) -> Executable:
    option_id = s.ten_classes.purchase_option_id
    return _decided(s, PurchaseOptionDeactivation, purchase_option_id=option_id, decided_at=NOW)


def _paused(s: BusyStudio) -> Executable:
    days = {"first_day": THE_10TH, "last_day": THE_10TH}
    return _decided(s, PassPause, class_pass_id=s.ten_classes.id, at=NOW, **days)


def _ten_classes(s: BusyStudio, **values: object) -> Executable:
    return update(ClassPass).where(ClassPass.id == s.ten_classes.id).values(**values)


_ADJUSTED = update(PassUse).where(PassUse.kind == UseKind.ADJUSTED)
_CHARGED = AccountEntry.pass_deactivation_id.is_not(None)

DESK_DAMAGES: dict[str, list[Damage]] = {
    "A pass has one live deactivation at most": [lambda _: [_copy(PassDeactivation)]],
    "A pass has one live pause at most": [lambda _: [_copy(PassPause)]],
    "A purchase option has one live deactivation at most": [lambda _: [_copy(PurchaseOptionDeactivation)]],
    "A deactivated pass has paid for nothing since": [lambda s: [_deactivated(s)]],
    "A paused pass has paid for no class of those days since": [lambda s: [_paused(s)]],
    "The passes of a deactivated purchase option have paid for nothing since": [lambda s: [_withdrawn(s)]],
    "Days added to a pass are what its extensions add up to": [
        lambda s: [_ten_classes(s, added_days=1)],
        lambda _: [update(PassExtension).values(days=PassExtension.days + 1)],
    ],
    "A pause adds no more days than it has": [
        lambda _: [update(PassPause).values(last_day=PassPause.first_day)],
        lambda _: [update(PassExtension).values(days=-1)],
    ],
    "A pass stands as the audit last told": [
        lambda s: [_ten_classes(s, expires_on_set=date(2027, 5, 1))],
        lambda s: [_deactivated(s)],
        lambda s: [_paused(s)],
        lambda _: [update(PassDeactivation).values(ended_at=NOW, ended_by_id=_staff())],
        lambda _: [delete(AuditEntry).where(AuditEntry.act == "pass.extended")],
    ],
    "Each adjustment of uses says who and why": [
        lambda _: [_ADJUSTED.values(reason="")],
        lambda _: [_ADJUSTED.values(actor_id=None)],
        lambda _: [_ADJUSTED.values(actor_kind=ActorKind.CUSTOMER)],
    ],
    "An outstanding balance is charged where staff said so, and to the pass's owner": [
        lambda _: [update(PassDeactivation).values(charges_balance=False)],
        lambda _: [update(PassDeactivation).values(balance_settled_at=None)],
        lambda s: [update(AccountEntry).where(_CHARGED).values(class_pass_id=s.ten_classes.id)],
        lambda s: [update(AccountEntry).where(_CHARGED).values(customer_id=s.ada.id)],
    ],
}
