"""Bookings whose customers walked away and whose money comes after all: copies of one that was truly made."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select

from portal.gateways.stripe_objects import CheckoutSession
from portal.models.audit import AuditEntry
from portal.models.bookings import Booking, Ticket
from portal.models.database import Base, db, end_reading, new_id, transaction
from portal.models.payments import CheckoutAttempt
from tests.races.shoppers import Told
from tests.studio import ABooking, AClass

NEW_EACH_TIME = ("id", "line_id", "session_id")


def more_like(booking: ABooking, classes: Sequence[AClass]) -> list[UUID]:
    """The same customer did the same for other classes, one after another, and walked away each time: the ids
    of the attempts to pay.

    Each has basket lines of its own, so that nothing but what they claim brings them together.
    """
    attempts: list[UUID] = []
    found = _row(Booking, booking.id)
    tickets = _rows(Ticket, Ticket.booking_id == booking.id)
    (attempt,) = _rows(CheckoutAttempt, CheckoutAttempt.booking_id == booking.id)
    entries = _rows(AuditEntry, AuditEntry.subject_id == booking.id)
    end_reading()
    with transaction():
        for other in classes:
            again = _copy(Booking, found, reference=str(new_id().int)[-10:])
            for ticket in tickets:
                _copy(Ticket, ticket, booking_id=again, class_session_id=other.id)
            for entry in entries:
                _copy(AuditEntry, entry, subject_id=again)
            attempts.append(_copy(CheckoutAttempt, attempt, booking_id=again))
    return attempts


def paid_after_all(booking: ABooking, attempt_id: UUID, *, now: datetime) -> Told:
    """Stripe tells that the session of an attempt was paid."""
    (attempt,) = _rows(CheckoutAttempt, CheckoutAttempt.id == attempt_id)
    end_reading()
    session = CheckoutSession(
        id=f"cs_{attempt_id.hex}",
        url=None,
        status="complete",
        paid=True,
        amount=attempt["amount"],
        currency=attempt["currency"],
        payment_intent=f"pi_{attempt_id.hex}",
        attempt_id=attempt_id,
        business_id=booking.business.id,
    )
    return Told(booking.business, session, now)


def _row(model: type[Base], row_id: UUID) -> dict[str, Any]:
    (row,) = _rows(model, model.__table__.c.id == row_id)
    return row


def _rows(model: type[Base], where: Any) -> list[dict[str, Any]]:
    return [dict(row) for row in db.session.execute(select(model.__table__).where(where)).mappings()]


def _copy(model: type[Base], row: dict[str, Any], **changed: object) -> UUID:
    fresh: dict[str, Any] = {"id": new_id(), "line_id": new_id(), "session_id": None}
    values = {**row, **{name: fresh[name] for name in NEW_EACH_TIME if name in row}, **changed}
    db.session.execute(insert(model).values(values))
    made: UUID = values["id"]
    return made
