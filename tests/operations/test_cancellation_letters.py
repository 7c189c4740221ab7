"""The letter about cancelled tickets says what the page said, as it was then (C4)."""

from datetime import date, time

import pytest
from sqlalchemy import update

from portal.gateways.letter_tokens import LetterTokens
from portal.gateways.post import Sheet
from portal.models.database import db, transaction
from portal.models.letters import Letter, LetterKind
from portal.operations.letter_contents import printed_sheet
from portal.operations.letters import claim_due_letters
from tests.cancellations import cancelled, with_preferences
from tests.studio import (
    NOW,
    a_booking,
    a_business,
    a_class,
    a_customer,
    a_pass_of,
    a_staff_member,
)

pytestmark = pytest.mark.usefixtures("app")


def the_letter() -> Sheet:
    with transaction():
        due = claim_due_letters(now=NOW, most=9)
    (told,) = [letter for letter in due if letter.kind is LetterKind.TICKET_CANCELLED]
    return printed_sheet(told, tokens=LetterTokens("a key"), now=NOW)


def test_a_customer_reads_what_came_back_and_what_became_of_the_pass() -> None:
    studio = a_business(host="riverside.example")
    ada = a_customer(studio, "Ada Park", email="ada@example.com")
    a_pass_of(ada)
    booking = a_booking(ada, a_class(studio, on=date(2026, 12, 10), at=time(9, 30)))
    cancelled(booking)
    sheet = the_letter()
    assert sheet.subject == f"Cancelled: Morning Yoga, booking {booking.reference}"
    for words in (
        "Hello Ada Park",
        f"you have cancelled this ticket of your booking {booking.reference}",
        "Morning Yoga, Adult",
        "Thu 10 Dec, 09:30–10:30",
        "One use goes back to your 10-class pass.",
        "Your 10-class pass then has 10 uses left.",
        "The validity of your 10-class pass resets: it is valid for 30 days from the next class booked.",
        "All times are London time (GMT).",
        f"https://riverside.example/bookings/{booking.reference}\n",
    ):
        assert words in sheet.text
    assert "One use goes back to your 10-class pass." in sheet.html
    assert sheet.to_email == "ada@example.com"
    assert "Banks take" not in sheet.text


def test_a_guest_reads_about_money_and_gets_a_link_with_the_secret() -> None:
    studio = a_business()
    booking = a_booking(studio, a_class(studio), a_class(studio, name="Clay"))
    cancelled(booking)
    sheet = the_letter()
    assert sheet.subject == f"Cancelled: Morning Yoga and 1 more, booking {booking.reference}"
    assert "these tickets" in sheet.text
    assert "Morning Yoga, 10 Dec: £12.00 goes back to the card that paid." in sheet.text
    assert "Clay, 10 Dec: £12.00 goes back to the card that paid." in sheet.text
    assert "Banks take a few days" in sheet.text
    assert booking.secret in sheet.text
    assert booking.secret in sheet.html


def test_one_ticket_of_several_is_told_of_alone() -> None:
    studio = a_business()
    yoga, clay = a_class(studio), a_class(studio, name="Clay")
    cancelled(a_booking(studio, yoga, clay), clay)
    sheet = the_letter()
    assert "Clay, Adult" in sheet.text
    assert "Morning Yoga" not in sheet.text


def test_who_was_cancelled_for_by_staff_reads_that_the_studio_did_it() -> None:
    studio = a_business()
    ada = a_customer(studio)
    a_pass_of(ada)
    with_preferences(studio, returns_use=False)
    cancelled(a_booking(ada, a_class(studio)), by=a_staff_member(studio))
    sheet = the_letter()
    assert "Riverside Studio has cancelled this ticket" in sheet.text
    assert "The use of your 10-class pass is not returned." in sheet.text
    assert "telephone" not in sheet.text, "staff's reason is the studio's own"


def test_a_name_that_looks_like_html_stays_a_name() -> None:
    studio = a_business()
    ada = a_customer(studio, "Ada Park")
    a_pass_of(ada, name="<b>Pass</b>")
    cancelled(a_booking(ada, a_class(studio)))
    with transaction():
        db.session.execute(update(Letter).values(to_name="<i>Ada</i>"))
    sheet = the_letter()
    assert "your &lt;b&gt;Pass&lt;/b&gt;" in sheet.html
    assert "&lt;i&gt;Ada&lt;/i&gt;" in sheet.html
    assert "your <b>Pass</b>" in sheet.text
