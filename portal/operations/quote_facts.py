"""What a quote is reckoned from beside its lines' own places: the same for a basket and a what-if (R1, S10).

The lines' classes and purchase options come as rows with the columns that ``models.basket_facts`` and
``models.asked_facts`` share.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from portal.gateways.smallest_charge import smallest_charge
from portal.models.business import BusinessFacts
from portal.models.code_facts import discount_terms, redemptions_of_person
from portal.models.coverage_facts import EVERYTHING, Covered, coverage
from portal.models.pass_facts import booked_on, owned_pass, pass_rows, start_by_of, terms_of
from portal.rules.facts import (
    BasketFacts,
    DiscountTerms,
    Line,
    OwnedPass,
    PassLine,
    PayWithMoney,
    PayWithPass,
    TicketLine,
)
from portal.rules.instalments import InstalmentTerms
from portal.rules.waiting import places_for_everyone


@dataclass(frozen=True, slots=True, kw_only=True)
class WhosePasses:
    """Whose passes may pay, and by which e-mail key a code's limit per person is counted (D3); neither is
    known of a guest. ``booking_id`` and ``code_id`` are those of a booking of theirs that is being paid: what
    it claims is spent for everyone else only (R7).
    """

    customer_id: UUID | None
    person_key: str | None
    booking_id: UUID | None = None
    code_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Means:
    """What may pay beside money; ``covered`` is what purchase options and the code are limited to."""

    passes: tuple[OwnedPass, ...]
    code: DiscountTerms | None
    covered: Mapping[UUID, Covered]

    def covered_by(self, option_id: UUID) -> Covered:
        """What a purchase option covers."""
        return self.covered.get(option_id, EVERYTHING)


def means_of(
    business: BusinessFacts,
    whose: WhosePasses,
    code: Any,
    *,
    has_tickets: bool,
    option_ids: Iterable[UUID],
    now: datetime,
) -> Means:
    """Load what may pay, each kind by one statement, and only where it is needed.

    ``code`` is the code's row, or None; ``option_ids`` are the purchase options among the lines. Without
    tickets nothing is asked about passes: they pay for tickets only.
    """
    rows = pass_rows(business.id, whose.customer_id, now) if whose.customer_id and has_tickets else []
    ids = {row.purchase_option_id for row in rows} | set(option_ids)
    covered = coverage(business.id, option_ids=ids, code_id=code.id if code else None)
    booked = booked_on(business.id, [row.id for row in rows], own_booking_id=whose.booking_id)
    return Means(
        passes=tuple(
            owned_pass(row, covered.get(row.purchase_option_id, EVERYTHING), booked[row.id]) for row in rows
        ),
        code=_terms(business.id, code, covered, whose) if code else None,
        covered=covered,
    )


def basket_facts(
    business: BusinessFacts, lines: Iterable[Line], means: Means, *, balance: int, now: datetime
) -> BasketFacts:
    """The facts of a quote at a moment; ``balance`` is what the account may pay (M5)."""
    return BasketFacts(
        now=now,
        today=business.day_of(now),
        currency=business.currency,
        smallest_charge=smallest_charge(business.currency),
        lines=tuple(lines),
        passes=means.passes,
        code=means.code,
        balance=balance,
    )


def ticket_line(
    row: Any,
    *,
    line_id: UUID,
    places_free: int,
    held_until: datetime | None = None,
    choice: PayWithMoney | PayWithPass | None = None,
    claimed: bool = False,
    closed: bool = False,
) -> TicketLine:
    """A ticket as the rules see it, of a row with its class and ticket type."""
    return TicketLine(
        id=line_id,
        class_session_id=row.class_session_id,
        series_id=row.series_id,
        ticket_type_id=row.ticket_type_id,
        class_name=row.class_name,
        ticket_name=row.ticket_name,
        starts_at=row.starts_at,
        on_date=row.on_date,
        price=row.ticket_price,
        held_until=held_until,
        places_free=places_free,
        on_sale=row.ticket_on_sale,
        choice=choice,
        claimed=claimed,
        waiting=row.people_waiting,
        cancelled=row.class_cancelled_at is not None,
        closed=closed,
    )


def pass_line(
    row: Any, means: Means, *, line_id: UUID, today: date, sells_passes: bool, claimed: bool = False
) -> PassLine:
    """A pass being bought as the rules see it, of a row with its purchase option (P7, B2, S8)."""
    return PassLine(
        id=line_id,
        purchase_option_id=row.option_id,
        name=row.option_name,
        price=row.option_price,
        terms=terms_of(row, means.covered_by(row.option_id), prefix="option_"),
        start_by=start_by_of(row.start_within_days, today),
        start_within_days=row.start_within_days,
        on_sale=row.option_on_sale and sells_passes and row.option_withdrawal is None,
        claimed=claimed,
        instalments=InstalmentTerms(row.option_instalments, row.option_rhythm)
        if row.option_instalments
        else None,
    )


def places_free(row: Any, ended: int) -> int:
    """How many places of a row's class are left for everyone; ``ended`` are still counted though what took
    them has ended.
    """
    return places_for_everyone(row.places_free + ended, row.people_waiting)


def _terms(business_id: UUID, row: Any, covered: Mapping[UUID, Covered], whose: WhosePasses) -> DiscountTerms:
    redeemed = (
        redemptions_of_person(business_id, row.id, whose.person_key)
        if whose.person_key and row.per_person_limit is not None
        else 0
    )
    return discount_terms(
        row,
        covered.get(row.id, EVERYTHING),
        person_redemptions=redeemed,
        own_claims=1 if whose.code_id == row.id else 0,
    )
