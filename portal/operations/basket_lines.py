"""What goes into a basket, what comes out, and how long its places are kept (R4, R5)."""

from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import bindparam, func, select

from portal.models.baskets import Basket, BasketLine
from portal.models.business import BusinessFacts
from portal.models.class_passes import ClassPass
from portal.models.classes import ClassSession, TicketType
from portal.models.database import db, insert_if_absent, table_of
from portal.models.deactivations import is_withdrawn
from portal.models.purchase_options import PurchaseOption
from portal.operations.held_places import give_back_place_of, hold_anew, take_place
from portal.operations.place_offers import hand_on_places
from portal.operations.places import ClassIsCancelled, lock_classes
from portal.rules.baskets import MOST_GUEST_PLACES, MOST_LINES, refuse_extension, refuse_line, refuse_place
from portal.rules.facts import PayWithMoney, PayWithPass
from portal.rules.sentences import Refusal


class BasketBeingPaid(Refusal):
    """The basket is read-only while its booking waits for Stripe (R7)."""

    def __init__(self) -> None:
        super().__init__("You are paying for this basket. To change it, press Change basket first.")


class NotOnSale(Refusal):
    """The class, ticket or pass cannot be bought (any more), or never could."""

    def __init__(self, thing: str) -> None:
        super().__init__("This {thing} is not on sale.", thing=thing)


class ClassHasStarted(Refusal):
    """Nobody books a class that has begun."""

    def __init__(self) -> None:
        super().__init__("This class has already started.")


class BookingNotOpen(Refusal):
    """It is too early to book the class."""

    def __init__(self, day: date, opens_at: datetime) -> None:
        super().__init__("Booking for this class opens on {day:weekday} at {time}.", day=day, time=opens_at)


class NotInBasket(Refusal):
    """The line is not there, or not this basket's."""

    def __init__(self) -> None:
        super().__init__("That is not in your basket any more.")


class CannotPayWith(Refusal):
    """The pass is not one that this basket could pay with."""

    def __init__(self) -> None:
        super().__init__("That pass cannot pay for this ticket.")


_BASKET = (
    select(Basket)
    .where(Basket.business_id == bindparam("business_id"), Basket.id == bindparam("basket_id"))
    .with_for_update()
    .execution_options(populate_existing=True)
)

_CUSTOMERS_BASKET = (
    select(Basket)
    .where(Basket.business_id == bindparam("business_id"), Basket.customer_id == bindparam("customer_id"))
    .with_for_update()
    .execution_options(populate_existing=True)
)

_LINES = (
    select(BasketLine)
    .where(BasketLine.business_id == bindparam("business_id"), BasketLine.basket_id == bindparam("basket_id"))
    .order_by(BasketLine.added_at, BasketLine.id)
    .execution_options(populate_existing=True)
)

_class = table_of(ClassSession)
_ticket_type = table_of(TicketType)
_line = table_of(BasketLine)
_option = table_of(PurchaseOption)

_OPTION_ON_SALE = (
    select(_option.c.id)
    .where(
        _option.c.business_id == bindparam("business_id"),
        _option.c.id == bindparam("option_id"),
        _option.c.on_sale,
        ~is_withdrawn(_option.c.business_id, _option.c.id),
    )
    .with_for_update(read=True, key_share=True)  # nobody deletes it meanwhile
)

_TICKET = (
    select(_class.c.starts_at, _class.c.opens_at, _class.c.cancelled_at, _ticket_type.c.on_sale)
    .join(
        _ticket_type,
        (_ticket_type.c.business_id == _class.c.business_id)
        & (_ticket_type.c.series_id == _class.c.series_id),
    )
    .where(
        _class.c.business_id == bindparam("business_id"),
        _class.c.id == bindparam("class_session_id"),
        _ticket_type.c.id == bindparam("ticket_type_id"),
    )
    .with_for_update(of=_class)
)

_SIZES = select(
    func.count(),
    func.count().filter(_line.c.place_counted, _line.c.held_until > bindparam("now")),
).where(_line.c.business_id == bindparam("business_id"), _line.c.basket_id == bindparam("basket_id"))


def lock_basket_if_there(business_id: UUID, basket_id: UUID) -> Basket | None:
    """The basket, locked: first in the order of locks. None where there is none (any more)."""
    return db.session.scalars(_BASKET, {"business_id": business_id, "basket_id": basket_id}).first()


