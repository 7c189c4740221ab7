"""What moving a ticket to another class brings: the use, the price, what is paid or goes back (C7)."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import Enum
from typing import Protocol, TypeVar
from uuid import UUID

from portal.rules.cancelling import Canceller
from portal.rules.facts import BookedClass, OwnedPass, TicketLine
from portal.rules.line_money import LinePaid, MoneyLeft, way_back
from portal.rules.passbook import Obstacle, PassBook
from portal.rules.passes import is_deactivated
from portal.rules.preferences import Preferences, RefundTo
from portal.rules.sentences import Sentence
from portal.rules.validity import Window, usable_window, window
from portal.rules.why_not import why_not

Kind = TypeVar("Kind", bound="KindOfTicket")

Mover = Canceller
"""Who moves a ticket: the client, or staff for them."""

OF_VALIDITY = frozenset(
    {
        Obstacle.DEACTIVATED,
        Obstacle.WITHDRAWN,
        Obstacle.PAUSED,
        Obstacle.NOT_BEGUN,
        Obstacle.ENDED,
        Obstacle.STARTS_TOO_LATE,
        Obstacle.STRANDS_A_CLASS,
    }
)
"""What keeps a customer from moving a use, and staff may see otherwise (C7)."""


class KindOfTicket(Protocol):
    """A kind of ticket, as far as a move asks."""

    @property
    def id(self) -> UUID:
        """Its own id."""

    @property
    def name(self) -> str:
        """Such as Adult."""


class Dearer(Enum):
    """What staff do about the difference of a dearer class."""

    CHARGE = "charge"  # to the client's account
    WAIVE = "waive"


@dataclass(frozen=True, slots=True)
class Decided:
    """What staff decide; None leaves it to the studio's preferences, and a difference to the account."""

    dearer: Dearer | None = None
    refund_to: RefundTo | None = None


NOTHING_DECIDED = Decided()


@dataclass(frozen=True, slots=True)
class TicketToMove:
    """A ticket as moving sees it, in minor units; ``pass_id`` is the pass that pays for it, if one does, and
    ``paid`` what card and account did.
    """

    id: UUID
    class_session_id: UUID
    class_name: str
    ticket_type_id: UUID
    ticket_name: str
    starts_at: datetime
    on_date: date
    pass_id: UUID | None
    list_price: int
    discount: int
    to_pay: int
    paid: LinePaid


@dataclass(frozen=True, slots=True)
class TransferFacts:
    """What a transfer is reckoned from. ``today`` is ``now`` in the business's zone; ``owned`` the pass that
    pays, with everything that counts on it; ``left`` what may still go back of what the booking cost.
    """

    now: datetime
    today: date
    currency: str
    smallest_charge: int
    by: Mover
    preferences: Preferences
    decided: Decided
    ticket: TicketToMove
    target: TicketLine
    owned: OwnedPass | None
    left: MoneyLeft
    has_account: bool


@dataclass(frozen=True, slots=True)
class MovedUse:
    """What a transfer brings for the pass whose use moves along: its validity before and after, and what
    staff see otherwise than its rules (None where they allow it).
    """

    before: OwnedPass
    after: OwnedPass
    was: Window
    window: Window
    overridden: Sentence | None


@dataclass(frozen=True, slots=True)
class TransferForecast:
    """What a transfer will do (C4); money in minor units.

    ``price`` is what the new ticket costs after ``discount``, the share that moves along. Dearer: ``to_pay``
    by card first, ``charged`` to the client's account, or ``waived``. Cheaper: ``to_card`` and ``to_account``
    go back, ``kept`` does not.
    """

    by: Mover
    currency: str
    preferences: Preferences
    ticket: TicketToMove
    target: TicketLine
    in_time: bool
    discount: int
    price: int
    to_pay: int
    charged: int
    waived: int
    to_card: int
    to_account: int
    kept: int
    use: MovedUse | None

    @property
    def refund(self) -> int:
        """All that goes back."""
        return self.to_card + self.to_account

    @property
    def refund_to(self) -> RefundTo:
        """Where it goes; what has no room on the card goes to the account."""
        if self.to_card:
            return RefundTo.CARD
        return RefundTo.ACCOUNT if self.to_account else RefundTo.NONE

    @property
    def digest(self) -> str:
        """A SHA-256, in hex, over what the person agrees to: another as soon as something in it changes."""
        return hashlib.sha256(" ".join(map(str, self._told())).encode()).hexdigest()

    def _told(self) -> Iterable[object]:
        target, days = self.target, self.use.window if self.use else None
        yield from (self.ticket.id, target.class_session_id, target.ticket_type_id, target.on_date)
        yield from (int(target.starts_at.timestamp()), self.in_time, self.price, self.discount)
        yield from (self.to_pay, self.charged, self.waived, self.to_card, self.to_account, self.kept)
        yield from (days and days.first_day, days and days.last_day)
        yield self.use and self.use.overridden and str(self.use.overridden)


