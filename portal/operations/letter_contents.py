"""What each kind of letter says: its facts are read, and the letter is printed."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from portal.gateways.letter_tokens import Addressee, LetterTokens
from portal.gateways.letterpress import print_letter
from portal.gateways.post import Sheet
from portal.gateways.wording import wording_of
from portal.models.booking_letters import ToldBooking, told_booking
from portal.models.business import BusinessFacts
from portal.models.businesses import business_of
from portal.models.instalment_pages import told_instalment
from portal.models.letters import LetterKind
from portal.models.offer_letters import told_offer
from portal.models.people import LinkPurpose
from portal.models.told_classes import told_class
from portal.operations.letters import DueLetter
from portal.operations.mailed_links import INVITATION_LASTS, LASTS
from portal.operations.reminder_contents import TOLD_IN_THE_MORNING, NotSoAnyMore
from portal.rules.declines import decline_words
from portal.rules.kept_sentences import read_back
from portal.rules.roles import ROLE_NAMES, Role


def printed_sheet(due: DueLetter, *, tokens: LetterTokens, now: datetime) -> Sheet:
    """A due letter, ready for the post; its links lead to the business's public address (B1).

    A reminder also says where its reader chooses to get no more. Raises NotSoAnyMore where what it was to
    tell of has changed.
    """
    business = business_of(due.business_id)
    told = _told(business, due, now)
    choices = _choices_address(business, told.get("addressee"), tokens)
    printed = print_letter(
        due.kind.value,
        business=business,
        wording=wording_of(locale=business.locale, zone=business.zone, currency=business.currency, now=now),
        address=public_address(business),
        name=due.to_name,
        email=due.to_email,
        choices=choices,
        **told,
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
        choices=choices,
    )


def public_address(business: BusinessFacts) -> str:
    """What links in letters begin with (B1)."""
    return business.public_address.rstrip("/")


def _told(business: BusinessFacts, due: DueLetter, now: datetime) -> dict[str, Any]:
    """What the letter's own kind tells."""
    if due.kind is LetterKind.PLACE_OFFERED:
        return _of_offer(business, due, now)
    if due.kind in TOLD_IN_THE_MORNING:
        return TOLD_IN_THE_MORNING[due.kind](business, due, now)
    return _FACTS[due.kind](business, due)


def _choices_address(business: BusinessFacts, addressee: Addressee | None, tokens: LetterTokens) -> str:
    """Where the reader of a reminder chooses; nothing for other letters."""
    if addressee is None:
        return ""
    return f"{public_address(business)}/letters/{tokens.token_of(business.id, addressee)}"


def _of_booking(business: BusinessFacts, due: DueLetter) -> dict[str, Any]:
    booking = told_booking(business.id, UUID(due.facts["booking_id"]))
    return {
        "booking": booking,
        "booking_path": booking_path(booking),
        "calendar_path": booking_path(booking, ".ics"),
    }


def _of_refund(business: BusinessFacts, due: DueLetter) -> dict[str, Any]:
    return _of_booking(business, due) | {
        "paid_twice": due.facts.get("paid_twice", False),
        "of_move": due.facts["amount"] if due.facts.get("of_move") else 0,
    }


def _of_cancellation(business: BusinessFacts, due: DueLetter) -> dict[str, Any]:
    of_booking = _of_booking(business, due)
    told = [ticket for ticket in of_booking["booking"].tickets if str(ticket.id) in due.facts["ticket_ids"]]
    return of_booking | {
        "tickets": told,
        "by_studio": due.facts["by_studio"],
        "sentences": [read_back(sentence) for sentence in due.facts["sentences"]],
        "to_card": due.facts["to_card"],
    }


def _of_class(business: BusinessFacts, due: DueLetter) -> dict[str, Any]:
    """For who booked, or for who stood in line and has no booking."""
    about = {
        "it": told_class(business.id, UUID(due.facts["class_session_id"])),
        "reason": due.facts["reason"],
        "booking": None,
    }
    if "booking_id" not in due.facts:
        return about
    return {
        **about,
        **_of_booking(business, due),
        "tickets": due.facts["tickets"],
        "sentences": [read_back(sentence) for sentence in due.facts["sentences"]],
        "to_card": due.facts["to_card"],
    }


