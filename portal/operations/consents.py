"""What a customer agrees to before a pass is paid in instalments, sentence by sentence (M1)."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from portal.gateways.wording import wording_of
from portal.models.business import BusinessFacts
from portal.rules.facts import PassLine
from portal.rules.instalments import consent_words, due_days
from portal.rules.quote import Quote, QuotedLine
from portal.rules.sentences import Refusal


class ConsentNeeded(Refusal):
    """Instalments are charged while the customer is away, so they are agreed to first."""

    def __init__(self) -> None:
        super().__init__("Please agree to the payments that come later.")


def consents_asked(business: BusinessFacts, quote: Quote, *, now: datetime) -> dict[UUID, str]:
    """The sentence for each pass that is paid in instalments, by its line, in the basket's order."""
    asked = {
        quoted.line.id: _consent(business, quoted, quoted.line, now)
        for quoted in quote.lines
        if quoted.later and isinstance(quoted.line, PassLine)
    }
    return {line_id: consent for line_id, consent in asked.items() if consent}


def consent_text(asked: Mapping[UUID, str]) -> str:
    """All of it as the review page shows it, and as its form sends it back."""
    return " ".join(asked.values())


def refuse_without_consent(asked: Mapping[UUID, str], given: str) -> None:
    """Raise ConsentNeeded unless exactly this was agreed to: a day later, the days are others (R6)."""
    if asked and given.strip() != consent_text(asked):
        raise ConsentNeeded


def _consent(business: BusinessFacts, quoted: QuotedLine, line: PassLine, now: datetime) -> str:
    if line.instalments is None:
        return ""
    rhythm = line.instalments.rhythm
    days = due_days(business.day_of(now), 1 + len(quoted.later), rhythm)
    words = consent_words(business.name, line.name, quoted.later, days, rhythm, business.currency)
    written = wording_of(locale=business.locale, zone=business.zone, currency=business.currency, now=now)
    return written.say(words)
