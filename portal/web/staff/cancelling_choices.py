"""What staff may decide otherwise when they cancel for a client, each choice saying what it does (C2, C4)."""

from wtforms import SelectChoice

from portal.rules.cancelling import Forecast, UseOutcome
from portal.rules.preferences import RefundTo
from portal.rules.sentences import Money, Sentence
from portal.web.wording import say

AS_PREFERRED = "preferred"
COUNTED = (UseOutcome.RETURNED, UseOutcome.KEPT)


def use_choices(preferred: Forecast) -> list[SelectChoice]:
    """For tickets that a counted pass pays for; none where there is nothing to choose."""
    outcomes = {outcome.use for outcome in preferred.tickets if outcome.use in COUNTED}
    if not outcomes:
        return []
    names = ", ".join(it.before.name for it in preferred.passes if it.before.uses_left is not None)
    return [
        SelectChoice(AS_PREFERRED, f"By your preferences: {_use_words(outcomes)}"),
        SelectChoice("return", f"Return the use to the {names}"),
        SelectChoice("keep", "Do not return the use"),
    ]


def money_choices(preferred: Forecast, *, has_account: bool) -> list[SelectChoice]:
    """For tickets that money paid for; none where nothing may go back."""
    paid = sum(outcome.refund + outcome.kept for outcome in preferred.tickets)
    if not paid:
        return []
    whole = Money(paid, preferred.currency)
    choices = [
        SelectChoice(AS_PREFERRED, f"By your preferences: {_money_words(preferred)}"),
        SelectChoice(RefundTo.CARD.value, say(_back(preferred, whole))),
    ]
    if has_account:
        choices.append(
            SelectChoice(RefundTo.ACCOUNT.value, say(Sentence("{it} to the client’s account", {"it": whole})))
        )
    return [*choices, SelectChoice(RefundTo.NONE.value, say(Sentence("Keep the {it}", {"it": whole})))]


def _use_words(outcomes: set[UseOutcome]) -> str:
    if len(outcomes) > 1:
        return "returned where it is in time"
    return "returned" if outcomes == {UseOutcome.RETURNED} else "not returned"


def _money_words(preferred: Forecast) -> str:
    """Reads "£12.00 to the card", "nothing goes back"."""
    ways = ((preferred.to_card, "{it} to the card"), (preferred.to_account, "{it} to the account"))
    parts = [
        say(Sentence(text, {"it": Money(amount, preferred.currency)})) for amount, text in ways if amount
    ]
    return " and ".join(parts) or "nothing goes back"


def _back(preferred: Forecast, whole: Money) -> Sentence:
    """Back the way it was paid; what the account paid goes back there."""
    by_account = sum(outcome.ticket.paid.account for outcome in preferred.tickets)
    text = "{it} back to card and account, as it was paid" if by_account else "{it} to the card that paid"
    return Sentence(text, {"it": whole})
