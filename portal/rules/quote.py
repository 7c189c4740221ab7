"""What a basket costs and what pays for each line, and why (R1–R3)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from portal.rules.assignment import Assignment, assign, line_order, uses_left_after
from portal.rules.digest import digest_of
from portal.rules.discounts import CodeRefused, discounts, passed_over
from portal.rules.facts import BasketFacts, DiscountTerms, Line, OwnedPass, PassLine, PayWithMoney, TicketLine
from portal.rules.passbook import PassBook
from portal.rules.passes import preference
from portal.rules.sentences import Sentence
from portal.rules.standing import standings
from portal.rules.swap import swap_of
from portal.rules.verdicts import (
    DiscountPays,
    MoneyPays,
    NothingToPay,
    PassPays,
    PayOption,
    Pays,
    Quote,
    QuotedLine,
    Standing,
    Swap,
    WhyNot,
)
from portal.rules.why_not import why_not

__all__ = [
    "DiscountPays",
    "MoneyPays",
    "NothingToPay",
    "PassPays",
    "PayOption",
    "Pays",
    "Quote",
    "QuotedLine",
    "Standing",
    "Swap",
    "WhyNot",
    "check_code",
    "quote",
]


def quote(facts: BasketFacts) -> Quote:
    """Reckon a basket: pure, deterministic, whatever the order of clicking (R1, P2).

    The code goes first, on list prices (D1); passes pay for what it leaves; money pays the rest.
    """
    standing = standings(facts.lines, facts.now)
    counting = _in_order(line for line in facts.lines if standing[line.id].counts)
    code, off, dropped = _code_at_work(facts, counting)
    reckoning = _reckon(facts, counting, code, off)
    lines = tuple(reckoning.verdict(line, standing[line.id]) for line in facts.lines)
    due = sum(line.to_pay for line in lines)
    waived = due if due < facts.smallest_charge else 0
    return Quote(
        currency=facts.currency,
        lines=lines,
        list_total=sum(line.list_price for line in lines if line.counts),
        discount_total=sum(line.discount for line in lines),
        pass_total=sum(line.list_price for line in lines if isinstance(line.pays, PassPays)),
        waived=waived,
        to_pay=due - waived,
        pass_uses=sum(isinstance(line.pays, PassPays) for line in lines),
        code=code.code if code else None,
        dropped_code=dropped,
        swap=reckoning.swap(),
        digest=digest_of(lines, currency=facts.currency, code=code.code if code else None, to_pay=due - waived),
    )


def check_code(facts: BasketFacts) -> None:
    """Refuse, with ``CodeRefused``, the facts' code where it changes nothing in this basket (D5)."""
    standing = standings(facts.lines, facts.now)
    counting = _in_order(line for line in facts.lines if standing[line.id].counts)
    if facts.code is not None:
        discounts(facts.code, counting, now=facts.now, currency=facts.currency)
