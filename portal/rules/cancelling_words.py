"""What a cancellation does, in sentences (C4): on the page before anyone confirms, and in the letter after.

They are written for one of two readers: the client ("your 10-class pass") or staff ("the 10-class pass").
"""

from collections.abc import Iterator

from portal.rules.cancelling import (
    Canceller,
    Forecast,
    PassOutcome,
    TicketOutcome,
    UseOutcome,
    ValidityChange,
)
from portal.rules.passes import PassStatus
from portal.rules.sentences import Count, Money, Sentence, Value
from portal.rules.validity import has_derived_start, must_start_by, terms_words

Reader = Canceller

_STAYS = {
    PassStatus.DEACTIVATED: "{pass_name} is deactivated and stays so.",
    PassStatus.WITHDRAWN: "{pass_name} is withdrawn, as all of its kind are, and stays so.",
    PassStatus.EXPIRED: "{pass_name} has expired and stays so.",
}


def told(forecast: Forecast, reader: Reader | None = None) -> tuple[Sentence, ...]:
    """All that a cancellation does, in order: for each ticket, then for each pass.

    Where there are several tickets, each sentence about one names its class. The reader is whoever cancels,
    unless named.
    """
    reader = reader or forecast.by
    named = len(forecast.tickets) > 1
    sentences: list[Sentence] = []
    for ticket in forecast.tickets:
        of_ticket = told_of_ticket(forecast, ticket, reader)
        sentences += [_about(ticket, sentence) for sentence in of_ticket] if named else of_ticket
    for of_pass in forecast.passes:
        sentences += told_of_pass(of_pass, reader)
    return tuple(sentences)


def told_of_ticket(
    forecast: Forecast, outcome: TicketOutcome, reader: Reader | None = None
) -> tuple[Sentence, ...]:
    """What happens to one ticket's use and money, and why where the time to cancel is over."""
    your = _your(reader or forecast.by)
    return (
        *_late(forecast, outcome, reader or forecast.by),
        *_use(forecast, outcome, your),
        *_money(forecast, outcome, your),
    )


def told_of_pass(outcome: PassOutcome, reader: Reader) -> tuple[Sentence, ...]:
    """What a pass has afterwards: its uses, its validity, and that it stays inactive where it is (C3, C5)."""
    return (*_uses_left(outcome, _your(reader)), *_validity(outcome, _your(reader)))


def _your(reader: Reader) -> str:
    return "your" if reader is Canceller.CLIENT else "the"


def _about(outcome: TicketOutcome, sentence: Sentence) -> Sentence:
    values: dict[str, Value] = {"of_class": outcome.ticket.class_name, "of_day": outcome.ticket.on_date}
    return Sentence("{of_class}, {of_day}: " + sentence.text, values | dict(sentence.values))


def _late(forecast: Forecast, outcome: TicketOutcome, reader: Reader) -> Iterator[Sentence]:
    if outcome.begun:
        yield Sentence("The class has begun.")
    elif not outcome.in_time:
        until = Count(forecast.preferences.cancel_hours, "hour", "hours")
        who = "You could" if reader is Canceller.CLIENT else "The client could"
        yield Sentence(
            who + " cancel until {until} before the class; the place can still be given up.", {"until": until}
        )


def _use(forecast: Forecast, outcome: TicketOutcome, your: str) -> Iterator[Sentence]:
    owned = next((it.before for it in forecast.passes if it.before.id == outcome.ticket.pass_id), None)
    if owned is None:
        return
    text = {
        UseOutcome.RETURNED: f"One use goes back to {your} {{pass_name}}.",
        UseOutcome.KEPT: f"The use of {your} {{pass_name}} is not returned.",
        UseOutcome.UNLIMITED: f"{your.capitalize()} {{pass_name}} is unlimited: there is no use to return.",
    }
    yield Sentence(text[outcome.use], {"pass_name": owned.name})


def _money(forecast: Forecast, outcome: TicketOutcome, your: str) -> Iterator[Sentence]:
    def amount(minor: int) -> dict[str, Value]:
        return {"amount": Money(minor, forecast.currency)}

    if outcome.to_card:
        yield Sentence("{amount} goes back to the card that paid.", amount(outcome.to_card))
    if outcome.to_account:
        whose = "your" if your == "your" else "the client's"
        yield Sentence(f"{{amount}} goes to {whose} account balance.", amount(outcome.to_account))
    if outcome.kept:
        yield Sentence("The {amount} paid for it is not returned.", amount(outcome.kept))
    if outcome.use is UseOutcome.NO_PASS and not outcome.refund and not outcome.kept:
        was_paid = outcome.ticket.paid.card + outcome.ticket.paid.account > 0
        yield Sentence(
            "The money for it has gone back already." if was_paid else "There is no money to return."
        )


def _uses_left(outcome: PassOutcome, your: str) -> Iterator[Sentence]:
    if outcome.after.uses_left is not None and outcome.uses_returned:
        yield Sentence(
            f"{your.capitalize()} {{pass_name}} then has {{uses}} left.",
            {"pass_name": outcome.after.name, "uses": Count(outcome.after.uses_left, "use", "uses")},
        )
    if outcome.status in _STAYS and not outcome.lapses:
        text = f"{your.capitalize()} " + _STAYS[outcome.status]
        yield Sentence(text, {"pass_name": outcome.after.name})


def _validity(outcome: PassOutcome, your: str) -> Iterator[Sentence]:
    values: dict[str, Value] = {"pass_name": outcome.after.name}
    whose = f"The validity of {your} {{pass_name}}"
    if outcome.lapses:
        text = f"Nothing else is booked on {your} {{pass_name}}, and it had to start by {{day:year}}:"
        latest = must_start_by(outcome.after)
        known: dict[str, Value] = {} if latest is None else {"day": latest}
        yield Sentence(text + " it cannot be used any more.", values | known)
    elif outcome.status is PassStatus.EXPIRED:
        return  # whatever its start is now, it stays as it is (C5)
    elif outcome.validity is ValidityChange.RESET:
        yield _reset(outcome, whose, values)
        yield from _start_by(outcome)
    elif outcome.validity is ValidityChange.MOVED:
        days = {"first": outcome.window.first_day, "last": outcome.window.last_day}
        moved: dict[str, Value] = {name: day for name, day in days.items() if day is not None}
        yield Sentence(whose + " moves: it starts on {first} and ends on {last:year}.", values | moved)
    elif outcome.window.last_day is not None and outcome.status not in _STAYS:
        because = "The class has begun, so the validity" if outcome.begun else "The validity"
        rest = f" of {your} {{pass_name}} stays as it is: it ends on {{last:year}}."
        yield Sentence(because + rest, values | {"last": outcome.window.last_day})


def _reset(outcome: PassOutcome, whose: str, values: dict[str, Value]) -> Sentence:
    """What the pass shows again instead of a date (P4), unless staff set the date."""
    if outcome.window.last_day is not None:
        text = whose + " starts again with the next class booked; it still ends on {last:year}."
        return Sentence(text, values | {"last": outcome.window.last_day})
    words = terms_words(outcome.after.terms.validity, outcome.after.added_days)
    period = words.text[0].lower() + words.text[1:].replace("your first class", "the next class booked")
    return Sentence(whose + f" resets: it is {period}.", values | dict(words.values))


def _start_by(outcome: PassOutcome) -> Iterator[Sentence]:
    latest = must_start_by(outcome.after)
    if latest is not None and has_derived_start(outcome.after) and outcome.status not in _STAYS:
        yield Sentence("It must start by {day:year}.", {"day": latest})
