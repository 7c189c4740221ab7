"""Why a bank said no, in plain words: for staff, and for the customer who can do something about it (M1)."""

from dataclasses import dataclass

from portal.rules.sentences import Sentence

NO_CARD = "no_card_on_file"
"""Our own word for a charge that could not be tried: nothing is on file."""

HOLDER_WANTED = "authentication_required"


@dataclass(frozen=True, slots=True)
class DeclineWords:
    """One reason twice: as staff read it, and as the customer does."""

    staff: Sentence
    customer: Sentence


def decline_words(code: str) -> DeclineWords:
    """The words for Stripe's reason; one that is unknown, or that a shop must not tell of, is a plain no."""
    staff, customer = _WORDS.get(code, _PLAIN_NO)
    return DeclineWords(Sentence(staff), Sentence(customer))


_PLAIN_NO = (
    "The bank declined the card and gave no reason.",
    "Your bank declined the card. It can tell you why; or pay with another card.",
)
_FUNDS = (
    "There was not enough money on the card's account.",
    "There was not enough money on the card's account.",
)
_EXPIRED = ("The card has expired.", "Your card has expired. Please pay with another card.")
_HOLDER = (
    "The bank wants the customer to approve the payment in person.",
    "Your bank wants you to approve this payment yourself.",
)
_LIMIT = (
    "The card has reached a limit for payments or amounts.",
    "Your card has reached a limit that your bank sets for payments.",
)
_AGAIN = (
    "The bank could not be reached, or could not process the payment.",
    "Your bank could not process the payment just then.",
)
_UNFIT = (
    "The card cannot be used for this kind of payment or currency.",
    "Your card cannot be used for this payment. Please pay with another card.",
)
_GONE = (
    "The card is no longer on file at Stripe.",
    "The card that we had on file can no longer be charged. Please pay with another card.",
)
_NO_CARD = ("No card is on file.", "We have no card of yours on file.")
_LOST = (
    "The card was reported lost or stolen. Do not mention this to the customer.",
    "Your bank declined the card. It can tell you why; or pay with another card.",
)

_WORDS = {
    NO_CARD: _NO_CARD,
    "insufficient_funds": _FUNDS,
    "expired_card": _EXPIRED,
    HOLDER_WANTED: _HOLDER,
    "authentication_not_handled": _HOLDER,
    "card_velocity_exceeded": _LIMIT,
    "withdrawal_count_limit_exceeded": _LIMIT,
    "card_decline_rate_limit_exceeded": _LIMIT,
    "processing_error": _AGAIN,
    "issuer_not_available": _AGAIN,
    "reenter_transaction": _AGAIN,
    "try_again_later": _AGAIN,
    "card_not_supported": _UNFIT,
    "currency_not_supported": _UNFIT,
    "invalid_account": _UNFIT,
    "new_account_information_available": _UNFIT,
    "resource_missing": _GONE,
    "payment_method_unactivated": _GONE,
    "lost_card": _LOST,
    "stolen_card": _LOST,
    "pickup_card": _LOST,
}
