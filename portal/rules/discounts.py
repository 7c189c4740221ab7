"""What a discount code takes off, and why it does not (D1, D3–D6)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from portal.rules.facts import DiscountKind, DiscountTerms, Line, PassLine, Reduces, TicketLine
from portal.rules.money import percent_of, share_out
from portal.rules.sentences import Money, Refusal, Sentence


class CodeRefused(Refusal):
    """A discount code that changes nothing here, with the reason (D5)."""


class CodeUnknown(CodeRefused):
    """The studio has no such code."""

    def __init__(self, code: str) -> None:
        super().__init__("There is no code {code}. Please check how it is spelt.", code=code)


class CodeNotStarted(CodeRefused):
    """Its first day is ahead."""

    def __init__(self, code: DiscountTerms) -> None:
        super().__init__("{code} cannot be used yet.", code=code.code)


class CodeExpired(CodeRefused):
    """Its time is over (D6)."""

    def __init__(self, code: DiscountTerms) -> None:
        super().__init__("{code} has expired.", code=code.code)


class CodeSwitchedOff(CodeRefused):
    """The studio has switched it off; it may come back."""

    def __init__(self, code: DiscountTerms) -> None:
        super().__init__("{code} cannot be used at the moment.", code=code.code)


class CodeUsedUp(CodeRefused):
    """Its last redemption is taken (D6)."""

    def __init__(self, code: DiscountTerms) -> None:
        super().__init__("{code} has been used up.", code=code.code)


class CodeUsedUpByPerson(CodeRefused):
    """The person has used it as often as one may (D3)."""

    def __init__(self, code: DiscountTerms) -> None:
        super().__init__("You have already used {code}.", code=code.code)


class SpendMore(CodeRefused):
    """The basket's list prices stay below the least spend (D3)."""

    def __init__(self, least: Money) -> None:
        super().__init__("Spend {least} or more to use this code.", least=least)


class AppliesToNothing(CodeRefused):
    """Its discount on list prices is nothing (D5)."""

    def __init__(self) -> None:
        super().__init__("This code doesn't apply to anything in your basket.")


def normalise_code(entered: str) -> str:
    """A code as it is stored and compared: case and surrounding space do not matter (D3)."""
    return entered.strip().upper()


@dataclass(frozen=True, slots=True)
class Discount:
    """A code at work: ``off`` is what it takes off, in minor units, of each line that it lowers."""

    code: DiscountTerms
    off: Mapping[UUID, int]


def discount(code: DiscountTerms, lines: Sequence[Line], *, now: datetime, currency: str) -> Discount:
    """What the code takes off, reckoned on list prices alone (D1, D3, D4).

    ``lines`` are those that count, in P2's order, which settles ties. Raises the ``CodeRefused`` that says
    why the code does nothing.
    """
    _refuse_if_closed(code, now)
    covered = [line for line in lines if covers(code, line)]
    amounts = _amounts(code, [line.price for line in covered])
    if not any(amounts):
        raise AppliesToNothing
    if code.least_spend is not None and sum(line.price for line in lines) < code.least_spend:
        raise SpendMore(Money(code.least_spend, currency))
    return Discount(code, {line.id: amount for line, amount in zip(covered, amounts, strict=True) if amount})


def covers(code: DiscountTerms, line: Line) -> bool:
    """Whether the code is for such a line; limits to classes and ticket types are about tickets (D3)."""
    match line:
        case PassLine():
            return code.reduces is not Reduces.TICKETS
        case TicketLine():
            return (
                code.reduces is not Reduces.PASSES
                and _covers_class(code, line)
                and _covers_date(code, line)
                and _covers_ticket_type(code, line)
            )


def passed_over(code: DiscountTerms, ticket: TicketLine) -> Sentence:
    """Why a line keeps its pass use although there is a code (D1)."""
    if not _covers_class(code, ticket):
        text = "{code} does not cover this class, so your pass still pays."
    elif not _covers_date(code, ticket):
        text = "{code} does not cover this date, so your pass still pays."
    elif not covers(code, ticket):
        text = "{code} does not cover this ticket, so your pass still pays."
    else:
        text = "{code} takes nothing off this ticket, so your pass still pays."
    return Sentence(text, {"code": code.code})


def _refuse_if_closed(code: DiscountTerms, now: datetime) -> None:
    """Refuse a code that is switched off, whose time has not come or is over, or whose redemptions are all
    taken (D5, D6).
    """
    if code.switched_off:
        raise CodeSwitchedOff(code)
    if code.starts_at is not None and now < code.starts_at:
        raise CodeNotStarted(code)
    if code.ends_at is not None and code.ends_at <= now:
        raise CodeExpired(code)
    if code.bookings_left is not None and code.bookings_left <= 0:
        raise CodeUsedUp(code)
    if code.person_left is not None and code.person_left <= 0:
        raise CodeUsedUpByPerson(code)


def _covers_class(code: DiscountTerms, ticket: TicketLine) -> bool:
    return code.series_ids is None or ticket.series_id in code.series_ids


def _covers_date(code: DiscountTerms, ticket: TicketLine) -> bool:
    if code.class_from is not None and ticket.on_date < code.class_from:
        return False
    return code.class_to is None or ticket.on_date <= code.class_to


def _covers_ticket_type(code: DiscountTerms, ticket: TicketLine) -> bool:
    return code.ticket_type_ids is None or ticket.ticket_type_id in code.ticket_type_ids


def _amounts(code: DiscountTerms, prices: Sequence[int]) -> Sequence[int]:
    """The discount on each price, none above it (D3, D4)."""
    match code.kind:
        case DiscountKind.PERCENT:
            return [min(percent_of(price, code.value), price) for price in prices]
        case DiscountKind.AMOUNT_EACH:
            return [min(code.value, price) for price in prices]
        case DiscountKind.AMOUNT_BASKET:
            return share_out(code.value, prices)