def lock_basket(business_id: UUID, basket_id: UUID) -> Basket:
    """The basket, locked; raises NotInBasket where there is none."""
    basket = lock_basket_if_there(business_id, basket_id)
    if basket is None:
        raise NotInBasket
    return basket


def lock_open_basket(business_id: UUID, basket_id: UUID) -> Basket:
    """The basket, locked, for a change: refused while it is being paid (R7)."""
    basket = lock_basket(business_id, basket_id)
    if basket.pending_booking_id is not None:
        raise BasketBeingPaid
    return basket


def lines_of(basket: Basket) -> list[BasketLine]:
    """A basket's lines in the order they were added."""
    return list(db.session.scalars(_LINES, {"business_id": basket.business_id, "basket_id": basket.id}))


def open_basket(
    business: BusinessFacts, *, customer_id: UUID | None, basket_id: UUID | None, now: datetime
) -> UUID:
    """The basket to add to, made if there is none: one per signed-in customer, whichever device (R5)."""
    if customer_id is not None:
        return _customers_basket(business.id, customer_id, now)
    if (
        basket_id is not None
        and db.session.scalars(_BASKET, {"business_id": business.id, "basket_id": basket_id}).first()
    ):
        return basket_id
    basket = Basket(business_id=business.id, created_at=now, changed_at=now)
    db.session.add(basket)
    db.session.flush()
    return basket.id


def _customers_basket(business_id: UUID, customer_id: UUID, now: datetime) -> UUID:
    """Find or make; of two devices that make it at once, the database lets one (R5)."""
    keys = {"business_id": business_id, "customer_id": customer_id}
    basket = db.session.scalars(_CUSTOMERS_BASKET, keys).first()
    if basket is None:
        insert_if_absent(
            Basket, business_id=business_id, customer_id=customer_id, created_at=now, changed_at=now
        )
        basket = db.session.scalars(_CUSTOMERS_BASKET, keys).one()
    return basket.id


def add_ticket(
    business: BusinessFacts,
    *,
    basket_id: UUID,
    class_session_id: UUID,
    ticket_type_id: UUID,
    now: datetime,
) -> UUID:
    """Put one ticket into the basket and hold its place for the business's hold time (R4). Returns the
    line's id.

    A customer to whom a place is on offer takes that one; while others wait, nobody else finds any. Refuses
    what is not on sale, has started, is cancelled or full or outside its booking window, a basket of 20
    lines, and a guest's seventh held place.
    """
    basket = lock_open_basket(business.id, basket_id)
    _refuse_beyond_limits(basket, now=now, adds_place=True)
    ticket = db.session.execute(
        _TICKET,
        {"business_id": business.id, "class_session_id": class_session_id, "ticket_type_id": ticket_type_id},
    ).first()
    if ticket is None or not ticket.on_sale:
        raise NotOnSale("ticket")
    if ticket.starts_at <= now:
        raise ClassHasStarted
    if ticket.cancelled_at is not None:
        raise ClassIsCancelled
    if ticket.opens_at is not None and ticket.opens_at > now:
        raise BookingNotOpen(business.day_of(ticket.opens_at), ticket.opens_at)
    offered = take_place(business.id, class_session_id, customer_id=basket.customer_id, now=now)
    held_until = now + timedelta(minutes=business.hold_minutes)
    if offered and (line := _unheld_line(basket, class_session_id, ticket_type_id)) is not None:
        line.place_counted, line.held_until = True, held_until
        return _put(basket, line, now)
    line = BasketLine(
        business_id=business.id,
        basket_id=basket_id,
        class_session_id=class_session_id,
        ticket_type_id=ticket_type_id,
        added_at=now,
        held_until=held_until,
        place_counted=True,
    )
    return _put(basket, line, now)


def add_pass(business: BusinessFacts, *, basket_id: UUID, purchase_option_id: UUID, now: datetime) -> UUID:
    """Put one pass into the basket (P7); refused where it is off sale or deactivated (S8), or the plan has no
    passes (B2).
    """
    basket = lock_open_basket(business.id, basket_id)
    _refuse_beyond_limits(basket, now=now, adds_place=False)
    wanted = {"business_id": business.id, "option_id": purchase_option_id}
    if not business.plan.has_passes or db.session.scalar(_OPTION_ON_SALE, wanted) is None:
        raise NotOnSale("pass")
    line = BasketLine(
        business_id=business.id, basket_id=basket_id, purchase_option_id=purchase_option_id, added_at=now
    )
    return _put(basket, line, now)


