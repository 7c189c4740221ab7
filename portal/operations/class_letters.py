"""The letters that tell of a class which the studio cancelled: one a booking, and one for who waited (C6)."""

from collections.abc import Iterable
from datetime import datetime

from portal.models.bookings import Booking
from portal.models.class_cancellations import ClassCancellation
from portal.models.letters import LetterKind
from portal.operations.ended_waiting_lists import WhoWaited
from portal.operations.letters import write_letter
from portal.rules.cancelling import Forecast
from portal.rules.class_cancelling_words import told_of_class
from portal.rules.kept_sentences import kept


def tell_of_class(
    cancellation: ClassCancellation, booking: Booking, forecast: Forecast, *, now: datetime
) -> None:
    """One letter about a booking's tickets for the class, with what it brought in sentences.

    Its key is the first ticket, which is cancelled once only.
    """
    tickets = sorted(outcome.ticket.id for outcome in forecast.tickets)
    write_letter(
        booking.business_id,
        LetterKind.CLASS_CANCELLED,
        to_email=booking.email,
        to_name=booking.name,
        facts={
            **_of_class(cancellation),
            "booking_id": str(booking.id),
            "tickets": len(tickets),
            "sentences": [kept(sentence) for sentence in told_of_class(forecast)],
            "to_card": forecast.to_card,
        },
        now=now,
        once_key=f"class_cancelled:{tickets[0]}",
    )


def tell_who_waited(cancellation: ClassCancellation, waited: Iterable[WhoWaited], *, now: datetime) -> None:
    """One letter to everybody who stood in line for the class."""
    for it in waited:
        write_letter(
            cancellation.business_id,
            LetterKind.CLASS_CANCELLED,
            to_email=it.email,
            to_name=it.name,
            facts=_of_class(cancellation) | {"waiting_entry_id": str(it.entry_id)},
            now=now,
            once_key=f"class_cancelled:{it.entry_id}",
        )


def _of_class(cancellation: ClassCancellation) -> dict[str, object]:
    return {"class_session_id": str(cancellation.class_session_id), "reason": cancellation.reason}
