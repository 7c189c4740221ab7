"""A basket in which everything is that check-out can lose, and what the books must say when all is over."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, select

from portal.exchanges.checkout_sessions import continue_payment
from portal.models.bookings import Booking, BookingStatus
from portal.models.class_passes import ClassPass
from portal.models.classes import ClassSession
from portal.models.database import db, end_reading
from portal.models.discount_codes import DiscountCode
from portal.models.payments import CheckoutAttempt
from portal.operations.checkout import Buyer
from portal.operations.quoting import QuotedBasket, quoted_basket
from tests.crashes.requests import press_pay
from tests.races.shoppers import Presser
from tests.soundness import assert_sound
from tests.studio import (
    ABooking,
    AClass,
    ACode,
    APass,
    APerson,
    a_basket,
    a_business,
    a_class,
    a_code,
    a_customer,
    a_pass_of,
    a_purchase_option,
)
from tests.till import Till

USES = 3
PRICE = 600 + 5500
"""A £12.00 ticket at half price, and a pass; the other ticket is paid by a pass use."""


@dataclass(frozen=True)
class Shop:
    """Ada and her basket: a ticket by her pass, one by card with a code's last redemption, and a new pass."""

    till: Till
    ada: APerson
    own_pass: APass
    by_pass: AClass
    by_card: AClass
    code: ACode
    basket_id: UUID

    def shown(self) -> QuotedBasket:
        """Her basket as it is now."""
        shown = quoted_basket(
            self.ada.business,
            basket_id=self.basket_id,
            customer_id=self.ada.id,
            now=self.till.clock.now(),
            person_key=self.ada.email,
        )
        end_reading()
        return shown

    def before_the_button(self) -> Presser:
        """Ada has seen the review page."""
        buyer = Buyer(self.ada.id, self.ada.name, self.ada.email)
        digest = self.shown().quote.digest
        return Presser(self.ada.business, self.basket_id, buyer, digest, self.till.clock.now())

    def booking(self) -> ABooking:
        """The only booking there is."""
        row = db.session.scalars(select(Booking)).one()
        attempt = db.session.scalars(select(CheckoutAttempt.id)).first()
        end_reading()
        return ABooking(self.ada.business, row.id, row.reference, row.secret, row.basket_id, attempt)

    def page(self) -> str:
        """The address of Stripe's page: of the payment under way, or of a new one."""
        if self.shown().pending is None:
            press_pay(self.before_the_button())
        pending = self.shown().pending
        assert pending is not None
        url = continue_payment(
            self.ada.business,
            pending.booking_id,
            return_to=self.ada.business.public_address,
            stripe=self.till.stripe,
            now=self.till.clock.now(),
        )
        assert url is not None
        return url

    def days_go_by(self) -> None:
        """The worker starts again after two minutes, and goes on until everything has come to its end."""
        for wait in (timedelta(minutes=2), timedelta(minutes=36), timedelta(minutes=2), timedelta(days=1)):
            self.till.clock.let_pass(seconds=wait.total_seconds())
            self.till.work()
            self.till.work()

    def assert_nothing_happened(self) -> None:
        """Nothing is booked, nothing taken, and everything is there to be bought by others."""
        assert self.till.taken() == 0
        assert _standing(self) == (0, 0, USES, 0, 1)
        self._assert_over(confirmed=0)

    def assert_booked_once(self) -> None:
        """Everything is booked, and paid for once."""
        assert self.till.taken() == PRICE
        assert _standing(self) == (1, 1, USES - 1, 1, 2)
        self._assert_over(confirmed=1)

    def _assert_over(self, *, confirmed: int) -> None:
        statuses = list(db.session.scalars(select(Booking.status)))
        end_reading()
        assert statuses.count(BookingStatus.CONFIRMED) == confirmed
        assert BookingStatus.PENDING not in statuses
        assert "open" not in [session["status"] for session in self.till.sessions()]
        assert_sound()


def a_shop(till: Till) -> Shop:
    """The shop, with Ada before a full basket: one place is left in each class."""
    now = till.clock.now()
    day = till.clock.today() + timedelta(days=9)
    studio = a_business(now=now)
    ada = a_customer(studio, now=now)
    own_pass = a_pass_of(ada, uses=USES, now=now)
    by_pass = a_class(studio, on=day, capacity=1, now=now)
    by_card = a_class(studio, on=day, capacity=1, name="Wheel Throwing", now=now)
    code = a_code(studio, "HALF", percent=50, covers=by_card, bookings_limit=1, now=now)
    option = a_purchase_option(studio, "5-class pass", uses=5, price=5500, now=now)
    basket_id = a_basket(ada, by_pass, by_card, option, code=code.text, now=now)
    shop = Shop(till, ada, own_pass, by_pass, by_card, code, basket_id)
    assert shop.shown().quote.to_pay == PRICE
    return shop


def _standing(shop: Shop) -> tuple[int, int, int | None, int, int]:
    """Places taken in each class, uses left of the pass, redemptions, and passes that Ada has."""
    places = select(ClassSession.places_taken)
    uses = select(ClassPass.uses_left - ClassPass.uses_claimed).where(ClassPass.id == shop.own_pass.id)
    found = (
        db.session.scalars(places.where(ClassSession.id == shop.by_pass.id)).one(),
        db.session.scalars(places.where(ClassSession.id == shop.by_card.id)).one(),
        db.session.scalars(uses).one(),
        db.session.scalars(select(DiscountCode.bookings_count)).one(),
        db.session.scalars(select(func.count()).select_from(ClassPass)).one(),
    )
    end_reading()
    return found
