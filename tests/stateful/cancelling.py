"""People who cancel, and a studio that changes its mind about what cancelling brings (C1–C5)."""

from dataclasses import dataclass
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule
from sqlalchemy import func, or_, select

from portal.models.bookings import Booking, BookingStatus, Ticket
from portal.models.cancellations import TicketCancellation
from portal.models.class_passes import ClassPass
from portal.models.database import db, end_reading, transaction
from portal.models.payments import Refund, RefundStatus
from portal.operations.auditing import Actor, customer_or_guest
from portal.operations.cancelling import cancel_tickets, cancellation_forecast, canceller_of, tickets_left
from portal.operations.preferences import change_preferences
from portal.rules.cancelling import NO_OVERRIDES, Forecast, Overrides
from portal.rules.preferences import Preferences, RefundTo
from portal.rules.sentences import Refusal
from tests.stateful.shop import Shop

NTH = st.integers(0, 9)
ANSWER = st.sampled_from([None, True, False])
WAY = st.sampled_from([None, *RefundTo])


@dataclass(frozen=True, slots=True)
class Page:
    """A cancellation's page as it was shown."""

    forecast: Forecast
    overrides: Overrides
    actor: Actor
    reason: str

    @property
    def ticket_ids(self) -> list[UUID]:
        """The tickets that it is about."""
        return [outcome.ticket.id for outcome in self.forecast.tickets]


def open_page(shop: Shop, nth: int, *, whole: bool, overrides: Overrides, by_staff: bool) -> Page | None:
    """The page about one of the tickets that were ever booked, or all that is left of its booking."""
    found_ticket = _ticket(shop, nth)
    if found_ticket is None:
        return None
    booking_id, customer_id, ticket_id = found_ticket
    actor = shop.desk.actor if by_staff else customer_or_guest(customer_id)
    overrides = overrides if by_staff else NO_OVERRIDES
    by = canceller_of(actor)
    ids = tickets_left(shop.business.id, booking_id, by=by, now=shop.now) if whole else (ticket_id,)
    try:
        found = cancellation_forecast(shop.business, ticket_ids=ids, by=by, overrides=overrides, now=shop.now)
    except Refusal:
        return None
    finally:
        end_reading()
    return Page(found, overrides, actor, "Asked at the desk" if by_staff else "")


def press(shop: Shop, page: Page) -> Forecast | None:
    """Cancel ticket, or Cancel booking: what it did, or None where the shop says no."""
    try:
        with transaction():
            return cancel_tickets(
                shop.business,
                ticket_ids=page.ticket_ids,
                digest=page.forecast.digest,
                reason=page.reason,
                overrides=page.overrides,
                actor=page.actor,
                now=shop.now,
            )
    except Refusal:
        return None


def returned_to_cards() -> int:
    """What has gone back to cards for cancelled and moved tickets, in minor units."""
    total = db.session.scalar(
        select(func.coalesce(func.sum(Refund.amount), 0)).where(
            or_(Refund.ticket_cancellation_id.is_not(None), Refund.ticket_transfer_id.is_not(None)),
            Refund.status == RefundStatus.SUCCEEDED,
        )
    )
    end_reading()
    return int(total or 0)


