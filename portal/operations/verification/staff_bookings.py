"""What staff said about how a booking is paid is what account and booking say (M5)."""

from sqlalchemy import and_, case, func, or_, select

from portal.models.accounts import AccountEntry, EntryKind
from portal.models.bookings import Booking
from portal.models.staff_bookings import HowPaid, StaffBooking
from portal.operations.verification.invariant import Invariant, count_of

_AT_DESK = StaffBooking.how.in_([how for how in HowPaid if how.at_desk])

_CREDITED = (
    select(func.coalesce(func.sum(AccountEntry.amount), 0))
    .where(
        AccountEntry.business_id == StaffBooking.business_id,
        AccountEntry.id == StaffBooking.id,
        AccountEntry.customer_id == Booking.customer_id,
        AccountEntry.kind == EntryKind.CREDIT,
    )
    .correlate(StaffBooking, Booking)
    .scalar_subquery()
)

_OF_BOOKING = and_(Booking.business_id == StaffBooking.business_id, Booking.id == StaffBooking.booking_id)

STAFF_BOOKINGS = (
    Invariant(
        "What was left to pay of a booking by staff was paid by the account, or waived; nothing by card",
        count_of(StaffBooking, StaffBooking.amount > 0),
        select(StaffBooking.id.label("staff_booking"), Booking.reference, StaffBooking.amount)
        .join(Booking, _OF_BOOKING)
        .where(
            or_(
                Booking.to_pay != 0,
                StaffBooking.amount
                > case((StaffBooking.how == HowPaid.WAIVED, Booking.waived), else_=Booking.balance_used),
            )
        ),
    ),
    Invariant(
        "Money taken at the desk is on the client's account, once, and no other money is",
        count_of(StaffBooking, _AT_DESK),
        select(StaffBooking.id.label("staff_booking"), StaffBooking.amount, _CREDITED.label("credited"))
        .join(Booking, _OF_BOOKING)
        .where(case((_AT_DESK, StaffBooking.amount), else_=0) != _CREDITED),
    ),
)
