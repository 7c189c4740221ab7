"""A basket that is being paid reads as it was booked, whatever happens meanwhile (R7)."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import update

from portal.models.business import BusinessFacts, Plan
from portal.models.businesses import business_of
from portal.models.classes import TicketType
from portal.models.database import db, end_reading, transaction
from portal.operations.auditing import SYSTEM
from portal.operations.businesses import set_plan
from portal.operations.quoting import QuotedBasket, quoted_basket
from tests.studio import NOW, a_basket, a_business, a_class, a_code, a_customer, a_purchase_option, check_out

pytestmark = pytest.mark.usefixtures("app")

TODAY = date(2026, 12, 1)
SOON = datetime(2026, 12, 1, 9, 30, tzinfo=UTC)


def test_a_class_that_begins_while_it_is_paid_for_stays_in_the_total_r7() -> None:
    studio = a_business()
    booking = check_out(studio, a_basket(studio, a_class(studio, on=TODAY, at=SOON.time(), price=1200)))
    assert _to_pay(studio, booking.basket_id, now=SOON + timedelta(minutes=1)) == 1200


def test_a_ticket_that_goes_off_sale_while_it_is_paid_for_stays_in_the_total_r7() -> None:
    studio = a_business()
    booking = check_out(studio, a_basket(studio, a_class(studio, price=1200)))
    with transaction():
        db.session.execute(
            update(TicketType).where(TicketType.business_id == studio.id).values(on_sale=False)
        )
    assert _to_pay(studio, booking.basket_id) == 1200


def test_a_pass_whose_sale_is_claimed_stays_in_the_total_on_a_plan_without_passes_b2() -> None:
    studio = a_business()
    ada = a_customer(studio)
    booking = check_out(ada, a_basket(ada, a_purchase_option(studio, price=9600)))
    _put_on_free(studio)
    quoted = _quoted(business_of(studio.id), booking.basket_id, ada.id)
    assert quoted.quote.to_pay == 9600


def test_a_pass_that_waits_in_a_basket_does_not_count_on_a_plan_without_passes_b2() -> None:
    studio = a_business()
    ada = a_customer(studio)
    basket_id = a_basket(ada, a_purchase_option(studio), a_class(studio, price=1200))
    _put_on_free(studio)
    assert _quoted(business_of(studio.id), basket_id, ada.id).quote.to_pay == 1200


def test_a_code_that_somebody_else_used_up_stays_dropped_while_the_rest_is_paid_for_d6() -> None:
    studio = a_business()
    yoga = a_class(studio, price=1200)
    a_code(studio, "LASTONE", percent=50, bookings_limit=1)
    mine = a_basket(studio, yoga, code="LASTONE")
    check_out(studio, a_basket(studio, yoga, code="LASTONE"))
    booking = check_out(studio, mine)
    assert _to_pay(studio, booking.basket_id) == 1200


def test_a_code_that_the_booking_itself_claims_still_applies_while_it_is_paid_for_r7() -> None:
    studio = a_business()
    a_code(studio, "LASTONE", percent=50, bookings_limit=1)
    booking = check_out(studio, a_basket(studio, a_class(studio, price=1200), code="LASTONE"))
    assert _to_pay(studio, booking.basket_id) == 600


def _to_pay(studio: BusinessFacts, basket_id: UUID, *, now: datetime = NOW) -> int:
    """The total that the page shows, which is what Stripe's page asks for."""
    quoted = _quoted(studio, basket_id, None, now=now)
    assert quoted.pending is not None
    assert quoted.pending.to_pay == quoted.quote.to_pay
    return quoted.quote.to_pay


def _quoted(
    studio: BusinessFacts, basket_id: UUID, customer_id: UUID | None, *, now: datetime = NOW
) -> QuotedBasket:
    quoted = quoted_basket(studio, basket_id=basket_id, customer_id=customer_id, now=now)
    end_reading()
    return quoted


def _put_on_free(studio: BusinessFacts) -> None:
    with transaction():
        set_plan(studio, plan=Plan.FREE, actor=SYSTEM, now=NOW)
