"""What a client reads when the studio has cancelled their class: the letter's sentences (C6)."""

from collections.abc import Iterator

from portal.rules.cancelling import Canceller, Forecast, PassOutcome
from portal.rules.cancelling_words import told_of_pass, told_of_ticket
from portal.rules.passes import PassStatus
from portal.rules.sentences import Count, Sentence, Value
from portal.rules.validity import terms_words


def told_of_class(forecast: Forecast) -> tuple[Sentence, ...]:
    """What the client gets back, ticket by ticket and alike ones once, then how each pass stands."""
    sentences: list[Sentence] = []
    for outcome in forecast.tickets:
        sentences += told_of_ticket(forecast, outcome, Canceller.CLIENT)
    for of_pass in forecast.passes:
        sentences += _told_of_pass(of_pass)
    return tuple(sentences)


def _told_of_pass(outcome: PassOutcome) -> Iterator[Sentence]:
    if not outcome.added_days:
        yield from told_of_pass(outcome, Canceller.CLIENT)
        return
    values: dict[str, Value] = {
        "pass_name": outcome.after.name,
        "days": Count(outcome.added_days, "day", "days"),
    }
    if outcome.status in {PassStatus.DEACTIVATED, PassStatus.WITHDRAWN, PassStatus.EXPIRED}:
        yield from told_of_pass(outcome, Canceller.CLIENT)
    elif outcome.window.last_day is not None:
        values["last"] = outcome.window.last_day
        yield Sentence("Your {pass_name} is {days} longer: it ends on {last:year}.", values)
    else:
        words = terms_words(outcome.after.terms.validity, outcome.after.added_days)
        period = words.text[0].lower() + words.text[1:].replace("your first class", "the next class booked")
        text = "Your {pass_name} is {days} longer: it is " + period + "."
        yield Sentence(text, values | dict(words.values))
