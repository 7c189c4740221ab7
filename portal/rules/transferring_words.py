"""What a transfer does, in sentences (C4): on the page before anyone confirms, and in the letter after.

They are written for one of two readers: the client ("your 10-class pass") or staff ("the 10-class pass").
"""

from collections.abc import Iterator

from portal.rules.sentences import Count, Money, Sentence, Value
from portal.rules.transferring import MovedUse, Mover, TransferForecast

Reader = Mover


def told_in_letter(forecast: TransferForecast) -> tuple[Sentence, ...]:
    """What a transfer did, beside a letter's own words on from where to where."""
    return (*_money(forecast, Mover.CLIENT), *told_of_use(forecast, Mover.CLIENT))


def told_of_ticket(forecast: TransferForecast, reader: Reader) -> tuple[Sentence, ...]:
    """From where to where, whether it is late, and what is paid or goes back."""
    return (_moves(forecast, reader), *_late(forecast, reader), *_money(forecast, reader))


def told_of_use(forecast: TransferForecast, reader: Reader) -> tuple[Sentence, ...]:
    """What becomes of the pass: its use moves along, and its validity may."""
    if forecast.use is None:
        return ()
    return (*_use(forecast.use, reader), *_validity(forecast.use, reader))


def seen_by(reader: Reader, sentence: Sentence) -> Sentence:
    """A sentence for a pass's owner ("Your pass ends …"), as its reader is told it."""
    if reader is Mover.CLIENT:
        return sentence
    text = (
        sentence.text.replace("Your {", "The {").replace("your {", "the {").replace("your class", "the class")
    )
    return Sentence(text, sentence.values)


def _moves(forecast: TransferForecast, reader: Reader) -> Sentence:
    whose = "Your" if reader is Mover.CLIENT else "The"
    target = forecast.target
    values: dict[str, Value] = {
        "from_class": forecast.ticket.class_name,
        "from_day": forecast.ticket.on_date,
        "to_class": target.class_name,
        "to_day": target.on_date,
        "at": target.starts_at,
    }
    text = f"{whose} ticket moves from {{from_class}} on {{from_day:weekday}} to {{to_class}} on"
    return Sentence(text + " {to_day:weekday}, {at}.", values)


def _late(forecast: TransferForecast, reader: Reader) -> Iterator[Sentence]:
    if not forecast.in_time:
        until = Count(forecast.preferences.transfer_hours, "hour", "hours")
        who = "You" if reader is Mover.CLIENT else "The client"
        yield Sentence(who + " could move it until {until} before the class.", {"until": until})


def _money(forecast: TransferForecast, reader: Reader) -> Iterator[Sentence]:
    whose = "your" if reader is Mover.CLIENT else "the client’s"
    you = "you pay" if reader is Mover.CLIENT else "the client pays"
    texts = (
        (
            forecast.discount and not forecast.ticket.pass_id and forecast.discount,
            f"{whose.capitalize()} discount of {{amount}} moves along.",
        ),
        (
            forecast.to_pay,
            "It costs {amount} more, to be paid by card now: the ticket moves once that is paid.",
        ),
        (forecast.charged, f"It costs {{amount}} more, which {whose} account balance is charged."),
        (forecast.waived, f"It costs {{amount}} more; {you} nothing for that."),
        (forecast.to_card, "It costs less: {amount} goes back to the card that paid."),
        (forecast.to_account, f"{{amount}} goes to {whose} account balance."),
        (forecast.kept, "It costs less; the {amount} paid for it beyond that is not returned."),
    )
    said = [Sentence(text, {"amount": Money(minor, forecast.currency)}) for minor, text in texts if minor]
    yield from said
    if forecast.ticket.pass_id is None and forecast.price == forecast.ticket.to_pay:
        yield Sentence("It costs the same: there is nothing to pay.")


def _use(use: MovedUse, reader: Reader) -> Iterator[Sentence]:
    your = "your" if reader is Mover.CLIENT else "the"
    unlimited = use.before.uses_left is None
    text = (
        f"{your.capitalize()} {{pass_name}} pays for it."
        if unlimited
        else f"The same use of {your} {{pass_name}} pays for it: no other is taken."
    )
    yield Sentence(text, {"pass_name": use.before.name})
    if use.overridden is not None and reader is Mover.STAFF:
        why = seen_by(reader, use.overridden)
        yield Sentence(why.text + " You move it all the same.", why.values)


def _validity(use: MovedUse, reader: Reader) -> Iterator[Sentence]:
    your = "your" if reader is Mover.CLIENT else "the"
    values: dict[str, Value] = {"pass_name": use.after.name}
    first, last = use.window.first_day, use.window.last_day
    if use.window != use.was and first is not None and last is not None:
        text = (
            f"The validity of {your} {{pass_name}} moves: it starts on {{first}} and ends on {{last:year}}."
        )
        yield Sentence(text, values | {"first": first, "last": last})
    elif last is not None:
        text = f"The validity of {your} {{pass_name}} stays as it is: it ends on {{last:year}}."
        yield Sentence(text, values | {"last": last})
