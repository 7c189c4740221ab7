"""What letters say: everything that a person needs, with links to the business's public address (B1)."""

from datetime import date, datetime, time, timedelta

import pytest
from flask import Flask

from portal.gateways.letter_tokens import LetterTokens
from portal.gateways.post import Sheet
from portal.models.business import BusinessFacts
from portal.models.database import transaction
from portal.models.letters import LetterKind
from portal.operations.letter_contents import printed_sheet
from portal.operations.letters import claim_due_letters, write_letter
from tests.studio import (
    NOW,
    a_business,
    a_class,
    a_code,
    a_customer,
    a_pass_of,
    a_placed_booking,
    a_purchase_option,
)

TOKENS = LetterTokens("a key")


def _next_sheet(now: datetime = NOW) -> Sheet:
    with transaction():
        (due,) = claim_due_letters(now=now, most=5)
    return printed_sheet(due, tokens=TOKENS, now=now)


def _letter(business: BusinessFacts, kind: LetterKind, *, name: str = "", **facts: str) -> Sheet:
    with transaction():
        write_letter(business.id, kind, to_email="ada@example.com", to_name=name, facts=facts, now=NOW)
    return _next_sheet()


def test_a_booking_paid_by_pass_says_so_with_date_time_place_and_zone(app: Flask) -> None:
    business = a_business(host="riverside.example")
    ada = a_customer(business, "Ada Park", email="ada@example.com")
    a_pass_of(ada)
    booking = a_placed_booking(ada, a_class(business, on=date(2026, 12, 10), at=time(9, 30)))
    sheet = _next_sheet()
    assert booking.reference in sheet.subject
    for words in (
        "Hello Ada Park",
        "Morning Yoga, Adult",
        "Thu 10 Dec, 09:30–10:30",
        "River Room, with Maya Lindqvist",
        "Pass use: 10-class pass",
        "Total paid: £0.00",
        "All times are London time (GMT).",
        f"https://riverside.example/bookings/{booking.reference}\n",
        f"https://riverside.example/bookings/{booking.reference}.ics",
    ):
        assert words in sheet.text
    assert (sheet.to_email, sheet.from_name) == ("ada@example.com", "Riverside Studio")


def test_a_guest_gets_links_with_the_secret(app: Flask) -> None:
    business = a_business(host="riverside.example")
    booking = a_placed_booking(business, a_class(business, price=0), email="guest@example.com")
    sheet = _next_sheet()
    address = f"https://riverside.example/bookings/{booking.reference}"
    assert f"{address}?secret={booking.secret}" in sheet.text
    assert f"{address}.ics?secret={booking.secret}" in sheet.text
    assert f"{address}?secret={booking.secret}" in sheet.html


def test_a_discount_is_told_with_the_price_it_lowered(app: Flask) -> None:
    business = a_business()
    code = a_code(business, "FREE", percent=100)
    a_placed_booking(business, a_class(business, price=1200), code=code.text)
    assert "£0.00 (£12.00 less £12.00 with FREE)" in _next_sheet().text


def test_a_pass_that_was_bought_is_listed_with_the_way_to_it(app: Flask) -> None:
    business = a_business(host="riverside.example")
    ada = a_customer(business)
    option = a_purchase_option(business, "Trial pass", uses=2, price=0)
    a_placed_booking(ada, option, a_class(business))
    text = _next_sheet().text
    assert "* Trial pass" in text
    assert "Pass use: Trial pass" in text
    assert "https://riverside.example/account/passes" in text


def test_money_on_its_way_back_says_how_much_and_why(app: Flask) -> None:
    business = a_business()
    booking = a_placed_booking(business, a_class(business, price=1200))
    assert booking.attempt_id is not None
    sheet = _letter(business, LetterKind.BOOKING_REFUNDED, name="Gus", booking_id=str(booking.id))
    assert "we are returning £12.00 to your card" in sheet.text
    assert "Morning Yoga, Adult" in sheet.text


def test_a_link_is_told_with_its_end(app: Flask) -> None:
    business = a_business(host="riverside.example")
    sheet = _letter(business, LetterKind.CONFIRM_EMAIL, token="t0ken")
    assert "https://riverside.example/register/t0ken" in sheet.text
    assert "until 09:00 on Thu 3 Dec" in sheet.text
    sheet = _letter(business, LetterKind.RESET_PASSWORD, name="Ada", token="t0ken")
    assert "https://riverside.example/reset-password/t0ken" in sheet.text
    assert "until 10:00 on Tue 1 Dec" in sheet.text


@pytest.mark.parametrize(
    ("kind", "way_out"),
    [(LetterKind.ALREADY_REGISTERED, "/sign-in"), (LetterKind.NO_ACCOUNT, "/register")],
)
def test_a_letter_about_an_account_says_what_to_do(app: Flask, kind: LetterKind, way_out: str) -> None:
    business = a_business(host="riverside.example")
    sheet = _letter(business, kind)
    assert f"https://riverside.example{way_out}" in sheet.text
    assert "hopefully you" in sheet.html


def test_what_a_person_typed_is_not_taken_for_html(app: Flask) -> None:
    business = a_business("Yoga & <b>More</b>")
    sheet = _letter(business, LetterKind.RESET_PASSWORD, name="<script>Ada</script>", token="t")
    assert "<script>Ada" not in sheet.html
    assert "Yoga &amp; &lt;b&gt;More" in sheet.html
    assert "Yoga & <b>More</b>" in sheet.text


def test_a_letter_that_waited_tells_the_dates_of_today(app: Flask) -> None:
    business = a_business()
    a_placed_booking(business, a_class(business, price=0, on=date(2027, 1, 8)))
    assert "Fri 8 Jan 2027" in _next_sheet(NOW).text
    with transaction():
        (due,) = claim_due_letters(now=NOW + timedelta(days=40), most=5)
    assert "Fri 8 Jan," in printed_sheet(due, tokens=TOKENS, now=NOW + timedelta(days=40)).text
