"""A pass's ledger in words: what happened, who did it, and why (P8)."""

from portal.models.account_pages import LedgerEntry
from portal.models.audit import ActorKind
from portal.models.class_passes import UseKind
from portal.rules.sentences import Sentence, Value


def told(entry: LedgerEntry, *, studio: str) -> Sentence:
    """One entry as its customer reads it: "You booked Morning Yoga, Thu 3 Dec, 09:30".

    What the portal itself did, it did for the customer: a webhook that confirms a booking is the customer's
    booking.
    """
    values: dict[str, Value] = {"studio": studio}
    match entry.kind:
        case UseKind.BOUGHT:
            text = "You bought this pass"
        case UseKind.ISSUED:
            text = "{studio} gave you this pass"
        case UseKind.BOOKED:
            text = "{studio} booked for you:" if entry.actor is ActorKind.STAFF else "You booked"
            text += " {class_name}, {day:weekday}, {at}"
            values |= _class_of(entry)
    if entry.reason:
        text += ": {reason}"
        values["reason"] = entry.reason
    return Sentence(text, values)


def _class_of(entry: LedgerEntry) -> dict[str, Value]:
    if entry.class_name is None or entry.on_date is None or entry.starts_at is None:
        raise ValueError("An entry that takes a use names its class.")
    return {"class_name": entry.class_name, "day": entry.on_date, "at": entry.starts_at}
