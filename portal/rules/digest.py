"""The name of a quote: the same for the same bargain, another as soon as something in it changes (R6)."""

import hashlib
from collections.abc import Iterable

from portal.rules.facts import PassLine, TicketLine
from portal.rules.verdicts import DiscountPays, MoneyPays, NothingToPay, PassPays, Pays, QuotedLine


def digest_of(
    lines: Iterable[QuotedLine], *, currency: str, code: str | None, balance_used: int, to_pay: int
) -> str:
    """A SHA-256, in hex, over what a person agrees to; the order of the lines is left out of it.

    What only the clock moves is no part of it: a hold that ended while its place is free counts as held. When
    a class starts is: a studio that moves a class while someone pays has changed the bargain.
    """
    told = sorted(_told(line) for line in lines)
    told.append(f"{currency} {balance_used} {to_pay} {code or ''}")
    return hashlib.sha256("\n".join(told).encode()).hexdigest()


def _told(quoted: QuotedLine) -> str:
    line = quoted.line
    standing = "counts" if quoted.counts else quoted.standing.value
    starts = int(line.starts_at.timestamp()) if isinstance(line, TicketLine) else ""
    amounts = " ".join(map(str, (quoted.list_price, quoted.discount, quoted.to_pay, *quoted.later)))
    promised = _promised(line) if isinstance(line, PassLine) else ""
    return f"{line.id} {standing} {starts} {_payer(quoted.pays)} {amounts}{promised}"


def _promised(line: PassLine) -> str:
    """What a pass is sold with: a studio that changes its purchase option meanwhile changes the bargain."""
    terms = line.terms
    covers = [sorted(map(str, ids)) for ids in (terms.series_ids, terms.ticket_type_ids) if ids is not None]
    limits = (terms.uses, terms.uses_per_day, terms.uses_per_week, terms.several_per_class)
    return f" {line.name} {terms.validity} {limits} {covers} {line.start_within_days}"


def _payer(pays: Pays) -> str:
    match pays:
        case PassPays(pass_id=pass_id):
            return f"pass {pass_id}"
        case DiscountPays(code=code):
            return f"code {code}"
        case MoneyPays():
            return "money"
        case NothingToPay():
            return "nothing"
