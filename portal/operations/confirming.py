"""A booking becomes real: claims become ledger entries, passes come into being, a letter is written (P7)."""

from collections import Counter
from datetime import datetime
from uuid import UUID

from sqlalchemy import Integer, and_, bindparam, delete, select, update

from portal.models.baskets import Basket, BasketLine
from portal.models.bookings import Booking, BookingStatus, PassSale, Ticket
from portal.models.business import BusinessFacts
from portal.models.class_passes import ClassPass, PassUse, UseKind
from portal.models.database import db, new_id, table_of
from portal.models.letters import LetterKind
from portal.operations.account_ledger import spend_claimed_balance
from portal.operations.auditing import Actor, write_audit
from portal.operations.claims import earliest_counting_date
from portal.operations.instalments import schedule_instalments
from portal.operations.letters import write_letter
from portal.operations.new_passes import first_entry, own_copy

_TICKETS = (
    select(Ticket)
    .where(Ticket.business_id == bindparam("business_id"), Ticket.booking_id == bindparam("booking_id"))
    .order_by(Ticket.id)
)

_SALES = (
    select(PassSale)
    .where(PassSale.business_id == bindparam("business_id"), PassSale.booking_id == bindparam("booking_id"))
    .order_by(PassSale.id)
)


_line = table_of(BasketLine)
_pass = table_of(ClassPass)

_TAKE_USES = (
    update(_pass)
    .where(_pass.c.business_id == bindparam("of_business"), _pass.c.id == bindparam("pass_id"))
    .values(
        uses_left=_pass.c.uses_left - bindparam("claims", type_=Integer),
        uses_claimed=_pass.c.uses_claimed - bindparam("claims", type_=Integer),
    )
)

_OF_BASKET = and_(
    _line.c.business_id == bindparam("of_business"), _line.c.basket_id == bindparam("of_basket")
)

_FORGET_CHOICE = (
    update(_line)
    .where(_OF_BASKET, _line.c.pays_with_line_id.in_(bindparam("line_ids", expanding=True)))
    .values(pays_with_line_id=None)
)

_REMOVE = delete(_line).where(_OF_BASKET, _line.c.id.in_(bindparam("line_ids", expanding=True)))


def tickets_of(booking: Booking) -> list[Ticket]:
    """A booking's tickets."""
    return list(db.session.scalars(_TICKETS, {"business_id": booking.business_id, "booking_id": booking.id}))


def confirm(
    business: BusinessFacts, booking: Booking, basket: Basket | None, *, actor: Actor, now: datetime
) -> None:
    """Make a pending booking real. Basket and booking are locked by the caller, and everything is claimed.

    Claimed uses become ledger entries, sold passes come into being with their first uses (P7) and the
    instalments that are still to come (M1), what the
    account pays leaves it (M5), the booked lines leave the basket, and the letter goes into the outbox: all
    in the caller's transaction.
    """
    tickets = tickets_of(booking)
    sold = _issue_sold_passes(business, booking, tickets, actor, now)
    _book_uses(booking, tickets, actor, now)
    if booking.balance_used and booking.customer_id is not None:
        spend_claimed_balance(booking, booking.customer_id, actor=actor, now=now)
    booking.status = BookingStatus.CONFIRMED
    booking.confirmed_at = now
    booking.released_at = None
    if basket is not None:
        _empty(basket, booking, [ticket.line_id for ticket in tickets], sold, now)
    write_letter(
        business.id,
        LetterKind.BOOKING_CONFIRMED,
        to_email=booking.email,
        to_name=booking.name,
        facts={"booking_id": str(booking.id)},
        now=now,
    )
    write_audit(actor, "booking.confirmed", booking, now=now, after={"to_pay": booking.to_pay})
    db.session.flush()


def _issue_sold_passes(
    business: BusinessFacts, booking: Booking, tickets: list[Ticket], actor: Actor, now: datetime
) -> list[UUID]:
    """Each sold pass comes into being, and the tickets that it pays for point at it (P7).

    Returns the basket lines that they were.
    """
    if booking.customer_id is None:
        return []
    lines = []
    for sale in db.session.scalars(
        _SALES, {"business_id": booking.business_id, "booking_id": booking.id}
    ).all():
        made = own_copy(
            business,
            sale,
            pass_id=new_id(),
            customer_id=booking.customer_id,
            bought_at=booking.created_at,  # as the quote: midnight may pass while the card is typed
        )
        db.session.add(made)
        db.session.flush()
        schedule_instalments(business, booking, sale, made)
        db.session.add(first_entry(made, UseKind.BOUGHT, actor=actor, now=now))
        write_audit(actor, "pass.bought", made, now=now, after={"name": made.name, "uses": made.uses})
        paid = [ticket for ticket in tickets if ticket.pass_sale_id == sale.id]
        for ticket in paid:
            ticket.class_pass_id = made.id
        made.uses_claimed = len(paid)
        db.session.flush()
        made.first_class_on = earliest_counting_date(business.id, made.id) if paid else None
        lines.append(sale.line_id)
    return lines


def _book_uses(booking: Booking, tickets: list[Ticket], actor: Actor, now: datetime) -> None:
    """Each ticket that a pass pays for takes one use: an entry in its ledger instead of the claim (P8)."""
    paid = [(ticket, ticket.class_pass_id) for ticket in tickets if ticket.class_pass_id is not None]
    uses = Counter(pass_id for _, pass_id in paid)
    for pass_id in sorted(uses):
        db.session.execute(
            _TAKE_USES, {"of_business": booking.business_id, "pass_id": pass_id, "claims": uses[pass_id]}
        )
    db.session.add_all(
        PassUse(
            business_id=booking.business_id,
            id=new_id(),
            class_pass_id=pass_id,
            kind=UseKind.BOOKED,
            change=-1,
            ticket_id=ticket.id,
            at=now,
            actor_kind=actor.kind,
            actor_id=actor.id,
        )
        for ticket, pass_id in paid
    )


def _empty(basket: Basket, booking: Booking, booked: list[UUID], sold: list[UUID], now: datetime) -> None:
    """Take the booked lines out of the basket, with its code; their places are the tickets' by now.

    A line that stays and was to be paid by a pass bought here is left to the portal again (P2).
    """
    of_basket = {"of_business": basket.business_id, "of_basket": basket.id}
    if sold:
        db.session.execute(_FORGET_CHOICE, of_basket | {"line_ids": sold})
    db.session.execute(_REMOVE, of_basket | {"line_ids": [*booked, *sold]})
    basket.changed_at = now
    if basket.pending_booking_id not in {None, booking.id}:
        return  # another booking of this basket waits for its payment (M4)
    if basket.discount_code_id == booking.discount_code_id:
        basket.discount_code_id = None
        basket.code_applied_at = None
    basket.pending_booking_id = None
    basket.extensions = 0


def class_places(tickets: list[Ticket]) -> Counter[UUID]:
    """How many places of each class the tickets take."""
    return Counter(ticket.class_session_id for ticket in tickets)