class CancellingPeople(RuleBasedStateMachine):
    """Customers, guests and staff who cancel, in a shop where all else goes on."""

    shop: Shop
    page: Page | None = None

    @rule(
        returns_use=st.booleans(),
        hours=st.sampled_from([0, 12, 48]),
        to=st.sampled_from(RefundTo),
        may=st.sampled_from([True, True, True, False]),
    )
    def change_preferences(self, returns_use: bool, hours: int, to: RefundTo, may: bool) -> None:
        """Save (C2)."""
        wanted = Preferences(
            returns_use=returns_use, cancel_hours=hours, refund_to=to, customers_may_cancel=may
        )
        with transaction():
            change_preferences(
                self.shop.business, wanted=wanted, actor=self.shop.desk.actor, now=self.shop.now
            )

    @rule(nth=NTH, whole=st.booleans(), use=ANSWER, to=WAY, by_staff=st.booleans())
    def open_cancellation(
        self, nth: int, whole: bool, use: bool | None, to: RefundTo | None, by_staff: bool
    ) -> None:
        """A page that says what would happen, left open (C4)."""
        self.page = open_page(self.shop, nth, whole=whole, overrides=Overrides(use, to), by_staff=by_staff)

    @rule()
    def press_cancel(self) -> None:
        """The button under a page that may be old: what it said happens, or nothing."""
        if self.page is None:
            return
        before = _standing_of(self.page)
        done = press(self.shop, self.page)
        if done is None:
            assert _standing_of(self.page) == before, "a refusal changes nothing"
        else:
            assert done.digest == self.page.forecast.digest
            self._assert_done(done)

    @rule(nth=NTH, whole=st.booleans(), by_staff=st.booleans())
    def cancel(self, nth: int, whole: bool, by_staff: bool) -> None:
        """Open the page and press at once: it is done as said, and a second press changes nothing."""
        page = open_page(self.shop, nth, whole=whole, overrides=NO_OVERRIDES, by_staff=by_staff)
        if page is None:
            return
        done = press(self.shop, page)
        assert done == page.forecast
        self._assert_done(page.forecast)
        after = _standing_of(page)
        assert press(self.shop, page) is None
        assert _standing_of(page) == after

    @rule(
        nth=st.integers(0, 3),
        wants=st.lists(st.integers(0, 2), min_size=1, max_size=3),
        whole=st.booleans(),
        by_staff=st.booleans(),
    )
    def book_and_cancel(self, nth: int, wants: list[int], whole: bool, by_staff: bool) -> None:
        """Somebody with an empty basket books, pays if anything is to pay, and cancels."""
        who = self.shop.shoppers[nth]
        if not self.shop.look(who).is_empty:
            return
        for want in wants:
            self.shop.add(who, of=self.shop.classes[want])
        if who.basket_id is None:
            return
        who.seen = self.shop.look(who).quote
        placed = self.shop.press(who)
        if placed is None:
            return
        if placed.attempt_id is not None:
            self._pay(placed.attempt_id)
        self.cancel(0, whole, by_staff)

    def _pay(self, attempt_id: UUID) -> None:
        """On to Stripe's page, pay there, and the webhook comes."""
        self.shop.stripe.silence = None
        self.shop.go_to_stripe(attempt_id)
        sessions = self.shop.stripe.sessions
        session_id = next(it for it in sessions if sessions[it].attempt_id == attempt_id)
        self.shop.stripe.pay(session_id)
        self.shop.webhook(session_id)

    @staticmethod
    def _assert_done(done: Forecast) -> None:
        """Each pass has the uses and the start that were forecast."""
        for outcome in done.passes:
            days = [booked.on_date for booked in outcome.after.booked]
            row = db.session.execute(
                select(ClassPass.uses_left, ClassPass.uses_claimed, ClassPass.first_class_on).where(
                    ClassPass.id == outcome.after.id
                )
            ).one()
            end_reading()
            left = None if row.uses_left is None else row.uses_left - row.uses_claimed
            assert (left, row.first_class_on) == (outcome.after.uses_left, min(days, default=None))


def _ticket(shop: Shop, nth: int) -> tuple[UUID, UUID | None, UUID] | None:
    """One of the tickets of confirmed bookings, the newest first, after its booking and who booked."""
    rows = db.session.execute(
        select(Booking.id, Booking.customer_id, Ticket.id)
        .join(Ticket, (Ticket.business_id == Booking.business_id) & (Ticket.booking_id == Booking.id))
        .where(Booking.business_id == shop.business.id, Booking.status == BookingStatus.CONFIRMED)
        .order_by(Ticket.id.desc())
    ).all()
    end_reading()
    if not rows:
        return None
    booking_id, customer_id, ticket_id = rows[nth % len(rows)]
    return booking_id, customer_id, ticket_id


def _standing_of(page: Page) -> tuple[int, int, list[bool]]:
    """How many cancellations and refunds there are, and which of the page's tickets count."""
    cancellations = db.session.scalar(select(func.count()).select_from(TicketCancellation)) or 0
    refunds = db.session.scalar(select(func.count()).select_from(Refund)) or 0
    counting = db.session.scalars(
        select(Ticket.counts).where(Ticket.id.in_(page.ticket_ids)).order_by(Ticket.id)
    ).all()
    end_reading()
    return cancellations, refunds, list(counting)
