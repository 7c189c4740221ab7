"""What staff call each kind of letter, and when it is sent."""

from dataclasses import dataclass

from portal.models.letters import LetterKind


@dataclass(frozen=True, slots=True)
class KindWords:
    """A kind of letter: its name, when it goes out, and whether its reader can refuse it."""

    name: str
    when: str
    can_be_refused: bool = False


WORDS = {
    LetterKind.BOOKING_CONFIRMED: KindWords("Booking confirmed", "As soon as a booking is made or paid."),
    LetterKind.REMINDER: KindWords(
        "Reminder of a class",
        "The day before a class, from 8 in the morning; one letter for all classes of the day.",
        can_be_refused=True,
    ),
    LetterKind.TICKET_CANCELLED: KindWords(
        "Tickets cancelled", "As soon as a customer or the studio cancels tickets."
    ),
    LetterKind.TICKET_MOVED: KindWords(
        "Ticket moved", "As soon as a ticket is moved to another class, and its difference is paid."
    ),
    LetterKind.PLACE_OFFERED: KindWords(
        "Place on offer", "As soon as a place comes free for the next person on a waiting list."
    ),
    LetterKind.CLASS_CANCELLED: KindWords(
        "Class cancelled", "When the studio cancels a class, to whoever booked it or stood in line for it."
    ),
    LetterKind.REFUND_SENT: KindWords(
        "Refund on its way", "Once a refund to a card that the studio or a cancellation made has gone out."
    ),
    LetterKind.BOOKING_REFUNDED: KindWords(
        "Payment returned", "When a payment comes after its places were let go of, or twice."
    ),
    LetterKind.PASS_NEARLY_USED_UP: KindWords(
        "Pass nearly used up", "The morning after a pass has come down to 2 uses.", can_be_refused=True
    ),
    LetterKind.PASS_NEARLY_OVER: KindWords(
        "Pass nearly over", "A week before the last day of a pass, in the morning.", can_be_refused=True
    ),
    LetterKind.AUTO_PAYMENT_FAILED: KindWords(
        "Auto-payment failed", "As soon as a card declines an instalment of a pass."
    ),
    LetterKind.BALANCE_DUE: KindWords(
        "Balance due", "The morning after a charge leaves a client owing on their account."
    ),
    LetterKind.CONFIRM_EMAIL: KindWords("Finish your account", "When somebody registers."),
    LetterKind.ALREADY_REGISTERED: KindWords(
        "Account exists already", "When somebody registers an address that has an account."
    ),
    LetterKind.RESET_PASSWORD: KindWords("Set a new password", "When a customer has forgotten theirs."),
    LetterKind.NO_ACCOUNT: KindWords(
        "No account", "When somebody asks for a new password for an address without an account."
    ),
    LetterKind.STAFF_INVITATION: KindWords(
        "Invitation to staff", "When an owner invites somebody to work here, or sends that again."
    ),
    LetterKind.TWO_FACTOR_RESET: KindWords(
        "Two-factor sign-in reset", "When an owner resets a colleague’s two-factor sign-in."
    ),
}
"""Every kind, in the order in which the page lists them."""
