"""What staff may decide when they cancel for a client: each choice says what it does (C2, C4).

What the studio's preferences bring is chosen beforehand, and says so.
"""

from wtforms import SelectChoice

from portal.rules.cancelling import Forecast, UseOutcome
from portal.rules.preferences import RefundTo
from portal.rules.sentences import Money, Sentence
from portal.web.wording import say

AS_PREFERRED = "preferred"
RETURN, KEEP = "return", "keep"
COUNTED = {UseOutcome.RETURNED: RETURN, UseOutcome.KEPT: KEEP}
PREFERRED = " (as your preferences have it)"


def use_choices(preferred: Forecast) -> list[SelectChoice]:
    """For tickets that a counted pass pays for; none where there is nothing to choose."""
    if not _uses(preferred):
        return []
    names = ", ".join(it.before.name for it in preferred.passes if it.before.uses_left is not None)
    choices = {RETURN: f"Return the use to the {names}", KEEP: "Do not return the use"}
    mixed = "Return it for what is cancelled in time"
    return _named(choices, preferred_use(preferred), mixed)


def money_choices(preferred: Forecast, *, has_account: bool) -> list[SelectChoice]:
    """For tickets that money paid for; none where nothing may go back."""
    paid = sum(outcome.refund + outcome.kept for outcome in preferred.tickets)
    if not paid:
        return []
    whole = Money(paid, preferred.currency)
    choices = {
        RefundTo.CARD.value: say(_back(preferred, whole)),
        RefundTo.ACCOUNT.value: say(Sentence("{it} to the client’s account", {"it": whole})),
        RefundTo.NONE.value: say(Sentence("Keep the {it}", {"it": whole})),
    }
    if not has_account:
        del choices[RefundTo.ACCOUNT.value]
    return _named(choices, preferred_money(preferred, has_account=has_account), _mixed_money(preferred))


def preferred_use(preferred: Forecast) -> str:
    """The choice that the preferences make; ``AS_PREFERRED`` where it is not the same for all tickets."""
    uses = _uses(preferred)
    return uses.pop() if len(uses) == 1 else AS_PREFERRED


def preferred_money(preferred: Forecast, *, has_account: bool) -> str:
    """The choice that the preferences make; ``AS_PREFERRED`` where it is not the same for all tickets."""
    if not any(outcome.in_time for outcome in preferred.tickets):
        return RefundTo.NONE.value
    if not preferred.in_time:
        return AS_PREFERRED
    way = preferred.preferences.refund_to
    return (RefundTo.CARD if way is RefundTo.ACCOUNT and not has_account else way).value


def _uses(preferred: Forecast) -> set[str]:
    return {COUNTED[outcome.use] for outcome in preferred.tickets if outcome.use in COUNTED}


def _named(choices: dict[str, str], preferred: str, mixed: str) -> list[SelectChoice]:
    """The choices, the preferred one marked; where it is another for each ticket, it comes first."""
    named = [
        SelectChoice(value, label + PREFERRED if value == preferred else label)
        for value, label in choices.items()
    ]
    return named if preferred in choices else [SelectChoice(AS_PREFERRED, mixed + PREFERRED), *named]


def _mixed_money(preferred: Forecast) -> str:
    back = Money(preferred.to_card + preferred.to_account, preferred.currency)
    return say(Sentence("{it}, for what is cancelled in time", {"it": back}))


def _back(preferred: Forecast, whole: Money) -> Sentence:
    """Back the way it was paid; what the account paid goes back there."""
    by_account = sum(outcome.ticket.paid.account for outcome in preferred.tickets)
    text = "{it} back to card and account, as it was paid" if by_account else "{it} to the card that paid"
    return Sentence(text, {"it": whole})
