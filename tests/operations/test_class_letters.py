"""The letters about a class that the studio cancelled, as their readers get them (C6)."""

from datetime import date, time

import pytest

from portal.gateways.letter_tokens import LetterTokens
from portal.gateways.post import Sheet
from portal.models.database import transaction
from portal.models.letters import LetterKind
from portal.operations.letter_contents import printed_sheet
from portal.operations.letters import claim_due_letters
from portal.operations.waiting_lists import join_waiting_list
from tests.class_cancellations import BOILER, class_cancelled
from tests.studio import NOW, a_booking, a_business, a_class, a_customer, a_pass_of, a_staff_member

pytestmark = pytest.mark.usefixtures("app")


def the_letters() -> dict[str, Sheet]:
    """What is told of the class, by whom it is to."""
    with transaction():
        due = claim_due_letters(now=NOW, most=20)
    told = [letter for letter in due if letter.kind is LetterKind.CLASS_CANCELLED]
    sheets = [printed_sheet(letter, tokens=LetterTokens("a key"), now=NOW) for letter in told]
    return {sheet.to_email: sheet for sheet in sheets}


def test_everybody_reads_what_was_why_and_what_they_get() -> None:
    studio = a_business(host="riverside.example")
    olive, ada = a_staff_member(studio), a_customer(studio, "Ada Park", email="ada@example.com")
    a_pass_of(ada)
    yoga = a_class(studio, on=date(2026, 12, 10), at=time(9, 30))
    by_pass, by_card = a_booking(ada, yoga, yoga), a_booking(studio, yoga, email="gil@example.com")
    class_cancelled(yoga, by=olive, days=7)
    letters = the_letters()
    ada_reads, gil_reads = letters["ada@example.com"], letters["gil@example.com"]
    assert ada_reads.subject == "Class cancelled: Morning Yoga, Thu 10 Dec"
    for words in (
        "Hello Ada Park",
        "Riverside Studio has had to cancel this class:",
        "Thu 10 Dec, 09:30–10:30",
        "River Room, with Maya Lindqvist",
        BOILER,
        f"Your 2 tickets are cancelled (booking {by_pass.reference}).",
        "£12.00 goes back to the card that paid.",
        "One use goes back to your 10-class pass.",
        "Your 10-class pass is 7 days longer: it is valid for 37 days from the next class booked.",
        "We write once more when the money is on its way",
        "All times are London time (GMT).",
        f"https://riverside.example/bookings/{by_pass.reference}\n",
    ):
        assert words in ada_reads.text
    assert BOILER in ada_reads.html
    assert f"Your ticket is cancelled (booking {by_card.reference})." in gil_reads.text
    assert f"/bookings/{by_card.reference}?secret={by_card.secret}" in gil_reads.text


def test_who_only_waited_reads_that_the_list_has_ended() -> None:
    studio = a_business()
    olive, ben = a_staff_member(studio), a_customer(studio, "Ben Osei", email="ben@example.com")
    full = a_class(studio, capacity=1)
    a_booking(studio, full)
    with transaction():
        join_waiting_list(studio, class_session_id=full.id, customer_id=ben.id, now=NOW)
    class_cancelled(full, by=olive)
    text = the_letters()["ben@example.com"].text
    assert "You were on its waiting list, which has ended." in text
    assert "Your ticket" not in text
    assert "/bookings/" not in text
