"""Money that arrives after its claims were let go of claims everything again, if all of it is free (M4)."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import exists, or_, select, update

from portal.models.baskets import Basket, BasketLine
from portal.models.bookings import Booking, BookingStatus, PassSale, Ticket
from portal.models.business import BusinessFacts
from portal.models.classes import ClassSeries, ClassSession, TicketType
from portal.models.coverage_facts import EVERYTHING, coverage
from portal.models.database import db
from portal.models.deactivations import PurchaseOptionDeactivation
from portal.models.pass_facts import booked_on, owned_pass, pass_rows_by_id
from portal.operations.booked_lines import claim_balance_of
from portal.operations.businesses import plan_to_stay
from portal.operations.claims import claim_pass_uses, claim_redemption, lock_code, lock_passes
from portal.operations.confirming import class_places, tickets_of
from portal.operations.place_offers import hand_on_places
from portal.operations.places import lock_classes, take_places
from portal.rules.assignment import line_order
from portal.rules.facts import OwnedPass, TicketLine
from portal.rules.passbook import PassBook
from portal.rules.sentences import Refusal


class NotFreeAnyMore(Refusal):
    """Something of the booking has gone to someone else, the class has begun, or passes are sold no more."""

    def __init__(self) -> None:
        super().__init__(
            "Your payment came after your places were let go of, and not all of them are free any more."
        )


def reclaim(business: BusinessFacts, booking: Booking, basket: Basket | None, *, now: datetime) -> None:
    """Claim a released booking's places, pass uses, redemption and balance again, or raise a Refusal and
    leave nothing claimed.

    Basket and booking are locked by the caller; classes, passes, code and account are locked here, in that
    order.
    """
    tickets = tickets_of(booking)
    sold = _lines_of_sold_passes(booking)
    if sold and not plan_to_stay(business.id).has_passes:
        raise NotFreeAnyMore  # the sale was let go of, so it is not one already claimed (B2)
    if sold and _sells_a_withdrawn_pass(booking):
        raise NotFreeAnyMore  # nobody could use it (S8)
    _refuse_if_booked_otherwise(booking, tickets, sold)
    places = class_places(tickets)
    lock_classes(business.id, places)
    hand_on_places(business.id, places, now=now)
    lines = _ticket_lines(business.id, tickets)
    if any(line.starts_at <= now for line in lines.values()):
        raise NotFreeAnyMore
    held = _places_of_own_lines(basket, tickets) if basket is not None else Counter()
    for class_session_id, wanted in sorted((places - held).items()):
        take_places(business.id, class_session_id, wanted)
    _claim_passes(business, tickets, lines, now)
    if booking.discount_code_id is not None:
        lock_code(booking.business_id, booking.discount_code_id)
        claim_redemption(booking, person_key=booking.email_key, now=now)
    claim_balance_of(booking)
    db.session.execute(
        update(Ticket)
        .where(Ticket.business_id == booking.business_id, Ticket.booking_id == booking.id)
        .values(counts=True)
        .execution_options(synchronize_session="fetch")
    )


def _lines_of_sold_passes(booking: Booking) -> Sequence[UUID]:
    return db.session.scalars(
        select(PassSale.line_id).where(
            PassSale.business_id == booking.business_id, PassSale.booking_id == booking.id
        )
    ).all()


def _sells_a_withdrawn_pass(booking: Booking) -> bool:
    """Whether the purchase option of a sale was deactivated since."""
    withdrawn = exists().where(
        PassSale.business_id == booking.business_id,
        PassSale.booking_id == booking.id,
        PurchaseOptionDeactivation.business_id == PassSale.business_id,
        PurchaseOptionDeactivation.purchase_option_id == PassSale.purchase_option_id,
        PurchaseOptionDeactivation.ended_at.is_(None),
    )
    return bool(db.session.scalar(select(withdrawn)))


def _refuse_if_booked_otherwise(booking: Booking, tickets: list[Ticket], sold: Sequence[UUID]) -> None:
    """The same basket lines may have been booked by another payment meanwhile: then this money goes back."""
    others = (Booking.business_id == booking.business_id) & (Booking.id != booking.id)
    others &= Booking.status != BookingStatus.RELEASED
    same_ticket = exists().where(
        Ticket.business_id == Booking.business_id,
        Ticket.booking_id == Booking.id,
        Ticket.line_id.in_([ticket.line_id for ticket in tickets]),
    )
    same_pass = exists().where(
        PassSale.business_id == Booking.business_id,
        PassSale.booking_id == Booking.id,
        PassSale.line_id.in_(sold),
    )
    if db.session.scalar(select(exists().where(others, or_(same_ticket, same_pass)))):
        raise NotFreeAnyMore


def _ticket_lines(business_id: UUID, tickets: list[Ticket]) -> dict[UUID, TicketLine]:
    """The tickets as the rules see them, by ticket id."""
    rows = db.session.execute(
        select(Ticket.id, ClassSession, ClassSeries.name, TicketType.name)
        .join(
            ClassSession,
            (ClassSession.business_id == Ticket.business_id) & (ClassSession.id == Ticket.class_session_id),
        )
        .join(
            ClassSeries,
            (ClassSeries.business_id == ClassSession.business_id)
            & (ClassSeries.id == ClassSession.series_id),
        )
        .join(
            TicketType,
            (TicketType.business_id == Ticket.business_id) & (TicketType.id == Ticket.ticket_type_id),
        )
        .where(Ticket.business_id == business_id, Ticket.id.in_([ticket.id for ticket in tickets]))
    )
    by_id = {ticket.id: ticket for ticket in tickets}
    return {
        ticket_id: TicketLine(
            id=by_id[ticket_id].line_id,
            class_session_id=session.id,
            series_id=session.series_id,
            ticket_type_id=by_id[ticket_id].ticket_type_id,
            class_name=class_name,
            ticket_name=ticket_name,
            starts_at=session.starts_at,
            on_date=session.on_date,
            price=by_id[ticket_id].list_price,
            held_until=None,
            places_free=0,
        )
        for ticket_id, session, class_name, ticket_name in rows
    }


def _places_of_own_lines(basket: Basket, tickets: list[Ticket]) -> Counter[UUID]:
    """Take the places that the booking's own lines hold anew from the basket; how many of each class."""
    own = db.session.scalars(
        update(BasketLine)
        .where(
            BasketLine.business_id == basket.business_id,
            BasketLine.basket_id == basket.id,
            BasketLine.id.in_([ticket.line_id for ticket in tickets]),
            BasketLine.place_counted,
        )
        .values(place_counted=False)
        .returning(BasketLine.class_session_id)
        .execution_options(synchronize_session=False)
    ).all()
    return Counter(class_id for class_id in own if class_id is not None)


