"""Stripe's test cards and what each does (https://docs.stripe.com/testing)."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum

from .errors import CardError


class Authentication(Enum):
    """When a card's bank wants 3-D Secure."""

    NEVER = "never"
    #: On-session always; off-session unless the card was set up for it.
    UNLESS_SET_UP = "unless set up"
    ALWAYS = "always"
    #: Off-session never, as if the card had been set up before.
    ON_SESSION = "on-session only"


@dataclass(frozen=True)
class Decline:
    """Why a bank refuses, in Stripe's codes and its sentence for the customer."""

    message: str
    code: str = "card_declined"
    decline_code: str | None = None
    #: The field that is wrong, by Stripe's name for it.
    param: str | None = None
    #: What Stripe advises the shop to do.
    advice_code: str | None = None

    def error(self) -> CardError:
        """The refusal in Stripe's JSON."""
        return CardError(
            self.message,
            code=self.code,
            decline_code=self.decline_code,
            param=self.param,
            advice_code=self.advice_code,
        )


@dataclass(frozen=True)
class TestCard:
    """One of Stripe's test cards."""

    number: str
    says: str
    tokens: tuple[str, ...] = ()
    brand: str = "visa"
    country: str = "US"
    decline: Decline | None = None
    #: Whether it can be saved, although charging it is declined.
    saves: bool = True
    authentication: Authentication = Authentication.NEVER
    disputed: bool = False
    #: What becomes of a refund a while after it was made: Stripe's status, or None where nothing does.
    refund_becomes: str | None = None

    @property
    def last4(self) -> str:
        """What a receipt shows of the number."""
        return self.number[-4:]

    @property
    def cvc_length(self) -> int:
        """How many digits the security code has."""
        return 4 if self.brand == "amex" else 3

    @property
    def fingerprint(self) -> str:
        """The same for the same number, in every account."""
        return hashlib.sha256(self.number.encode()).hexdigest()[:16]


def wants_its_holder(card: TestCard, *, off_session: bool, set_up: bool) -> bool:
    """Whether the bank asks for 3-D Secure on this payment."""
    match card.authentication:
        case Authentication.NEVER:
            return False
        case Authentication.ALWAYS:
            return True
        case Authentication.ON_SESSION:
            return not off_session
        case Authentication.UNLESS_SET_UP:
            return not (off_session and set_up)


DECLINED = "Your card was declined."
AGAIN, NEVER_AGAIN, CHECK = "try_again_later", "do_not_try_again", "confirm_card_data"
GENERIC = Decline(DECLINED, decline_code="generic_decline", advice_code=AGAIN)
NO_FUNDS = Decline("Your card has insufficient funds.", decline_code="insufficient_funds", advice_code=AGAIN)
LOST = Decline(DECLINED, decline_code="lost_card", advice_code=NEVER_AGAIN)
STOLEN = Decline(DECLINED, decline_code="stolen_card", advice_code=NEVER_AGAIN)
EXPIRED = Decline("Your card has expired.", "expired_card", "expired_card", "exp_month", CHECK)
WRONG_CVC = Decline("Your card's security code is incorrect.", "incorrect_cvc", "incorrect_cvc", "cvc", CHECK)
WRONG_NUMBER = Decline("Your card number is incorrect.", "incorrect_number", param="number")
PROCESSING = Decline(
    "An error occurred while processing your card. Try again in a little bit.",
    code="processing_error",
    decline_code="processing_error",
    advice_code=AGAIN,
)
VELOCITY = Decline(
    "Your card was declined for making repeated attempts too frequently or exceeding its amount limit.",
    decline_code="card_velocity_exceeded",
    advice_code=AGAIN,
)


def _declined(number: str, says: str, why: Decline, *tokens: str) -> TestCard:
    """A card that is declined at once, and cannot be saved."""
    return TestCard(number, f"declined: {says}", tokens, decline=why, saves=False)


def _secured(
    number: str,
    says: str,
    token: str,
    asks: Authentication,
    *,
    decline: Decline | None = None,
    saves: bool = True,
) -> TestCard:
    """A card whose bank asks for 3-D Secure."""
    return TestCard(number, f"3-D Secure {says}", (token,), decline=decline, saves=saves, authentication=asks)


