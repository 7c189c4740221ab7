"""What cancelling a class will do, in words, before anybody presses the button (C4, C6)."""

from collections.abc import Iterator

from wtforms import SelectChoice

from portal.models.class_cancelling_facts import NotYetBooked
from portal.rules.class_cancelling import BookingOutcome, ClassForecast
from portal.rules.preferences import RefundTo
from portal.rules.sentences import Count, Money, Sentence, Value
from portal.web.cancellation_words import Consequence
from portal.web.wording import say


def effects_of(forecast: ClassForecast, others: NotYetBooked) -> tuple[Consequence, ...]:
    """Row by row: tickets, uses, money, passes, who waits, and who is just booking."""
    rows = (
        Consequence(Sentence("Tickets"), tuple(_tickets(forecast))),
        Consequence(Sentence("Pass uses"), tuple(_uses(forecast))),
        Consequence(Sentence("Money"), tuple(_money(forecast))),
        Consequence(Sentence("Waiting list"), tuple(_waiting(others))),
        Consequence(Sentence("Being booked now"), tuple(_on_the_way(others))),
    )
    return tuple(row for row in rows if row.told)


def gets(booking: BookingOutcome, currency: str) -> Sentence:
    """What one client gets, in short: "1 use, £12.00 to the card"."""
    tickets = booking.forecast.tickets
    uses = sum(outcome.use_returned for outcome in tickets)
    parts: dict[str, Value] = {
        "{uses}": Count(uses, "use", "uses"),
        "{card} to the card": Money(booking.forecast.to_card, currency),
        "{account} to the account": Money(booking.forecast.to_account, currency),
    }
    counted = (uses, booking.forecast.to_card, booking.forecast.to_account)
    said = [text for text, there in zip(parts, counted, strict=True) if there]
    values = dict(zip(("uses", "card", "account"), parts.values(), strict=True))
    return Sentence(", ".join(said) or "Nothing to give back", values)


def money_choices(to_card: ClassForecast, to_account: ClassForecast) -> list[SelectChoice]:
    """Where money goes, each answer with what it does; none where nobody has paid anything."""
    if not to_card.to_card + to_card.to_account:
        return []
    return [
        SelectChoice(way.value, say(_way(start, forecast)))
        for way, start, forecast in (
            (RefundTo.CARD, "Back to how it was paid", to_card),
            (RefundTo.ACCOUNT, "To the clients’ account balances", to_account),
        )
    ]


def _way(start: str, forecast: ClassForecast) -> Sentence:
    card, account = (Money(minor, forecast.currency) for minor in (forecast.to_card, forecast.to_account))
    parts = ["{card} to cards"] if forecast.to_card else []
    parts += ["{account} to account balances"] if forecast.to_account else []
    return Sentence(f"{start}: " + ", ".join(parts), {"card": card, "account": account})


def _tickets(forecast: ClassForecast) -> Iterator[Sentence]:
    if not forecast.tickets:
        yield Sentence("Nobody has booked it. It is taken off sale at once.")
        return
    tickets = Count(forecast.tickets, "ticket", "tickets")
    bookings = Count(len(forecast.bookings), "booking", "bookings")
    are = "is" if forecast.tickets == 1 else "are"
    yield Sentence(
        f"{{tickets}} of {{bookings}} {are} cancelled. Each booking gets one e-mail, with your reason.",
        {"tickets": tickets, "bookings": bookings},
    )


def _uses(forecast: ClassForecast) -> Iterator[Sentence]:
    if forecast.uses_returned:
        uses = Count(forecast.uses_returned, "use goes", "uses go")
        yield Sentence("{uses} back to the passes that paid.", {"uses": uses})
    if forecast.unlimited:
        tickets = Count(forecast.unlimited, "ticket was", "tickets were")
        yield Sentence("{tickets} paid by unlimited passes: no use to return.", {"tickets": tickets})


def _money(forecast: ClassForecast) -> Iterator[Sentence]:
    if forecast.to_card:
        yield Sentence("{amount} goes back to cards.", {"amount": Money(forecast.to_card, forecast.currency)})
    if forecast.to_account:
        amount = Money(forecast.to_account, forecast.currency)
        yield Sentence("{amount} goes to clients’ account balances.", {"amount": amount})
    if forecast.kept:
        amount = Money(forecast.kept, forecast.currency)
        yield Sentence(
            "{amount} of guests can go back to no card any more: settle it by hand.", {"amount": amount}
        )


def _waiting(others: NotYetBooked) -> Iterator[Sentence]:
    if others.in_line:
        people = Count(others.in_line, "person stands", "people stand")
        yield Sentence("{people} in line. The list ends, and an e-mail says so.", {"people": people})


def _on_the_way(others: NotYetBooked) -> Iterator[Sentence]:
    if others.being_paid:
        tickets = Count(others.being_paid, "ticket is", "tickets are")
        yield Sentence(
            "{tickets} being paid for. Once paid, they are cancelled too, and the money goes back.",
            {"tickets": tickets},
        )
    if others.baskets:
        baskets = Count(others.baskets, "basket holds", "baskets hold")
        yield Sentence("{baskets} a place. It cannot be booked any more.", {"baskets": baskets})
