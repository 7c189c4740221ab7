"""The time line of a pass: where its marks stand, and that no words collide or leave a phone's width."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from portal.rules.facts import BookedClass, OwnedPass, PassTerms
from portal.rules.validity import FixedDates, FromFirstClass, Period, Unit, Validity
from portal.web.time_line import CHARACTER, DESK, PHONE, Label, TimeLine, time_line

TODAY = date(2026, 12, 18)
THIRTY_DAYS = FromFirstClass(Period(30, Unit.DAYS))


def _owned(bought_on: date, *days: date, validity: Validity = THIRTY_DAYS) -> OwnedPass:
    return OwnedPass(
        id=UUID(int=1),
        name="10-class pass",
        terms=PassTerms(validity=validity, uses=10),
        bought_at=datetime.combine(bought_on, datetime.min.time(), UTC),
        bought_on=bought_on,
        uses_left=7,
        booked=tuple(BookedClass(uuid4(), day) for day in days),
    )


def _written(day: date) -> str:
    return f"{day.day} {day:%b}" if day.year == TODAY.year else f"{day.day} {day:%b} {day.year}"


def _line(owned: OwnedPass, today: date = TODAY) -> TimeLine:
    line = time_line(owned, today, _written)
    assert line is not None
    return line


def test_a_pass_that_waits_for_its_first_class_has_no_line() -> None:
    assert time_line(_owned(date(2026, 12, 2)), TODAY, _written) is None


def test_it_runs_from_the_purchase_to_the_last_day() -> None:
    line = _line(_owned(date(2026, 12, 2), date(2026, 12, 10), date(2026, 12, 22)))
    assert line.bought == 2
    assert line.valid_to == 98
    assert line.bought < line.valid_from < (line.today or 0) < line.valid_to
    assert line.classes[0] == line.valid_from


def test_it_is_labelled_with_purchase_today_classes_and_end() -> None:
    line = _line(_owned(date(2026, 12, 2), date(2026, 12, 10), date(2026, 12, 22)))
    assert {label.text for label in line.above} == {"bought 2 Dec", "today"}
    assert {label.text for label in line.below} == {"10 Dec", "22", "8 Jan 2027"}
    assert str(line.told) == "Bought on 2 Dec, valid from 10 Dec 2026 to 8 Jan 2027, 2 class dates on it."


def test_the_day_of_purchase_is_not_said_twice() -> None:
    line = _line(_owned(date(2026, 12, 2), date(2026, 12, 2), date(2026, 12, 22)))
    assert "bought" in {label.text for label in line.above}


def test_today_is_left_out_once_the_end_is_long_past() -> None:
    owned = _owned(date(2026, 12, 2), date(2026, 12, 10))
    assert _line(owned, date(2027, 1, 10)).today is not None
    assert _line(owned, date(2027, 6, 1)).today is None


def test_a_term_pass_has_a_line_before_any_class() -> None:
    term = FixedDates(date(2027, 1, 4), date(2027, 3, 26))
    line = _line(_owned(date(2026, 12, 2), validity=term))
    assert line.classes == ()
    assert (line.today or 0) < line.valid_from


def test_it_ends_on_the_last_day_that_staff_set_s6() -> None:
    whole = _owned(date(2026, 12, 2), date(2026, 12, 10))
    cut = _line(replace(whole, deactivated_from=date(2026, 12, 25)))
    assert (cut.valid_to, cut.told.values["last"]) == (98.0, date(2026, 12, 24))
    assert time_line(replace(whole, deactivated_from=date(2026, 12, 9)), date(2026, 12, 5), _written) is None


@given(
    bought=st.dates(date(2026, 1, 1), date(2026, 12, 1)),
    first_after=st.integers(0, 120),
    gaps=st.lists(st.integers(0, 29), max_size=12),
    today_after=st.integers(0, 400),
)
def test_words_never_collide_and_stay_on_the_line(
    bought: date, first_after: int, gaps: list[int], today_after: int
) -> None:
    first = bought + timedelta(days=first_after)
    days = [first, *(first + timedelta(days=gap) for gap in gaps)]
    line = _line(_owned(bought, *days), bought + timedelta(days=today_after))
    for row in (line.above, line.below):
        _hold_apart([label for label in row if not label.roomy], PHONE)
        _hold_apart(list(row), DESK)
    assert all(2 <= at <= 98 for at in line.classes)


def _hold_apart(labels: list[Label], width: int) -> None:
    edges = []
    for label in labels:
        size = 100 * CHARACTER * len(label.text) / width
        start = label.at - {"start": 0.0, "middle": size / 2, "end": size}[label.anchor]
        edges.append((start, start + size))
        assert start >= -0.01
        assert start + size <= 100.01
    for (_, end), (start, _) in zip(sorted(edges), sorted(edges)[1:], strict=False):
        assert end < start
