"""P2 by trying everything: slow, and simple enough to be seen to be right."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import combinations, product

from portal.rules.facts import OwnedPass, TicketLine
from portal.rules.passes import has_started
from portal.rules.validity import usable_window, window

Payers = tuple[OwnedPass | None, ...]


def best_way(tickets: Sequence[TicketLine], passes: Iterable[OwnedPass], today: date) -> Payers:
    """Who pays for each ticket; tickets are given in P2's order, and None is money."""
    in_preference = sorted(passes, key=preference)
    payable = {held.id: _payable_together(held, tickets, today) for held in in_preference}
    ways = (
        way
        for way in product([*in_preference, None], repeat=len(tickets))
        if all(_lines_of(held, way) in payable[held.id] for held in in_preference)
    )
    return min(ways, key=lambda way: _cost(way, tickets, in_preference))


def can_pay_for(held: OwnedPass, tickets: Sequence[TicketLine], today: date) -> bool:
    """Whether a pass can pay for all these tickets together, next to those booked on it (P3–P6, P9, S6)."""
    if not tickets:
        return True
    claimed = [ticket.on_date for ticket in tickets]
    booked = [visit.on_date for visit in held.booked]
    everything = [(visit.class_session_id, visit.on_date) for visit in held.booked]
    everything += [(ticket.class_session_id, ticket.on_date) for ticket in tickets]
    return (
        not held.withdrawn
        and all(held.deactivated_from is None or held.deactivated_from > day for day in (today, *claimed))
        and all(_covers(held, ticket) for ticket in tickets)
        and (held.uses_left is None or len(tickets) <= held.uses_left)
        and _starts_in_time(held, claimed + booked)
        and _all_within_validity(held, claimed, booked)
        and _within_limits(held, everything, tickets)
    )


def preference(held: OwnedPass) -> tuple[object, ...]:
    """Unlimited before counted, started before not started, soonest expiry, oldest purchase (P2)."""
    return (
        held.uses_left is not None,
        not has_started(held),
        usable_window(held).last_day or date.max,
        held.bought_at,
        held.id,
    )


def _cost(
    way: Payers, tickets: Sequence[TicketLine], in_preference: Sequence[OwnedPass]
) -> tuple[object, ...]:
    """Least money, then fewest lines on money, then line by line the pass preferred, money last."""
    to_pay = sum(ticket.price for ticket, payer in zip(tickets, way, strict=True) if payer is None)
    ranks = [len(in_preference) if payer is None else in_preference.index(payer) for payer in way]
    return to_pay, way.count(None), ranks


def _payable_together(held: OwnedPass, tickets: Sequence[TicketLine], today: date) -> set[tuple[int, ...]]:
    """Every set of tickets, by their numbers, that the pass can pay for."""
    numbers = range(len(tickets))
    return {
        chosen
        for size in range(len(tickets) + 1)
        for chosen in combinations(numbers, size)
        if can_pay_for(held, [tickets[number] for number in chosen], today)
    }


def _lines_of(held: OwnedPass, way: Payers) -> tuple[int, ...]:
    return tuple(number for number, payer in enumerate(way) if payer is held)


def _covers(held: OwnedPass, ticket: TicketLine) -> bool:
    terms = held.terms
    return (terms.series_ids is None or ticket.series_id in terms.series_ids) and (
        terms.ticket_type_ids is None or ticket.ticket_type_id in terms.ticket_type_ids
    )


def _starts_in_time(held: OwnedPass, every_day: Sequence[date]) -> bool:
    staff_decided = held.starts_on_set is not None or held.expires_on_set is not None
    return staff_decided or held.start_by is None or min(every_day) <= held.start_by


def _all_within_validity(held: OwnedPass, claimed: Sequence[date], booked: Sequence[date]) -> bool:
    """All that is claimed fits the validity that all give together, and all that is booked still does."""
    before, after = window(held, booked), window(held, [*claimed, *booked])
    still = [day for day in booked if not before.days_off(day)]
    return not any(after.days_off(day) for day in (*claimed, *still))


def _within_limits(
    held: OwnedPass, everything: Sequence[tuple[object, date]], tickets: Sequence[TicketLine]
) -> bool:
    """No class, day or week that a ticket adds to holds more than the terms allow."""
    terms = held.terms
    classes = Counter(class_id for class_id, _ in everything)
    days = Counter(day for _, day in everything)
    weeks = Counter(_week(day) for _, day in everything)
    several = terms.several_per_class and held.uses_left is not None
    return all(
        (several or classes[ticket.class_session_id] == 1)
        and days[ticket.on_date] <= (terms.uses_per_day or len(everything))
        and weeks[_week(ticket.on_date)] <= (terms.uses_per_week or len(everything))
        for ticket in tickets
    )


def _week(day: date) -> date:
    """The Monday of a day's week (P6)."""
    return day - timedelta(days=day.weekday())
