"""What moving a ticket brings, as a rule: the price, what is paid or goes back, and the pass (C7, M6)."""

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from portal.rules.facts import BookedClass, OwnedPass, PassTerms, TicketLine
from portal.rules.line_money import LinePaid, MoneyLeft
from portal.rules.passbook import Obstacle
from portal.rules.preferences import Preferences, RefundTo
from portal.rules.transferring import (
    NOTHING_DECIDED,
    Dearer,
    Decided,
    Mover,
    TicketToMove,
    TransferFacts,
    forecast,
    kinds_offered,
    obstacle_of,
    paid_after,
)
from portal.rules.transferring_words import told_in_letter, told_of_ticket, told_of_use
from portal.rules.validity import FromFirstClass, Period, Unit

NOW = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
OLD, NEW, ADULT, PASS = (UUID(int=nth) for nth in (1, 2, 3, 4))


def a_ticket(*, price: int = 1200, discount: int = 0, by_pass: bool = False) -> TicketToMove:
    to_pay = 0 if by_pass else price - discount
    return TicketToMove(
        id=UUID(int=9),
        class_session_id=OLD,
        class_name="Morning Yoga",
        ticket_type_id=ADULT,
        ticket_name="Adult",
        starts_at=datetime(2026, 12, 10, 9, 30, tzinfo=UTC),
        on_date=date(2026, 12, 10),
        pass_id=PASS if by_pass else None,
        list_price=price,
        discount=discount,
        to_pay=to_pay,
        paid=LinePaid(to_pay, 0),
    )


def a_target(*, price: int = 1200, on: date = date(2026, 12, 17)) -> TicketLine:
    return TicketLine(
        id=ADULT,
        class_session_id=NEW,
        series_id=UUID(int=5),
        ticket_type_id=ADULT,
        class_name="Clay",
        ticket_name="Adult",
        starts_at=datetime(on.year, on.month, on.day, 9, 30, tzinfo=UTC),
        on_date=on,
        price=price,
        held_until=None,
        places_free=3,
    )


def a_pass(*, uses_left: int | None = 9, booked: tuple[BookedClass, ...] = ()) -> OwnedPass:
    return OwnedPass(
        id=PASS,
        name="10-class pass",
        terms=PassTerms(
            validity=FromFirstClass(Period(30, Unit.DAYS)), uses=None if uses_left is None else 10
        ),
        bought_at=NOW,
        bought_on=NOW.date(),
        uses_left=uses_left,
        booked=(BookedClass(OLD, date(2026, 12, 10)), *booked),
    )


def facts(
    ticket: TicketToMove,
    target: TicketLine,
    *,
    by: Mover = Mover.CLIENT,
    decided: Decided = NOTHING_DECIDED,
    preferences: Preferences | None = None,
    has_account: bool = True,
) -> TransferFacts:
    return TransferFacts(
        now=NOW,
        today=NOW.date(),
        currency="GBP",
        smallest_charge=30,
        by=by,
        preferences=preferences or Preferences(),
        decided=decided,
        ticket=ticket,
        target=target,
        owned=a_pass() if ticket.pass_id else None,
        left=MoneyLeft(ticket.to_pay, ticket.to_pay),
        has_account=has_account,
    )


@pytest.mark.parametrize(
    ("price", "to_pay", "waived", "to_card"),
    [(1200, 0, 0, 0), (1500, 300, 0, 0), (1230, 30, 0, 0), (1229, 0, 29, 0), (1000, 0, 0, 200)],
)
def test_c7_dearer_is_paid_below_stripes_least_waived_and_cheaper_goes_back(
    price: int, to_pay: int, waived: int, to_card: int
) -> None:
    told = forecast(facts(a_ticket(), a_target(price=price)))
    assert (told.to_pay, told.waived, told.to_card) == (to_pay, waived, to_card)


@pytest.mark.parametrize(
    ("price", "discount", "to_pay"), [(1500, 200, 300), (1200, 200, 0), (1000, 200, 0), (100, 100, 0)]
)
def test_c7_the_share_of_a_discount_moves_along_as_far_as_the_ticket_costs(
    price: int, discount: int, to_pay: int
) -> None:
    told = forecast(facts(a_ticket(discount=200), a_target(price=price)))
    assert (told.discount, told.price, told.to_pay) == (discount, price - discount, to_pay)


@pytest.mark.parametrize(
    ("way", "to_card", "to_account", "kept"),
    [(RefundTo.CARD, 200, 0, 0), (RefundTo.ACCOUNT, 0, 200, 0), (RefundTo.NONE, 0, 0, 200)],
)
def test_cheaper_follows_the_refund_preference(
    way: RefundTo, to_card: int, to_account: int, kept: int
) -> None:
    told = forecast(facts(a_ticket(), a_target(price=1000), preferences=Preferences(refund_to=way)))
    assert (told.to_card, told.to_account, told.kept) == (to_card, to_account, kept)


def test_a_guests_money_goes_to_the_card_whatever_the_preference() -> None:
    wanted = Preferences(refund_to=RefundTo.ACCOUNT)
    told = forecast(facts(a_ticket(), a_target(price=1000), preferences=wanted, has_account=False))
    assert (told.to_card, told.to_account) == (200, 0)


