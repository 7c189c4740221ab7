"""What cancelling did to a pass's start is told right afterwards (P4, C3)."""

from datetime import UTC, date, datetime, time
from uuid import UUID

from portal.rules.pass_story import PastTicket, StartMoved, start_moved_by

DEC_10, DEC_14, DEC_17 = (date(2026, 12, day) for day in (10, 14, 17))
BOOKED = datetime(2026, 12, 1, 9, tzinfo=UTC)


def a_ticket(
    nth: int, on: date, *, cancelled: int | None = None, at: datetime = BOOKED, booking: int | None = None
) -> PastTicket:
    """The nth row that was made; ``cancelled`` is the one that cancelled it."""
    return PastTicket(
        id=UUID(int=nth),
        booking_id=UUID(int=booking or nth),
        on_date=on,
        starts_at=datetime.combine(on, time(9, 30), UTC),
        cancellation_id=UUID(int=cancelled) if cancelled else None,
        cancelled_at=at if cancelled else None,
    )


def test_the_only_ticket_cancelled_leaves_no_start() -> None:
    only = a_ticket(1, DEC_10, cancelled=2)
    assert start_moved_by(only, [only]) == StartMoved(DEC_10, None)


def test_the_earliest_cancelled_moves_the_start_to_the_next() -> None:
    first, next_one = a_ticket(1, DEC_10, cancelled=3), a_ticket(2, DEC_14)
    assert start_moved_by(first, [first, next_one]) == StartMoved(DEC_10, DEC_14)


def test_a_later_one_cancelled_moves_nothing() -> None:
    first, later = a_ticket(1, DEC_10), a_ticket(2, DEC_14, cancelled=3)
    assert start_moved_by(later, [first, later]) is None


def test_one_of_two_on_the_first_day_moves_nothing() -> None:
    one, other = a_ticket(1, DEC_10, cancelled=3), a_ticket(2, DEC_10)
    assert start_moved_by(one, [one, other]) is None


def test_what_was_booked_afterwards_did_not_count_yet() -> None:
    first, booked_later = a_ticket(1, DEC_14, cancelled=2), a_ticket(3, DEC_10)
    assert start_moved_by(first, [first, booked_later]) == StartMoved(DEC_14, None)


def test_each_of_two_acts_at_one_moment_is_told_by_itself() -> None:
    first, second = a_ticket(1, DEC_10, cancelled=3), a_ticket(2, DEC_17, cancelled=4)
    assert start_moved_by(first, [first, second]) == StartMoved(DEC_10, DEC_17)
    assert start_moved_by(second, [first, second]) == StartMoved(DEC_17, None)


def test_a_whole_booking_goes_in_one_act_and_its_first_ticket_tells_it() -> None:
    first, second = a_ticket(1, DEC_10, cancelled=3, booking=9), a_ticket(2, DEC_17, cancelled=4, booking=9)
    assert start_moved_by(first, [first, second]) == StartMoved(DEC_10, None)
    assert start_moved_by(second, [first, second]) is None


def test_a_class_that_had_begun_goes_on_counting() -> None:
    attended = a_ticket(1, DEC_10, cancelled=2, at=datetime(2026, 12, 10, 9, 30, tzinfo=UTC))
    assert start_moved_by(attended, [attended]) is None
    later = a_ticket(3, DEC_14, cancelled=4)
    assert start_moved_by(later, [attended, later]) is None


def test_a_ticket_that_stands_moved_nothing() -> None:
    standing = a_ticket(1, DEC_10)
    assert start_moved_by(standing, [standing]) is None
