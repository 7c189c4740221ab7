"""What happens in a shop over and over: a class, somebody who checks out, somebody who pays."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from portal.exchanges.checkout_sessions import settle_session
from portal.models.business import BusinessFacts
from portal.models.database import db, end_reading
from portal.models.letters import Letter
from portal.models.payments import Payment, Refund
from portal.operations.settling import Outcome
from tests.studio import ABooking, AClass, APerson, APurchaseOption, a_basket, a_class, check_out
from tests.till import Till


@dataclass(frozen=True)
class Counter:
    """A studio's shop at a till; ``day`` is the date of its classes."""

    till: Till
    studio: BusinessFacts
    day: date

    def a_class(self, *, capacity: int = 10, price: int = 1200, name: str = "Morning Yoga") -> AClass:
        """A class on the day."""
        now = self.till.clock.now()
        return a_class(self.studio, on=self.day, capacity=capacity, price=price, name=name, now=now)

    def check_out(
        self, *wants: AClass | APurchaseOption, by: APerson | None = None, email: str = "guest@example.com"
    ) -> ABooking:
        """Into the basket and press Pay: the booking waits for its money."""
        now = self.till.clock.now()
        who = by or self.studio
        return check_out(who, a_basket(who, *wants, now=now), email=email, now=now)

    def again(self, booking: ABooking, *, by: APerson | None = None) -> ABooking:
        """Press Pay once more under the same basket, as it is now."""
        return check_out(by or self.studio, booking.basket_id, now=self.till.clock.now())

    def pay(self, url: str, card: str = "4242424242424242", **how: Any) -> str:
        """Pay on Stripe's page: "paid", "declined", "requires_action"."""
        return str(self.till.stand_in.pay(url, card, **how)["outcome"])

    def hear_of(self, url: str, account: str | None = None) -> Outcome | None:
        """What the webhook does about the session behind a page."""
        session_id = url.rsplit("/", 1)[-1]
        settled = settle_session(session_id, account, stripe=self.till.stripe, now=self.till.clock.now())
        return settled.outcome if settled else None

    def payments(self) -> list[Payment]:
        """Every payment that the portal knows of."""
        return _all(Payment)

    def refunds(self) -> list[Refund]:
        """Every refund that the portal knows of, the oldest first."""
        return sorted(_all(Refund), key=lambda refund: refund.id)

    def letters(self) -> list[str]:
        """The kinds of letters in the outbox, the oldest first."""
        return [letter.kind.value for letter in sorted(_all(Letter), key=lambda letter: letter.id)]


def _all(model: Any) -> list[Any]:
    found = list(db.session.scalars(select(model)))
    end_reading()
    return found
