"""What an act on a pass will do, at one glance, before it is done (DESIGN §4)."""

from dataclasses import dataclass, replace
from datetime import date

from portal.models.pass_outlook import DueInstalment, KeptVisit, PassOutlook
from portal.rules.facts import OwnedPass
from portal.rules.sentences import Count, Money, Sentence, Value
from portal.rules.validity import validity_words

MOST_LISTED = 5


@dataclass(frozen=True, slots=True)
class Effect:
    """One thing that will happen: what it is about, what becomes of it, and each of what it is about."""

    about: str
    told: Sentence
    each: tuple[Sentence, ...] = ()


def of_deactivating(outlook: PassOutlook, *, currency: str, today: date) -> tuple[Effect, ...]:
    """What deactivating a pass will do (S2–S5)."""
    return (
        _stops_paying(outlook, today),
        _visits_kept(outlook.visits),
        _auto_payments_stop(outlook.scheduled, currency),
        _outstanding(outlook.outstanding, currency),
    )


def of_reactivating(
    outlook: PassOutlook, owned: OwnedPass, *, needs_expiry: bool, currency: str, today: date
) -> tuple[Effect, ...]:
    """What reactivating a pass will do (S7)."""
    again = replace(owned, deactivated_from=None)
    each = (Sentence("Until the new expiry date.") if needs_expiry else validity_words(again, today),)
    ahead = outlook.terminates_after(today)
    told = Sentence("Its termination is cleared." if ahead else "It pays for classes again, at once.")
    return (Effect("Paying", told, each), _auto_payments_resume(outlook, currency, today))


def of_pausing() -> tuple[Effect, ...]:
    """What a pause will do."""
    return (
        Effect("Paying", Sentence("It pays for no class dated in the pause, first and last day included.")),
        Effect("Validity", Sentence("It goes on for as many days longer as the pause has.")),
        Effect("Visits", Sentence("What it paid for already stays booked and paid.")),
    )


def _stops_paying(outlook: PassOutlook, today: date) -> Effect:
    told = Sentence("From now on it pays for nothing more, in any basket.")
    each = []
    if outlook.baskets:
        each.append(Sentence("The client has a basket open, where it stops paying at once."))
    if outlook.deactivation is not None and outlook.deactivation.from_day > today:
        each.append(Sentence("It was to end on {day:year}.", {"day": outlook.deactivation.from_day}))
    return Effect("Paying", told, tuple(each))


def _visits_kept(visits: tuple[KeptVisit, ...]) -> Effect:
    if not visits:
        return Effect("Upcoming visits", Sentence("None is paid with this pass."))
    verb = "stays" if len(visits) == 1 else "stay"
    told = Sentence(f"{{visits}} {verb} booked and paid.", {"visits": Count(len(visits), "visit", "visits")})
    each = [_visit(visit) for visit in visits[:MOST_LISTED]]
    return Effect("Upcoming visits", told, (*each, *_rest(len(visits))))


def _visit(visit: KeptVisit) -> Sentence:
    values: dict[str, Value] = {"name": visit.class_name, "day": visit.on_date, "at": visit.starts_at}
    return Sentence("{name}, {day:weekday}, {at}", values)


def _auto_payments_stop(scheduled: tuple[DueInstalment, ...], currency: str) -> Effect:
    if not scheduled:
        return Effect("Auto-payments", Sentence("None is to come."))
    verb = "is not attempted" if len(scheduled) == 1 else "are not attempted"
    payments = Count(len(scheduled), "auto-payment", "auto-payments")
    told = Sentence(f"{{payments}} to come {verb}.", {"payments": payments})
    return Effect("Auto-payments", told, _dues(scheduled, currency))


def _auto_payments_resume(outlook: PassOutlook, currency: str, today: date) -> Effect:
    resuming = outlook.resuming(today)
    missed = len(outlook.scheduled) - len(resuming)
    each = _dues(resuming, currency)
    if missed:
        skipped = Count(missed, "auto-payment", "auto-payments")
        words = "{skipped} whose day has passed meanwhile will not be charged."
        each = (*each, Sentence(words, {"skipped": skipped}))
    if not resuming:
        return Effect("Auto-payments", Sentence("None resumes."), each)
    verb = "resumes" if len(resuming) == 1 else "resume"
    payments = Count(len(resuming), "auto-payment", "auto-payments")
    return Effect("Auto-payments", Sentence(f"{{payments}} {verb}.", {"payments": payments}), each)


def _outstanding(outstanding: int, currency: str) -> Effect:
    if not outstanding:
        return Effect("Outstanding balance", Sentence("None."))
    amount = Money(outstanding, currency)
    words = "{amount} from failed auto-payments. You decide below what becomes of it."
    return Effect("Outstanding balance", Sentence(words, {"amount": amount}))


def _dues(dues: tuple[DueInstalment, ...], currency: str) -> tuple[Sentence, ...]:
    listed = [
        Sentence("{amount} on {day}", {"amount": Money(due.amount, currency), "day": due.due_on})
        for due in dues[:MOST_LISTED]
    ]
    return (*listed, *_rest(len(dues)))


def _rest(number: int) -> tuple[Sentence, ...]:
    if number <= MOST_LISTED:
        return ()
    return (Sentence("and {more} more", {"more": number - MOST_LISTED}),)
