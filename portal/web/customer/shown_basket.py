"""A quoted basket put into the words that its page shows; the staff preview shows the same (S10)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from portal.operations.quoting import BasketLineView, QuotedBasket
from portal.rules.facts import PassLine, TicketLine
from portal.rules.instalments import price_words
from portal.rules.quote import DiscountPays, MoneyPays, PassPays, PayOption, QuotedLine, Standing
from portal.rules.sentences import Count, Sentence
from portal.rules.swap import swap_words
from portal.rules.validity import terms_words
from portal.web.visitor import business
from portal.web.wording import wording

MOST_HOLES_DRAWN = 12

STANDING_WORDS = {
    Standing.HOLD_ENDED: "We no longer keep this place, but it is still free to book.",
    Standing.FULL: "Our hold on this place ended, and the class is full now. It is not part of the total.",
    Standing.WAITED_FOR: "Our hold ended, and the place went to those who wait. It is not part of the total.",
    Standing.CLOSED: "Our hold ended, and booking for this class is closed. It is not part of the total.",
    Standing.CANCELLED: "The studio has cancelled this class. It is not part of the total.",
    Standing.STARTED: "This class has already started. It is not part of the total.",
    Standing.OFF_SALE: "This is not on sale any more. It is not part of the total.",
}


@dataclass(frozen=True, slots=True)
class ShownOption:
    """One entry of Pay with: ``value`` is what the form sends."""

    value: str
    words: str
    picked: bool


@dataclass(frozen=True, slots=True)
class ShownLine:
    """One line in words. ``paid_by`` is pass, code, money or nothing."""

    id: UUID
    title: str
    address: str | None
    on_date: date | None
    details: str
    plan: Sentence | None
    counts: bool
    list_price: int
    to_pay: int
    paid_by: str
    pass_name: str | None
    pass_words: str
    holes_left: int | None
    code: str | None
    discount: int
    instead_of: str | None
    standing: str | None
    reason: Sentence | None
    other_reasons: tuple[Sentence, ...]
    note: Sentence | None
    options: tuple[ShownOption, ...]


@dataclass(frozen=True, slots=True)
class ShownTotal:
    """One row above the total."""

    words: str
    amount: int


@dataclass(frozen=True, slots=True)
class ShownBasket:
    """A basket in words; ``quoted`` is what it was made of."""

    quoted: QuotedBasket
    lines: tuple[ShownLine, ...]
    totals: tuple[ShownTotal, ...]
    to_pay: int
    waived: int
    swap: Sentence | None
    stays: tuple[Sentence, ...]
    can_check_out: bool
    hold_seconds: int | None
    zone_sentence: str
    sells_passes: bool

    @property
    def is_empty(self) -> bool:
        """Whether nothing lies in it."""
        return not self.lines

    @property
    def places(self) -> str:
        """What is kept for whose basket it is: "place" for one ticket, "places" for several."""
        tickets = [line for line in self.lines if line.on_date]
        return "place" if len(tickets) == 1 else "places"


def standing_words(quoted: QuotedLine) -> str | None:
    """What a line's standing means for its customer; None where it needs no word (R4)."""
    return STANDING_WORDS.get(quoted.standing)


def shown_basket(
    quoted: QuotedBasket,
    *,
    now: datetime,
    standing: Callable[[QuotedLine], str | None] = standing_words,
) -> ShownBasket:
    """Put a quoted basket into words; ``hold_seconds`` is what is left until the earliest hold ends (R4).

    ``standing`` says of a line how it stands, where that is to be said otherwise than to a basket's customer.
    """
    quote = quoted.quote
    starts = [line.starts_at for line in quoted.lines if line.starts_at]
    return ShownBasket(
        quoted=quoted,
        lines=tuple(_line(line, standing(line.quoted)) for line in quoted.lines),
        totals=tuple(_totals(quoted)),
        to_pay=quote.to_pay,
        waived=quote.waived,
        swap=swap_words(quote),
        stays=quote.swap.stays if quote.swap else (),
        can_check_out=any(line.counts for line in quote.lines),
        hold_seconds=int((quoted.held_until - now).total_seconds()) if quoted.held_until else None,
        zone_sentence=wording().zone_sentence(min([now, *starts]), max([now, *starts])),
        sells_passes=business().plan.has_passes,
    )


