"""Cards as they are typed."""

import pytest

from e2e.stripe_stand_in.cards import BY_NUMBER, CARDS, TypedCard, luhn_holds, read_card

MARCH_2027 = 1_804_000_000


def messages(number: str, expiry: str = "12/34", cvc: str = "123") -> list[str]:
    read = read_card(number, expiry, cvc, now=MARCH_2027)
    return [error.message for error in read] if isinstance(read, list) else []


@pytest.mark.parametrize("number", ["4242424242424242", "4242 4242 4242 4242", "4242-4242-4242-4242"])
def test_a_number_may_have_spaces_and_hyphens(number: str) -> None:
    assert read_card(number, "12/34", "123", now=MARCH_2027) == TypedCard(
        BY_NUMBER["4242424242424242"], 12, 2034
    )


@pytest.mark.parametrize("expiry", ["12/34", "12 / 34", "1234", "12/2034"])
def test_an_expiry_may_be_written_in_many_ways(expiry: str) -> None:
    assert isinstance(read_card("4242424242424242", expiry, "123", now=MARCH_2027), TypedCard)


def test_an_expiry_in_this_month_is_good_still() -> None:
    assert messages("4242424242424242", "03/27") == []


@pytest.mark.parametrize(
    ("expiry", "message"),
    [
        ("", "Your card's expiration date is incomplete."),
        ("12", "Your card's expiration date is incomplete."),
        ("13/34", "Your card's expiration date is invalid."),
        ("12/26", "Your card's expiration year is in the past."),
        ("02/27", "Your card's expiration date is in the past."),
        ("12/2099", "Your card's expiration year is invalid."),
    ],
)
def test_a_wrong_expiry_is_refused_in_stripes_words(expiry: str, message: str) -> None:
    assert messages("4242424242424242", expiry) == [message]


@pytest.mark.parametrize(
    ("number", "message"),
    [
        ("", "Your card number is incomplete."),
        ("4242", "Your card number is incomplete."),
        ("4242424242424243", "Your card number is invalid."),
    ],
)
def test_a_wrong_number_is_refused_in_stripes_words(number: str, message: str) -> None:
    assert messages(number) == [message]


def test_a_number_that_could_be_a_real_cards_is_declined() -> None:
    (message,) = messages("4539578763621486")
    assert "used a non test card" in message


@pytest.mark.parametrize(
    ("number", "cvc"),
    [
        ("4242424242424242", "12"),
        ("4242424242424242", "1234"),
        ("378282246310005", "123"),
        ("4242424242424242", "abc"),
    ],
)
def test_a_cvc_has_as_many_digits_as_the_brand_has(number: str, cvc: str) -> None:
    assert messages(number, cvc=cvc) == ["Your card's security code is incomplete."]


def test_every_wrong_field_is_named_at_once() -> None:
    read = read_card("", "", "", now=MARCH_2027)
    assert isinstance(read, list)
    assert [error.field for error in read] == ["number", "exp", "cvc"]


def test_every_test_card_but_the_incorrect_number_passes_the_check_digit() -> None:
    assert [card.number for card in CARDS if not luhn_holds(card.number)] == ["4242424242424241"]
