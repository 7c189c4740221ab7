"""The words by whose start a client is found: their name, e-mail address and phone number as anybody can type
them (S1).
"""

import re
from collections.abc import Collection, Iterator

from anyascii import anyascii

MOST_WORDS_ASKED = 6
LONGEST_WORD = 254
LONGEST_LINE = 1000
"""What an index of PostgreSQL holds beside a word. No name of 120 letters comes near to it, however it is
spelled and hyphenated; one in signs that are each a long word in our letters may, and is cut."""
FEWEST_DIGITS = 4
"""A phone number is also found by its end, of so many digits or more: that is how people tell it apart."""

_ALIKE = re.compile("[a-z0-9]+")
_TRUNK_IN_BRACKETS = re.compile(r"\(0\)")
_SPELLED_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"})


def words_of(*, name: str, email: str, phone: str) -> frozenset[str]:
    """Every word to keep for a client, in plain small letters and digits; the address is one as a whole too.

    The words of a name carry the rest of it, so that whoever types two of them is led to few: "Zoë O’Brien"
    is found as "zoe obrien", "obrien zoe" and brien; "Jürgen" as jurgen and juergen; "+44 20 7946 0958" as
    44…, 020…, and by any end of it.
    """
    found = set(_words_of_name(name)) | set(_alike(email)) | {plain(email)} | set(_words_of_phone(phone))
    return frozenset(word[:LONGEST_WORD] for word in found if word)


def in_one_line(words: Collection[str]) -> str:
    """Of a client's words those that begin with a letter, each after a space and without what follows it in
    the name: " ada com example park". What ``stands_in_line`` of all that can be asked for is found in it.
    """
    line = ""
    for word in sorted({word.split(" ", 1)[0] for word in words if stands_in_line(word)}):
        if len(line) + 1 + len(word) <= LONGEST_LINE:
            line += f" {word}"
    return line


def stands_in_line(word: str) -> bool:
    """Whether a word is looked for in the line of all words: numbers, that are found from any digit on, and
    addresses would make it long.
    """
    return word[0].isalpha() and "@" not in word


def words_asked(text: str) -> tuple[str, ...]:
    """What somebody typed, as starts of words that all must be found; none where nothing was asked."""
    chunks = _TRUNK_IN_BRACKETS.sub("", text).split()
    asked = (word[:LONGEST_WORD] for chunk in chunks for word in _asked_by(chunk))
    return tuple(dict.fromkeys(asked))[:MOST_WORDS_ASKED]


def plain(text: str) -> str:
    """A text in small letters without accents, whatever its script: "Novák" is "novak"."""
    return anyascii(text).strip().lower()


def _asked_by(chunk: str) -> list[str]:
    """A chunk with an @ in it is the start of an address, another one is the words in it."""
    if "@" in chunk.lstrip("@"):
        return [plain(chunk.lstrip("@"))]
    return _alike(chunk)


def _words_of_name(name: str) -> Iterator[str]:
    """Each word with those after it and then those before; parts of a word that a hyphen or an apostrophe
    makes.
    """
    for spelling in {name, name.lower().translate(_SPELLED_OUT)}:
        chunks = [_alike(chunk) for chunk in spelling.split()]
        words = ["".join(parts) for parts in chunks if parts]
        for nth in range(len(words)):
            yield " ".join((*words[nth:], *words[:nth]))
        yield from (part for parts in chunks if len(parts) > 1 for part in parts)


def _words_of_phone(phone: str) -> Iterator[str]:
    """A number's digits, also from any digit on; one with a country's code also as it is dialled within."""
    digits = "".join(_alike(_TRUNK_IN_BRACKETS.sub("", phone)))
    yield digits
    for start in range(1, len(digits) - FEWEST_DIGITS + 1):
        yield digits[start:]
    if phone.strip().startswith(("+", "00")):
        national = digits.lstrip("0")
        yield from ("0" + national[length:] for length in (1, 2, 3))


def _alike(text: str) -> list[str]:
    return _ALIKE.findall(plain(text))
