"""A portal whose Stripe is a stand-in that runs: what tests of talks with Stripe, and of crashes, stand at.

Time passes for both by one file, so that Stripe's sessions end when ours do.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import select

from e2e.stripe_stand_in.testing import RunningStandIn, running_stand_in
from portal.exchanges.checkout_sessions import continue_payment, open_payment
from portal.gateways.card_payments import CardPayments
from portal.gateways.clock import Clock
from portal.gateways.stripe_requests import Purpose
from portal.jobs.auto_payments import charge_due_instalments, reconcile_auto_payments
from portal.jobs.payments import carry_out_due_refunds, reconcile_dues, reconcile_payments
from portal.jobs.tidying import tidy_up
from portal.models.baskets import BasketLine
from portal.models.bookings import Booking, BookingStatus
from portal.models.database import db, end_reading
from portal.outside import Outside
from tests.databases import WEBHOOK_SECRET
from tests.studio import ABooking

RETURN_TO = "https://riverside.example"


@dataclass
class MovableClock:
    """Real time and what was added to it, in a file that the portal and the stand-in read."""

    file: Path
    added: timedelta = timedelta()

    def now(self) -> datetime:
        """The moment as everyone sees it."""
        return Clock(self.file).now()

    def today(self) -> date:
        """The date in UTC."""
        return self.now().date()

    def let_pass(self, **how_long: float) -> None:
        """Let time pass: ``minutes=36``."""
        self.added += timedelta(**how_long)
        self.file.write_text(f"+{int(self.added.total_seconds())}s")


@dataclass(frozen=True)
class Till:
    """The portal, its Stripe, and the clock of both."""

    site: Flask
    stand_in: RunningStandIn
    stripe: CardPayments
    clock: MovableClock

    def page_for(self, booking: ABooking) -> str:
        """Open the payment that check-out wrote down: the address of Stripe's page."""
        assert booking.attempt_id is not None, "nothing to pay"
        return open_payment(booking.business, booking.attempt_id, stripe=self.stripe, now=self.clock.now())

    def continue_to(self, booking: ABooking) -> str | None:
        """Press Continue payment."""
        return continue_payment(
            booking.business, booking.id, return_to=RETURN_TO, stripe=self.stripe, now=self.clock.now()
        )

    def work(self) -> None:
        """What the worker does about money and holds in one round."""
        reconcile_payments(self.stripe, now=self.clock.now())
        reconcile_dues(self.stripe, now=self.clock.now())
        reconcile_auto_payments(self.stripe, now=self.clock.now())
        charge_due_instalments(self.stripe, now=self.clock.now())
        carry_out_due_refunds(self.stripe, now=self.clock.now())
        tidy_up(now=self.clock.now())

    def receive_webhooks(self) -> None:
        """From now on webhooks come in through the portal's own door, on a host that nobody claims."""
        self.stand_in.receive_webhooks(self.post_webhook)

    def post_webhook(self, body: bytes, headers: dict[str, str]) -> int:
        """Hand a webhook to the door; the status of its answer."""
        answer = self.site.test_client().post(
            "/stripe/webhook", data=body, headers=headers, base_url="https://anything.example"
        )
        return answer.status_code

    def sessions(self, account: str | None = None) -> list[dict[str, object]]:
        """The Checkout Sessions in Stripe's books, the newest first."""
        return self.stand_in.inside.store.books(account).newest_first("checkout.session")

    def charges(self, account: str | None = None) -> list[dict[str, Any]]:
        """The payments in Stripe's books that were made while the customer was away, the newest first."""
        intents = self.stand_in.inside.store.books(account).newest_first("payment_intent")
        return [it for it in intents if it["metadata"].get("purpose") == Purpose.INSTALMENT.value]

    def taken(self, account: str | None = None) -> int:
        """What Stripe's books say was taken and not given back, in minor units."""
        charges = self.stand_in.inside.store.books(account).newest_first("charge")
        return sum(int(it["amount"]) - int(it["amount_refunded"]) for it in charges if it["paid"])


@contextmanager
def a_till(site: Flask, folder: Path) -> Iterator[Till]:
    """Connect a portal to a stand-in of its own for as long as it lasts; webhooks come if asked for."""
    clock = MovableClock(folder / "clock")
    clock.let_pass(seconds=0)
    before: Outside = site.extensions["punchcard"]
    with running_stand_in(webhook_secret=WEBHOOK_SECRET, clock_file=clock.file) as stand_in:
        stripe = CardPayments(
            secret_key="sk_test_of_the_tests", webhook_secret=WEBHOOK_SECRET, api_base=stand_in.url
        )
        site.extensions["punchcard"] = replace(before, card_payments=stripe, clock=Clock(clock.file))
        try:
            yield Till(site, stand_in, stripe, clock)
        finally:
            site.extensions["punchcard"] = before


def status_of(booking: ABooking) -> BookingStatus:
    """How the booking stands, as the database has it."""
    status = db.session.execute(select(Booking.status).where(Booking.id == booking.id)).scalar_one()
    end_reading()
    return status


def holds_of(booking: ABooking, now: datetime) -> int:
    """How many lines of the basket that the booking came from hold a place."""
    lines = db.session.scalars(select(BasketLine).where(BasketLine.basket_id == booking.basket_id)).all()
    end_reading()
    return sum(bool(line.place_counted and line.held_until and line.held_until > now) for line in lines)
