"""Each booking preference in words, with what customers read because of it (C2, C4)."""

from dataclasses import dataclass

from portal.rules.preferences import Preferences, RefundTo
from portal.rules.sentences import Count, Sentence
from portal.web.visitor import business
from portal.web.wording import say

RETURNS_USE = "Return use to pass upon ticket cancellation"
MAY_CANCEL = "Customers may cancel by themselves"
CANCEL_HOURS = "How many hours before the class they may cancel"
MAY_TRANSFER = "Customers may move tickets by themselves"
TRANSFER_HOURS = "How many hours before the class they may move"
REFUND = "Refund"
OFFER_MINUTES = "How many minutes a free place is on offer to the next in line"

REFUNDS = {
    RefundTo.NONE: "None",
    RefundTo.CARD: "To the card that paid",
    RefundTo.ACCOUNT: "To the client’s account",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """A preference as it stands, and what customers see because of it."""

    question: str
    answer: str
    told: str


def answers_on_cancelling(preferences: Preferences) -> tuple[Answer, ...]:
    """The section Cancellations, Transfers & Refunds."""
    contact = business().contact_email
    may_cancel, may_move = preferences.customers_may_cancel, preferences.customers_may_transfer
    return (
        Answer(
            RETURNS_USE,
            _yes_or_no(preferences.returns_use),
            "Customers read: “One use goes back to your 10-class pass.”"
            if preferences.returns_use
            else "Customers read: “The use of your 10-class pass is not returned.”",
        ),
        Answer(
            MAY_CANCEL,
            _yes_or_no(may_cancel),
            "Each booking to come has Cancel ticket."
            if may_cancel
            else f"Each booking to come says whom to write to: {contact}.",
        ),
        Answer(CANCEL_HOURS, _before(preferences.cancel_hours), _told_of_cancel_hours(preferences)),
        Answer(
            MAY_TRANSFER,
            _yes_or_no(may_move),
            "Each booking to come has Move to another class."
            if may_move
            else "Bookings to come have no Move to another class; staff can still move tickets.",
        ),
        Answer(TRANSFER_HOURS, _before(preferences.transfer_hours), _told_of_transfer_hours(preferences)),
        Answer(REFUND, REFUNDS[preferences.refund_to], _told_of_refund(preferences.refund_to)),
    )


def answers_on_waiting(preferences: Preferences) -> tuple[Answer, ...]:
    """The section Waiting lists."""
    minutes = Sentence("{minutes}", {"minutes": Count(preferences.offer_minutes, "minute", "minutes")})
    return (
        Answer(
            OFFER_MINUTES,
            say(minutes),
            "When a place comes free in a full class, the next in line gets an e-mail, and the place is kept"
            " for them that long, but never beyond the start of the class. Then it goes to the next.",
        ),
    )


def _yes_or_no(answer: bool) -> str:  # noqa: FBT001  the answer is all there is
    return "Yes" if answer else "No"


def _before(hours: int) -> str:
    if hours == 0:
        return "Until it starts"
    return say(Sentence("{hours} before", {"hours": Count(hours, "hour", "hours")}))


def _told_of_cancel_hours(preferences: Preferences) -> str:
    if not preferences.customers_may_cancel:
        return "Staff who cancel for a client see whether it is in time."
    if preferences.cancel_hours == 0:
        return "Customers read until when they can cancel: until the class starts."
    return (
        "Customers read until when they can cancel. After that, and until the class starts, they may still"
        " give up the place: no use and no money comes back, and the page says so first."
    )


def _told_of_transfer_hours(preferences: Preferences) -> str:
    if not preferences.customers_may_transfer:
        return "Staff who move a ticket see whether it is in time."
    return (
        "Counted from the class they are booked on. Customers read until when they can move their ticket;"
        " after that only staff can."
    )


def _told_of_refund(way: RefundTo) -> str:
    told = {
        RefundTo.NONE: "Customers read: “The £12.00 paid for it is not returned.”",
        RefundTo.CARD: "Customers read: “£12.00 goes back to the card that paid.”",
        RefundTo.ACCOUNT: "Customers read: “£12.00 goes to your account balance.” A guest, who has no"
        " account, gets it back on the card.",
    }[way]
    return f"{told} The same goes for the difference when a ticket is moved to a cheaper class."