def _line(view: BasketLineView, standing: str | None) -> ShownLine:
    quoted, pays = view.quoted, view.quoted.pays
    reasons = [why.sentence for why in quoted.why_not]
    left = pays.uses_left_after if isinstance(pays, PassPays) else None
    return ShownLine(
        id=view.id,
        title=_title(quoted),
        address=f"/classes/{quoted.line.class_session_id}" if isinstance(quoted.line, TicketLine) else None,
        on_date=view.on_date,
        details=_details(view),
        plan=_plan(quoted),
        counts=quoted.counts,
        list_price=quoted.list_price,
        to_pay=quoted.to_pay,
        paid_by=_paid_by(quoted),
        pass_name=pays.pass_name if isinstance(pays, PassPays) else None,
        pass_words=_pass_words(pays) if isinstance(pays, PassPays) else "",
        holes_left=left if left is not None and left <= MOST_HOLES_DRAWN else None,
        code=pays.code if isinstance(pays, DiscountPays) else None,
        discount=quoted.discount,
        instead_of=pays.instead_of.pass_name if isinstance(pays, DiscountPays) and pays.instead_of else None,
        standing=standing,
        reason=reasons[0] if reasons else None,
        other_reasons=tuple(reasons[1:]),
        note=quoted.note,
        options=tuple(_option(option, quoted.list_price) for option in quoted.pay_options),
    )


def _paid_by(quoted: QuotedLine) -> str:
    match quoted.pays:
        case PassPays():
            return "pass"
        case DiscountPays():
            return "code"
        case MoneyPays():
            return "money"
        case _:
            return "nothing"


def _title(quoted: QuotedLine) -> str:
    line = quoted.line
    return line.name if isinstance(line, PassLine) else line.class_name


def _details(view: BasketLineView) -> str:
    line = view.quoted.line
    if isinstance(line, PassLine) or view.starts_at is None or view.ends_at is None:
        return _pass_details(line) if isinstance(line, PassLine) else ""
    return " · ".join((wording().span(view.starts_at, view.ends_at), view.teacher or "", line.ticket_name))


def _pass_details(line: PassLine) -> str:
    uses = "Unlimited" if line.terms.uses is None else str(Count(line.terms.uses, "use", "uses"))
    return f"{uses} · {wording().say(terms_words(line.terms.validity))}"


def _plan(quoted: QuotedLine) -> Sentence | None:
    """How a pass is paid in instalments (M1)."""
    line = quoted.line
    if not isinstance(line, PassLine) or line.instalments is None or not quoted.later:
        return None
    return price_words((quoted.to_pay, *quoted.later), line.instalments.rhythm, business().currency)


def _pass_words(pays: PassPays) -> str:
    whose = "the {name} in this basket" if pays.in_basket else "your {name}"
    return f"of {whose.format(name=pays.pass_name)}, {_left(pays.uses_left_after)}"


def _left(uses_left_after: int | None) -> str:
    return "unlimited" if uses_left_after is None else f"{uses_left_after} left after this"


def _option(option: PayOption, list_price: int) -> ShownOption:
    if option.pass_id is None:
        return ShownOption("money", f"Money, {wording().money(list_price)}", option.picked)
    left = None if option.unlimited else option.uses_left_after
    return ShownOption(str(option.pass_id), f"{option.pass_name}, {_left(left)}", option.picked)


def _totals(quoted: QuotedBasket) -> list[ShownTotal]:
    """What the total is made of, where there is more to say than the total (R2, M6)."""
    quote = quoted.quote
    counting = [line for line in quote.lines if line.counts]
    rows = []
    for kind, one, many in ((TicketLine, "ticket", "tickets"), (PassLine, "pass", "passes")):
        prices = [line.list_price for line in counting if isinstance(line.line, kind)]
        if prices:
            rows.append(ShownTotal(str(Count(len(prices), one, many)), sum(prices)))
    if quote.code:
        rows.append(ShownTotal(quote.code, -quote.discount_total))
    if quote.pass_uses:
        rows.append(ShownTotal(str(Count(quote.pass_uses, "pass use", "pass uses")), -quote.pass_total))
    if quote.later_total:
        rows.append(ShownTotal("Later, in instalments", -quote.later_total))
    if quote.balance_used:
        rows.append(ShownTotal("Account balance", -quote.balance_used))
    if quote.waived:
        rows.append(ShownTotal("Too little to charge a card", -quote.waived))
    return rows
