"""When a pass counts, and how a screen says so (P3–P6)."""

from portal.rules.validity import (
    Window,
    start_by_words,
    terms_words,
    usable_window,
    validity_words,
    window,
)
from tests.rules.builders import (
    TODAY,
    a_pass,
    between,
    day,
    days,
    from_first_class,
    from_purchase,
    months,
)


def test_a_pass_without_a_class_has_no_window_yet_p4() -> None:
    assert window(a_pass()) == Window(None, None)


def test_the_earliest_class_starts_the_validity_p4() -> None:
    ten_class_pass = a_pass(booked=["15 Dec", "10 Dec", "22 Dec"])
    assert window(ten_class_pass) == Window(day("10 Dec"), day("8 Jan 2027"))


def test_other_classes_than_those_booked_may_be_asked_about_p5() -> None:
    started = a_pass(booked=["10 Dec"])
    assert window(started, [day("3 Dec")]) == Window(day("3 Dec"), day("1 Jan 2027"))


def test_a_period_from_purchase_starts_on_the_day_of_purchase_p6() -> None:
    bought = a_pass(valid=from_purchase(months(1)), bought="2 Nov", booked=["10 Nov"])
    assert window(bought) == Window(day("2 Nov"), day("1 Dec"))


def test_fixed_dates_are_what_they_are_p6() -> None:
    assert window(a_pass(valid=between("1 Dec", "18 Dec"))) == Window(day("1 Dec"), day("18 Dec"))


def test_added_days_come_on_top_of_whatever_validity_applies_p4() -> None:
    assert window(a_pass(booked=["10 Dec"], added_days=7)).last_day == day("15 Jan 2027")
    assert window(a_pass(valid=between("1 Dec", "18 Dec"), added_days=7)).last_day == day("25 Dec")
    bought = a_pass(valid=from_purchase(days(30)), bought="2 Nov", added_days=2)
    assert window(bought).last_day == day("3 Dec")


def test_a_start_that_staff_set_stands_whatever_is_booked_p4() -> None:
    assert window(a_pass(starts_set="1 Dec", booked=["10 Dec"])) == Window(day("1 Dec"), day("30 Dec"))
    assert window(a_pass(starts_set="1 Dec")) == Window(day("1 Dec"), day("30 Dec"))


def test_an_expiry_that_staff_set_stands_over_all_p4() -> None:
    told = a_pass(booked=["10 Dec"], expires_set="31 Mar 2027", added_days=7)
    assert window(told) == Window(day("10 Dec"), day("31 Mar 2027"))


def test_a_last_day_set_by_staff_cuts_the_usable_window_short_s6() -> None:
    terminated = a_pass(booked=["10 Dec"], deactivated_from="20 Dec")
    assert usable_window(terminated) == Window(day("10 Dec"), day("19 Dec"))
    assert usable_window(a_pass(deactivated_from="20 Dec")) == Window(None, day("19 Dec"))


def test_a_last_day_after_the_end_lengthens_nothing_s6() -> None:
    terminated = a_pass(booked=["10 Dec"], deactivated_from="20 Feb 2027")
    assert usable_window(terminated) == window(terminated)


def test_a_day_on_which_staff_terminate_it_is_said_as_its_last_day_s6() -> None:
    assert (
        str(validity_words(a_pass(booked=["10 Dec"], deactivated_from="20 Dec"), TODAY)) == "Last day 19 Dec"
    )
    assert str(validity_words(a_pass(deactivated_from="20 Dec"), TODAY)) == "Last day 19 Dec"


def test_a_termination_that_shortens_nothing_is_no_last_day_s6() -> None:
    later = a_pass(booked=["10 Dec"], deactivated_from="9 Jan 2027")
    assert str(validity_words(later, TODAY)) == "Expires 8 Jan 2027"
    come = a_pass(booked=["10 Dec"], deactivated_from="1 Dec")
    assert str(validity_words(come, TODAY)) == "Expires 8 Jan 2027"


def test_a_started_pass_shows_its_expiry_b16() -> None:
    assert str(validity_words(a_pass(booked=["10 Dec"]))) == "Expires 8 Jan 2027"


def test_a_pass_without_a_class_shows_its_period_b17() -> None:
    assert str(validity_words(a_pass())) == "Valid for 30 days from your first class"
    one_month = a_pass(valid=from_first_class(months(1)))
    assert str(validity_words(one_month)) == "Valid for 1 month from your first class"
    three_months = a_pass(valid=from_first_class(months(3)))
    assert str(validity_words(three_months)) == "Valid for 3 months from your first class"


def test_added_days_show_before_the_first_class_too_p4() -> None:
    assert str(validity_words(a_pass(added_days=5))) == "Valid for 35 days from your first class"
    one_month = a_pass(valid=from_first_class(months(1)), added_days=1)
    assert str(validity_words(one_month)) == "Valid for 1 month and 1 day from your first class"


def test_an_end_that_has_passed_is_past_on_screen() -> None:
    old = a_pass(booked=["10 Oct"])
    assert str(validity_words(old, TODAY)) == "Expired 8 Nov 2026"
    ends_today = a_pass(valid=between("1 Nov", "1 Dec"))
    assert str(validity_words(ends_today, TODAY)) == "Expires 1 Dec 2026"


def test_the_shop_says_what_a_validity_promises_p6() -> None:
    assert str(terms_words(from_first_class(days(30)))) == "Valid for 30 days from your first class"
    assert str(terms_words(from_purchase(months(1)))) == "Valid for 1 month from the day you buy it"
    term = between("11 Jan 2027", "26 Mar 2027")
    assert str(terms_words(term)) == "Valid from 11 Jan 2027 to 26 Mar 2027"


def test_the_latest_day_to_start_is_said_too_p6() -> None:
    assert str(start_by_words(day("31 Jan 2027"))) == "First class by 31 Jan 2027"
