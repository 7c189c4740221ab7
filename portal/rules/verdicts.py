"""What a quote says: for each line what pays, how much, and why (R2, R3)."""

from dataclasses import dataclass
from enum import Enum
from uuid import UUID

from portal.rules.facts import Line
from portal.rules.sentences import Sentence


class Standing(Enum):
    """Whether a line counts (R4)."""

    HELD = "held"  # its place is held or claimed, or it needs none
    HOLD_ENDED = "hold_ended"  # the hold ended, a place is still free: it counts, and paying claims the place
    FULL = "full"  # the hold ended and the class is full: it counts for nothing
    WAITED_FOR = "waited_for"  # the hold ended, and others wait for the place: it counts for nothing
    CLOSED = "closed"  # the hold ended, and the class is not to be booked now
    STARTED = "started"  # the class has begun
    CANCELLED = "cancelled"  # the studio has cancelled the class (C6)
    OFF_SALE = "off_sale"  # withdrawn by the studio

    @property
    def counts(self) -> bool:
        """Whether such a line is part of the total and of what check-out books."""
        return self is Standing.HELD or self is Standing.HOLD_ENDED


@dataclass(frozen=True, slots=True)
class PassPays:
    """A pass use pays. ``pass_id`` is an owned pass, or the pass line that becomes one (``in_basket``).

    ``uses_left_after`` is what remains once this and the earlier claims of this basket are made; None is
    unlimited.
    """

    pass_id: UUID
    pass_name: str
    uses_left_after: int | None
    in_basket: bool


@dataclass(frozen=True, slots=True)
class DiscountPays:
    """The code lowers the price by ``amount``; ``instead_of`` is the pass that would pay without it (D1)."""

    code: str
    amount: int
    instead_of: PassPays | None


@dataclass(frozen=True, slots=True)
class MoneyPays:
    """Money pays; ``chosen`` says that the customer picked it although a pass would pay."""

    chosen: bool = False


@dataclass(frozen=True, slots=True)
class NothingToPay:
    """The ticket is free anyway and takes no use (P1), or the line counts for nothing (R4)."""


Pays = PassPays | DiscountPays | MoneyPays | NothingToPay


@dataclass(frozen=True, slots=True)
class WhyNot:
    """Why one pass does not pay for a line (R2); ``distance`` is small for the pass that came nearest."""

    pass_id: UUID
    pass_name: str
    sentence: Sentence
    distance: int
    picked: bool = False  # the customer picked this pass for the line, and it cannot pay


@dataclass(frozen=True, slots=True)
class PayOption:
    """One entry of "Pay with": a pass (with what it would have left) or money (``pass_id`` None).

    ``picked`` says that this is what pays now, whether the customer chose it or P2 did.
    """

    pass_id: UUID | None
    pass_name: str | None
    uses_left_after: int | None
    unlimited: bool
    picked: bool


@dataclass(frozen=True, slots=True)
class QuotedLine:
    """One line with its verdict. ``list_price``, ``discount`` and ``to_pay`` are minor units; a line that
    does not count has 0 to pay. ``later`` are the instalments after the first, which ``to_pay`` is (M1).

    ``why_not`` is ordered nearest first; ``note`` is a sentence about the code where it leaves the line
    alone. ``pay_options`` is empty under a code (D2) and where there is no choice.
    """

    line: Line
    standing: Standing
    pays: Pays
    list_price: int
    discount: int
    to_pay: int
    why_not: tuple[WhyNot, ...] = ()
    note: Sentence | None = None
    pay_options: tuple[PayOption, ...] = ()
    later: tuple[int, ...] = ()

    @property
    def counts(self) -> bool:
        """Whether the line is part of the total and of what check-out books."""
        return self.standing.counts


@dataclass(frozen=True, slots=True)
class Swap:
    """D2: the lines where the code took the place of a pass use, and what is to pay for them.

    ``uses_kept`` is how many counted uses fewer the whole basket takes than without the code,
    ``unlimited_kept`` whether it takes unlimited ones less often. Both are nothing where a freed use pays for
    another line instead. ``stays`` says of each counted pass that now pays for nothing here how many uses it
    keeps.
    """

    line_names: tuple[str, ...]
    to_pay: int
    uses_kept: int
    unlimited_kept: bool
    pass_names: tuple[str, ...]
    stays: tuple[Sentence, ...] = ()


@dataclass(frozen=True, slots=True)
class Quote:
    """A basket, reckoned. Amounts are minor units of ``currency``.

    ``list_total`` − ``discount_total`` − ``pass_total`` − ``later_total`` − ``balance_used`` − ``waived`` =
    ``to_pay``. ``later_total`` is what instalments still bring (M1); ``balance_used`` is what the customer's
    account pays before the card (M5); ``waived`` is a positive rest below Stripe's smallest charge (M6).

    ``code`` is the code that applies; ``dropped_code`` says in a sentence why one in the basket does not any
    more (D6). ``digest`` names all of it but clock times (R6).
    """

    currency: str
    lines: tuple[QuotedLine, ...]
    list_total: int
    discount_total: int
    pass_total: int
    later_total: int
    balance_used: int
    waived: int
    to_pay: int
    pass_uses: int
    code: str | None
    dropped_code: Sentence | None
    swap: Swap | None
    digest: str
