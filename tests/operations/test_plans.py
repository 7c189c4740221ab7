"""Plans: which of them sell passes, and what a change of plan does to what is sold already (B2, B3)."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from portal.models.audit import ActorKind, AuditEntry
from portal.models.business import BusinessFacts, Plan
from portal.models.class_passes import ClassPass
from portal.models.database import db, end_reading, transaction
from portal.models.plan_outlook import plan_outlook
from portal.operations.auditing import SYSTEM, Actor
from portal.operations.businesses import set_plan
from portal.operations.checkout import QuoteChanged
from portal.operations.deactivating import deactivate_pass
from portal.operations.option_withdrawal import deactivate_option, put_on_sale, take_off_sale
from portal.operations.pass_shop import PassesNotOnPlan
from portal.operations.quoting import quoted_basket
from portal.rules.instalments import Rhythm
from portal.rules.validity import FixedDates
from tests.accounts import staff_actor
from tests.soundness import assert_sound
from tests.studio import (
    NOW,
    APerson,
    a_basket,
    a_booking,
    a_business,
    a_class,
    a_customer,
    a_pass_of,
    a_placed_booking,
    a_purchase_option,
    a_staff_member,
    check_out,
    stripe_tells,
)

pytestmark = pytest.mark.usefixtures("app")

TODAY = NOW.date()
WITHOUT = Plan.FREE


def _on(studio: BusinessFacts, plan: Plan) -> BusinessFacts:
    with transaction():
        return set_plan(studio, plan=plan, actor=SYSTEM, now=NOW)


def _passes() -> int:
    count = db.session.scalar(select(func.count()).select_from(ClassPass))
    end_reading()
    return count or 0


@pytest.mark.parametrize("plan", Plan)
def test_b1_passes_are_on_the_standard_plan_or_above(plan: Plan) -> None:
    assert plan.has_passes is (plan in {Plan.STANDARD, Plan.PLUS})


def test_b1_below_standard_no_purchase_option_can_be_set_up() -> None:
    studio = a_business(plan=WITHOUT)
    with pytest.raises(PassesNotOnPlan, match=r"^Passes are on the Standard plan or above\.$"):
        a_purchase_option(studio)


@pytest.mark.parametrize("act", [put_on_sale, take_off_sale])
def test_b1_below_standard_purchase_options_are_locked(act: object) -> None:
    studio = a_business()
    option = a_purchase_option(studio)
    olive = staff_actor(a_staff_member(studio))
    _on(studio, WITHOUT)
    with pytest.raises(PassesNotOnPlan), transaction():
        act(studio, option_id=option.id, reason="Tidying up", actor=olive, now=NOW)  # type: ignore[operator]


def test_b3_an_owners_pass_goes_on_paying_after_a_downgrade() -> None:
    studio = a_business()
    ada = a_customer(studio)
    a_pass_of(ada, uses=2)
    lowered = _on(studio, WITHOUT)
    ada = APerson(lowered, ada.id, ada.name, ada.email)
    booking = a_booking(ada, a_class(lowered))
    assert booking.attempt_id is None
    assert_sound()


def test_b3_an_old_basket_sells_no_pass_after_a_downgrade() -> None:
    studio = a_business()
    ada = a_customer(studio)
    basket_id = a_basket(ada, a_purchase_option(studio), a_class(studio))
    lowered = _on(studio, WITHOUT)
    quote = quoted_basket(lowered, basket_id=basket_id, customer_id=ada.id, now=NOW).quote
    assert quote.to_pay == 1200
    a_booking_of_the_rest = check_out(APerson(lowered, ada.id, ada.name, ada.email), basket_id)
    stripe_tells(a_booking_of_the_rest, paid=True)
    assert _passes() == 0
    assert_sound()


def test_b3_a_request_that_began_before_the_downgrade_sells_no_pass_after_it() -> None:
    """The business as the request read it still says Standard."""
    began_with = a_business()
    ada = a_customer(began_with)
    basket_id = a_basket(ada, a_purchase_option(began_with))
    _on(began_with, WITHOUT)
    with pytest.raises(QuoteChanged):
        check_out(ada, basket_id)
    assert _passes() == 0


def test_b3_a_request_that_began_before_the_downgrade_issues_no_pass_after_it() -> None:
    began_with = a_business()
    option, ada = a_purchase_option(began_with), a_customer(began_with)
    _on(began_with, WITHOUT)
    with pytest.raises(PassesNotOnPlan):
        a_pass_of(ada, option)


def test_b2_a_sale_already_claimed_completes() -> None:
    studio = a_business()
    ada = a_customer(studio)
    waiting = a_placed_booking(ada, a_purchase_option(studio), a_class(studio))
    _on(studio, WITHOUT)
    stripe_tells(waiting, paid=True)
    assert _passes() == 1
    assert_sound()


def test_b3_an_upgrade_brings_everything_back() -> None:
    studio = a_business()
    ada = a_customer(studio)
    option = a_purchase_option(studio)
    _on(studio, WITHOUT)
    again = _on(studio, Plan.STANDARD)
    a_booking(APerson(again, ada.id, ada.name, ada.email), option)
    assert _passes() == 1


def test_a_change_of_plan_says_who_made_it() -> None:
    studio = a_business()
    olive = a_staff_member(studio)
    with transaction():
        set_plan(studio, plan=Plan.PLUS, actor=staff_actor(olive), now=NOW)
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.act == "business.plan_set")).one()
    assert (Actor(entry.actor_kind, entry.actor_id), entry.after) == (
        Actor(ActorKind.STAFF, olive.id),
        {"plan": "plus"},
    )


class TestTheOutlook:
    """What the page says before a downgrade (B3)."""

    def test_passes_that_stay_usable_are_counted_by_purchase_option(self) -> None:
        studio = a_business()
        ten, five = a_purchase_option(studio, "Ten"), a_purchase_option(studio, "Five", uses=5)
        for nth in range(3):
            a_pass_of(a_customer(studio, f"Client {nth}"), ten)
        started = a_customer(studio)
        a_pass_of(started, five)
        a_booking(started, a_class(studio))
        outlook = plan_outlook(studio.id, today=TODAY)
        assert {it.name: it.usable_passes for it in outlook.options} == {"Ten": 3, "Five": 1}
        assert outlook.usable_passes == 4

    def test_what_nobody_can_use_is_not_counted(self) -> None:
        studio = a_business()
        olive = staff_actor(a_staff_member(studio))
        ada = a_customer(studio)
        over = FixedDates(TODAY - timedelta(days=30), TODAY - timedelta(days=1))
        a_pass_of(ada, name="Over", validity=over, now=NOW - timedelta(days=30))
        a_pass_of(ada, name="Too late to start", start_within_days=5, now=NOW - timedelta(days=6))
        a_pass_of(ada, name="Used up", uses=1)
        a_booking(ada, a_class(studio))
        deactivated, withdrawn = a_pass_of(ada, name="Deactivated"), a_pass_of(ada, name="Withdrawn")
        with transaction():
            deactivate_pass(
                studio,
                pass_id=deactivated.id,
                reason="Moved away",
                charges_balance=None,
                actor=olive,
                now=NOW,
            )
            deactivate_option(
                studio,
                option_id=withdrawn.purchase_option_id,
                reason="No longer given",
                actor=olive,
                now=NOW,
            )
        assert plan_outlook(studio.id, today=TODAY).usable_passes == 0

    def test_a_last_day_still_counts(self) -> None:
        studio = a_business()
        a_pass_of(a_customer(studio), validity=FixedDates(date(2026, 11, 1), TODAY))
        assert plan_outlook(studio.id, today=TODAY).usable_passes == 1
        assert plan_outlook(studio.id, today=TODAY + timedelta(days=1)).usable_passes == 0

    def test_what_comes_off_sale_is_named(self) -> None:
        studio = a_business()
        off_sale, _on_sale = a_purchase_option(studio, "Old"), a_purchase_option(studio, "New")
        olive = staff_actor(a_staff_member(studio))
        with transaction():
            take_off_sale(studio, option_id=off_sale.id, reason="Replaced", actor=olive, now=NOW)
        assert plan_outlook(studio.id, today=TODAY).in_shop == ("New",)

    def test_auto_payments_that_go_on_are_added_up(self) -> None:
        studio = a_business()
        option = a_purchase_option(studio, price=12000, instalments=4, rhythm=Rhythm.WEEKLY)
        a_booking(a_customer(studio), option)
        outlook = plan_outlook(studio.id, today=TODAY)
        assert (outlook.auto_payments, outlook.auto_payments_total, outlook.next_auto_payment) == (
            3,
            9000,
            TODAY + timedelta(days=7),
        )

    def test_open_baskets_and_sales_under_way_are_told_apart(self) -> None:
        studio = a_business()
        option = a_purchase_option(studio)
        a_basket(a_customer(studio), option, option)
        a_basket(a_customer(studio), a_class(studio))
        a_placed_booking(a_customer(studio), option)
        outlook = plan_outlook(studio.id, today=TODAY)
        assert (outlook.baskets, outlook.claimed_sales) == (1, 1)

    def test_another_studios_passes_are_its_own(self) -> None:
        a_pass_of(a_customer(a_business("Theirs")))
        outlook = plan_outlook(a_business("Mine").id, today=TODAY)
        assert (outlook.usable_passes, outlook.options) == (0, ())
