"""What each kind of letter says: its facts are read, and the letter is printed."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from portal.gateways.letterpress import print_letter
from portal.gateways.post import Sheet
from portal.gateways.wording import wording_of
from portal.models.booking_letters import ToldBooking, told_booking
from portal.models.business import BusinessFacts
from portal.models.businesses import business_of
from portal.models.letters import LetterKind
from portal.models.people import LinkPurpose
from portal.operations.letters import DueLetter
from portal.operations.mailed_links import LASTS


def printed_sheet(due: DueLetter, *, now: datetime) -> Sheet:
    """A due letter, ready for the post; its links lead to the business's public address (B1)."""
    business = business_of(due.business_id)
    printed = print_letter(
        due.kind.value,
        business=business,
        wording=wording_of(locale=business.locale, zone=business.zone, currency=business.currency, now=now),
        address=business.public_address.rstrip("/"),
        name=due.to_name,
        email=due.to_email,
        **_FACTS[due.kind](business, due),
    )
    return Sheet(
        business_id=business.id,
        letter_id=due.id,
        from_name=business.name,
        from_email=business.contact_email,
        to_name=due.to_name,
        to_email=due.to_email,
        subject=printed.subject,
        text=printed.text,
        html=printed.html,
        written_at=now,
    )


def _of_booking(business: BusinessFacts, due: DueLetter) -> dict[str, Any]:
    booking = told_booking(business.id, UUID(due.facts["booking_id"]))
    return {
        "booking": booking,
        "booking_path": booking_path(booking),
        "calendar_path": booking_path(booking, ".ics"),
    }


def _of_refund(business: BusinessFacts, due: DueLetter) -> dict[str, Any]:
    return _of_booking(business, due) | {"paid_twice": due.facts.get("paid_twice", False)}


def booking_path(booking: ToldBooking, ending: str = "") -> str:
    """Where a booking is found; with its secret for a guest, who has nothing else to show (R5)."""
    path = f"/bookings/{booking.reference}{ending}"
    return f"{path}?secret={booking.secret}" if booking.is_guests else path


def _of_link(purpose: LinkPurpose) -> Callable[[BusinessFacts, DueLetter], dict[str, Any]]:
    def facts(_business: BusinessFacts, due: DueLetter) -> dict[str, Any]:
        return {"token": due.facts["token"], "works_until": due.created_at + LASTS[purpose]}

    return facts


def _nothing_else(_business: BusinessFacts, _due: DueLetter) -> dict[str, Any]:
    return {}


_FACTS: dict[LetterKind, Callable[[BusinessFacts, DueLetter], dict[str, Any]]] = {
    LetterKind.BOOKING_CONFIRMED: _of_booking,
    LetterKind.BOOKING_REFUNDED: _of_refund,
    LetterKind.CONFIRM_EMAIL: _of_link(LinkPurpose.CONFIRM_EMAIL),
    LetterKind.RESET_PASSWORD: _of_link(LinkPurpose.RESET_PASSWORD),
    LetterKind.ALREADY_REGISTERED: _nothing_else,
    LetterKind.NO_ACCOUNT: _nothing_else,
}
