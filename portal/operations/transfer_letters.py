"""The letter that tells of a moved ticket, whoever moved it (C4, C7)."""

from collections.abc import Sequence
from datetime import datetime

from portal.models.bookings import Booking
from portal.models.letters import LetterKind
from portal.models.transfers import TicketTransfer
from portal.operations.letters import write_letter
from portal.rules.kept_sentences import kept
from portal.rules.sentences import Money, Sentence
from portal.rules.transferring import Mover, TransferForecast
from portal.rules.transferring_words import told_in_letter


def tell_of_transfer(
    booking: Booking, transfer: TicketTransfer, forecast: TransferForecast, *, now: datetime
) -> None:
    """Put a letter into the outbox about one move, with what it brought in sentences."""
    sentences = told_in_letter(forecast)
    by_studio = forecast.by is Mover.STAFF
    _write(booking, transfer, sentences, by_studio=by_studio, to_card=forecast.to_card, now=now)


def tell_of_paid_transfer(booking: Booking, transfer: TicketTransfer, *, now: datetime) -> None:
    """The same of a move whose difference has come."""
    amount = Money(transfer.to_pay, booking.currency)
    paid = Sentence("It costs {amount} more, which you have paid by card.", {"amount": amount})
    _write(booking, transfer, (paid,), by_studio=False, to_card=0, now=now)


def _write(
    booking: Booking,
    transfer: TicketTransfer,
    sentences: Sequence[Sentence],
    *,
    by_studio: bool,
    to_card: int,
    now: datetime,
) -> None:
    write_letter(
        booking.business_id,
        LetterKind.TICKET_MOVED,
        to_email=booking.email,
        to_name=booking.name,
        facts={
            "booking_id": str(booking.id),
            "from_ticket_id": str(transfer.from_ticket_id),
            "to_ticket_id": str(transfer.to_ticket_id),
            "by_studio": by_studio,
            "sentences": [kept(sentence) for sentence in sentences],
            "to_card": to_card,
        },
        now=now,
    )
