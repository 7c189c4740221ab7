"""What became of a ticket that was moved, and what is said of the one that it became (C7)."""

from collections.abc import Iterator

from portal.models.audit import ActorKind
from portal.models.transfer_pages import ShownMove
from portal.rules.cancelling import Canceller
from portal.rules.sentences import Money, Sentence, Value
from portal.web.visitor import business

Reader = Canceller


def told_of_moved(move: ShownMove, *, reader: Reader) -> tuple[Sentence, ...]:
    """Reads "You moved it to Clay on Thu 10 Dec."; with whose reason, where staff did."""
    values: dict[str, Value] = {"to_class": move.to.name, "to_day": move.to.on_date}
    if move.by is ActorKind.STAFF:
        values["who"] = business().name if reader is Reader.CLIENT else move.by_name or "Staff"
    else:
        values["who"] = "You" if reader is Reader.CLIENT else "The client"
    text = "{who} moved it to {to_class} on {to_day:weekday}"
    if move.reason:
        stop = "" if move.reason.endswith((".", "!", "?")) else "."
        return (Sentence(text + ": {reason}" + stop, {**values, "reason": move.reason}),)
    return (Sentence(text + ".", values),)


def told_of_new(move: ShownMove, *, reader: Reader) -> tuple[Sentence, ...]:
    """Reads "Moved from Morning Yoga on 3 Dec. £3.00 more was paid by card."."""
    came = Sentence(
        "Moved from {from_class} on {from_day}.",
        {"from_class": move.left.name, "from_day": move.left.on_date},
    )
    return (came, *_money(move, reader))


def told_of_moving(move: ShownMove, *, reader: Reader) -> tuple[Sentence, ...]:
    """That a move waits for its difference, and until when the place is kept."""
    amount = Money(move.to_pay, business().currency)
    values: dict[str, Value] = {"to_class": move.to.name, "to_day": move.to.on_date, "amount": amount}
    who = "you pay" if reader is Reader.CLIENT else "the client pays"
    text = "It moves to {to_class} on {to_day:weekday} once " + who + " {amount} more."
    if move.claimed_until is None:
        return (Sentence(text, values),)
    return (Sentence(text + " The place is kept until {until}.", {**values, "until": move.claimed_until}),)


def _money(move: ShownMove, reader: Reader) -> Iterator[Sentence]:
    whose = "your" if reader is Reader.CLIENT else "the client’s"
    texts = (
        (move.to_pay, "{amount} more was paid by card."),
        (move.to_account, f"{{amount}} more was charged to {whose} account balance."),
        (move.waived, "{amount} more was waived."),
        (move.refunded_to_account, f"{{amount}} went to {whose} account balance."),
        (move.pending, "{amount} goes back to the card that paid: under way."),
        (move.done, "{amount} went back to the card that paid; banks take days to show it."),
        (move.failed, "{amount} could not be sent back to the card that paid."),
    )
    for minor, text in texts:
        if minor:
            yield Sentence(text, {"amount": Money(minor, business().currency)})
