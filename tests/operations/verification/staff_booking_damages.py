"""How each invariant about bookings by staff is broken behind the portal's back."""

from collections.abc import Callable, Iterable

from sqlalchemy import Executable, select, update

from portal.models.accounts import AccountEntry
from portal.models.bookings import Booking
from portal.models.staff_bookings import HowPaid, StaffBooking
from tests.operations.verification.busy_studio import BusyStudio

Damage = Callable[[BusyStudio], Iterable[Executable]]


def _how(was: HowPaid, **values: object) -> Executable:
    return update(StaffBooking).where(StaffBooking.how == was).values(**values)


STAFF_BOOKING_DAMAGES: dict[str, list[Damage]] = {
    "What was left to pay of a booking by staff was paid by the account, or waived; nothing by card": [
        lambda _: [_how(HowPaid.WAIVED, how=HowPaid.ACCOUNT)],
        lambda _: [_how(HowPaid.ACCOUNT, amount=1201)],
        lambda _: [
            update(Booking)
            .where(Booking.id.in_(select(StaffBooking.booking_id).where(StaffBooking.how == HowPaid.ACCOUNT)))
            .values(to_pay=1200, balance_used=0)
        ],
    ],
    "Money taken at the desk is on the client's account, once, and no other money is": [
        lambda _: [_how(HowPaid.CASH, how=HowPaid.ACCOUNT)],
        lambda _: [_how(HowPaid.ACCOUNT, how=HowPaid.TERMINAL)],
        lambda _: [
            update(AccountEntry)
            .where(AccountEntry.id.in_(select(StaffBooking.id).where(StaffBooking.how == HowPaid.CASH)))
            .values(amount=1)
        ],
    ],
}
