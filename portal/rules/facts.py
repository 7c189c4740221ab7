"""What a quote is made from: values that the models hand over, and nothing that a browser said (R1)."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from uuid import UUID

from portal.rules.instalments import InstalmentTerms
from portal.rules.periods import Validity


@dataclass(frozen=True, slots=True)
class PassTerms:
    """What a pass promises (P6). ``uses`` is None for an unlimited pass; coverage of None is everything."""

    validity: Validity
    uses: int | None = None
    uses_per_day: int | None = None
    uses_per_week: int | None = None
    series_ids: frozenset[UUID] | None = None
    ticket_type_ids: frozenset[UUID] | None = None
    several_per_class: bool = False


@dataclass(frozen=True, slots=True)
class BookedClass:
    """A counting ticket that a pass already pays for: claims included (P4, R7)."""

    class_session_id: UUID
    on_date: date


@dataclass(frozen=True, slots=True)
class OwnedPass:
    """A client's pass, as far as paying goes.

    ``uses_left`` is what the ledger adds up to less what is claimed (P8, P9); None is unlimited.
    ``starts_on_set`` and ``expires_on_set`` are staff's own dates and stand until cleared (P4).
    ``deactivated_from`` is the first business-local date on which the pass pays for nothing (S2, S6);
    ``withdrawn`` says that its purchase option is deactivated (S8). It pays for no class dated from
    ``paused_from`` to ``paused_to``, where staff paused it.
    """

    id: UUID
    name: str
    terms: PassTerms
    bought_at: datetime
    bought_on: date
    uses_left: int | None
    booked: tuple[BookedClass, ...] = ()
    start_by: date | None = None
    added_days: int = 0
    starts_on_set: date | None = None
    expires_on_set: date | None = None
    deactivated_from: date | None = None
    withdrawn: bool = False
    paused_from: date | None = None
    paused_to: date | None = None


@dataclass(frozen=True, slots=True)
class PayWithMoney:
    """The customer picked money for a line."""


@dataclass(frozen=True, slots=True)
class PayWithPass:
    """The customer picked a pass for a line, by the id of an owned pass or of a pass line beside it (P7)."""

    pass_id: UUID


@dataclass(frozen=True, slots=True)
class TicketLine:
    """One ticket in a basket. ``places_free`` counts what is free beside this basket's own live holds.

    With ``claimed`` a booking that is being paid has it already: it counts, whatever happens (R7). While
    people are ``waiting`` for the class, what they wait for is not among the free places. A place of one that
    is ``closed`` for booking is kept as long as it is held, and not found again.
    """

    id: UUID
    class_session_id: UUID
    series_id: UUID
    ticket_type_id: UUID
    class_name: str
    ticket_name: str
    starts_at: datetime
    on_date: date
    price: int
    held_until: datetime | None
    places_free: int
    on_sale: bool = True
    choice: PayWithMoney | PayWithPass | None = None
    claimed: bool = False
    waiting: int = 0
    cancelled: bool = False
    closed: bool = False


@dataclass(frozen=True, slots=True)
class PassLine:
    """One pass in a basket; its own id stands for the pass that it will become (P7).

    With ``claimed`` a booking that is being paid sells it already: it counts, whatever happens (B2). With
    ``instalments`` its price, less any discount, is paid in parts (M1). ``start_by`` is so many days,
    ``start_within_days``, after today.
    """

    id: UUID
    purchase_option_id: UUID
    name: str
    price: int
    terms: PassTerms
    start_by: date | None = None
    start_within_days: int | None = None
    on_sale: bool = True
    claimed: bool = False
    instalments: InstalmentTerms | None = None


Line = TicketLine | PassLine


class Reduces(Enum):
    """What a code takes its discount from."""

    TICKETS = "tickets"
    PASSES = "passes"
    BOTH = "both"


class DiscountKind(Enum):
    """How a code reckons (D3). A percentage is whole percent; amounts are minor units."""

    PERCENT = "percent"
    AMOUNT_EACH = "amount_each"
    AMOUNT_BASKET = "amount_basket"


@dataclass(frozen=True, slots=True)
class DiscountTerms:
    """A discount code as the basket meets it (D3).

    ``bookings_left`` and ``person_left`` are what its limits leave to this basket's owner; None is no limit.
    ``series_ids``, ``ticket_type_ids`` limit tickets, ``class_from``/``class_to`` their class dates
    (inclusive); ``starts_at`` is its first instant, ``ends_at`` the first instant at which it no longer
    applies. One that staff ``switched_off`` does nothing, whatever else is true of it.
    """

    id: UUID
    code: str
    kind: DiscountKind
    value: int
    reduces: Reduces = Reduces.TICKETS
    series_ids: frozenset[UUID] | None = None
    ticket_type_ids: frozenset[UUID] | None = None
    class_from: date | None = None
    class_to: date | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    bookings_left: int | None = None
    person_left: int | None = None
    least_spend: int | None = None
    switched_off: bool = False


@dataclass(frozen=True, slots=True)
class BasketFacts:
    """Everything a quote is reckoned from (R1).

    ``now`` is the moment (UTC) and ``today`` the same in the business's zone. ``smallest_charge`` is the
    least that Stripe takes in this currency (M6). ``lines`` are in the order they were added; ``passes`` are
    the customer's, in any order. ``balance`` is what the customer's account has in their favour, less what
    others claim of it, in minor units (M5).
    """

    now: datetime
    today: date
    currency: str
    smallest_charge: int
    lines: tuple[Line, ...]
    passes: tuple[OwnedPass, ...] = ()
    code: DiscountTerms | None = None
    balance: int = 0
