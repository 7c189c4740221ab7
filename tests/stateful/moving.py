"""People who move tickets to other classes, and pay or do not pay the difference (C7)."""

from dataclasses import dataclass
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule
from sqlalchemy import func, select

from portal.exchanges.transfers import continue_transfer, keep_ticket, open_transfer_payment
from portal.models.bookings import Booking, BookingStatus, Ticket
from portal.models.database import db, end_reading, transaction
from portal.models.transfers import TicketTransfer, TransferStatus
from portal.operations.auditing import Actor, customer_or_guest
from portal.operations.cancelling import canceller_of
from portal.operations.transferred_tickets import Moved
from portal.operations.transferring import MovedBy, Wish, move_ticket, transfer_forecast
from portal.rules.preferences import RefundTo
from portal.rules.sentences import Refusal
from portal.rules.transferring import NOTHING_DECIDED, Dearer, Decided, Mover, TransferForecast
from tests.stateful.shop import SHOP, Shop

NTH = st.integers(0, 9)


@dataclass(frozen=True, slots=True)
class MovePage:
    """A transfer's page as it was shown."""

    wish: Wish
    forecast: TransferForecast
    decided: Decided
    actor: Actor
    reason: str


def open_move(shop: Shop, nth: int, of: int, *, decided: Decided, by_staff: bool) -> MovePage | None:
    """The page about moving one of the tickets that were ever booked to one of the classes."""
    found = _ticket(shop, nth)
    if found is None:
        return None
    ticket_id, customer_id = found
    actor = shop.desk.actor if by_staff else customer_or_guest(customer_id)
    to, by = shop.classes[of], canceller_of(actor)
    wish, decided = Wish(ticket_id, to.id, to.ticket_type_id), decided if by_staff else NOTHING_DECIDED
    try:
        told = transfer_forecast(shop.business, wish, by=by, decided=decided, now=shop.now)
    except Refusal:
        return None
    finally:
        end_reading()
    return MovePage(wish, told, decided, actor, "Asked at the desk" if by_staff else "")


def press_move(shop: Shop, page: MovePage) -> Moved | None:
    """Move ticket, or Pay: what it did, or None where the shop says no."""
    try:
        with transaction():
            return move_ticket(
                shop.business,
                page.wish,
                digest=page.forecast.digest,
                decided=page.decided,
                who=MovedBy(page.actor, page.reason, SHOP),
                now=shop.now,
            )
    except Refusal:
        return None


def moves_pending() -> int:
    """How many moves still wait for their difference."""
    waiting = db.session.scalar(
        select(func.count(TicketTransfer.id)).where(TicketTransfer.status == TransferStatus.PENDING)
    )
    end_reading()
    return int(waiting or 0)


class MovingPeople(RuleBasedStateMachine):
    """Customers, guests and staff who move tickets, in a shop where all else goes on."""

    shop: Shop
    move_page: MovePage | None = None

    @rule(
        nth=NTH,
        of=st.integers(0, 2),
        dearer=st.sampled_from([None, *Dearer]),
        to=st.sampled_from([None, *RefundTo]),
        by_staff=st.booleans(),
    )
    def open_transfer(
        self, nth: int, of: int, dearer: Dearer | None, to: RefundTo | None, by_staff: bool
    ) -> None:
        """A page that says what would happen, left open (C4)."""
        decided = Decided(dearer, to)
        self.move_page = open_move(self.shop, nth, of, decided=decided, by_staff=by_staff)

    @rule(of=st.integers(0, 2), by_staff=st.booleans())
    def find_a_ticket_to_move(self, of: int, by_staff: bool) -> None:
        """Whoever has a ticket that can go to a class opens its page and presses the button."""
        for nth in range(len(_tickets(self.shop))):
            self.move_page = open_move(self.shop, nth, of, decided=NOTHING_DECIDED, by_staff=by_staff)
            if self.move_page is not None:
                self.press_transfer()
                return

    @rule()
    def press_transfer(self) -> None:
        """The page's word is the shop's deed, or nothing happens; a difference leads to Stripe."""
        page, self.move_page = self.move_page, None
        done = press_move(self.shop, page) if page else None
        if page is None or done is None:
            return
        assert done.forecast == page.forecast
        assert done.forecast.by is Mover.CLIENT or not done.checkout_id
        if done.checkout_id is not None:
            checkout_id = done.checkout_id
            self.talk(lambda: self.open_at_stripe(checkout_id))

    @rule(nth=NTH)
    def continue_transfer(self, nth: int) -> None:
        """Back to Stripe's page for the difference."""
        found = _ticket(self.shop, nth)
        if found:
            shop, ticket_id = self.shop, found[0]
            self.talk(lambda: continue_transfer(shop.business, ticket_id, stripe=shop.gateway, now=shop.now))

    @rule(nth=NTH)
    def keep_my_ticket(self, nth: int) -> None:
        """Keep my ticket where it is."""
        found = _ticket(self.shop, nth)
        if found:
            shop, ticket_id = self.shop, found[0]
            self.talk(lambda: keep_ticket(shop.business, ticket_id, stripe=shop.gateway, now=shop.now))

    def open_at_stripe(self, checkout_id: UUID) -> None:
        """On to Stripe's page."""
        shop = self.shop
        open_transfer_payment(shop.business, checkout_id, stripe=shop.gateway, now=shop.now)

    def talk(self, words: object) -> None:
        """A silent Stripe is tried again later."""
        assert callable(words)
        try:
            words()
        except Refusal:
            end_reading()


def _ticket(shop: Shop, nth: int) -> tuple[UUID, UUID | None] | None:
    found = _tickets(shop)
    return found[nth % len(found)] if found else None


def _tickets(shop: Shop) -> list[tuple[UUID, UUID | None]]:
    """Every ticket that was ever booked, with whose it is."""
    rows = db.session.execute(
        select(Ticket.id, Booking.customer_id)
        .join(Booking, Booking.id == Ticket.booking_id)
        .where(Booking.business_id == shop.business.id, Booking.status == BookingStatus.CONFIRMED)
        .order_by(Ticket.id)
    ).all()
    end_reading()
    return [(row.id, row.customer_id) for row in rows]
