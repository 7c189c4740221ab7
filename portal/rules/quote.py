"""What a basket costs and what pays for each line, and why (R1–R3)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from portal.rules.assignment import Assignment, assign, line_order, preference, uses_left_after
from portal.rules.digest import digest_of
from portal.rules.discounts import CodeRefused, Discount, discount, passed_over
from portal.rules.facts import BasketFacts, Line, OwnedPass, PassLine, PayWithMoney, TicketLine
from portal.rules.instalments import parts
from portal.rules.passbook import PassBook
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
    "quote",
]


def quote(facts: BasketFacts) -> Quote:
    """Reckon a basket: pure, deterministic, whatever the order of clicking (R1, P2).

    The code goes first, on list prices (D1); passes pay for what it leaves alone; money pays the rest.
    """
    standing = standings(facts.lines, facts.now)
    tickets, passes = _in_order([line for line in facts.lines if standing[line.id].counts])
    at_work, dropped = _discount(facts, [*tickets, *passes])
    off = at_work.off if at_work else {}
    now, without_code = _assignments(facts, tickets, passes, off)
    ledger = _Ledger(at_work, now, without_code, facts.smallest_charge)
    lines = tuple(_verdict(line, standing[line.id], ledger) for line in facts.lines)
    due = sum(line.to_pay for line in lines)
    later = sum(sum(line.later) for line in lines)
    balance_used = 0 if later else min(facts.balance, due)  # instalments need the card that they begin with
    rest = due - balance_used
    waived = rest if rest < facts.smallest_charge else 0
    to_pay = rest - waived
    code = at_work.code.code if at_work else None
    return Quote(
        currency=facts.currency,
        lines=lines,
        list_total=sum(line.list_price for line in lines if line.counts),
        discount_total=sum(line.discount for line in lines),
        pass_total=sum(line.list_price for line in lines if isinstance(line.pays, PassPays)),
        later_total=later,
        balance_used=balance_used,
        waived=waived,
        to_pay=to_pay,
        pass_uses=sum(isinstance(line.pays, PassPays) for line in lines),
        code=code,
        dropped_code=dropped,
        swap=swap_of(tickets, off, now=now, without_code=without_code),
        digest=digest_of(lines, currency=facts.currency, code=code, balance_used=balance_used, to_pay=to_pay),
    )


@dataclass(frozen=True, slots=True)
class _Ledger:
    """What was found for the basket as a whole; ``without_code`` is who would pay without the code (D2)."""

    discount: Discount | None
    now: Assignment
    without_code: Assignment
    smallest_charge: int


def _in_order(lines: Sequence[Line]) -> tuple[list[TicketLine], list[PassLine]]:
    """The tickets in P2's order, and the passes in the order in which they were added."""
    tickets = [line for line in lines if isinstance(line, TicketLine)]
    passes = [line for line in lines if isinstance(line, PassLine)]
    return sorted(tickets, key=line_order), sorted(passes, key=lambda line: line.id.int)


def _discount(facts: BasketFacts, lines: Sequence[Line]) -> tuple[Discount | None, Sentence | None]:
    """What the code does, or the sentence that says why it is dropped (D6); neither without a code."""
    if facts.code is None:
        return None, None
    try:
        return discount(facts.code, lines, now=facts.now, currency=facts.currency), None
    except CodeRefused as refused:
        return None, refused.sentence


def _assignments(
    facts: BasketFacts, tickets: Sequence[TicketLine], passes: Sequence[PassLine], off: Mapping[UUID, int]
) -> tuple[Assignment, Assignment]:
    """Who pays for the tickets that the code leaves alone, and who would pay for all of them without it.

    A ticket that is free anyway takes no use (P1).
    """
    costly = [ticket for ticket in tickets if ticket.price > 0]
    left_alone = [ticket for ticket in costly if ticket.id not in off]
    now = assign(left_alone, _books(facts, passes))
    return now, now if len(left_alone) == len(costly) else assign(costly, _books(facts, passes))


def _books(facts: BasketFacts, passes: Sequence[PassLine]) -> list[PassBook]:
    """The passes that may pay, owned or in the basket, in order of preference; none has a claim yet."""
    books = [PassBook(owned, today=facts.today) for owned in facts.passes]
    books += [PassBook(_as_owned(line, facts), today=facts.today, in_basket=True) for line in passes]
    return sorted(books, key=preference)


