"""The letter about a place on offer: what it says, and that it is not sent once it is not so any more."""

from datetime import timedelta

import pytest

from portal.gateways.letter_tokens import LetterTokens
from portal.gateways.post import Sheet
from portal.models.database import transaction
from portal.models.letters import LetterKind
from portal.operations.letter_contents import printed_sheet
from portal.operations.letters import claim_due_letters
from portal.operations.reminder_contents import NotSoAnyMore
from tests.cancellations import cancelled, with_preferences
from tests.studio import NOW, AClass, APerson, a_basket, a_booking, a_business, a_class, a_customer
from tests.waiting import leaves, waits

pytestmark = pytest.mark.usefixtures("app")

TOKENS = LetterTokens("a key")


@pytest.fixture
def offer() -> tuple[APerson, AClass]:
    """Ada, to whom the only place of Morning Yoga is on offer until 11:00."""
    yoga = a_class(a_business(), capacity=1)
    booking = a_booking(yoga.business, yoga)
    ada = a_customer(yoga.business)
    waits(ada, yoga)
    cancelled(booking)
    return ada, yoga


def sheet_about_the_offer(*, minutes: int = 0) -> Sheet:
    """The letter as it is printed so long after it was written."""
    now = NOW + timedelta(minutes=minutes)
    with transaction():
        due = claim_due_letters(now=now, most=20)
    (about,) = (letter for letter in due if letter.kind is LetterKind.PLACE_OFFERED)
    return printed_sheet(about, tokens=TOKENS, now=now)


def test_it_says_which_class_until_when_in_whose_zone_and_where_to_take_it(
    offer: tuple[APerson, AClass],
) -> None:
    ada, yoga = offer
    sheet = sheet_about_the_offer()
    assert sheet.to_email == ada.email
    assert sheet.subject == "A place in Morning Yoga on Thu 10 Dec is yours until 11:00"
    for part in (sheet.text, sheet.html):
        assert f"{yoga.business.public_address}/classes/{yoga.id}" in part
        assert "All times are London time (GMT)." in part
    assert "Thu 10 Dec, 09:30–10:30\n  River Room, with Maya Lindqvist" in sheet.text
    assert "or it goes to the next in line" in sheet.text


def test_an_offer_that_ends_on_another_day_is_told_with_its_date() -> None:
    yoga = a_class(a_business(), capacity=1)
    with_preferences(yoga.business, offer_minutes=24 * 60)
    booking = a_booking(yoga.business, yoga)
    waits(a_customer(yoga.business), yoga)
    cancelled(booking)
    assert sheet_about_the_offer().subject.endswith("is yours until Wed 2 Dec, 09:00")


@pytest.mark.parametrize("meanwhile", ["taken", "left", "ended"])
def test_it_is_not_sent_once_the_offer_is_over(offer: tuple[APerson, AClass], meanwhile: str) -> None:
    ada, yoga = offer
    if meanwhile == "taken":
        a_basket(ada, yoga)
    elif meanwhile == "left":
        leaves(ada, yoga)
    with pytest.raises(NotSoAnyMore):
        sheet_about_the_offer(minutes=120 if meanwhile == "ended" else 1)
