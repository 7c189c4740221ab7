"""What paid for each line of a booking, and where it goes when it goes back (C2, C4, D4)."""

from collections.abc import Sequence
from dataclasses import dataclass

from portal.rules.money import share_out
from portal.rules.preferences import Preferences, RefundTo


@dataclass(frozen=True, slots=True)
class LinePaid:
    """What paid for one line of a booking, in minor units (D4); the rest of its price was waived (M6)."""

    card: int
    account: int


@dataclass(frozen=True, slots=True)
class MoneyLeft:
    """What has been paid for a booking and has not gone back, in minor units: ``total`` in all, and ``card``,
    for how much of it there is room on the cards that paid.
    """

    card: int
    total: int


def paid_per_line(prices: Sequence[int], *, by_card: int, by_account: int) -> tuple[LinePaid, ...]:
    """What card and account paid for each line of a booking, whose prices are what was to pay for it (D4).

    Both are shared out in proportion, in whole minor units, the account's part first; what neither paid was
    waived (M6). The same booking is always shared out alike, so that its tickets can go back one by one.
    """
    account = share_out(by_account, prices)
    rest = [price - part for price, part in zip(prices, account, strict=True)]
    card = share_out(by_card, rest)
    return tuple(LinePaid(*parts) for parts in zip(card, account, strict=True))


def money_back(paid: LinePaid, left: MoneyLeft, way: RefundTo, *, has_account: bool) -> tuple[int, int, int]:
    """What goes to the card, what to the account, and what is kept, of what paid for a cancelled line.

    What the account paid goes back there, and so does what the card has no room for any more: its payment
    was refunded otherwise (a guest's is kept).
    """
    account = min(paid.account, left.total)
    card = min(paid.card, left.total - account)
    match way:
        case RefundTo.NONE:
            return 0, 0, account + card
        case RefundTo.ACCOUNT:
            return 0, account + card, 0
        case RefundTo.CARD:
            to_card = min(card, left.card)
            rest = card - to_card
            return (to_card, account + rest, 0) if has_account else (to_card, account, rest)


def way_back(
    preferences: Preferences, decided: RefundTo | None, *, in_time: bool, has_account: bool
) -> RefundTo:
    """Where money goes: as the studio prefers while in time, unless staff have ``decided`` otherwise (C2).

    A guest has no account: money meant for one goes to the card that paid.
    """
    way = decided
    if way is None:
        way = preferences.refund_to if in_time else RefundTo.NONE
    return RefundTo.CARD if way is RefundTo.ACCOUNT and not has_account else way
