"""The letter that tells of cancelled tickets, whoever cancelled them (C4)."""

from datetime import datetime

from portal.models.bookings import Booking
from portal.models.letters import LetterKind
from portal.operations.letters import write_letter
from portal.rules.cancelling import Canceller, Forecast
from portal.rules.cancelling_words import told
from portal.rules.kept_sentences import kept


def tell_of_cancellation(booking: Booking, forecast: Forecast, *, now: datetime) -> None:
    """Put one letter into the outbox about all tickets of one act, with what it brought in sentences."""
    write_letter(
        booking.business_id,
        LetterKind.TICKET_CANCELLED,
        to_email=booking.email,
        to_name=booking.name,
        facts={
            "booking_id": str(booking.id),
            "ticket_ids": [str(outcome.ticket.id) for outcome in forecast.tickets],
            "by_studio": forecast.by is Canceller.STAFF,
            "sentences": [kept(sentence) for sentence in told(forecast, Canceller.CLIENT)],
            "to_card": forecast.to_card,
        },
        now=now,
    )
