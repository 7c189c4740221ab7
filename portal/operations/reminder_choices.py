"""Whether somebody wants reminders: kept with their account, or, without one, by their address."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, delete, select, update

from portal.gateways.letter_tokens import Addressee, Reader
from portal.models.bookings import Booking
from portal.models.database import db, insert_if_absent, rows_changed, table_of
from portal.models.letters import ReminderRefusal
from portal.models.people import Customer, email_key
from portal.operations.auditing import Actor, write_audit

_customer = table_of(Customer)
_booking = table_of(Booking)
_refusal = table_of(ReminderRefusal)

_ADDRESS = {
    Reader.CUSTOMER: select(_customer.c.email).where(
        _customer.c.business_id == bindparam("business_id"), _customer.c.id == bindparam("id")
    ),
    Reader.GUEST: select(_booking.c.email).where(
        _booking.c.business_id == bindparam("business_id"), _booking.c.id == bindparam("id")
    ),
}

_REFUSED = select(_refusal.c.id).where(
    _refusal.c.business_id == bindparam("business_id"), _refusal.c.email_key == bindparam("key")
)

_REFUSED_IN_ACCOUNT = select(_customer.c.id).where(
    _customer.c.business_id == bindparam("business_id"),
    _customer.c.email_key == bindparam("key"),
    ~_customer.c.wants_reminders,
)

_CHOOSE_IN_ACCOUNT = (
    update(_customer)
    .where(
        _customer.c.business_id == bindparam("of_business"),
        _customer.c.email_key == bindparam("key"),
        _customer.c.wants_reminders != bindparam("wants"),
    )
    .values(wants_reminders=bindparam("wants"))
)

_FORGET_REFUSAL = delete(_refusal).where(
    _refusal.c.business_id == bindparam("of_business"), _refusal.c.email_key == bindparam("key")
)


def address_of(business_id: UUID, addressee: Addressee) -> str | None:
    """The address that a letter's reader is written to; None where there is no such person (any more)."""
    keys = {"business_id": business_id, "id": addressee.id}
    address: str | None = db.session.scalar(_ADDRESS[addressee.reader], keys)
    return address


def wants_reminders(business_id: UUID, address: str) -> bool:
    """Whether reminders go to an address."""
    keys = {"business_id": business_id, "key": email_key(address)}
    return not any(db.session.execute(asked, keys).first() for asked in (_REFUSED, _REFUSED_IN_ACCOUNT))


def choose_reminders(business_id: UUID, address: str, *, wants: bool, actor: Actor, now: datetime) -> bool:
    """Keep whether reminders go to an address, in the account under it and for what is booked without one.

    Chosen twice, it is chosen; says whether it changed. Whoever reads the letters of an address may choose
    for it.
    """
    keys = {"of_business": business_id, "key": email_key(address)}
    changed = rows_changed(_CHOOSE_IN_ACCOUNT, {**keys, "wants": wants}) > 0
    customer = db.session.scalars(
        select(Customer).where(Customer.business_id == business_id, Customer.email_key == email_key(address))
    ).one_or_none()
    if wants:
        changed |= rows_changed(_FORGET_REFUSAL, keys) > 0
    elif customer is None:
        changed = insert_if_absent(
            ReminderRefusal, business_id=business_id, email_key=email_key(address), at=now
        )
    if changed and customer is not None:
        write_audit(
            actor,
            "customer.reminders_chosen",
            customer,
            now=now,
            before={"wants_reminders": not wants},
            after={"wants_reminders": wants},
        )
        db.session.flush()
    return changed
