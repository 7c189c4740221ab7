"""A pass's story in words, as its owner reads it: what happened, who did it, and what came of it (P8, C3)."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from portal.models.audit import ActorKind
from portal.models.pass_story import CANCELLED, PassStory, StoryEntry
from portal.rules.facts import OwnedPass
from portal.rules.pass_story import StartMoved, start_moved_by
from portal.rules.sentences import Count, Sentence, Value
from portal.rules.validity import FromFirstClass, Unit, has_derived_start
from portal.web.visitor import business

Told = tuple[str, Mapping[str, Value]]


@dataclass(frozen=True, slots=True)
class ToldEntry:
    """One entry to show: ``sentences`` say it, ``reference`` names its booking, ``change`` is in uses."""

    entry: StoryEntry
    sentences: tuple[Sentence, ...]
    reference: str | None


def told_story(story: PassStory, owned: OwnedPass, *, studio: str) -> list[ToldEntry]:
    """Every entry in words, in the order of the story.

    What the portal itself did, it did for the customer: a webhook that confirms a booking is the customer's
    booking.
    """
    return [
        ToldEntry(
            entry=entry,
            sentences=tuple(_sentences(entry, story, owned, studio)),
            reference=entry.ticket.reference if entry.ticket else None,
        )
        for entry in story.entries
    ]


def _sentences(entry: StoryEntry, story: PassStory, owned: OwnedPass, studio: str) -> Iterator[Sentence]:
    """What happened, and what came of it; one sentence alone has no full stop, as in any list."""
    text, values = WORDS[entry.what](entry)
    if entry.reason and entry.what in REASONS_TOLD:
        text, values = text + ": {reason}", {**values, "reason": entry.reason}
    outcome = tuple(_outcome(entry, story, owned))
    stop = "." if (outcome or ". " in text) and not entry.reason.endswith((".", "!", "?")) else ""
    yield Sentence(text + stop, {"studio": studio, **values})
    yield from outcome


def _outcome(entry: StoryEntry, story: PassStory, owned: OwnedPass) -> Iterator[Sentence]:
    """What a cancellation did to the validity; a pass that is deactivated since before stays so (C3, C5)."""
    if entry.what not in ("returned", CANCELLED):
        return
    if entry.ticket is not None and entry.ticket.longer_by:
        days = Count(entry.ticket.longer_by, "day", "days")
        yield Sentence("Your pass is {days} longer.", {"days": days})
    if owned.deactivated_from is not None and owned.deactivated_from <= business().day_of(entry.at):
        yield Sentence("The pass stays deactivated.")
    elif (moved := _start_moved(entry, story, owned)) is not None:
        yield _start_words(moved, owned)


def _start_moved(entry: StoryEntry, story: PassStory, owned: OwnedPass) -> StartMoved | None:
    """What a cancellation did to the start, where the first class decides it and staff set no date (P4)."""
    if entry.ticket is None:
        return None
    if not has_derived_start(owned) or owned.expires_on_set is not None:
        return None
    return start_moved_by(entry.ticket.past, story.tickets)


def _start_words(moved: StartMoved, owned: OwnedPass) -> Sentence:
    """Reads "Your 30 days start again with your next class." (C3)."""
    period = _period(owned)
    start = "starts" if period.number == 1 else "start"
    if moved.after is None:
        return Sentence(f"Your {{period}} {start} again with your next class.", {"period": period})
    return Sentence(f"Your {{period}} now {start} on {{day}}.", {"period": period, "day": moved.after})


def _period(owned: OwnedPass) -> Count:
    validity = owned.terms.validity
    if not isinstance(validity, FromFirstClass):
        raise TypeError("Only a validity from the first class has a start that is derived.")
    period = validity.period
    if period.unit is Unit.MONTHS:
        return Count(period.length, "month", "months")
    return Count(period.length + owned.added_days, "day", "days")


def _bought(_: StoryEntry) -> Told:
    return "You bought this pass", {}


def _issued(_: StoryEntry) -> Told:
    return "{studio} gave you this pass", {}


def _adjusted(entry: StoryEntry) -> Told:
    uses = Count(abs(entry.change), "use", "uses")
    return ("{studio} added {uses}" if entry.change > 0 else "{studio} took {uses} away"), {"uses": uses}


def _booked(entry: StoryEntry) -> Told:
    text = "{studio} booked for you:" if entry.actor is ActorKind.STAFF else "You booked"
    return text + " {class_name}, {day:weekday}, {at}", _class_of(entry)


def _returned(entry: StoryEntry) -> Told:
    """Reads "Use returned: you cancelled Morning Yoga on 3 Dec"."""
    if _is_with_class(entry):
        return "Use returned: {studio} cancelled {class_name} on {day}", _class_of(entry)
    text = (
        "Use returned: {studio} cancelled your {class_name} on {day}"
        if entry.actor is ActorKind.STAFF
        else "Use returned: you cancelled {class_name} on {day}"
    )
    return text, _class_of(entry)


def _moved(entry: StoryEntry) -> Told:
    """Reads "Use moved: you moved Morning Yoga from 3 Dec to 10 Dec"."""
    who = "{studio} moved your" if entry.actor is ActorKind.STAFF else "you moved"
    values = _class_of(entry)
    if entry.ticket is None or entry.ticket.left_class is None or entry.ticket.left_on is None:
        return f"Use moved: {who} {{class_name}} to {{day}}", values
    values |= {"left_class": entry.ticket.left_class, "left_day": entry.ticket.left_on}
    if entry.ticket.left_class == entry.ticket.class_name:
        return f"Use moved: {who} {{class_name}} from {{left_day}} to {{day}}", values
    return f"Use moved: {who} {{left_class}} on {{left_day}} to {{class_name}} on {{day}}", values


def _cancelled(entry: StoryEntry) -> Told:
    if _is_with_class(entry):
        text = "{studio} cancelled {class_name} on {day}"
    elif entry.actor is ActorKind.STAFF:
        text = "{studio} cancelled your {class_name} on {day}"
    elif entry.ticket is not None and not entry.ticket.in_time:
        text = "You gave up your place in {class_name} on {day} after the cut-off"
    else:
        text = "You cancelled {class_name} on {day}"
    return text, _class_of(entry)


def _is_with_class(entry: StoryEntry) -> bool:
    return entry.ticket is not None and entry.ticket.past.with_class


def _deactivated(_: StoryEntry) -> Told:
    return "{studio} deactivated this pass. What it had paid for stays booked", {}


def _termination_set(entry: StoryEntry) -> Told:
    from_day = date.fromisoformat(entry.after["deactivated_from"])
    return "{studio} set this pass to end: last day {day:year}", {"day": from_day - timedelta(days=1)}


def _termination_cleared(_: StoryEntry) -> Told:
    return "{studio} took back the day on which this pass was to end", {}


def _reactivated(_: StoryEntry) -> Told:
    return "{studio} made this pass usable again", {}


def _extended(entry: StoryEntry) -> Told:
    added = entry.after["added_days"] - entry.before["added_days"]
    return "{studio} added {days}", {"days": Count(added, "day", "days")}


def _paused(entry: StoryEntry) -> Told:
    days = {name: date.fromisoformat(entry.after[f"paused_{name}"]) for name in ("from", "to")}
    return "{studio} paused this pass from {from:year} to {to:year}. It goes on for as many days longer", days


def _pause_ended(_: StoryEntry) -> Told:
    return "{studio} ended the pause of this pass", {}


def _dates_set(entry: StoryEntry) -> Told:
    """Each date that staff set, or that they let go of again."""
    parts, values = [], {}
    for name, words in (("starts_on", "starts"), ("expires_on", "expires")):
        if entry.after.get(name):
            parts.append(f"it {words} on {{{name}:year}}")
            values[name] = date.fromisoformat(entry.after[name])
    if not parts:
        return "{studio} took back the dates that it had set for this pass", {}
    return "{studio} set the dates of this pass: " + " and ".join(parts), values


def _undone(_: StoryEntry) -> Told:
    return "{studio} took back what it had changed last", {}


def _class_of(entry: StoryEntry) -> dict[str, Value]:
    if entry.ticket is None:
        raise ValueError("An entry that takes or returns a use names its class.")
    past = entry.ticket.past
    return {"class_name": entry.ticket.class_name, "day": past.on_date, "at": past.starts_at}


WORDS: dict[str, Callable[[StoryEntry], Told]] = {
    "bought": _bought,
    "issued": _issued,
    "adjusted": _adjusted,
    "booked": _booked,
    "returned": _returned,
    "moved": _moved,
    CANCELLED: _cancelled,
    "pass.deactivated": _deactivated,
    "pass.termination_set": _termination_set,
    "pass.termination_cleared": _termination_cleared,
    "pass.reactivated": _reactivated,
    "pass.extended": _extended,
    "pass.paused": _paused,
    "pass.pause_ended": _pause_ended,
    "pass.dates_set": _dates_set,
    "pass.undone": _undone,
}
"""How each kind of entry is told; ``what`` is its key."""

REASONS_TOLD = {"bought", "issued", "adjusted", "booked", "returned", CANCELLED}
"""A ledger entry's reason is for its owner too; why staff withdrew or paused a pass is for staff (S2)."""
