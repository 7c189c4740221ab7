"""The letters of a business's morning: tomorrow's classes, passes that run out, what is owed.

Each is written once, by the occasion that it names (``once_key``), however often a worker looks and however
late: one that slept for three days writes what is still so. What each wants in its ``facts``:

* ``REMINDER``: ``customer_id`` or, for a guest, ``booking_id``; ``on_date``, the classes' date.
* ``PASS_NEARLY_USED_UP``: ``pass_id``. ``PASS_NEARLY_OVER``: ``pass_id`` and ``last_day``.
* ``BALANCE_DUE``: ``customer_id``.

Whether it is still so is asked again when it is printed.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from portal.gateways.smallest_charge import smallest_charge
from portal.models.business import BusinessFacts
from portal.models.database import db, insert_if_absent
from portal.models.letters import Letter, LetterKind, LetterRound
from portal.models.reminder_facts import (
    Debt,
    PassWithOwner,
    Person,
    VisitToCome,
    debts,
    letter_rounds,
    passes_with_uses,
    visits_between,
)
from portal.rules.reminders import is_morning_over, is_nearly_used_up, is_to_be_reminded, nearly_over_on

AHEAD = timedelta(days=2, hours=2)  # tomorrow's last class, whatever the clocks do


@dataclass(frozen=True, slots=True)
class MorningLetter:
    """A letter that is due this morning, and the occasion that it must be written for once only."""

    kind: LetterKind
    once_key: str
    person: Person
    facts: dict[str, str]


def mornings_due(*, now: datetime) -> list[BusinessFacts]:
    """The businesses where it is past eight and whose letters of today are not all written yet."""
    return [
        business
        for business, written_on in letter_rounds()
        if (written_on is None or written_on < business.day_of(now))
        and is_morning_over(business.day_of(now), now, business.zone_info)
    ]


def letters_of_morning(business: BusinessFacts, *, now: datetime) -> list[MorningLetter]:
    """Every letter that is due to a business's clients this morning, whether it was written before or not.

    It only reads, in three statements; the order is that in which rows are written, which is the same for
    every worker.
    """
    today = business.day_of(now)
    letters = [
        *_reminders(business, visits_between(business.id, now, now + AHEAD), now),
        *_about_passes(passes_with_uses(business.id), today),
        *map(_of_debt, debts(business.id, least=smallest_charge(business.currency))),
    ]
    return sorted(letters, key=lambda letter: letter.once_key)


def write_morning_letters(business_id: UUID, letters: Sequence[MorningLetter], *, now: datetime) -> int:
    """Put letters in the outbox, but for those whose occasion has had one; how many."""
    return sum(
        insert_if_absent(
            Letter,
            business_id=business_id,
            kind=letter.kind,
            once_key=letter.once_key,
            to_email=letter.person.email,
            to_name=letter.person.name,
            facts=letter.facts,
            created_at=now,
            next_try_at=now,
        )
        for letter in letters
    )


def note_morning(business: BusinessFacts, *, now: datetime) -> None:
    """Keep that the letters of today are written, so that nobody looks for them before tomorrow."""
    today = business.day_of(now)
    if insert_if_absent(LetterRound, business_id=business.id, on_day=today):
        return
    row = db.session.get_one(LetterRound, business.id, with_for_update=True, populate_existing=True)
    row.on_day = max(row.on_day, today)
    db.session.flush()


def _reminders(
    business: BusinessFacts, visits: Iterable[VisitToCome], now: datetime
) -> Iterator[MorningLetter]:
    """One letter a person and day, whatever number of classes they have booked; a guest's is of a booking."""
    found: dict[str, MorningLetter] = {}
    for visit in visits:
        if not is_to_be_reminded(
            visit.on_date,
            booked_at=visit.booked_at,
            starts_at=visit.starts_at,
            now=now,
            zone=business.zone_info,
        ):
            continue
        whose, id_ = (
            ("customer_id", visit.person.customer_id)
            if visit.person.customer_id
            else ("booking_id", visit.booking_id)
        )
        once_key = f"reminder {visit.on_date} {id_}"
        facts = {whose: str(id_), "on_date": visit.on_date.isoformat()}
        found[once_key] = MorningLetter(LetterKind.REMINDER, once_key, visit.person, facts)
    return iter(found.values())


def _about_passes(passes: Iterable[PassWithOwner], today: date) -> Iterator[MorningLetter]:
    for it in passes:
        pass_id = str(it.owned.id)
        if is_nearly_used_up(it.owned, today):
            occasion = f"pass nearly used up {pass_id} {it.topped_up}"
            facts = {"pass_id": pass_id}
            yield MorningLetter(LetterKind.PASS_NEARLY_USED_UP, occasion, it.person, facts)
        last_day = nearly_over_on(it.owned, today)
        if last_day is not None:
            occasion = f"pass nearly over {pass_id} {last_day}"
            facts = {"pass_id": pass_id, "last_day": last_day.isoformat()}
            yield MorningLetter(LetterKind.PASS_NEARLY_OVER, occasion, it.person, facts)


def _of_debt(debt: Debt) -> MorningLetter:
    """One letter for each charge by which somebody came to owe, or to owe more."""
    return MorningLetter(
        LetterKind.BALANCE_DUE,
        f"balance due {debt.entry_id}",
        debt.person,
        {"customer_id": str(debt.person.customer_id)},
    )
