"""A code's terms change, a code is switched off, codes are made in batches (D3, D6)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from portal.models.bookings import Booking, BookingStatus
from portal.models.business import BusinessFacts
from portal.models.code_pages import code_by_id, code_reach, codes_of_batch
from portal.models.database import db, end_reading, transaction
from portal.models.discount_codes import CodeBatch, DiscountCode
from portal.models.purchase_options import Coverage
from portal.operations.auditing import SYSTEM
from portal.operations.code_batches import add_code_batch
from portal.operations.code_switches import SwitchedAlready, switch_batch, switch_code
from portal.operations.covering import Covers
from portal.operations.discount_codes import (
    CodeTaken,
    NewDiscountCode,
    NoSuchCode,
    UsedCodeKeepsItsText,
    change_discount_code,
    covers_of,
)
from portal.operations.locked_passes import ChangedMeanwhile
from portal.operations.quoting import quoted_basket
from portal.rules.code_limits import (
    BatchSizeOutOfRange,
    CodeSpeltWrong,
    CodeState,
    DaysTurnedRound,
    DiscountOutOfRange,
    LimitBelowUse,
    NoTicketsToLimit,
    PrefixSpeltWrong,
)
from portal.rules.facts import DiscountKind, Reduces
from portal.rules.sentences import Refusal
from tests.desk import acts_on
from tests.soundness import assert_sound
from tests.studio import (
    NOW,
    ACode,
    APerson,
    a_basket,
    a_booking,
    a_business,
    a_class,
    a_code,
    a_customer,
    a_series,
    check_out,
    stripe_tells,
)

pytestmark = pytest.mark.usefixtures("app")

TWENTY = NewDiscountCode(code="SPRING20", kind=DiscountKind.PERCENT, value=20)


def changed(code: ACode, wanted: NewDiscountCode, **more: Any) -> bool:
    with transaction():
        return change_discount_code(
            code.business, code_id=code.id, wanted=wanted, actor=SYSTEM, now=NOW, **more
        )


def switched(code: ACode, *, off: bool) -> None:
    with transaction():
        switch_code(code.business, code_id=code.id, off=off, reason="Printed wrong", actor=SYSTEM, now=NOW)


def to_pay(whose: APerson, basket_id: UUID) -> int:
    quoted = quoted_basket(whose.business, basket_id=basket_id, customer_id=whose.id, now=NOW)
    end_reading()
    return quoted.quote.to_pay


def a_batch(
    business: BusinessFacts, *, prefix: str = "SUMMER", size: int = 3, like: NewDiscountCode = TWENTY
) -> list[DiscountCode]:
    with transaction():
        batch_id = add_code_batch(business, prefix=prefix, size=size, like=like, actor=SYSTEM, now=NOW)
    asked = select(DiscountCode).where(DiscountCode.batch_id == batch_id).order_by(DiscountCode.code)
    codes = list(db.session.scalars(asked))
    end_reading()
    return codes


def stands(code: ACode, *, now: datetime = NOW) -> CodeState:
    found = code_by_id(code.business.id, code.id, now=now)
    assert found is not None
    return found.state


def test_what_changed_is_in_the_audit_and_nothing_else() -> None:
    code = a_code(a_business(), "SPRING20", percent=20, bookings_limit=5)
    assert changed(code, replace(TWENTY, value=25, bookings_limit=10))
    told = acts_on(code.id)[-1]
    assert (told.act, told.before, told.after) == (
        "discount_code.changed",
        {"off": "20%", "bookings_limit": 5},
        {"off": "25%", "bookings_limit": 10},
    )
    assert not changed(code, replace(TWENTY, value=25, bookings_limit=10))
    assert acts_on(code.id)[-1].id == told.id


def test_what_it_covers_is_replaced_and_told_by_name() -> None:
    studio = a_business()
    yoga, swing = a_series(studio), a_series(studio, "Swing", tickets={"Adult": 1100, "Child": 500})
    code = a_code(studio, covers=yoga)
    child = swing.ticket_types["Child"]
    changed(code, replace(TWENTY, ticket_type_ids=frozenset({child})))
    assert covers_of(studio.id, [code.id]) == Covers(ticket_type_ids=frozenset({child}))
    told = acts_on(code.id)[-1]
    assert (told.before, told.after) == ({"covers": ["Morning Yoga"]}, {"covers": ["Swing (Child)"]})
    changed(code, TWENTY)
    assert db.session.scalars(select(Coverage)).all() == []


def test_a_limit_below_what_was_used_is_refused_and_those_being_paid_count() -> None:
    studio = a_business()
    yoga = a_class(studio)
    code = a_code(studio, bookings_limit=5)
    a_booking(studio, yoga, code="SPRING20")
    check_out(studio, a_basket(studio, yoga, code="SPRING20"), email="gil@example.com")
    with pytest.raises(LimitBelowUse, match="2 bookings have used it already"):
        changed(code, replace(TWENTY, bookings_limit=1))
    changed(code, replace(TWENTY, bookings_limit=2))
    assert stands(code) is CodeState.USED_UP
    assert_sound()


def test_a_used_code_keeps_its_text_and_an_unused_one_may_be_renamed() -> None:
    studio = a_business()
    code = a_code(studio, "SPIRNG20")
    changed(code, TWENTY)
    a_booking(studio, a_class(studio), code="SPRING20")
    with pytest.raises(UsedCodeKeepsItsText):
        changed(code, replace(TWENTY, code="SUMMER20"))


def test_a_code_cannot_be_renamed_to_another() -> None:
    studio = a_business()
    a_code(studio, "TAKEN")
    code = a_code(studio, "SPRING20")
    with pytest.raises(CodeTaken, match="You already have a code taken"):
        changed(code, replace(TWENTY, code="taken"))


def test_a_booking_that_is_being_paid_keeps_the_discount_it_claimed() -> None:
    studio = a_business()
    code = a_code(studio, percent=20)
    waiting = check_out(studio, a_basket(studio, a_class(studio), code="SPRING20"))
    changed(code, replace(TWENTY, value=50, ends_at=NOW - timedelta(days=1)))
    switched(code, off=True)
    stripe_tells(waiting, paid=True)
    booking = db.session.get_one(Booking, (studio.id, waiting.id))
    assert (booking.status, booking.to_pay, booking.discount_total) == (BookingStatus.CONFIRMED, 960, 240)
    end_reading()
    assert_sound()


def test_a_basket_is_reckoned_with_the_new_terms_at_once() -> None:
    studio = a_business()
    ada = a_customer(studio)
    code = a_code(studio, percent=20)
    basket = a_basket(ada, a_class(studio), code="SPRING20")
    assert to_pay(ada, basket) == 960
    changed(code, replace(TWENTY, value=50))
    assert to_pay(ada, basket) == 600


def test_d6_a_code_that_is_switched_off_drops_out_of_baskets_and_comes_back() -> None:
    studio = a_business()
    ada = a_customer(studio)
    code = a_code(studio)
    basket = a_basket(ada, a_class(studio), code="SPRING20")
    switched(code, off=True)
    assert (to_pay(ada, basket), stands(code)) == (1200, CodeState.OFF)
    with pytest.raises(Refusal, match="SPRING20 cannot be used at the moment"):
        a_basket(a_customer(studio, "Ben"), a_class(studio, name="Swing"), code="SPRING20")
    with pytest.raises(SwitchedAlready, match="switched off already"):
        switched(code, off=True)
    switched(code, off=False)
    assert (to_pay(ada, basket), stands(code)) == (960, CodeState.RUNNING)
    assert [it.act for it in acts_on(code.id)] == [
        "discount_code.added",
        "discount_code.switched_off",
        "discount_code.switched_on",
    ]


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        ({"code": "SPRING 20"}, CodeSpeltWrong),
        ({"code": " "}, CodeSpeltWrong),
        ({"code": "x" * 41}, CodeSpeltWrong),
        ({"value": 0}, DiscountOutOfRange),
        ({"value": 101}, DiscountOutOfRange),
        ({"kind": DiscountKind.AMOUNT_EACH, "value": 100_000_001}, DiscountOutOfRange),
        ({"bookings_limit": 0}, Refusal),
        ({"per_person_limit": 1_000_001}, Refusal),
        ({"least_spend": 0}, Refusal),
        ({"class_from": date(2026, 12, 2), "class_to": date(2026, 12, 1)}, Refusal),
        ({"starts_at": NOW, "ends_at": NOW}, DaysTurnedRound),
        ({"reduces": Reduces.PASSES, "class_from": date(2026, 12, 2)}, NoTicketsToLimit),
    ],
)
def test_terms_that_nobody_can_mean_are_refused(wrong: dict[str, Any], refusal: type[Refusal]) -> None:
    code = a_code(a_business())
    with pytest.raises(refusal):
        changed(code, replace(TWENTY, **wrong))


def test_who_looked_before_somebody_else_changed_it_is_told() -> None:
    code = a_code(a_business())
    seen = acts_on(code.id)[-1].id
    changed(code, replace(TWENTY, value=25))
    with pytest.raises(ChangedMeanwhile):
        changed(code, replace(TWENTY, value=30), seen=seen)


def test_another_businesss_code_is_not_there() -> None:
    code = a_code(a_business())
    with pytest.raises(NoSuchCode):
        changed(replace(code, business=a_business("Theirs")), TWENTY)


def test_a_batch_is_codes_of_one_use_that_look_alike_and_differ() -> None:
    studio = a_business()
    yoga = a_class(studio)
    codes = a_batch(studio, size=500, like=replace(TWENTY, series_ids=frozenset({yoga.series_id})))
    assert len({code.code_key for code in codes}) == 500
    first = codes[0]
    prefix, *parts = first.code.split("-")
    assert (prefix, [len(part) for part in parts], first.bookings_limit) == ("SUMMER", [4, 4], 1)
    assert not set("".join(parts)) & set("0O1IL")
    basket = a_basket(studio, yoga, code=first.code.lower())
    check_out(studio, basket)
    with pytest.raises(Refusal, match="has been used up"):
        a_basket(a_customer(studio), yoga, code=first.code)
    assert_sound()


def test_the_same_form_sent_twice_makes_one_batch() -> None:
    studio = a_business()
    batch_id = None
    for _ in range(2):
        with transaction():
            batch_id = add_code_batch(
                studio, prefix="GIFT", size=2, like=TWENTY, actor=SYSTEM, now=NOW, batch_id=batch_id
            )
    assert len(db.session.scalars(select(DiscountCode)).all()) == 2


@pytest.mark.parametrize(
    ("prefix", "size", "refusal"),
    [
        ("", 3, PrefixSpeltWrong),
        ("x" * 21, 3, PrefixSpeltWrong),
        ("A B", 3, PrefixSpeltWrong),
        ("A", 0, BatchSizeOutOfRange),
        ("A", 501, BatchSizeOutOfRange),
    ],
)
def test_batches_that_nobody_can_mean_are_refused(prefix: str, size: int, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        a_batch(a_business(), prefix=prefix, size=size)


def test_a_whole_batch_is_switched_off_and_on() -> None:
    studio = a_business()
    codes = a_batch(studio)
    batch = db.session.scalars(select(CodeBatch)).one()
    end_reading()
    for off, state in ((True, CodeState.OFF), (False, CodeState.RUNNING)):
        with transaction():
            switch_batch(studio, batch_id=batch.id, off=off, reason="Lost", actor=SYSTEM, now=NOW)
        assert {it.state for it in codes_of_batch(studio.id, batch.id, now=NOW)} == {state}
    told = acts_on(batch.id)
    assert [it.act for it in told] == [
        "code_batch.added",
        "code_batch.switched_off",
        "code_batch.switched_on",
    ]
    assert (told[1].after, len(codes)) == ({"codes": 3}, 3)


def test_whom_a_change_touches_is_counted() -> None:
    studio = a_business()
    yoga = a_class(studio)
    code = a_code(studio)
    a_basket(a_customer(studio), yoga, code="SPRING20")
    check_out(studio, a_basket(studio, yoga, code="SPRING20"))
    reach = code_reach(studio.id, code_id=code.id)
    assert (reach.baskets, reach.being_paid) == (1, 1)


def test_d6_a_codes_state_is_derived_in_its_order() -> None:
    studio = a_business()
    soon, gone = NOW + timedelta(days=1), NOW - timedelta(days=1)
    assert stands(a_code(studio, "A", starts_at=soon)) is CodeState.NOT_BEGUN
    assert stands(a_code(studio, "B", ends_at=NOW)) is CodeState.ENDED
    assert stands(a_code(studio, "C", starts_at=gone, ends_at=soon)) is CodeState.RUNNING
    used = a_code(studio, "D", bookings_limit=1, ends_at=soon)
    a_booking(studio, a_class(studio), code="D")
    assert stands(used) is CodeState.USED_UP
    assert stands(used, now=datetime(2027, 1, 1, tzinfo=UTC)) is CodeState.ENDED
    switched(used, off=True)
    assert stands(used) is CodeState.OFF