def _of_transfer(business: BusinessFacts, due: DueLetter) -> dict[str, Any]:
    of_booking = _of_booking(business, due)
    by_id = {str(ticket.id): ticket for ticket in of_booking["booking"].tickets}
    return of_booking | {
        "left": by_id[due.facts["from_ticket_id"]],
        "moved_to": by_id[due.facts["to_ticket_id"]],
        "by_studio": due.facts["by_studio"],
        "sentences": [read_back(sentence) for sentence in due.facts["sentences"]],
        "to_card": due.facts["to_card"],
    }


def _of_sent_refund(business: BusinessFacts, due: DueLetter) -> dict[str, Any]:
    about = {"amount": due.facts["amount"], "what_for": due.facts["what_for"], "booking": None}
    return about | _of_booking(business, due) if due.facts["booking_id"] else about


def _of_failed_payment(business: BusinessFacts, due: DueLetter) -> dict[str, Any]:
    next_try_on = due.facts["next_try_on"]
    return {
        "instalment": told_instalment(business.id, UUID(due.facts["instalment_id"])),
        "why": decline_words(due.facts["decline_code"]).customer,
        "failed_on": date.fromisoformat(due.facts["failed_on"]),
        "next_try_on": date.fromisoformat(next_try_on) if next_try_on else None,
    }


def _of_offer(business: BusinessFacts, due: DueLetter, now: datetime) -> dict[str, Any]:
    offer = told_offer(business.id, UUID(due.facts["waiting_entry_id"]), now=now)
    if offer is None:
        raise NotSoAnyMore
    return {"offer": offer}


def booking_path(booking: ToldBooking, ending: str = "") -> str:
    """Where a booking is found; with its secret for a guest, who has nothing else to show (R5)."""
    path = f"/bookings/{booking.reference}{ending}"
    return f"{path}?secret={booking.secret}" if booking.is_guests else path


def _of_link(purpose: LinkPurpose) -> Callable[[BusinessFacts, DueLetter], dict[str, Any]]:
    def facts(_business: BusinessFacts, due: DueLetter) -> dict[str, Any]:
        invited = "invited" in due.facts  # by staff, who put them on the books
        lasts = INVITATION_LASTS if invited else LASTS[purpose]
        return {"token": due.facts["token"], "works_until": due.created_at + lasts, "invited": invited}

    return facts


def _of_invitation(business: BusinessFacts, due: DueLetter) -> dict[str, Any]:
    return _of_link(LinkPurpose.STAFF_INVITATION)(business, due) | {
        "role_name": ROLE_NAMES[Role(due.facts["role"])],
        "by": due.facts["by"],
    }


def _nothing_else(_business: BusinessFacts, _due: DueLetter) -> dict[str, Any]:
    return {}


_FACTS: dict[LetterKind, Callable[[BusinessFacts, DueLetter], dict[str, Any]]] = {
    LetterKind.BOOKING_CONFIRMED: _of_booking,
    LetterKind.BOOKING_REFUNDED: _of_refund,
    LetterKind.AUTO_PAYMENT_FAILED: _of_failed_payment,
    LetterKind.CONFIRM_EMAIL: _of_link(LinkPurpose.CONFIRM_EMAIL),
    LetterKind.RESET_PASSWORD: _of_link(LinkPurpose.RESET_PASSWORD),
    LetterKind.TICKET_CANCELLED: _of_cancellation,
    LetterKind.CLASS_CANCELLED: _of_class,
    LetterKind.REFUND_SENT: _of_sent_refund,
    LetterKind.TICKET_MOVED: _of_transfer,
    LetterKind.ALREADY_REGISTERED: _nothing_else,
    LetterKind.NO_ACCOUNT: _nothing_else,
    LetterKind.STAFF_INVITATION: _of_invitation,
    LetterKind.TWO_FACTOR_RESET: _nothing_else,
}