def _claim_passes(
    business: BusinessFacts, tickets: list[Ticket], lines: dict[UUID, TicketLine], now: datetime
) -> None:
    """Each pass must still be able to pay for its tickets, beside what was booked on it meanwhile (P5)."""
    by_pass: dict[UUID, list[TicketLine]] = {}
    for ticket in tickets:
        if ticket.class_pass_id is not None and ticket.pass_sale_id is None:
            by_pass.setdefault(ticket.class_pass_id, []).append(lines[ticket.id])
    for owned in _locked_passes(business.id, by_pass):
        book = PassBook(owned, today=business.day_of(now))
        for line in sorted(by_pass[owned.id], key=line_order):
            if book.hindrance(line) is not None:
                raise NotFreeAnyMore
            book.claim(line)
    claim_pass_uses(business.id, {pass_id: _dates(of_pass) for pass_id, of_pass in by_pass.items()})


def _dates(lines: Iterable[TicketLine]) -> list[date]:
    return [line.on_date for line in lines]


def _locked_passes(business_id: UUID, pass_ids: Iterable[UUID]) -> list[OwnedPass]:
    ids = sorted(pass_ids)
    if not ids:
        return []
    lock_passes(business_id, ids)
    rows = pass_rows_by_id(business_id, ids)
    covered = coverage(business_id, option_ids={row.purchase_option_id for row in rows}, code_id=None)
    booked = booked_on(business_id, ids, own_booking_id=None)
    return [owned_pass(row, covered.get(row.purchase_option_id, EVERYTHING), booked[row.id]) for row in rows]
