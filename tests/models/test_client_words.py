"""What a client is found by, and what is asked for (S1)."""

import pytest

from portal.models.client_words import LONGEST_LINE, MOST_WORDS_ASKED, in_one_line, words_asked, words_of


def found_by(asked: str, *, name: str = "", email: str = "", phone: str = "") -> bool:
    words = words_of(name=name, email=email, phone=phone)
    return all(any(word.startswith(start) for word in words) for start in words_asked(asked))


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ("ada", "Ada Park"),
        ("PAR", "Ada Park"),
        ("park ada", "Ada Park"),
        ("novak", "Jakub Novák"),
        ("Novák", "Jakub Novak"),
        ("jurgen", "Jürgen Müller"),
        ("juergen mueller", "Jürgen Müller"),
        ("lukasz", "Łukasz Wójcik"),
        ("obrien", "Zoë O’Brien"),
        ("o'brien", "Zoë O’Brien"),
        ("brien", "Zoë O’Brien"),
        ("annemarie", "Anne-Marie Roche"),
        ("marie", "Anne-Marie Roche"),
        ("dmitri", "Дмитрий Иванов"),
        ("maria nov", "Zoë Maria Novák"),
    ],
)
def test_a_name_is_found_by_the_start_of_any_word_however_it_is_typed(asked: str, name: str) -> None:
    assert found_by(asked, name=name)


@pytest.mark.parametrize(
    ("asked", "name"), [("ark", "Ada Park"), ("ada parker", "Ada Park"), ("b", "Ada Park")]
)
def test_the_middle_of_a_word_or_another_word_finds_nobody(asked: str, name: str) -> None:
    assert not found_by(asked, name=name)


@pytest.mark.parametrize(
    "asked", ["ada", "ada.park@ex", "park", "example", "@example.com", "ADA.PARK@Example.com"]
)
def test_an_address_is_found_by_its_start_and_by_the_words_in_it(asked: str) -> None:
    assert found_by(asked, email="ada.park@example.com")


def test_half_an_address_is_not_taken_apart() -> None:
    assert not found_by("park@example", email="ada.park@example.com")


@pytest.mark.parametrize(
    "asked",
    ["+44 20 7946 0958", "+442079460958", "020 7946 0958", "02079460958", "0958", "7946", "(0)20 7946"],
)
def test_a_number_is_found_as_it_is_dialled_and_by_its_end(asked: str) -> None:
    assert found_by(asked, phone="+44 (0)20 7946 0958")


def test_a_number_without_a_countrys_code_is_found_too() -> None:
    assert found_by("07700 900123", phone="07700 900123")
    assert not found_by("07700 900124", phone="07700 900123")


@pytest.mark.parametrize("asked", ["", "   ", "’ - +", "@"])
def test_nothing_is_asked_by_what_is_no_word(asked: str) -> None:
    assert words_asked(asked) == ()


def test_a_long_text_asks_for_a_few_words_only() -> None:
    assert len(words_asked(" ".join(f"word{nth}" for nth in range(50)))) == MOST_WORDS_ASKED


def test_the_line_of_all_words_has_each_once_without_numbers_and_addresses() -> None:
    words = words_of(name="Zoë O’Brien", email="zoe.77@example.com", phone="+44 20 7946 0958")
    assert in_one_line(words) == " brien com example o obrien zoe"


def test_the_longest_name_there_may_be_stands_in_the_line_whole() -> None:
    name = "-".join(["ü" * 11] * 10)
    words = words_of(name=name, email=f"{'x' * 64}@{'.'.join(['y' * 46] * 4)}", phone="")
    singles = {word.split(" ", 1)[0] for word in words if "@" not in word}
    assert set(in_one_line(words).split()) == singles


def test_a_line_that_would_be_too_long_is_cut_between_words() -> None:
    words = {f"{letter * 30}{nth}" for letter in "abcd" for nth in range(10)}
    line = in_one_line(words)
    assert len(line) <= LONGEST_LINE
    assert set(line.split()) < words
