"""How far a new studio is on its way to the first booking: one statement."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, select

from portal.models.bookings import Booking
from portal.models.classes import ClassSession, TicketType
from portal.models.database import read, table_of
from portal.models.discount_codes import DiscountCode
from portal.models.purchase_options import PurchaseOption

_class = table_of(ClassSession)
_ticket = table_of(TicketType)
_option = table_of(PurchaseOption)
_code = table_of(DiscountCode)
_booking = table_of(Booking)


@dataclass(frozen=True, slots=True)
class FirstSteps:
    """What is there: a class to come with a ticket on sale, a pass, a code, a booking."""

    has_class: bool
    has_pass: bool
    has_code: bool
    has_booking: bool


_STEPS = select(
    select(_class.c.id)
    .join(
        _ticket, (_ticket.c.business_id == _class.c.business_id) & (_ticket.c.series_id == _class.c.series_id)
    )
    .where(
        _class.c.business_id == bindparam("business_id"),
        _class.c.starts_at > bindparam("now"),
        _class.c.cancelled_at.is_(None),
        _ticket.c.on_sale,
    )
    .exists(),
    *(
        select(table.c.id).where(table.c.business_id == bindparam("business_id")).exists()
        for table in (_option, _code, _booking)
    ),
)


def first_steps(business_id: UUID, *, now: datetime) -> FirstSteps:
    """How far the studio is."""
    return FirstSteps(*map(bool, read(_STEPS, {"business_id": business_id, "now": now}).one()))
