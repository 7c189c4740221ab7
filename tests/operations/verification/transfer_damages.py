"""How each invariant about moved tickets is broken behind the portal's back."""

from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import Executable, delete, insert, select, update

from portal.models.accounts import AccountCheckout, AccountEntry
from portal.models.audit import AuditEntry
from portal.models.bookings import Ticket
from portal.models.database import db, new_id
from portal.models.letters import Letter, LetterKind
from portal.models.payments import Payment, Refund
from portal.models.transfers import TicketTransfer, TransferStatus
from tests.operations.verification.busy_studio import BusyStudio
from tests.studio import NOW, ABooking

Damage = Callable[[BusyStudio], Iterable[Executable]]


def _of(booking: ABooking) -> TicketTransfer:
    """The move of a booking's only ticket."""
    found = db.session.scalars(
        select(TicketTransfer)
        .join(Ticket, Ticket.id == TicketTransfer.to_ticket_id)
        .where(Ticket.booking_id == booking.id)
    ).one()
    db.session.close()
    return found


def _move(booking: ABooking, **values: object) -> Executable:
    return update(TicketTransfer).where(TicketTransfer.id == _of(booking).id).values(**values)


def _ticket(ticket_id: UUID, **values: object) -> Executable:
    return update(Ticket).where(Ticket.id == ticket_id).values(**values)


def _copy_of(model: Any, condition: Any) -> Executable:
    row = dict(db.session.execute(select(*model.__table__.c).where(condition)).first()._mapping)  # type: ignore[union-attr]
    db.session.close()
    return insert(model).values(**row | {"id": new_id()})


TRANSFER_DAMAGES: dict[str, list[Damage]] = {
    "A ticket is moved within its confirmed booking to another class, and its pass with it": [
        lambda s: [_ticket(_of(s.moves.by_pass).to_ticket_id, class_pass_id=s.unlimited.id)],
        lambda s: [_ticket(_of(s.moves.cheaper).to_ticket_id, booking_id=s.moves.dearer.id)],
    ],
    "The share of a discount moves along, as far as the new ticket costs so much": [
        lambda s: [_ticket(_of(s.moves.cheaper).to_ticket_id, discount=1)],
    ],
    "A dearer class costs its difference, to the penny: paid, charged or waived": [
        lambda s: [_move(s.moves.dearer, to_pay=299)],
        lambda s: [_move(s.moves.cheaper, waived=1)],
    ],
    "What a cheaper class gives back is no more than it costs less": [
        lambda s: [_move(s.moves.cheaper, refund=201)],
    ],
    "What a move gives back went to the card or the account, to the penny, or failed there": [
        lambda s: [delete(Refund).where(Refund.ticket_transfer_id == _of(s.moves.cheaper).id)],
        lambda s: [_copy_of(Refund, Refund.ticket_transfer_id == _of(s.moves.cheaper).id)],
    ],
    "What a move charges is on the client's account, once": [
        lambda s: [delete(AccountEntry).where(AccountEntry.ticket_transfer_id == _of(s.moves.charged).id)],
        lambda s: [
            update(AccountEntry)
            .where(AccountEntry.ticket_transfer_id == _of(s.moves.charged).id)
            .values(amount=-1)
        ],
    ],
    "A move with a difference to be paid is confirmed by its payment alone, and waits while one may come": [
        lambda s: [_move(s.moves.waits, status=TransferStatus.CONFIRMED, confirmed_at=NOW)],
        lambda s: [
            update(AccountCheckout)
            .where(AccountCheckout.ticket_transfer_id == _of(s.moves.waits).id)
            .values(closed_at=NOW)
        ],
        lambda s: [
            update(AccountCheckout)
            .where(AccountCheckout.ticket_transfer_id == _of(s.moves.dearer).id)
            .values(amount=1)
        ],
    ],
    "Every difference that came is a payment of the ticket's booking": [
        lambda s: [delete(Payment).where(Payment.booking_id == s.moves.dearer.id, Payment.amount == 300)],
    ],
    "The audit tells of every ticket moved, and so does a letter": [
        lambda _: [delete(AuditEntry).where(AuditEntry.act == "ticket.moved")],
        lambda _: [_copy_of(AuditEntry, AuditEntry.act == "ticket.moved")],
        lambda _: [delete(Letter).where(Letter.kind == LetterKind.TICKET_MOVED)],
    ],
}
