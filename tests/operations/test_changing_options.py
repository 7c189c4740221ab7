"""What the studio sells as a pass changes: passes sold and being paid keep their terms (P6, R6, R7)."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from portal.models.business import Plan
from portal.models.class_passes import ClassPass
from portal.models.database import db, end_reading, transaction
from portal.models.option_pages import all_options
from portal.models.option_sales import option_sales
from portal.models.purchase_options import PurchaseOption
from portal.operations.auditing import SYSTEM
from portal.operations.businesses import set_plan
from portal.operations.changed_options import (
    InABasket,
    SoldAlready,
    change_option,
    covers_of_option,
    delete_option,
    place_option,
)
from portal.operations.checkout import Buyer, QuoteChanged, place_booking
from portal.operations.covering import Covers
from portal.operations.locked_passes import ChangedMeanwhile
from portal.operations.pass_shop import NewPurchaseOption, PassesNotOnPlan
from portal.operations.quoting import quoted_basket
from portal.rules.facts import PassTerms
from portal.rules.instalments import InstalmentTerms, Rhythm
from portal.rules.option_limits import InstalmentsTooSmall, UnlimitedForOne
from portal.rules.sentences import Refusal
from portal.rules.validity import FixedDates, FromFirstClass, FromPurchase, Period, Unit
from tests.desk import acts_on
from tests.soundness import assert_sound
from tests.studio import (
    NOW,
    APurchaseOption,
    a_basket,
    a_booking,
    a_business,
    a_class,
    a_customer,
    a_pass_of,
    a_purchase_option,
    a_series,
    check_out,
    stripe_tells,
)

pytestmark = pytest.mark.usefixtures("app")

THIRTY = FromFirstClass(Period(30, Unit.DAYS))
TEN = NewPurchaseOption(name="10-class pass", price=9600, terms=PassTerms(THIRTY, uses=10))


def changed(option: APurchaseOption, wanted: NewPurchaseOption, **more: Any) -> bool:
    with transaction():
        return change_option(
            option.business, option_id=option.id, wanted=wanted, actor=SYSTEM, now=NOW, **more
        )


def deleted(option: APurchaseOption) -> None:
    with transaction():
        delete_option(option.business, option_id=option.id, actor=SYSTEM, now=NOW)


def only_pass() -> ClassPass:
    found = db.session.scalars(select(ClassPass)).one()
    end_reading()
    return found


def test_r7_a_pass_that_is_being_paid_comes_as_it_was_quoted_whatever_is_edited_meanwhile() -> None:
    studio = a_business()
    ada = a_customer(studio)
    option = a_purchase_option(
        studio, uses=10, start_within_days=60, uses_per_day=1, uses_per_week=3, several_per_class=True
    )
    waiting = check_out(ada, a_basket(ada, option, a_class(studio)))
    fixed = FixedDates(date(2027, 1, 1), date(2027, 2, 1))
    changed(option, replace(TEN, name="Winter pass", price=100, terms=PassTerms(fixed, uses=2)))
    stripe_tells(waiting, paid=True)
    made = only_pass()
    assert (made.name, made.uses, made.uses_left, made.start_by) == (
        "10-class pass",
        10,
        9,
        date(2027, 1, 30),
    )
    assert (made.validity_kind.value, made.period_length, made.first_day) == ("from_first_class", 30, None)
    assert (made.uses_per_day, made.uses_per_week, made.several_per_class) == (1, 3, True)
    assert_sound()


def test_m4_money_that_comes_late_brings_the_pass_as_it_was_quoted_too() -> None:
    studio = a_business()
    ada = a_customer(studio)
    option = a_purchase_option(studio, uses=10)
    late = check_out(ada, a_basket(ada, option))
    stripe_tells(late, paid=False)
    changed(option, replace(TEN, terms=PassTerms(FromPurchase(Period(1, Unit.MONTHS)), uses=2)))
    stripe_tells(late, paid=True)
    assert (only_pass().uses, only_pass().period_length) == (10, 30)
    assert_sound()


@pytest.mark.parametrize(
    "edited",
    [
        replace(TEN, terms=PassTerms(THIRTY, uses=9)),
        replace(TEN, terms=PassTerms(FromPurchase(Period(30, Unit.DAYS)), uses=10)),
        replace(TEN, terms=PassTerms(THIRTY, uses=10, uses_per_day=1)),
        replace(TEN, start_within_days=10),
        replace(TEN, name="Another pass"),
    ],
)
def test_r6_who_looked_at_other_terms_is_shown_the_new_ones_before_anything_is_booked(
    edited: NewPurchaseOption,
) -> None:
    studio = a_business()
    ada = a_customer(studio)
    option = a_purchase_option(studio)
    basket = a_basket(ada, option)
    seen = quoted_basket(studio, basket_id=basket, customer_id=ada.id, now=NOW).quote.digest
    end_reading()
    changed(option, edited)
    with pytest.raises(QuoteChanged), transaction():
        place_booking(
            studio,
            basket_id=basket,
            buyer=Buyer(ada.id, ada.name, ada.email),
            digest=seen,
            return_to="https://studio.example",
            actor=SYSTEM,
            now=NOW,
        )


def test_passes_sold_keep_their_terms_and_what_they_cover_changes_at_once() -> None:
    studio = a_business()
    ada = a_customer(studio)
    yoga, swing = a_series(studio), a_series(studio, "Swing")
    option = a_purchase_option(studio, covers=yoga)
    own = a_pass_of(ada, option)
    wanted = PassTerms(THIRTY, uses=2, series_ids=frozenset({swing.id}))
    assert changed(option, replace(TEN, terms=wanted))
    assert only_pass().uses == 10
    assert covers_of_option(studio.id, own.purchase_option_id) == Covers(frozenset({swing.id}))
    told = acts_on(option.id)[-1]
    assert (told.act, told.before, told.after) == (
        "purchase_option.changed",
        {"uses": 10, "covers": ["Morning Yoga"]},
        {"uses": 2, "covers": ["Swing"]},
    )
    assert not changed(option, replace(TEN, terms=wanted))
    assert acts_on(option.id)[-1].id == told.id


def test_another_kind_of_validity_leaves_nothing_of_the_former() -> None:
    option = a_purchase_option(a_business())
    changed(option, replace(TEN, terms=PassTerms(FixedDates(date(2027, 1, 1), date(2027, 2, 1)), uses=10)))
    changed(option, replace(TEN, instalments=InstalmentTerms(3, Rhythm.WEEKLY)))
    row = db.session.get_one(PurchaseOption, (option.business.id, option.id))
    assert (row.first_day, row.period_length, row.instalments) == (None, 30, 3)
    end_reading()
    changed(option, TEN)
    row = db.session.get_one(PurchaseOption, (option.business.id, option.id))
    assert (row.instalments, row.instalment_rhythm) == (None, None)


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        ({"name": ""}, Refusal),
        ({"price": 100_000_001}, Refusal),
        ({"terms": PassTerms(THIRTY, uses=0)}, Refusal),
        ({"terms": PassTerms(THIRTY, uses=1, uses_per_day=0)}, Refusal),
        ({"terms": PassTerms(THIRTY, uses=1, uses_per_week=101)}, Refusal),
        ({"terms": PassTerms(THIRTY, several_per_class=True)}, UnlimitedForOne),
        ({"terms": PassTerms(FromPurchase(Period(3651, Unit.DAYS)))}, Refusal),
        ({"terms": PassTerms(FixedDates(date(2027, 2, 1), date(2027, 1, 1)))}, Refusal),
        ({"start_within_days": 0}, Refusal),
        ({"instalments": InstalmentTerms(25, Rhythm.WEEKLY)}, Refusal),
        ({"price": 50, "instalments": InstalmentTerms(2, Rhythm.WEEKLY)}, InstalmentsTooSmall),
    ],
)
def test_terms_that_nobody_can_mean_are_refused(wrong: dict[str, Any], refusal: type[Refusal]) -> None:
    option = a_purchase_option(a_business())
    with pytest.raises(refusal):
        changed(option, replace(TEN, **wrong))


def test_who_looked_before_somebody_else_changed_it_is_told() -> None:
    option = a_purchase_option(a_business())
    seen = acts_on(option.id)[-1].id
    changed(option, replace(TEN, price=100))
    with pytest.raises(ChangedMeanwhile):
        changed(option, TEN, seen=seen)


def test_b2_on_a_plan_without_passes_nothing_of_it_changes() -> None:
    studio = a_business()
    option = a_purchase_option(studio)
    with transaction():
        set_plan(studio, plan=Plan.FREE, actor=SYSTEM, now=NOW)
    with pytest.raises(PassesNotOnPlan):
        changed(option, replace(TEN, price=100))
    with pytest.raises(PassesNotOnPlan):
        deleted(option)


def test_each_has_its_place_in_the_shop() -> None:
    studio = a_business()
    one, two, three = (a_purchase_option(studio, name) for name in ("One", "Two", "Three"))

    def placed(option: APurchaseOption, after: APurchaseOption | None) -> list[str]:
        with transaction():
            place_option(
                studio, option_id=option.id, after=after.id if after else None, actor=SYSTEM, now=NOW
            )
        return [it.name for it in all_options(studio.id)]

    assert [it.name for it in all_options(studio.id)] == ["One", "Two", "Three"]
    end_reading()
    assert placed(three, None) == ["Three", "One", "Two"]
    end_reading()
    assert placed(three, one) == ["One", "Three", "Two"]
    end_reading()
    assert placed(two, two) == ["Two", "One", "Three"]
    assert acts_on(three.id)[-1].after == {"place": 2}


def test_what_nobody_bought_is_deleted_and_the_audit_keeps_its_name() -> None:
    studio = a_business()
    option = a_purchase_option(studio, covers=a_series(studio))
    deleted(option)
    assert all_options(studio.id) == []
    assert acts_on(option.id)[-1].after["name"] == "10-class pass"  # type: ignore[index]
    assert_sound()


def test_what_was_sold_issued_or_lies_in_a_basket_is_not_deleted() -> None:
    studio = a_business()
    ada = a_customer(studio)
    sold, tried, held = (a_purchase_option(studio, name) for name in ("Sold", "Tried", "Held"))
    a_booking(ada, sold)
    stripe_tells(check_out(ada, a_basket(ada, tried)), paid=False)
    a_basket(a_customer(studio, "Ben Osei"), held)
    for option, refusal in ((sold, SoldAlready), (tried, SoldAlready), (held, InABasket)):
        with pytest.raises(refusal):
            deleted(option)
    sales = option_sales(studio.id, held.id)
    assert (sales.passes, sales.baskets, sales.being_paid, sales.ever_sold) == (0, 1, 0, False)
    assert option_sales(studio.id, sold.id).passes == 1
