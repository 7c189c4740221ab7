"""Why a pass does not pay, in plain sentences, the nearest first (R2)."""

import pytest

from portal.rules.facts import OwnedPass
from portal.rules.quote import quote
from tests.rules.builders import (
    a_basket,
    a_pass,
    a_ticket_line,
    between,
    why_not_words,
)


@pytest.mark.parametrize(
    ("owned", "words"),
    [
        (a_pass(booked=["10 Dec"]), "Your 10-class pass ends on 8 Jan; this class is on 9 Jan."),
        (a_pass(booked=["10 Oct"]), "Your 10-class pass ended on 8 Nov; this class is on 9 Jan."),
        (
            a_pass(valid=between("11 Jan 2027", "26 Mar 2027")),
            "Your 10-class pass starts on 11 Jan; this class is on 9 Jan.",
        ),
        (a_pass(deactivated_from="9 Jan 2027"), "Your 10-class pass ends on 8 Jan; this class is on 9 Jan."),
        (a_pass(expires_set="8 Jan 2027"), "Your 10-class pass ends on 8 Jan; this class is on 9 Jan."),
        (a_pass(start_by="31 Dec"), "Your 10-class pass must start by 31 Dec; this class is on 9 Jan."),
        (a_pass(deactivated_from="1 Dec"), "Your 10-class pass has been deactivated."),
        (a_pass(withdrawn=True), "Your 10-class pass has been withdrawn by the studio."),
        (a_pass(classes=["Barre"]), "Your 10-class pass does not cover Handstand Workshop."),
        (a_pass(tickets=["Concession"]), "Your 10-class pass does not cover the ticket “Adult”."),
        (a_pass(uses_left=0), "Your 10-class pass has no uses left."),
        (
            a_pass(booked=["9 Jan 2027"], uses_per_day=1),
            "Your 10-class pass pays for 1 ticket a day, and already does on 9 Jan.",
        ),
        (
            a_pass(booked=["4 Jan 2027", "6 Jan 2027"], uses_per_week=2),
            "Your 10-class pass pays for 2 tickets a week, and already does in the week of Mon 4 Jan.",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_pass_that_does_not_pay_says_why_r2(owned: OwnedPass, words: str) -> None:
    workshop = a_ticket_line("Handstand Workshop", on="9 Jan 2027", at="11:00")
    assert why_not_words(quote(a_basket(workshop, passes=[owned])), workshop) == [words]


def test_a_second_ticket_of_a_class_says_why_r2() -> None:
    first, second = a_ticket_line(), a_ticket_line()
    assert why_not_words(quote(a_basket(first, second, passes=[a_pass()])), second) == [
        "Your 10-class pass pays for one ticket a class, and already does for this class."
    ]


def test_uses_that_the_same_basket_takes_say_so_r2() -> None:
    dear, cheap = a_ticket_line(price=1800), a_ticket_line("Barre", on="11 Dec", price=900)
    two_left = a_pass("5-class pass", uses=5, uses_left=1)
    assert why_not_words(quote(a_basket(dear, cheap, passes=[two_left])), cheap) == [
        "Your 5-class pass has only 1 use left, taken by other tickets in this basket."
    ]


def test_a_pass_pays_on_its_last_day_p3() -> None:
    last_day = a_ticket_line(on="8 Jan 2027")
    assert quote(a_basket(last_day, passes=[a_pass(booked=["10 Dec"])])).to_pay == 0


def test_what_counts_is_the_date_of_the_class_not_today_p3() -> None:
    in_term = a_ticket_line(on="12 Jan 2027")
    term_pass = a_pass(valid=between("11 Jan 2027", "26 Mar 2027"))
    assert quote(a_basket(in_term, passes=[term_pass])).to_pay == 0


def test_the_pass_that_came_nearest_comes_first_r2() -> None:
    workshop = a_ticket_line("Handstand Workshop", on="9 Jan 2027")
    passes = [
        a_pass("deactivated", deactivated_from="1 Dec"),
        a_pass("withdrawn", withdrawn=True),
        a_pass("uncovering", classes=["Barre"]),
        a_pass("used up", uses_left=0, booked=["10 Dec"]),
        a_pass("eight days short", booked=["3 Dec"]),
        a_pass("one day short", booked=["10 Dec"]),
        a_pass("long gone", booked=["1 Feb"]),
        a_pass("full that day", booked=["9 Jan 2027"], uses_per_day=1),
    ]
    reckoned = quote(a_basket(workshop, passes=passes))
    assert [reason.pass_name for reason in reckoned.lines[0].why_not] == [
        "full that day",
        "one day short",
        "eight days short",
        "used up",
        "long gone",
        "uncovering",
        "withdrawn",
        "deactivated",
    ]


def test_a_deactivated_pass_is_no_payment_today_or_later_s2() -> None:
    tomorrow = a_ticket_line(on="2 Dec")
    deactivated = a_pass(booked=["1 Dec"], deactivated_from="1 Dec")
    assert quote(a_basket(tomorrow, passes=[deactivated])).to_pay == 1200


def test_a_terminated_pass_pays_up_to_the_eve_s6() -> None:
    terminated = a_pass(deactivated_from="10 Dec")
    assert quote(a_basket(a_ticket_line(on="9 Dec"), passes=[terminated])).to_pay == 0
    assert quote(a_basket(a_ticket_line(on="10 Dec"), passes=[terminated])).to_pay == 1200
