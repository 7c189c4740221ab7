"""The demo is a studio one believes, whenever it is loaded, and loading it again disturbs nobody."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select

from portal.models.account_pages import passes_of
from portal.models.accounts import CustomerAccount
from portal.models.baskets import Basket, BasketLine
from portal.models.bookings import Booking, BookingStatus, Ticket
from portal.models.business import BusinessFacts
from portal.models.businesses import business_at
from portal.models.class_passes import ClassPass
from portal.models.classes import ClassSeries, ClassSession, TicketType
from portal.models.database import db, transaction
from portal.models.instalments import Instalment, InstalmentStatus
from portal.models.letters import Letter
from portal.models.people import Customer, StaffMember
from portal.models.staff_class_pages import cancelled_class
from portal.models.transfers import TicketTransfer
from portal.models.waiting_pages import waiting_list_of
from portal.operations.basket_codes import apply_discount_code
from portal.operations.basket_lines import add_ticket, open_basket
from portal.operations.demo import NotADemo, holds_demo_accounts, load_demo
from portal.operations.demo.people import (
    FRONT_DESK,
    IN_INSTALMENTS,
    INSTRUCTOR,
    MANAGER,
    NEWCOMER,
    OWNER,
    PASSHOLDER,
)
from portal.operations.quoting import QuotedBasket, quoted_basket
from portal.operations.schedules import DAYS_AHEAD
from portal.rules.discounts import CodeRefused
from portal.rules.facts import OwnedPass
from portal.rules.passes import PassStatus, status
from portal.rules.quote import PassPays
from portal.rules.roles import Role
from tests.soundness import assert_sound
from tests.studio import a_business, a_customer

pytestmark = pytest.mark.usefixtures("app")

MONDAY_MORNING = datetime(2026, 12, 7, 6, 0, tzinfo=UTC)
WHENEVER = [
    MONDAY_MORNING,
    datetime(2026, 10, 25, 0, 30, tzinfo=UTC),  # half an hour before the clocks go back
    datetime(2027, 3, 31, 18, 29, tzinfo=UTC),  # a Wednesday, a minute before the wheels turn
    datetime(2027, 8, 7, 22, 30, tzinfo=UTC),  # a Saturday, half an hour before Sunday in London
    datetime(2028, 2, 29, 12, 0, tzinfo=UTC),
]


def _load(now: datetime = MONDAY_MORNING) -> BusinessFacts:
    with transaction():
        riverside, _ = load_demo(port=8000, password_hash="hash", now=now)
    return riverside.business


def _customer(business: BusinessFacts, email: str) -> UUID:
    return db.session.execute(
        select(Customer.id).where(Customer.business_id == business.id, Customer.email == email)
    ).scalar_one()


def _passes_of(business: BusinessFacts, email: str) -> list[OwnedPass]:
    return [one.owned for one in passes_of(business.id, _customer(business, email))]


def _classes(business: BusinessFacts, after: datetime, series: str | None = None) -> Sequence[ClassSession]:
    query = (
        select(ClassSession)
        .join(ClassSeries, ClassSeries.id == ClassSession.series_id)
        .where(ClassSession.business_id == business.id, ClassSession.starts_at > after)
        .order_by(ClassSession.starts_at)
    )
    return db.session.scalars(query if series is None else query.where(ClassSeries.name == series)).all()


def _basket_with(business: BusinessFacts, email: str, session: ClassSession, now: datetime) -> QuotedBasket:
    customer_id = _customer(business, email)
    adult = db.session.execute(
        select(TicketType.id).where(TicketType.series_id == session.series_id, TicketType.name == "Adult")
    ).scalar_one()
    with transaction():
        basket_id = open_basket(business, customer_id=customer_id, basket_id=None, now=now)
        add_ticket(business, basket_id=basket_id, class_session_id=session.id, ticket_type_id=adult, now=now)
    return quoted_basket(business, basket_id=basket_id, customer_id=customer_id, now=now)


@pytest.mark.parametrize("now", WHENEVER, ids=str)
def test_whenever_it_is_loaded_it_is_sound_and_tells_its_story(now: datetime) -> None:
    business = _load(now)
    assert_sound()
    _shows_every_pass_status(business, now)
    _an_instalment_failed_and_the_next_was_paid(business)
    _one_owes_and_one_has_a_balance(business)
    _shows_a_full_class_and_one_with_two_places_left(business, now)
    _two_people_wait_for_the_full_class(business, now)
    _a_class_of_the_coming_week_is_cancelled(business, now)
    _a_ticket_was_moved_along_with_its_use(business)
    _passholder_has_a_started_and_an_unstarted_pass(business, now)
    _passholders_basket_is_empty(business)
    _either_pass_can_pay_for_a_class_in_the_coming_days(business, now)


def _shows_every_pass_status(business: BusinessFacts, now: datetime) -> None:
    today = business.day_of(now)
    everybody = db.session.scalars(select(Customer.email).where(Customer.business_id == business.id)).all()
    shown = {status(owned, today) for email in everybody for owned in _passes_of(business, email)}
    assert shown == set(PassStatus)


def _a_class_of_the_coming_week_is_cancelled(business: BusinessFacts, now: datetime) -> None:
    (cancelled,) = [it for it in _classes(business, now) if it.cancelled_at is not None]
    assert cancelled.starts_at < now + timedelta(days=9)
    act = cancelled_class(business.id, cancelled.id)
    assert act is not None
    assert act.finished_at is not None
    assert act.done >= 2


def _a_ticket_was_moved_along_with_its_use(business: BusinessFacts) -> None:
    (move,) = db.session.scalars(select(TicketTransfer).where(TicketTransfer.business_id == business.id))
    assert move.confirmed_at is not None
    to = db.session.get_one(Ticket, (business.id, move.to_ticket_id))
    assert to.counts
    assert to.class_pass_id is not None


def _an_instalment_failed_and_the_next_was_paid(business: BusinessFacts) -> None:
    iris = _customer(business, IN_INSTALMENTS)
    stands = db.session.execute(
        select(Instalment.nth, Instalment.status, Instalment.try_on)
        .join(ClassPass, ClassPass.id == Instalment.class_pass_id)
        .where(ClassPass.customer_id == iris)
        .order_by(Instalment.nth)
    ).all()
    assert [status for _, status, _ in stands] == [
        InstalmentStatus.FAILED,
        InstalmentStatus.PAID,
        InstalmentStatus.SCHEDULED,
    ]
    assert stands[0].try_on is None, "the worker of a demo has no card to try again"


def _one_owes_and_one_has_a_balance(business: BusinessFacts) -> None:
    balances = db.session.scalars(
        select(CustomerAccount.balance).where(
            CustomerAccount.business_id == business.id, CustomerAccount.balance != 0
        )
    ).all()
    assert sorted(balances) == [-1800, 600]


def _shows_a_full_class_and_one_with_two_places_left(business: BusinessFacts, now: datetime) -> None:
    left = {
        session.capacity - session.places_taken
        for session in _classes(business, now)
        if session.starts_at < now + timedelta(days=9)
    }
    assert {0, 2} <= left


def _two_people_wait_for_the_full_class(business: BusinessFacts, now: datetime) -> None:
    (waited,) = (session for session in _classes(business, now) if session.waiting)
    assert waited.places_taken == waited.capacity
    names = [person.name for person in waiting_list_of(business.id, waited.id)]
    assert names == ["Keiko Tanaka", "Noah Clarke"]


def _passholder_has_a_started_and_an_unstarted_pass(business: BusinessFacts, now: datetime) -> None:
    today = business.day_of(now)
    held = {owned.name: status(owned, today) for owned in _passes_of(business, PASSHOLDER)}
    assert held == {"10-class pass": PassStatus.NOT_STARTED, "5-class pass": PassStatus.ACTIVE}


def _passholders_basket_is_empty(business: BusinessFacts) -> None:
    lines = (
        select(BasketLine.id)
        .join(Basket, Basket.id == BasketLine.basket_id)
        .where(Basket.customer_id == _customer(business, PASSHOLDER))
    )
    assert db.session.scalars(lines).all() == []


def _either_pass_can_pay_for_a_class_in_the_coming_days(business: BusinessFacts, now: datetime) -> None:
    yoga = _classes(business, now, "Morning Yoga")[0]
    assert yoga.starts_at < now + timedelta(days=5)
    (line,) = _basket_with(business, PASSHOLDER, yoga, now).quote.lines
    assert isinstance(line.pays, PassPays)
    assert line.pays.pass_name == "5-class pass"
    assert {option.pass_name for option in line.pay_options} >= {"5-class pass", "10-class pass"}


def test_it_is_as_announced() -> None:
    business = _load()
    _newcomer_has_no_pass(business)
    _only_those_who_are_announced_can_sign_in(business)
    _eight_series_or_more_have_classes_for_eight_weeks(business)
    _answers_on_every_name_of_this_machine(business)
    _harbour_pottery_is_a_studio_of_its_own(business)
    _one_customer_walked_away_from_paying(business)
    _nobody_is_written_to_about_what_happened_before()
    assert holds_demo_accounts()


def _newcomer_has_no_pass(business: BusinessFacts) -> None:
    assert _passes_of(business, NEWCOMER) == []


def _eight_series_or_more_have_classes_for_eight_weeks(business: BusinessFacts) -> None:
    coming = _classes(business, MONDAY_MORNING)
    assert len({session.series_id for session in coming}) >= 8
    assert coming[-1].starts_at > MONDAY_MORNING + timedelta(days=50)


def _answers_on_every_name_of_this_machine(business: BusinessFacts) -> None:
    assert {business_at(host) for host in ("localhost", "127.0.0.1", "[::1]")} == {business}


def _only_those_who_are_announced_can_sign_in(business: BusinessFacts) -> None:
    with_password = select(Customer.email).where(
        Customer.business_id == business.id, Customer.password_hash.is_not(None)
    )
    assert set(db.session.scalars(with_password)) == {PASSHOLDER, NEWCOMER, IN_INSTALMENTS}
    staff = select(StaffMember.role, StaffMember.email).where(StaffMember.business_id == business.id)
    assert dict(iter(db.session.execute(staff))) == {
        Role.OWNER: OWNER,
        Role.MANAGER: MANAGER,
        Role.FRONT_DESK: FRONT_DESK,
        Role.INSTRUCTOR: INSTRUCTOR,
    }
    assert db.session.scalar(select(func.count()).where(~Customer.is_demo)) == 0


def _one_customer_walked_away_from_paying(business: BusinessFacts) -> None:
    released = select(func.count()).where(
        Booking.business_id == business.id, Booking.status == BookingStatus.RELEASED
    )
    assert db.session.scalar(released) == 1


def _nobody_is_written_to_about_what_happened_before() -> None:
    assert db.session.scalar(select(func.count()).select_from(Letter).where(Letter.sent_at.is_(None))) == 0


def _harbour_pottery_is_a_studio_of_its_own(riverside: BusinessFacts) -> None:
    harbour = business_at("harbour.localhost")
    assert harbour is not None
    assert harbour.name == "Harbour Pottery"
    assert harbour.id != riverside.id
    assert [owned.name for owned in _passes_of(harbour, PASSHOLDER)] == ["Six studio visits"]


def test_no_pass_but_the_term_pass_pays_for_pottery() -> None:
    business = _load()
    wheel = _classes(business, MONDAY_MORNING + timedelta(days=8), "Wheel Throwing")[0]
    (line,) = _basket_with(business, PASSHOLDER, wheel, MONDAY_MORNING).quote.lines
    assert line.to_pay == 3400


def test_classes_keep_their_wall_clock_time_across_a_change_of_clocks() -> None:
    business = _load(datetime(2027, 3, 20, 12, 0, tzinfo=UTC))
    yoga = _classes(business, datetime(2027, 1, 1, tzinfo=UTC), "Morning Yoga")
    assert {session.starts_at.hour for session in yoga} == {6, 7}
    on_the_wall = {session.starts_at.astimezone(business.zone_info) for session in yoga}
    assert {(moment.hour, moment.minute) for moment in on_the_wall} == {(7, 30)}


def test_the_codes_do_what_they_are_announced_to_do() -> None:
    business = _load()
    yoga = _classes(business, MONDAY_MORNING, "Morning Yoga")[0]
    basket_id = _basket_with(business, NEWCOMER, yoga, MONDAY_MORNING).basket_id
    to_pay = {text: _to_pay_with(business, basket_id, text) for text in ("SPRING20", "FIVER", "YOGA10")}
    assert to_pay == {"SPRING20": 960, "FIVER": 700, "YOGA10": 1080}
    with pytest.raises(CodeRefused, match="OLDCODE has expired"):
        _to_pay_with(business, basket_id, "OLDCODE")
    with pytest.raises(CodeRefused, match="LASTONE has been used up"):
        _to_pay_with(business, basket_id, "LASTONE")


def _to_pay_with(business: BusinessFacts, basket_id: UUID | None, text: str) -> int:
    assert basket_id is not None
    customer_id = _customer(business, NEWCOMER)
    with transaction():
        apply_discount_code(
            business,
            basket_id=basket_id,
            customer_id=customer_id,
            person_key=NEWCOMER,
            text=text,
            now=MONDAY_MORNING,
        )
    quoted = quoted_basket(business, basket_id=basket_id, customer_id=customer_id, now=MONDAY_MORNING)
    return quoted.quote.to_pay


def test_a_second_loading_keeps_everything_and_adds_the_classes_of_the_weeks_that_have_come() -> None:
    business = _load()
    a_week_later = MONDAY_MORNING + timedelta(weeks=1)
    before = _rows_of(business)
    with transaction():
        riverside, harbour = load_demo(port=8000, password_hash="another", now=a_week_later)
    after = _rows_of(business)
    assert not riverside.is_new
    assert not harbour.is_new
    assert before["classes"] < after["classes"]
    assert {session.on_date for session in _added(after, before)} <= {
        MONDAY_MORNING.date() + timedelta(days=days) for days in range(DAYS_AHEAD + 1, DAYS_AHEAD + 8)
    }
    assert (before["bookings"], before["customers"]) == (after["bookings"], after["customers"])
    assert_sound()


def test_a_second_loading_on_the_same_day_adds_nothing() -> None:
    _load()
    with transaction():
        again = load_demo(port=8000, password_hash="hash", now=MONDAY_MORNING + timedelta(hours=5))
    assert [studio.classes_added for studio in again] == [0, 0]


def test_another_port_moves_the_demo_there() -> None:
    _load()
    with transaction():
        load_demo(port=9000, password_hash="hash", now=MONDAY_MORNING)
    moved = business_at("localhost")
    assert moved is not None
    assert moved.public_address == "http://localhost:9000"


def test_a_real_studio_on_a_demo_host_is_left_alone() -> None:
    a_business(host="localhost")
    with pytest.raises(NotADemo), transaction():
        load_demo(port=8000, password_hash="hash", now=MONDAY_MORNING)
    assert business_at("harbour.localhost") is None


def test_the_books_of_a_real_studio_hold_no_demo_accounts() -> None:
    a_customer(a_business())
    assert not holds_demo_accounts()


def _rows_of(business: BusinessFacts) -> dict[str, set[UUID]]:
    return {
        name: set(db.session.scalars(select(model.id).where(model.business_id == business.id)))
        for name, model in (("classes", ClassSession), ("bookings", Booking), ("customers", Customer))
    }


def _added(after: dict[str, set[UUID]], before: dict[str, set[UUID]]) -> Sequence[ClassSession]:
    return db.session.scalars(
        select(ClassSession).where(ClassSession.id.in_(after["classes"] - before["classes"]))
    ).all()
