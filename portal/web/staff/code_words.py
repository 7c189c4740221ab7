"""A discount code's terms in words: for Setup's list, and for its own page (D3)."""

from dataclasses import dataclass
from datetime import date

from portal.models.code_pages import CodeReach, ListedCode
from portal.rules.code_limits import CodeState
from portal.rules.facts import DiscountKind, Reduces
from portal.rules.sentences import Count, Money, Sentence
from portal.web.staff.code_forms import first_day_of, last_day_of
from portal.web.visitor import business

STATES = {
    CodeState.RUNNING: "Running",
    CodeState.NOT_BEGUN: "Not begun",
    CodeState.ENDED: "Ended",
    CodeState.USED_UP: "Used up",
    CodeState.OFF: "Switched off",
}
"""How each reads, in the order of the filter."""

OFF_PERCENT = {
    Reduces.TICKETS: "{value}% off tickets",
    Reduces.PASSES: "{value}% off passes",
    Reduces.BOTH: "{value}% off tickets and passes",
}
OFF_EACH = {
    Reduces.TICKETS: "{amount} off each ticket",
    Reduces.PASSES: "{amount} off each pass",
    Reduces.BOTH: "{amount} off each ticket and pass",
}
OFF_BASKET = {
    Reduces.TICKETS: "{amount} off the tickets of a basket",
    Reduces.PASSES: "{amount} off the passes of a basket",
    Reduces.BOTH: "{amount} off a basket",
}


@dataclass(frozen=True, slots=True)
class Term:
    """One thing that a code is limited to, and how."""

    about: str
    told: Sentence


def discount_words(code: ListedCode) -> Sentence:
    """What it takes off: "20% off tickets"."""
    if code.kind is DiscountKind.PERCENT:
        return Sentence(OFF_PERCENT[code.reduces], {"value": code.value})
    words = OFF_EACH if code.kind is DiscountKind.AMOUNT_EACH else OFF_BASKET
    return Sentence(words[code.reduces], {"amount": Money(code.value, business().currency)})


def when_words(code: ListedCode) -> Sentence:
    """On which days it can be used, by the studio's own."""
    return _span(first_day_of(code.starts_at), last_day_of(code.ends_at), "Always")


def used_words(code: ListedCode) -> Sentence:
    """How often it was used, of how often it may be: "3 of 10 bookings"."""
    if code.bookings_limit is None:
        return Sentence("{used}", {"used": Count(code.bookings, "booking", "bookings")})
    limit = Count(code.bookings_limit, "booking", "bookings")
    return Sentence("{used} of {limit}", {"used": code.bookings, "limit": limit})


def terms_of(code: ListedCode, covered: list[str]) -> tuple[Term, ...]:
    """Everything about it, in the order of its form; ``covered`` names what it is limited to."""
    terms = [Term("Discount", discount_words(code))]
    if code.reduces is not Reduces.PASSES:
        terms.append(Term("Classes", Sentence("{names}", {"names": ", ".join(covered) or "All classes"})))
        terms.append(Term("Class dates", _span(code.class_from, code.class_to, "Any date")))
    terms += [Term("Can be used", when_words(code)), Term("Bookings in all", _limit(code.bookings_limit))]
    terms.append(Term("Per customer", _limit(code.per_person_limit)))
    if code.least_spend is None:
        terms.append(Term("Least spend", Sentence("None")))
    else:
        least = Money(code.least_spend, business().currency)
        terms.append(Term("Least spend", Sentence("{least} at list prices", {"least": least})))
    return tuple(terms)


def reach_of_change(reach: CodeReach) -> tuple[Term, ...]:
    """What other terms would do to those who have the code already (D6)."""
    text = "It is in {baskets} now, reckoned anew as soon as you save."
    return (
        Term("Baskets", _baskets(reach, text, "No basket has it at the moment.")),
        Term("Being paid", _being_paid(reach)),
    )


def reach_of_switching_off(reach: CodeReach) -> tuple[Term, ...]:
    """What becomes of those who have the code already (D6)."""
    text = "It drops out of {baskets}, and each says so."
    return (
        Term("Baskets", _baskets(reach, text, "No basket has it at the moment.")),
        Term("Being paid", _being_paid(reach)),
        Term("Booked", Sentence("Bookings that used it keep their discount.")),
    )


def reach_of_switching_on(_reach: CodeReach) -> tuple[Term, ...]:
    """It is a code like any again."""
    return (Term("In baskets", Sentence("It can be entered again, within its limits.")),)


def _baskets(reach: CodeReach, text: str, none: str) -> Sentence:
    if not reach.baskets:
        return Sentence(none)
    return Sentence(text, {"baskets": Count(reach.baskets, "basket", "baskets")})


def _being_paid(reach: CodeReach) -> Sentence:
    if not reach.being_paid:
        return Sentence("No booking with it is being paid.")
    verb = "keeps" if reach.being_paid == 1 else "keep"
    bookings = Count(reach.being_paid, "booking that is being paid", "bookings that are being paid")
    return Sentence(f"{{bookings}} {verb} the discount as agreed.", {"bookings": bookings})


def _limit(most: int | None) -> Sentence:
    if most is None:
        return Sentence("No limit")
    return Sentence("{most} at most", {"most": Count(most, "booking", "bookings")})


def _span(first: date | None, last: date | None, open_ended: str) -> Sentence:
    if first is not None and last is not None:
        return Sentence("{first:year} to {last:year}", {"first": first, "last": last})
    if first is not None:
        return Sentence("From {first:year}", {"first": first})
    if last is not None:
        return Sentence("Until {last:year}", {"last": last})
    return Sentence(open_ended)
