"""Staff book for a client or a guest: as quoted, once, and the money stands in the books (S10, R6, M5)."""

import pytest
from sqlalchemy import func, select, update

from portal.models.audit import ActorKind, AuditEntry
from portal.models.booking_letters import told_booking
from portal.models.bookings import Booking, BookingStatus, Ticket
from portal.models.business import BusinessFacts
from portal.models.classes import TicketType
from portal.models.database import db, end_reading, transaction
from portal.models.letters import Letter, LetterKind
from portal.models.staff_bookings import HowPaid
from portal.operations.account_charges import NoSuchClient
from portal.operations.booking_for_clients import (
    AnotherQuote,
    GuestHasNoAccount,
    HowPaidNeeded,
    InstalmentsNeedTheirCard,
    NothingToBook,
)
from portal.operations.cancelling import cancel_tickets, cancellation_forecast
from portal.operations.reasons import ReasonNeeded
from portal.rules.cancelling import Canceller
from tests.accounts import balance_of, entries_of, in_favour, staff_actor
from tests.booked_by_staff import GUEST, booked_by, pressed, shown
from tests.desk import uses_of
from tests.soundness import assert_sound
from tests.studio import (
    NOW,
    APerson,
    a_basket,
    a_business,
    a_class,
    a_code,
    a_customer,
    a_pass_of,
    a_purchase_option,
    a_staff_member,
)
from tests.tables import all_tables
from tests.waiting import a_queue, counted, statuses

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def studio(app: object) -> BusinessFacts:
    return a_business()


@pytest.fixture
def olive(studio: BusinessFacts) -> APerson:
    return a_staff_member(studio)


@pytest.fixture
def ada(studio: BusinessFacts) -> APerson:
    return a_customer(studio)


def test_a_pass_pays_as_quoted_and_the_letter_goes_to_the_client(
    studio: BusinessFacts, olive: APerson, ada: APerson
) -> None:
    own, yoga = a_pass_of(ada), a_class(studio)
    placed = booked_by(olive, ada, yoga)
    assert placed.status is BookingStatus.CONFIRMED
    assert uses_of(own) == (9, 0)
    letter = db.session.scalars(select(Letter).where(Letter.kind == LetterKind.BOOKING_CONFIRMED)).one()
    assert (letter.to_email, letter.to_name) == (ada.email, "Ada Park")
    made = db.session.scalars(select(AuditEntry).where(AuditEntry.act == "booking.placed")).one()
    assert (made.actor_kind, made.actor_id, made.customer_id) == (ActorKind.STAFF, olive.id, ada.id)
    assert_sound()


def test_the_clients_own_basket_stays_as_it_is(studio: BusinessFacts, olive: APerson, ada: APerson) -> None:
    yoga = a_class(studio, capacity=2)
    a_basket(ada, yoga)
    baskets = ("basket", "basket_line")
    before = {name: all_tables()[name] for name in baskets}
    booked_by(olive, ada, yoga, how=HowPaid.CASH)
    assert {name: all_tables()[name] for name in baskets} == before
    assert counted(yoga) == (2, 0)
    assert_sound()


@pytest.mark.parametrize(
    ("how", "told"),
    [
        (HowPaid.CASH, "Paid at the desk in cash: till 2"),
        (HowPaid.TERMINAL, "Paid at the desk by card: till 2"),
    ],
)
def test_money_taken_at_the_desk_passes_through_the_account(
    studio: BusinessFacts, olive: APerson, ada: APerson, how: HowPaid, told: str
) -> None:
    in_favour(ada, 500, by=olive)
    placed = booked_by(olive, ada, a_class(studio), how=how, note="till 2")
    assert entries_of(ada) == [("credit", 500), ("credit", 700), ("basket", -1200)]
    assert balance_of(ada) == (0, 0)
    reasons = db.session.scalars(select(AuditEntry.reason).where(AuditEntry.act == "account.credited"))
    assert told in list(reasons)
    booking = told_booking(studio.id, placed.id)
    assert (booking.from_balance, booking.at_desk, booking.paid_first) == (500, 700, 700)
    assert_sound()


def test_what_was_paid_at_the_desk_goes_back_to_the_account_c4(
    studio: BusinessFacts, olive: APerson, ada: APerson
) -> None:
    placed = booked_by(olive, ada, a_class(studio), how=HowPaid.CASH)
    ticket = db.session.scalars(select(Ticket.id).where(Ticket.booking_id == placed.id)).one()
    end_reading()
    seen = cancellation_forecast(studio, ticket_ids=[ticket], by=Canceller.STAFF, now=NOW)
    end_reading()
    assert (seen.to_card, seen.to_account) == (0, 1200)
    with transaction():
        cancel_tickets(
            studio, ticket_ids=[ticket], digest=seen.digest, reason="Ill", actor=staff_actor(olive), now=NOW
        )
    assert balance_of(ada) == (1200, 0)
    assert_sound()


def test_charged_to_the_account_it_is_owed_there_m5(
    studio: BusinessFacts, olive: APerson, ada: APerson
) -> None:
    in_favour(ada, 500, by=olive)
    placed = booked_by(olive, ada, a_class(studio), how=HowPaid.ACCOUNT)
    assert balance_of(ada) == (-700, 0)
    booking = told_booking(studio.id, placed.id)
    assert (booking.from_balance, booking.charged, booking.paid_first) == (500, 700, 0)
    assert_sound()


