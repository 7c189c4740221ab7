"""Why a bank said no, in plain words."""

import pytest

from portal.rules.declines import HOLDER_WANTED, NO_CARD, decline_words

A_PLAIN_NO = "Your bank declined the card. It can tell you why; or pay with another card."


@pytest.mark.parametrize(
    ("code", "staff", "customer"),
    [
        (
            "insufficient_funds",
            "There was not enough money on the card's account.",
            "There was not enough money on the card's account.",
        ),
        ("expired_card", "The card has expired.", "Your card has expired. Please pay with another card."),
        (
            HOLDER_WANTED,
            "The bank wants the customer to approve the payment in person.",
            "Your bank wants you to approve this payment yourself.",
        ),
        (NO_CARD, "No card is on file.", "We have no card of yours on file."),
        ("generic_decline", "The bank declined the card and gave no reason.", A_PLAIN_NO),
        ("a_code_of_next_year", "The bank declined the card and gave no reason.", A_PLAIN_NO),
    ],
)
def test_each_reason_has_words_for_staff_and_for_the_customer(code: str, staff: str, customer: str) -> None:
    words = decline_words(code)
    assert (str(words.staff), str(words.customer)) == (staff, customer)


@pytest.mark.parametrize("code", ["lost_card", "stolen_card", "pickup_card"])
def test_a_customer_is_never_told_that_a_card_was_reported(code: str) -> None:
    assert str(decline_words(code).customer) == A_PLAIN_NO
    assert "reported lost or stolen" in str(decline_words(code).staff)
