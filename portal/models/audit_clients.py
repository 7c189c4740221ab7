"""Whom a row is about that names no client itself: the client of the pass, the booking or the payment behind
it.
"""

from typing import Any, cast
from uuid import UUID

from sqlalchemy import Select, and_, bindparam, func, select

from portal.models.accounts import AccountCheckout
from portal.models.bookings import Booking
from portal.models.class_passes import ClassPass
from portal.models.database import OfBusiness, db
from portal.models.instalments import Instalment, InstalmentAttempt
from portal.models.payments import Dispute, Payment, Refund
from portal.models.people import Customer


def client_of(row: OfBusiness) -> UUID | None:
    """The client whom a row is about: themselves, the one that it names, or the one behind it; None for what
    is about no client, and for guests.
    """
    if isinstance(row, Customer):
        return row.id
    behind = _CLIENT_BEHIND.get(type(row))
    if behind is None:
        return cast("UUID | None", getattr(row, "customer_id", None))
    found = db.session.scalar(behind, {"business_id": row.business_id, "id": row.id})
    return cast("UUID | None", found)


def _joined(found: Select[Any], *steps: tuple[Any, Any]) -> Select[Any]:
    """Each step goes from a reference of one table to the row that it names in another."""
    for key, table in steps:
        of = key.class_
        found = found.outerjoin(table, and_(table.business_id == of.business_id, table.id == key))
    return found


def _of(kind: Any, found: Select[Any]) -> Select[Any]:
    return found.where(kind.business_id == bindparam("business_id"), kind.id == bindparam("id"))


_PAYER = func.coalesce(Booking.customer_id, AccountCheckout.customer_id, ClassPass.customer_id)
_TO_PAYER = (
    (Payment.booking_id, Booking),
    (Payment.account_checkout_id, AccountCheckout),
    (Payment.instalment_attempt_id, InstalmentAttempt),
    (InstalmentAttempt.instalment_id, Instalment),
    (Instalment.class_pass_id, ClassPass),
)

_CLIENT_BEHIND: dict[type, Select[Any]] = {
    Instalment: _of(
        Instalment,
        _joined(select(ClassPass.customer_id).select_from(Instalment), (Instalment.class_pass_id, ClassPass)),
    ),
    Payment: _of(Payment, _joined(select(_PAYER).select_from(Payment), *_TO_PAYER)),
    **{
        kind: _of(kind, _joined(select(_PAYER).select_from(kind), (kind.payment_id, Payment), *_TO_PAYER))
        for kind in (Refund, Dispute)
    },
}
