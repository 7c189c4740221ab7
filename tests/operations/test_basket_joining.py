"""R5: a guest's basket joins the customer's at sign-in, and nothing that fits is lost."""

from datetime import date, timedelta
from itertools import count
from uuid import UUID

import pytest
from sqlalchemy import func, select

from portal.models.baskets import Basket, BasketLine
from portal.models.classes import ClassSession
from portal.models.database import db, transaction
from portal.models.discount_codes import DiscountCode
from portal.operations import basket_joining
from portal.operations.basket_joining import join_guest_basket
from portal.rules.baskets import MOST_LINES
from tests.soundness import assert_sound
from tests.studio import NOW, APerson, a_basket, a_business, a_class, a_code, a_customer

DAY = date(2026, 12, 10)
LATER = NOW + timedelta(minutes=1)


def join(ada: APerson, guest_basket_id: UUID) -> str | None:
    with transaction():
        notice = join_guest_basket(
            ada.business, guest_basket_id=guest_basket_id, customer_id=ada.id, now=LATER
        )
    return str(notice) if notice else None


def basket_of(ada: APerson) -> Basket:
    return db.session.scalars(select(Basket).where(Basket.customer_id == ada.id)).one()


def lines_in(basket: Basket) -> list[BasketLine]:
    return list(db.session.scalars(select(BasketLine).where(BasketLine.basket_id == basket.id)))


@pytest.mark.usefixtures("app")
def test_who_has_no_basket_becomes_the_owner_of_the_guests() -> None:
    studio = a_business()
    ada, guests = a_customer(studio), a_basket(studio, a_class(studio, on=DAY))
    assert join(ada, guests) is None
    assert basket_of(ada).id == guests
    assert_sound()


@pytest.mark.usefixtures("app")
def test_lines_and_their_holds_move_into_the_basket_that_is_there() -> None:
    studio = a_business()
    yoga, dance = a_class(studio, on=DAY), a_class(studio, on=DAY + timedelta(days=1))
    ada = a_customer(studio)
    hers = a_basket(ada, yoga)
    guests = a_basket(studio, dance)
    assert join(ada, guests) is None
    basket = basket_of(ada)
    assert basket.id == hers
    assert {line.class_session_id for line in lines_in(basket)} == {yoga.id, dance.id}
    assert all(line.place_counted for line in lines_in(basket))
    assert db.session.get(Basket, (studio.id, guests)) is None
    assert_sound()


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("newer", ["hers", "guests"])
def test_the_newer_code_wins_and_the_person_is_told(newer: str) -> None:
    studio = a_business()
    yoga, dance = a_class(studio, on=DAY), a_class(studio, on=DAY + timedelta(days=1))
    a_code(studio, "SPRING20", percent=20)
    a_code(studio, "FIVER", percent=5)
    ada = a_customer(studio)
    before, after = NOW, NOW + timedelta(seconds=30)
    a_basket(ada, yoga, code="SPRING20", now=after if newer == "hers" else before)
    guests = a_basket(studio, dance, code="FIVER", now=before if newer == "hers" else after)
    winner = "SPRING20" if newer == "hers" else "FIVER"
    assert join(ada, guests) == f"The newer discount code, {winner}, is in your basket now."
    kept = db.session.get_one(DiscountCode, (studio.id, basket_of(ada).discount_code_id))
    assert kept.code == winner


@pytest.mark.usefixtures("app")
def test_what_does_not_fit_is_let_go_of_with_its_place_and_the_person_is_told() -> None:
    studio = a_business()
    yoga, dance = a_class(studio, on=DAY, capacity=30), a_class(studio, on=DAY, capacity=30)
    ada = a_customer(studio)
    a_basket(ada, *[yoga] * (MOST_LINES - 1))
    guests = a_basket(studio, dance, dance, dance)
    assert join(ada, guests) == "Your basket is full, so 2 lines could not be added."
    assert len(lines_in(basket_of(ada))) == MOST_LINES
    assert db.session.get_one(ClassSession, (studio.id, dance.id)).places_taken == 1
    assert_sound()


@pytest.mark.usefixtures("app")
def test_nobody_else_gets_a_customers_basket() -> None:
    studio = a_business()
    ada, bo = a_customer(studio), a_customer(studio, "Bo Lee")
    hers = a_basket(ada, a_class(studio, on=DAY))
    assert join(bo, hers) is None
    assert basket_of(ada).id == hers
    assert db.session.scalar(select(func.count()).where(Basket.customer_id == bo.id)) == 0


@pytest.mark.usefixtures("app")
def test_a_basket_that_another_device_made_after_the_look_is_joined_instead(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    studio = a_business()
    yoga, dance = a_class(studio, on=DAY), a_class(studio, on=DAY + timedelta(days=1))
    ada, guests = a_customer(studio), a_basket(studio, dance)
    hers = a_basket(ada, yoga)
    look, looks = basket_joining._locked, count()

    def too_early(*who: UUID) -> tuple[Basket | None, Basket | None]:
        theirs, customers = look(*who)
        return theirs, customers if next(looks) else None

    monkeypatch.setattr(basket_joining, "_locked", too_early)
    assert join(ada, guests) is None
    assert basket_of(ada).id == hers
    assert {line.class_session_id for line in lines_in(basket_of(ada))} == {yoga.id, dance.id}
    assert_sound()