PAYING = (
    TestCard("4242424242424242", "succeeds", ("visa",)),
    TestCard("4000056655665556", "succeeds (debit)", ("visa_debit",)),
    TestCard("5555555555554444", "succeeds (Mastercard)", ("mastercard",), brand="mastercard"),
    TestCard("378282246310005", "succeeds (American Express, CVC of 4 digits)", ("amex",), brand="amex"),
    TestCard("4000008260000000", "succeeds (United Kingdom)", ("gb",), country="GB"),
    TestCard("4000000000003055", "succeeds (3-D Secure possible, not asked)", ("threeDSecureOptional",)),
    TestCard("4000000000000259", "succeeds, then is disputed", ("createDispute",), disputed=True),
    TestCard("4000000000005126", "succeeds; a refund fails later", ("refundFail",), refund_becomes="failed"),
    TestCard(
        "4000000000007726", "succeeds; a refund takes a while", ("pendingRefund",), refund_becomes="succeeded"
    ),
)
DECLINING = (
    _declined("4000000000000002", "no reason given", GENERIC, "chargeDeclined", "visa_chargeDeclined"),
    _declined(
        "4000000000009995",
        "insufficient funds",
        NO_FUNDS,
        "chargeDeclinedInsufficientFunds",
        "visa_chargeDeclinedInsufficientFunds",
    ),
    _declined("4000000000009987", "lost card", LOST, "chargeDeclinedLostCard", "visa_chargeDeclinedLostCard"),
    _declined(
        "4000000000009979", "stolen card", STOLEN, "chargeDeclinedStolenCard", "visa_chargeDeclinedStolenCard"
    ),
    _declined("4000000000000069", "expired card", EXPIRED, "chargeDeclinedExpiredCard"),
    _declined("4000000000000127", "incorrect CVC", WRONG_CVC, "chargeDeclinedIncorrectCvc"),
    _declined("4000000000000119", "processing error", PROCESSING, "chargeDeclinedProcessingError"),
    _declined("4000000000006975", "too many attempts", VELOCITY, "visa_chargeDeclinedVelocityLimitExceeded"),
    _declined("4242424242424241", "incorrect number", WRONG_NUMBER),
    TestCard(
        "4000000000000341", "can be saved; charges are declined", ("chargeCustomerFail",), decline=GENERIC
    ),
)
SECURED = (
    _secured(
        "4000002500003155",
        "unless it was set up and you are away",
        "authenticationRequiredOnSetup",
        Authentication.UNLESS_SET_UP,
    ),
    _secured("4000002760003184", "always", "authenticationRequired", Authentication.ALWAYS),
    _secured(
        "4000003800000446",
        "only while you are there",
        "authenticationRequiredSetupForOffSession",
        Authentication.ON_SESSION,
    ),
    _secured(
        "4000008260003178",
        "unless set up, then insufficient funds",
        "authenticationRequiredChargeDeclinedInsufficientFunds",
        Authentication.UNLESS_SET_UP,
        decline=NO_FUNDS,
    ),
    _secured("4000000000003220", "always (3DS 2)", "threeDSecure2Required", Authentication.ALWAYS),
    _secured(
        "4000008400001629",
        "always, then declined",
        "threeDSecureRequiredChargeDeclined",
        Authentication.ALWAYS,
        decline=GENERIC,
        saves=False,
    ),
)
CARDS = (*PAYING, *DECLINING, *SECURED)
BY_NUMBER = {card.number: card for card in CARDS}
BY_TOKEN = {token: card for card in CARDS for token in card.tokens}
LIVE_CARD = Decline(
    "Your card was declined. Your request was in test mode, but used a non test card. For a list of "
    "valid test cards, visit: https://docs.stripe.com/testing.",
    decline_code="test_mode_live_card",
)


@dataclass(frozen=True)
class TypedCard:
    """What was typed into the fields, made of digits."""

    card: TestCard
    exp_month: int
    exp_year: int


@dataclass(frozen=True)
class FieldError:
    """What is wrong with one field: the name Stripe gives it, its code and sentence."""

    field: str
    code: str
    message: str


def read_card(number: str, expiry: str, cvc: str, *, now: int) -> TypedCard | list[FieldError]:
    """The card that was typed, or every field that cannot be, with Stripe's sentences.

    `expiry` is month and year, "12/34" or "12 / 2034". A number that could be a real card's is refused.
    """
    digits = "".join(number.split()).replace("-", "")
    month_and_year = _expiry(expiry)
    errors = _number_errors(digits) + _expiry_errors(month_and_year, now) + _cvc_errors(cvc.strip(), digits)
    if errors:
        return errors
    month, year = month_and_year or (0, 0)
    return TypedCard(BY_NUMBER[digits], month, year)


def _number_errors(digits: str) -> list[FieldError]:
    if not digits or not digits.isdigit() or len(digits) < 12:
        return [FieldError("number", "incomplete_number", "Your card number is incomplete.")]
    if digits in BY_NUMBER:
        return []
    if not luhn_holds(digits):
        return [FieldError("number", "invalid_number", "Your card number is invalid.")]
    return [FieldError("number", "card_declined", LIVE_CARD.message)]


def _expiry(expiry: str) -> tuple[int, int] | None:
    digits = "".join(part for part in expiry if part.isdigit())
    if len(digits) not in (4, 6):
        return None
    year = int(digits[2:])
    return int(digits[:2]), year if year > 99 else 2000 + year


def _expiry_errors(month_and_year: tuple[int, int] | None, now: int) -> list[FieldError]:
    if month_and_year is None:
        return [FieldError("exp", "incomplete_expiry", "Your card's expiration date is incomplete.")]
    month, year = month_and_year
    today = datetime.fromtimestamp(now, UTC)
    if not 1 <= month <= 12:
        return [FieldError("exp", "invalid_expiry_month", "Your card's expiration date is invalid.")]
    if year < today.year or year > today.year + 50:
        what = "in the past" if year < today.year else "invalid"
        return [FieldError("exp", "invalid_expiry_year", f"Your card's expiration year is {what}.")]
    if (year, month) < (today.year, today.month):
        return [FieldError("exp", "invalid_expiry_month_past", "Your card's expiration date is in the past.")]
    return []


def _cvc_errors(cvc: str, digits: str) -> list[FieldError]:
    card = BY_NUMBER.get(digits)
    length = card.cvc_length if card else len(cvc)
    if not cvc.isdigit() or len(cvc) not in (3, 4) or len(cvc) != length:
        return [FieldError("cvc", "incomplete_cvc", "Your card's security code is incomplete.")]
    return []


def luhn_holds(digits: str) -> bool:
    """Whether the last digit is the check digit of the others."""
    total = 0
    for position, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if position % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0