def kinds_offered(ticket: TicketToMove, on_sale: Sequence[Kind]) -> tuple[Kind, ...]:
    """As which kinds of ticket of another class it can go there: the same kind where there is one, by its id
    or by its name, else any that is on sale.
    """
    same = [kind for kind in on_sale if kind.id == ticket.ticket_type_id]
    same = same or [kind for kind in on_sale if kind.name == ticket.ticket_name]
    return tuple(same or on_sale)


def forecast(facts: TransferFacts) -> TransferForecast:
    """What moving the ticket brings, now (C4). Pure; whether it may be moved is asked beside it."""
    ticket, target = facts.ticket, facts.target
    in_time = facts.now <= facts.preferences.transfer_until(ticket.starts_at)
    discount = min(ticket.discount, target.price)
    price = 0 if ticket.pass_id else target.price - discount
    to_pay, charged, waived = _more(facts, max(price - ticket.to_pay, 0))
    to_card, to_account, kept = _back(facts, price, in_time=in_time)
    return TransferForecast(
        by=facts.by,
        currency=facts.currency,
        preferences=facts.preferences,
        ticket=ticket,
        target=target,
        in_time=in_time,
        discount=discount,
        price=price,
        to_pay=to_pay,
        charged=charged,
        waived=waived,
        to_card=to_card,
        to_account=to_account,
        kept=kept,
        use=_moved_use(facts, facts.owned) if facts.owned else None,
    )


def obstacle_of(
    owned: OwnedPass, ticket: TicketToMove, target: TicketLine, today: date
) -> tuple[Obstacle, Sentence] | None:
    """What keeps a pass from paying for the new class, reckoned without the ticket that moves (C7), with the
    sentence for its owner (R2); None where it pays.
    """
    book = PassBook(_without(owned, ticket), today=today)
    obstacle = book.hindrance(target)
    return None if obstacle is None else (obstacle, why_not(book, target, obstacle).sentence)


def paid_after(
    paid: LinePaid, price: int, *, by_card: int = 0, by_account: int = 0, refund: int = 0
) -> LinePaid:
    """What card and account have paid for a ticket once it is moved: what they paid for the old one, and the
    difference, less what went back; never more than the new one costs. The card's part goes first.
    """
    card, account = paid.card + by_card, paid.account + by_account
    less = max(refund, card + account - price)
    from_card = min(less, card)
    return LinePaid(card - from_card, account - min(less - from_card, account))


def _more(facts: TransferFacts, difference: int) -> tuple[int, int, int]:
    """What is paid by card, charged to the account, and waived, of what a dearer class costs more (C7, M6).

    A guest has no account, so staff can only waive it.
    """
    if facts.by is Mover.CLIENT:
        return (0, 0, difference) if difference < facts.smallest_charge else (difference, 0, 0)
    waives = facts.decided.dearer is Dearer.WAIVE or not facts.has_account
    return (0, 0, difference) if waives else (0, difference, 0)


def _back(facts: TransferFacts, price: int, *, in_time: bool) -> tuple[int, int, int]:
    """What goes to the card, what to the account, and what is kept, of what a cheaper class costs less; never
    more than was paid for the ticket, less what went back.
    """
    paid, left = facts.ticket.paid, facts.left
    cheaper = min(max(paid.card + paid.account - price, 0), left.total)
    decided = facts.decided.refund_to
    match way_back(facts.preferences, decided, in_time=in_time, has_account=facts.has_account):
        case RefundTo.NONE:
            return 0, 0, cheaper
        case RefundTo.ACCOUNT:
            return 0, cheaper, 0
        case RefundTo.CARD:
            to_card = min(cheaper, paid.card, left.card)
            rest = cheaper - to_card
            return (to_card, rest, 0) if facts.has_account else (to_card, 0, rest)


def _moved_use(facts: TransferFacts, owned: OwnedPass) -> MovedUse:
    moved_here = BookedClass(facts.target.class_session_id, facts.target.on_date)
    rest = _without(owned, facts.ticket).booked
    after = replace(owned, booked=(*rest, moved_here))
    found = obstacle_of(owned, facts.ticket, facts.target, facts.today)
    return MovedUse(
        before=owned,
        after=after,
        was=_shown_window(owned, facts.today),
        window=_shown_window(after, facts.today),
        overridden=found[1] if found else None,
    )


def _without(owned: OwnedPass, ticket: TicketToMove) -> OwnedPass:
    """The pass as if it did not pay for the ticket: its use is free, and its class not booked."""
    booked = list(owned.booked)
    gone = BookedClass(ticket.class_session_id, ticket.on_date)
    if gone in booked:
        booked.remove(gone)
    uses = None if owned.uses_left is None else owned.uses_left + 1
    return replace(owned, booked=tuple(booked), uses_left=uses)


def _shown_window(owned: OwnedPass, today: date) -> Window:
    """The validity of a pass, cut short where staff end it on a day to come (S6)."""
    return window(owned) if is_deactivated(owned, today) else usable_window(owned)
