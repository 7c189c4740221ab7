"""One sentence to the person at the top of the next page."""

from flask import flash

from portal.rules.sentences import Refusal, Sentence
from portal.web.wording import say

GOOD = "good"
BAD = "bad"


def tell(sentence: Sentence | str) -> None:
    """Say that something was done."""
    flash(sentence if isinstance(sentence, str) else say(sentence), GOOD)


def warn(sentence: Sentence | Refusal | str) -> None:
    """Say that something was not done, or needs attention."""
    if isinstance(sentence, Refusal):
        sentence = sentence.sentence
    flash(sentence if isinstance(sentence, str) else say(sentence), BAD)
