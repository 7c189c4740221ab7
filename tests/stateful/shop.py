"""A small shop in which everything is scarce, and what people and its desk do in it (R1–R7, P1–P9, D1–D6,
S2–S9, M2–M4).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import cast
from uuid import UUID

from sqlalchemy import func, select

from portal.exchanges.account_checkouts import reconcile_account_checkouts, settle_account_session
from portal.exchanges.checkout_sessions import (
    change_basket,
    continue_payment,
    open_payment,
    reconcile,
    settle_session,
)
from portal.exchanges.refunds import carry_out_refunds
from portal.gateways.card_payments import CardPayments
from portal.gateways.stripe_requests import Purpose
from portal.jobs.class_cancellations import cancel_due_tickets
from portal.jobs.terminations import settle_due_terminations
from portal.jobs.tidying import tidy_up
from portal.jobs.waiting_lists import offer_free_places
from portal.models.bookings import Booking, BookingStatus
from portal.models.business import BusinessFacts
from portal.models.class_passes import ClassPass
from portal.models.database import db, end_reading, transaction
from portal.models.transfer_facts import PAID_BY_CARD_FOR_MOVES
from portal.operations.auditing import customer_or_guest
from portal.operations.basket_codes import apply_discount_code, remove_discount_code
from portal.operations.basket_joining import join_guest_basket
from portal.operations.basket_lines import (
    add_pass,
    add_ticket,
    choose_payment,
    keep_places,
    open_basket,
    remove_line,
)
from portal.operations.checkout import Buyer, PlacedBooking, place_booking
from portal.operations.quoting import QuotedBasket, quoted_basket
from portal.rules.facts import PayWithMoney, PayWithPass
from portal.rules.quote import Quote
from portal.rules.sentences import Refusal
from portal.rules.validity import FromPurchase, Period, Unit
from tests.desk import a_desk
from tests.stateful.paper_stripe import PaperStripe
from tests.studio import (
    NOW,
    AClass,
    APass,
    APurchaseOption,
    a_business,
    a_class,
    a_code,
    a_customer,
    a_pass_of,
    a_purchase_option,
)

SHOP = "https://riverside.example"
FIRST_DAY = date(2026, 12, 3)


@dataclass
class Shopper:
    """Somebody at a browser; ``seen`` is the quote on their screen, which may be old."""

    name: str
    email: str
    customer_id: UUID | None
    basket_id: UUID | None = None
    seen: Quote | None = None


class Shop:
    """One studio, three classes with few places, two passes on sale, three codes, and four people."""

    def __init__(self) -> None:
        self.now: datetime = NOW
        self.stripe = PaperStripe(NOW)
        self.business: BusinessFacts = a_business()
        self.classes: list[AClass] = [
            a_class(self.business, on=FIRST_DAY, capacity=2, price=1200, name="Morning Yoga"),
            a_class(self.business, on=FIRST_DAY + timedelta(days=9), capacity=3, price=1800, name="Clay"),
            a_class(self.business, on=FIRST_DAY + timedelta(days=33), capacity=4, price=20, name="Stretch"),
        ]
        month = FromPurchase(Period(1, Unit.MONTHS))
        self.options: list[APurchaseOption] = [
            a_purchase_option(self.business, "3-class pass", uses=3, price=3000),
            a_purchase_option(self.business, "Unlimited month", uses=None, price=9000, validity=month),
        ]
        a_code(self.business, "HALF", percent=50, bookings_limit=2)
        a_code(self.business, "ONCE", percent=10, per_person_limit=1)
        a_code(self.business, "OVER25", percent=20, least_spend=2500)
        ada, bo = a_customer(self.business, "Ada Park"), a_customer(self.business, "Bo Lee")
        a_pass_of(ada, uses=2, days=30)
        a_pass_of(ada, uses=5, days=10)
        a_pass_of(bo, uses=1, days=60)
        self.desk = a_desk(self.business)
        self.shoppers = [
            Shopper(ada.name, ada.email, ada.id),
            Shopper(bo.name, bo.email, bo.id),
            Shopper("Gus Guest", "gus@example.com", None),
            Shopper("Gil Guest", "gil@example.com", None),
        ]

    @property
    def gateway(self) -> CardPayments:
        """Stripe on paper, as exchanges know it."""
        return cast("CardPayments", self.stripe)

    def let_pass(self, how_long: timedelta) -> None:
        """Time passes for the shop and for Stripe."""
        self.now += how_long
        self.stripe.now = self.now

    def act(self, what: Callable[[], object]) -> bool:
        """One press of a button, in a transaction of its own; says whether it was accepted."""
        try:
            with transaction():
                what()
        except Refusal:
            return False
        return True

    def look(self, who: Shopper) -> QuotedBasket:
        """The basket page: what is seen is what the next press is about."""
        quoted = quoted_basket(
            self.business,
            basket_id=who.basket_id,
            customer_id=who.customer_id,
            now=self.now,
            person_key=who.email if who.customer_id else None,
        )
        end_reading()
        return quoted

    def add(self, who: Shopper, *, of: AClass | APurchaseOption) -> bool:
        """Add to basket."""

        def add() -> None:
            who.basket_id = open_basket(
                self.business, customer_id=who.customer_id, basket_id=who.basket_id, now=self.now
            )
            if isinstance(of, APurchaseOption):
                add_pass(self.business, basket_id=who.basket_id, purchase_option_id=of.id, now=self.now)
            else:
                add_ticket(
                    self.business,
                    basket_id=who.basket_id,
                    class_session_id=of.id,
                    ticket_type_id=of.ticket_type_id,
                    now=self.now,
                )

        before = who.basket_id
        added = self.act(add)
        if not added and who.customer_id is None:
            who.basket_id = before
        return added

    def remove(self, who: Shopper, line_id: UUID) -> bool:
        """Remove."""
        basket = _needed(who)
        return self.act(lambda: remove_line(self.business, basket_id=basket, line_id=line_id, now=self.now))

    def pick(self, who: Shopper, line_id: UUID, pass_id: UUID | None) -> bool:
        """Pay with, Change."""
        basket = _needed(who)
        choice = PayWithPass(pass_id) if pass_id else PayWithMoney()
        return self.act(
            lambda: choose_payment(
                self.business, basket_id=basket, line_id=line_id, choice=choice, now=self.now
            )
        )

    def apply(self, who: Shopper, code: str) -> bool:
        """Discount code, Apply."""
        basket = _needed(who)
        return self.act(
            lambda: apply_discount_code(
                self.business,
                basket_id=basket,
                customer_id=who.customer_id,
                person_key=who.email if who.customer_id else None,
                text=code,
                now=self.now,
            )
        )

    def remove_code(self, who: Shopper) -> bool:
        """Remove code."""
        basket = _needed(who)
        return self.act(lambda: remove_discount_code(self.business, basket_id=basket, now=self.now))

    def keep(self, who: Shopper) -> bool:
        """Keep my places."""
        basket = _needed(who)
        return self.act(lambda: keep_places(self.business, basket_id=basket, now=self.now))

    def press(self, who: Shopper) -> PlacedBooking | None:
        """Pay or Book now, about the quote that was seen; None where the shop says no."""
        basket, seen = _needed(who), who.seen
        assert seen is not None
        try:
            with transaction():
                return place_booking(
                    self.business,
                    basket_id=basket,
                    buyer=Buyer(who.customer_id, who.name, who.email),
                    digest=seen.digest,
                    return_to=SHOP,
                    actor=customer_or_guest(who.customer_id),
                    now=self.now,
                )
        except Refusal:
            return None

    def go_to_stripe(self, attempt_id: UUID) -> None:
        """On to Stripe's page; a silent Stripe is tried again later."""
        self._talk(lambda: open_payment(self.business, attempt_id, stripe=self.gateway, now=self.now))

    def continue_payment(self, who: Shopper) -> None:
        """Continue payment."""
        pending = self.look(who).pending
        if pending:
            self._talk(
                lambda: continue_payment(
                    self.business, pending.booking_id, return_to=SHOP, stripe=self.gateway, now=self.now
                )
            )

    def change_basket(self, who: Shopper) -> None:
        """Change basket."""
        pending = self.look(who).pending
        if pending:
            self._talk(
                lambda: change_basket(
                    self.business,
                    pending.booking_id,
                    actor=customer_or_guest(who.customer_id),
                    stripe=self.gateway,
                    now=self.now,
                )
            )

    def webhook(self, session_id: str) -> None:
        """Stripe tells of a session, once more or at last."""
        if self.stripe.sessions[session_id].purpose == Purpose.TRANSFER.value:
            settle_account_session(session_id, None, stripe=self.gateway, now=self.now)
            return
        settle_session(session_id, None, stripe=self.gateway, now=self.now)

    def sign_in(self, who: Shopper, guest: Shopper) -> None:
        """A customer signs in at the guest's browser; their baskets join."""
        if guest.basket_id is None or who.customer_id is None:
            return
        guest_basket, customer_id = guest.basket_id, who.customer_id
        self.act(
            lambda: join_guest_basket(
                self.business, guest_basket_id=guest_basket, customer_id=customer_id, now=self.now
            )
        )
        with transaction():
            who.basket_id = open_basket(self.business, customer_id=customer_id, basket_id=None, now=self.now)
        guest.basket_id = guest.seen = None

    def staff_act(self, act: str, nth: int, days: int) -> bool:
        """Somebody at the desk does something with one of the passes that there are; says whether they could.

        ``days`` is how many days, or uses, it is about.
        """
        desk, passes = self.desk.at(self.now), self._passes()
        of = passes[nth % len(passes)]
        day = desk.today + timedelta(days=days)
        acts: dict[str, Callable[[], object]] = {
            "deactivate": lambda: desk.deactivate(of),
            "terminate": lambda: desk.terminate(of, day),
            "clear": lambda: desk.clear(of),
            "reactivate": lambda: desk.reactivate(of, expires_on=day if days > 0 else None),
            "extend": lambda: desk.extend(of, days),
            "pause": lambda: desk.pause(of, day, day + timedelta(days=abs(days))),
            "end_pause": lambda: desk.end_pause(of),
            "expire": lambda: desk.set_dates(of, None, day),
            "start": lambda: desk.set_dates(of, day, None),
            "clear_dates": lambda: desk.set_dates(of, None, None),
            "adjust": lambda: desk.adjust(of, days),
            "undo": lambda: desk.undo(of),
            "withdraw": lambda: desk.withdraw(of.purchase_option_id),
            "bring_back": lambda: desk.bring_back(of.purchase_option_id),
        }
        try:
            acts[act]()
        except Refusal:
            return False
        return True

    def _passes(self) -> list[APass]:
        """Every pass that anybody has, the oldest first."""
        rows = db.session.execute(
            select(ClassPass.id, ClassPass.customer_id, ClassPass.purchase_option_id, ClassPass.name)
            .where(ClassPass.business_id == self.business.id)
            .order_by(ClassPass.id)
        ).all()
        end_reading()
        return [APass(self.business, *row) for row in rows]

    def work(self) -> None:
        """One round of the worker."""
        self.stripe.silence = None
        settle_due_terminations(now=self.now)
        reconcile(stripe=self.gateway, now=self.now)
        reconcile_account_checkouts(stripe=self.gateway, now=self.now)
        carry_out_refunds(stripe=self.gateway, now=self.now)
        offer_free_places(now=self.now)
        cancel_due_tickets(now=self.now)
        tidy_up(now=self.now)

    def close(self) -> None:
        """All pages are left, and the worker gets through what is due."""
        for _ in range(3):
            self.let_pass(timedelta(hours=1))
            self.work()

    def booked(self) -> int:
        """What the confirmed bookings cost, with the differences of moved tickets, in minor units."""
        total = db.session.scalar(
            select(func.coalesce(func.sum(Booking.to_pay + PAID_BY_CARD_FOR_MOVES), 0)).where(
                Booking.status == BookingStatus.CONFIRMED
            )
        )
        end_reading()
        return int(total or 0)

    def pending(self) -> int:
        """How many bookings still wait for Stripe."""
        waiting = db.session.scalar(
            select(func.count()).where(Booking.status == BookingStatus.PENDING).select_from(Booking)
        )
        end_reading()
        return int(waiting or 0)

    def to_pay_of(self, booking_id: UUID) -> int:
        """What a booking was made to cost."""
        amount = db.session.execute(select(Booking.to_pay).where(Booking.id == booking_id)).scalar_one()
        end_reading()
        return amount

    @staticmethod
    def _talk(words: Callable[[], object]) -> None:
        try:
            words()
        except Refusal:
            end_reading()


def _needed(who: Shopper) -> UUID:
    assert who.basket_id is not None
    return who.basket_id
