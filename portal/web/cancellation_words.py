"""What became of a cancelled ticket, in words, and what a cancellation will do, in rows (C4)."""

from collections.abc import Iterator
from dataclasses import dataclass

from portal.models.audit import ActorKind
from portal.models.booking_letters import ToldTicket
from portal.models.cancellation_pages import CancelledTicket
from portal.models.payments import RefundStatus
from portal.rules.cancelling import Canceller, Forecast
from portal.rules.cancelling_words import told_of_pass, told_of_ticket
from portal.rules.sentences import Money, Sentence, Value
from portal.web.visitor import business


@dataclass(frozen=True, slots=True)
class Consequence:
    """One thing that a cancellation is about, and what it does to it."""

    about: Sentence
    told: tuple[Sentence, ...]


def consequences(forecast: Forecast) -> tuple[Consequence, ...]:
    """What a cancellation will do: ticket by ticket, then pass by pass, for whoever cancels (C4)."""
    one = len(forecast.tickets) == 1
    of_tickets = [
        Consequence(
            Sentence("This ticket")
            if one
            else Sentence(
                "{class_name}, {day:weekday}",
                {"class_name": outcome.ticket.class_name, "day": outcome.ticket.on_date},
            ),
            told_of_ticket(forecast, outcome),
        )
        for outcome in forecast.tickets
    ]
    of_passes = [
        Consequence(Sentence("{name}", {"name": outcome.before.name}), told_of_pass(outcome, forecast.by))
        for outcome in forecast.passes
    ]
    return tuple(row for row in (*of_tickets, *of_passes) if row.told)


def told_of_cancelled(
    cancelled: CancelledTicket, ticket: ToldTicket, *, reader: Canceller
) -> tuple[Sentence, ...]:
    """What became of a ticket: who cancelled it, and what went back and where to."""
    return (_who(cancelled, reader), *_use(cancelled, ticket, reader), *_money(cancelled, reader))


def _who(cancelled: CancelledTicket, reader: Canceller) -> Sentence:
    values: dict[str, Value] = {"day": business().day_of(cancelled.at)}
    if cancelled.by is ActorKind.STAFF:
        values["who"] = business().name if reader is Canceller.CLIENT else cancelled.by_name or "Staff"
        text = (
            "{who} cancelled this class on {day}" if cancelled.with_class else "{who} cancelled it on {day}"
        )
    else:
        values["who"] = "You" if reader is Canceller.CLIENT else "The client"
        text = "{who} cancelled it on {day}"
        if not cancelled.in_time:
            text = "{who} gave up the place on {day}, after the cut-off"
    if cancelled.reason:
        stop = "" if cancelled.reason.endswith((".", "!", "?")) else "."
        return Sentence(text + ": {reason}" + stop, {**values, "reason": cancelled.reason})
    return Sentence(text + ".", values)


def _use(cancelled: CancelledTicket, ticket: ToldTicket, reader: Canceller) -> Iterator[Sentence]:
    if ticket.pass_name is None or not cancelled.pass_counts:
        return
    whose = "your" if reader is Canceller.CLIENT else "the"
    if cancelled.use_returned:
        yield Sentence(f"One use went back to {whose} {{pass_name}}.", {"pass_name": ticket.pass_name})
    else:
        yield Sentence("No use was returned.")


def _money(cancelled: CancelledTicket, reader: Canceller) -> Iterator[Sentence]:
    whose = "your" if reader is Canceller.CLIENT else "the client’s"
    if cancelled.money.to_account:
        words = f"{{amount}} went to {whose} account balance."
        yield Sentence(words, {"amount": Money(cancelled.money.to_account, business().currency)})
    if cancelled.card_state is not None:
        failed = cancelled.card_state is RefundStatus.FAILED
        text = {
            RefundStatus.PENDING: "{amount} goes back to the card that paid: under way.",
            RefundStatus.SUCCEEDED: "{amount} went back to the card that paid; banks take days to show it.",
            RefundStatus.FAILED: "{amount} could not be sent back to the card that paid.",
        }[cancelled.card_state]
        if failed and reader is Canceller.CLIENT:
            text += " Please write to {studio}."
        amount = Money(cancelled.money.failed if failed else cancelled.to_card, business().currency)
        yield Sentence(text, {"amount": amount, "studio": business().contact_email})
