"""Whom a row is about that names no client itself: the client of the pass, the booking or the payment behind
it.
"""

from typing import Any, cast
from uuid import UUID

from sqlalchemy import Select, bindparam, func, select

from portal.models.accounts import AccountCheckout
from portal.models.bookings import Booking
from portal.models.class_passes import ClassPass
from portal.models.database import OfBusiness, db
from portal.models.instalments import Instalment
from portal.models.joins import joined_if_there
from portal.models.payers import TO_PAYER
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


def _of(kind: Any, found: Select[Any]) -> Select[Any]:
    return found.where(kind.business_id == bindparam("business_id"), kind.id == bindparam("id"))


_PAYER = func.coalesce(Booking.customer_id, AccountCheckout.customer_id, ClassPass.customer_id)

_CLIENT_BEHIND: dict[type, Select[Any]] = {
    Instalment: _of(
        Instalment,
        joined_if_there(
            select(ClassPass.customer_id).select_from(Instalment), (Instalment.class_pass_id, ClassPass.id)
        ),
    ),
    Payment: _of(Payment, joined_if_there(select(_PAYER).select_from(Payment), *TO_PAYER)),
    **{
        kind: _of(
            kind,
            joined_if_there(select(_PAYER).select_from(kind), (kind.payment_id, Payment.id), *TO_PAYER),
        )
        for kind in (Refund, Dispute)
    },
}