def test_no_more_goes_back_than_was_paid_less_what_went_back() -> None:
    asked = facts(a_ticket(), a_target(price=0))
    assert forecast(replace(asked, left=MoneyLeft(500, 500))).refund == 500
    unpaid = replace(a_ticket(), paid=LinePaid(1100, 0))
    assert forecast(facts(unpaid, a_target(price=1000))).refund == 100


def test_what_has_no_room_on_the_card_goes_to_the_account_and_stays_with_a_guests() -> None:
    asked = replace(facts(a_ticket(), a_target(price=1000)), left=MoneyLeft(50, 1200))
    assert (forecast(asked).to_card, forecast(asked).to_account) == (50, 150)
    told = forecast(replace(asked, has_account=False))
    assert (told.to_card, told.kept) == (50, 150)


@pytest.mark.parametrize(
    ("decided", "has_account", "charged", "waived"),
    [
        (NOTHING_DECIDED, True, 300, 0),
        (Decided(dearer=Dearer.CHARGE), True, 300, 0),
        (Decided(dearer=Dearer.WAIVE), True, 0, 300),
        (Decided(dearer=Dearer.CHARGE), False, 0, 300),
    ],
)
def test_staff_charge_a_difference_to_the_account_or_waive_it(
    decided: Decided, charged: int, waived: int, *, has_account: bool
) -> None:
    asked = facts(a_ticket(), a_target(price=1500), by=Mover.STAFF, decided=decided, has_account=has_account)
    told = forecast(asked)
    assert (told.to_pay, told.charged, told.waived) == (0, charged, waived)


def test_a_ticket_by_pass_costs_nothing_wherever_it_goes() -> None:
    told = forecast(facts(a_ticket(by_pass=True), a_target(price=9900)))
    assert (told.price, told.to_pay, told.refund, told.kept) == (0, 0, 0, 0)


def test_the_digest_changes_with_what_the_person_agrees_to_and_with_nothing_else() -> None:
    asked = facts(a_ticket(), a_target(price=1500))
    told = forecast(asked)
    assert forecast(replace(asked, target=replace(asked.target, places_free=1))).digest == told.digest
    assert forecast(replace(asked, target=a_target(price=1600))).digest != told.digest
    assert forecast(replace(asked, target=a_target(price=1500, on=date(2026, 12, 18)))).digest != told.digest


def test_a_pass_is_asked_without_the_ticket_that_moves() -> None:
    last_use = a_pass(uses_left=0)
    assert obstacle_of(last_use, a_ticket(by_pass=True), a_target(), NOW.date()) is None
    far = a_target(on=date(2027, 2, 1))
    assert obstacle_of(last_use, a_ticket(by_pass=True), far, NOW.date()) is None
    booked = a_pass(booked=(BookedClass(UUID(int=7), date(2026, 12, 12)),))
    found = obstacle_of(booked, a_ticket(by_pass=True), far, NOW.date())
    assert found is not None
    assert found[0] is Obstacle.ENDED


@pytest.mark.parametrize(
    ("paid", "price", "changes", "after"),
    [
        (LinePaid(1200, 0), 1500, {"by_card": 300}, LinePaid(1500, 0)),
        (LinePaid(1200, 0), 1500, {"by_account": 300}, LinePaid(1200, 300)),
        (LinePaid(1200, 0), 1000, {"refund": 200}, LinePaid(1000, 0)),
        (LinePaid(1200, 0), 1000, {}, LinePaid(1000, 0)),
        (LinePaid(100, 1100), 1000, {"refund": 200}, LinePaid(0, 1000)),
        (LinePaid(1100, 0), 1200, {}, LinePaid(1100, 0)),
    ],
)
def test_what_a_moved_ticket_has_cost(
    paid: LinePaid, price: int, changes: dict[str, int], after: LinePaid
) -> None:
    assert paid_after(paid, price, **changes) == after


def test_the_same_kind_of_ticket_is_offered_else_any() -> None:
    adult = replace(a_target(), id=ADULT)

    class Kind:
        def __init__(self, nth: int, name: str) -> None:
            self.id, self.name = UUID(int=nth), name

    same, by_name, other = Kind(3, "Grown-up"), Kind(6, "Adult"), Kind(7, "Child")
    assert kinds_offered(a_ticket(), [other, same, by_name]) == (same,)
    assert kinds_offered(a_ticket(), [other, by_name]) == (by_name,)
    assert kinds_offered(a_ticket(), [other]) == (other,)
    assert adult.ticket_type_id == ADULT


def test_every_consequence_is_said() -> None:
    told = forecast(facts(a_ticket(discount=200), a_target(price=1500)))
    assert list(map(str, told_of_ticket(told, Mover.CLIENT))) == [
        "Your ticket moves from Morning Yoga on Thu 10 Dec to Clay on Thu 17 Dec, 09:30.",
        "Your discount of £2.00 moves along.",
        "It costs £3.00 more, to be paid by card now: the ticket moves once that is paid.",
    ]
    by_pass = forecast(facts(a_ticket(by_pass=True), a_target()))
    assert list(map(str, told_of_use(by_pass, Mover.STAFF))) == [
        "The same use of the 10-class pass pays for it: no other is taken.",
        "The validity of the 10-class pass moves: it starts on 17 Dec and ends on 15 Jan 2027.",
    ]
    assert str(told_in_letter(by_pass)[0]).startswith("The same use of your 10-class pass")