def _as_owned(line: PassLine, facts: BasketFacts) -> OwnedPass:
    """The pass that a line becomes: it pays for tickets of the same basket as if bought this moment (P7)."""
    return OwnedPass(
        id=line.id,
        name=line.name,
        terms=line.terms,
        bought_at=facts.now,
        bought_on=facts.today,
        uses_left=line.terms.uses,
        start_by=line.start_by,
    )


def _verdict(line: Line, standing: Standing, ledger: _Ledger) -> QuotedLine:
    price = line.price
    if not standing.counts or price == 0:
        return QuotedLine(line, standing, NothingToPay(), price, discount=0, to_pay=0)
    if isinstance(line, PassLine):
        return _sold(line, standing, ledger)
    if ledger.discount and line.id in ledger.discount.off:
        return _discounted(line, standing, ledger.discount, ledger.without_code)
    if use := ledger.now.use_for(line):
        return _paid_by_pass(line, standing, use, ledger)
    return _paid_with_money(line, standing, ledger.now)


def _sold(line: PassLine, standing: Standing, ledger: _Ledger) -> QuotedLine:
    """A pass being bought: what a code leaves of its price, at once or in instalments (M1)."""
    off = ledger.discount.off.get(line.id, 0) if ledger.discount else 0
    pays = DiscountPays(ledger.discount.code.code, off, instead_of=None) if ledger.discount and off else None
    now, *later = _in_parts(line, line.price - off, ledger.smallest_charge)
    return QuotedLine(
        line, standing, pays or MoneyPays(), line.price, discount=off, to_pay=now, later=tuple(later)
    )


def _in_parts(line: PassLine, price: int, smallest_charge: int) -> tuple[int, ...]:
    if line.instalments is None:
        return (price,)
    return parts(price, line.instalments.count, smallest_charge=smallest_charge)


def _discounted(
    line: TicketLine, standing: Standing, at_work: Discount, without_code: Assignment
) -> QuotedLine:
    amount = at_work.off[line.id]
    pays = DiscountPays(at_work.code.code, amount, instead_of=without_code.use_for(line))
    return QuotedLine(line, standing, pays, line.price, discount=amount, to_pay=line.price - amount)


def _paid_by_pass(line: TicketLine, standing: Standing, use: PassPays, ledger: _Ledger) -> QuotedLine:
    return QuotedLine(
        line,
        standing,
        use,
        line.price,
        discount=0,
        to_pay=0,
        why_not=_lost_pick(line, use, ledger.now),
        note=passed_over(ledger.discount.code, line) if ledger.discount else None,
        pay_options=_pay_options(line, ledger.now),
    )


def _paid_with_money(line: TicketLine, standing: Standing, now: Assignment) -> QuotedLine:
    options = _pay_options(line, now)
    chosen = isinstance(line.choice, PayWithMoney) and bool(options)
    return QuotedLine(
        line,
        standing,
        MoneyPays(chosen),
        line.price,
        discount=0,
        to_pay=line.price,
        why_not=() if chosen else _reasons(line, now),
        pay_options=options,
    )


def _pay_options(line: TicketLine, now: Assignment) -> tuple[PayOption, ...]:
    """What the customer can pick for a line and get: passes, then money; nothing where only money is (P2)."""
    payer = now.payers.get(line.id)
    books = now.offers_for(line)
    if not books:
        return ()
    by_pass = (
        PayOption(
            book.owned.id,
            book.owned.name,
            uses_left_after(book, line),
            unlimited=book.unlimited,
            picked=book is payer,
        )
        for book in books
    )
    money = PayOption(None, None, None, unlimited=False, picked=payer is None)
    return (*by_pass, money)


def _lost_pick(line: TicketLine, use: PassPays, now: Assignment) -> tuple[WhyNot, ...]:
    """Why another pass pays than the one that the customer chose (P2)."""
    lost_pick = now.lost_picks.get(line.id)
    return (lost_pick,) if lost_pick and lost_pick.pass_id != use.pass_id else ()


def _reasons(line: TicketLine, now: Assignment) -> tuple[WhyNot, ...]:
    """Why no pass pays for a line, the nearest first, but what the customer picked before all (R2)."""
    lost_pick = now.lost_picks.get(line.id)
    reasons = [
        why_not(book, line, obstacle)
        for book in now.books
        if (obstacle := book.hindrance(line)) and not (lost_pick and lost_pick.pass_id == book.owned.id)
    ]
    reasons.sort(key=lambda reason: reason.distance)
    return (lost_pick, *reasons) if lost_pick else tuple(reasons)
