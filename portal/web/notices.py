"""One sentence to the person at the top of the next page, with what can be done about it beside it."""

from dataclasses import dataclass

from flask import flash

from portal.rules.sentences import Refusal, Sentence
from portal.web.wording import say

GOOD = "good"
BAD = "bad"


@dataclass(frozen=True, slots=True)
class WayOn:
    """A link beside a notice: what it says, and where it leads within the site."""

    label: str
    address: str


def tell(sentence: Sentence | str, way_on: WayOn | None = None) -> None:
    """Say that something was done."""
    words = sentence if isinstance(sentence, str) else say(sentence)
    if way_on is None:
        flash(words, GOOD)
    else:
        flash(_with_link(words, way_on), GOOD)  # type: ignore[arg-type]  # any JSON can be flashed


def warn(sentence: Sentence | Refusal | str) -> None:
    """Say that something was not done, or needs attention."""
    if isinstance(sentence, Refusal):
        sentence = sentence.sentence
    flash(sentence if isinstance(sentence, str) else say(sentence), BAD)


def _with_link(words: str, way_on: WayOn) -> dict[str, str]:
    """What the session can keep until the next page, and ``components/notice.html`` reads."""
    return {"sentence": words, "label": way_on.label, "address": way_on.address}