def test_money_is_waived_for_a_reason_only(studio: BusinessFacts, olive: APerson, ada: APerson) -> None:
    yoga = a_class(studio)
    with pytest.raises(ReasonNeeded):
        booked_by(olive, ada, yoga, how=HowPaid.WAIVED, note="  ")
    placed = booked_by(olive, ada, yoga, how=HowPaid.WAIVED, note="Birthday")
    booking = db.session.get_one(Booking, (studio.id, placed.id))
    assert (booking.to_pay, booking.waived, booking.balance_used) == (0, 1200, 0)
    assert_sound()


def test_a_guest_is_booked_by_name_and_address(studio: BusinessFacts, olive: APerson) -> None:
    free, yoga = a_class(studio, price=0), a_class(studio, name="Pottery")
    placed = booked_by(olive, studio, free)
    booking = db.session.get_one(Booking, (studio.id, placed.id))
    assert (booking.customer_id, booking.name, booking.email) == (None, "Gil Guest", GUEST)
    end_reading()
    booked_by(olive, studio, yoga, how=HowPaid.WAIVED, note="Trial")
    for how in (HowPaid.CASH, HowPaid.TERMINAL, HowPaid.ACCOUNT):
        with pytest.raises(GuestHasNoAccount):
            booked_by(olive, studio, yoga, how=how)
    with pytest.raises(GuestHasNoAccount):
        booked_by(olive, studio, a_purchase_option(studio, price=0))
    assert_sound()


def test_a_pass_is_sold_at_the_desk_with_the_ticket_that_it_pays_for_p7(
    studio: BusinessFacts, olive: APerson, ada: APerson
) -> None:
    booked_by(olive, ada, a_class(studio), a_purchase_option(studio), how=HowPaid.CASH)
    assert entries_of(ada) == [("credit", 9600), ("basket", -9600)]
    assert_sound()


def test_a_pass_in_instalments_is_the_clients_own_to_buy_m1(
    studio: BusinessFacts, olive: APerson, ada: APerson
) -> None:
    with pytest.raises(InstalmentsNeedTheirCard):
        booked_by(olive, ada, a_purchase_option(studio, instalments=3), how=HowPaid.CASH)


def test_how_money_is_paid_must_be_said(studio: BusinessFacts, olive: APerson, ada: APerson) -> None:
    with pytest.raises(HowPaidNeeded) as refusal:
        booked_by(olive, ada, a_class(studio))
    assert str(refusal.value.sentence) == "Say how £12.00 is paid."


def test_the_same_button_pressed_twice_books_once(
    studio: BusinessFacts, olive: APerson, ada: APerson
) -> None:
    page = shown(ada, a_class(studio), how=HowPaid.CASH)
    assert pressed(olive, page) == pressed(olive, page)
    assert db.session.scalar(select(func.count()).select_from(Booking)) == 1
    end_reading()
    assert_sound()


def test_what_is_no_longer_the_quote_books_nothing_r6(
    studio: BusinessFacts, olive: APerson, ada: APerson
) -> None:
    page = shown(ada, a_class(studio), how=HowPaid.CASH)
    with transaction():
        db.session.execute(update(TicketType).values(price=1500))
    before = all_tables()
    with pytest.raises(AnotherQuote):
        pressed(olive, page)
    assert all_tables() == before


def test_a_full_class_takes_nobody_more(studio: BusinessFacts, olive: APerson, ada: APerson) -> None:
    yoga = a_class(studio, capacity=1)
    page = shown(ada, yoga, how=HowPaid.CASH)
    booked_by(olive, studio, yoga, how=HowPaid.WAIVED, note="Trial")
    with pytest.raises(AnotherQuote):
        pressed(olive, page)
    with pytest.raises(NothingToBook):
        booked_by(olive, ada, yoga, how=HowPaid.CASH)
    assert counted(yoga) == (1, 0)


def test_whoever_waits_comes_first_and_takes_their_own_offer_0020(
    studio: BusinessFacts, olive: APerson, ada: APerson
) -> None:
    yoga = a_class(studio, capacity=1)
    placed = booked_by(olive, ada, yoga, how=HowPaid.CASH)
    zoe, kim = a_queue(yoga, "Zoe Adu", "Kim Bell")
    ticket = db.session.scalars(select(Ticket.id).where(Ticket.booking_id == placed.id)).one()
    end_reading()
    seen = cancellation_forecast(studio, ticket_ids=[ticket], by=Canceller.STAFF, now=NOW)
    end_reading()
    with transaction():
        cancel_tickets(
            studio, ticket_ids=[ticket], digest=seen.digest, reason="Ill", actor=staff_actor(olive), now=NOW
        )
    for other in (kim, ada):
        with pytest.raises(NothingToBook):
            booked_by(olive, other, yoga, how=HowPaid.CASH)
    booked_by(olive, zoe, yoga, how=HowPaid.CASH)
    assert [status.value for status in statuses(yoga)] == ["taken", "waiting"]
    assert counted(yoga) == (1, 1)
    assert_sound()


def test_a_code_is_redeemed_d3(studio: BusinessFacts, olive: APerson, ada: APerson) -> None:
    yoga = a_class(studio)
    a_code(studio, per_person_limit=1)
    pressed(olive, shown(ada, yoga, code="SPRING20", how=HowPaid.CASH))
    assert entries_of(ada) == [("credit", 960), ("basket", -960)]
    with pytest.raises(HowPaidNeeded):
        pressed(olive, shown(ada, yoga, code="SPRING20"))  # without it: the pounds that it took off are back
    assert_sound()


def test_another_studios_client_is_not_to_be_found_b1(studio: BusinessFacts, olive: APerson) -> None:
    zoe = a_customer(a_business(), "Zoe Elsewhere")
    page = shown(zoe, a_class(studio, price=0))
    with pytest.raises(NoSuchClient):
        pressed(olive, page)