def remove_line(business: BusinessFacts, *, basket_id: UUID, line_id: UUID, now: datetime) -> None:
    """Take a line out and give its place back; another line's choice to be paid by it is forgotten."""
    basket = lock_open_basket(business.id, basket_id)
    lines = lines_of(basket)
    gone = next((line for line in lines if line.id == line_id), None)
    if gone is None:
        raise NotInBasket
    give_back_place_of(gone, now=now)
    for line in lines:
        if line.pays_with_line_id == line_id:
            line.pays_with_line_id = None
    db.session.delete(gone)
    basket.changed_at = now
    db.session.flush()


def choose_payment(
    business: BusinessFacts,
    *,
    basket_id: UUID,
    line_id: UUID,
    choice: PayWithMoney | PayWithPass | None,
    now: datetime,
) -> None:
    """Remember the customer's own choice for one line (P2); None gives it back to the portal.

    A pass must be the customer's own, or a pass line of this basket; whether it pays is for the quote to say.
    """
    basket = lock_open_basket(business.id, basket_id)
    lines = {line.id: line for line in lines_of(basket)}
    line = lines.get(line_id)
    if line is None or line.class_session_id is None:
        raise NotInBasket
    pass_id = choice.pass_id if isinstance(choice, PayWithPass) else None
    in_basket = pass_id in lines and lines[pass_id].purchase_option_id is not None
    if pass_id is not None and not in_basket and not _owns(basket, pass_id):
        raise CannotPayWith
    line.pays_with_money = isinstance(choice, PayWithMoney)
    line.pays_with_line_id = pass_id if in_basket else None
    line.pays_with_pass_id = None if in_basket else pass_id
    basket.changed_at = now
    db.session.flush()


def keep_places(business: BusinessFacts, *, basket_id: UUID, now: datetime) -> list[UUID]:
    """Hold every place of the basket anew for the hold time, ten times at most (R4).

    A hold that had ended is taken again where a place is free; returns the lines whose place could not be
    kept: their class is full by now, or a guest holds six others already.
    """
    basket = lock_open_basket(business.id, basket_id)
    refuse_extension(basket.extensions)
    classes = {line.class_session_id for line in lines_of(basket) if line.class_session_id}
    lock_classes(business.id, classes)
    hand_on_places(business.id, classes, now=now)
    tickets = [line for line in lines_of(basket) if line.class_session_id]
    tickets.sort(key=lambda line: not line.place_counted)
    most = MOST_GUEST_PLACES if basket.customer_id is None else MOST_LINES
    until = now + timedelta(minutes=business.hold_minutes)
    kept = {
        line.id
        for line in tickets[:most]
        if hold_anew(line, customer_id=basket.customer_id, until=until, now=now)
    }
    basket.extensions += 1
    basket.changed_at = now
    db.session.flush()
    return [line.id for line in tickets if line.id not in kept]


def _unheld_line(basket: Basket, class_session_id: UUID, ticket_type_id: UUID) -> BasketLine | None:
    """A line for the same ticket whose hold ended before: the place that was waited for is its own again."""
    wanted = (class_session_id, ticket_type_id)
    return next(
        (
            line
            for line in lines_of(basket)
            if not line.place_counted and (line.class_session_id, line.ticket_type_id) == wanted
        ),
        None,
    )


def _refuse_beyond_limits(basket: Basket, *, now: datetime, adds_place: bool) -> None:
    """The sizes of a basket, counted under its lock (P2, R4)."""
    lines, held = db.session.execute(
        _SIZES, {"business_id": basket.business_id, "basket_id": basket.id, "now": now}
    ).one()
    refuse_line(lines)
    if adds_place and basket.customer_id is None:
        refuse_place(held)


def _put(basket: Basket, line: BasketLine, now: datetime) -> UUID:
    db.session.add(line)
    basket.changed_at = now
    db.session.flush()
    return line.id


def _owns(basket: Basket, pass_id: UUID) -> bool:
    owned = db.session.get(ClassPass, (basket.business_id, pass_id))
    return owned is not None and owned.customer_id == basket.customer_id
