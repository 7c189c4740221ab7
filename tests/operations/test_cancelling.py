"""Tickets are cancelled: places, uses and validity are right at once, whoever did it (B2, C1–C5)."""

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine, event, select

from portal.models.audit import AuditEntry
from portal.models.bookings import Booking, BookingStatus, Ticket
from portal.models.cancellations import TicketCancellation
from portal.models.class_passes import ClassPass, PassUse
from portal.models.classes import ClassSession
from portal.models.coverage_facts import EVERYTHING
from portal.models.database import db, end_reading, transaction
from portal.models.letters import Letter, LetterKind
from portal.models.pass_facts import booked_on, owned_pass, pass_rows_by_id
from portal.operations.auditing import GUEST, Actor, customer_or_guest
from portal.operations.basket_lines import remove_line
from portal.operations.cancelling import (
    AlreadyCancelled,
    CancellingNotOffered,
    ClassHasBegun,
    ForecastChanged,
    NoSuchTicket,
    StillBeingPaid,
    cancel_tickets,
    cancellation_forecast,
    tickets_left,
)
from portal.operations.quoting import quoted_basket
from portal.operations.reasons import ReasonNeeded
from portal.rules.cancelling import Canceller, Overrides, ValidityChange
from portal.rules.facts import OwnedPass
from portal.rules.quote import PassPays
from portal.rules.validity import FromFirstClass, Period, Unit, validity_words
from tests.cancellations import cancelled, forecast_of, tickets_for, who_cancels, with_preferences
from tests.desk import a_desk
from tests.soundness import assert_sound
from tests.studio import (
    NOW,
    ABooking,
    AClass,
    APass,
    APerson,
    a_basket,
    a_booking,
    a_business,
    a_class,
    a_code,
    a_customer,
    a_pass_of,
    a_placed_booking,
    a_purchase_option,
    a_series,
    a_staff_member,
    stripe_tells,
)

pytestmark = pytest.mark.usefixtures("app")

THE_10TH = date(2026, 12, 10)


def a_client_with_a_class(**of_pass: Any) -> tuple[APerson, APass, AClass, ABooking]:
    """Ada has a pass of 10 uses for 30 days, and a class booked on it."""
    studio = a_business()
    ada = a_customer(studio)
    ten_classes = a_pass_of(ada, **of_pass)
    yoga = a_class(studio, on=THE_10TH)
    return ada, ten_classes, yoga, a_booking(ada, yoga)


def ledger_of(of: APass) -> list[tuple[str, int]]:
    """A pass's ledger, the oldest entry first."""
    rows = db.session.scalars(
        select(PassUse).where(PassUse.class_pass_id == of.id).order_by(PassUse.at, PassUse.id)
    ).all()
    end_reading()
    return [(row.kind.value, row.change) for row in rows]


def standing_of(of: APass) -> tuple[int | None, date | None]:
    """Uses left, and the earliest class that counts."""
    row = db.session.execute(
        select(ClassPass.uses_left, ClassPass.first_class_on).where(ClassPass.id == of.id)
    ).one()
    end_reading()
    return row.uses_left, row.first_class_on


def shown_validity(of: APass) -> str:
    """What the account page and staff's page say about the validity (B16, B17)."""
    return str(validity_words(owned_now(of)))


def owned_now(of: APass) -> OwnedPass:
    """The pass as the rules see it."""
    (row,) = pass_rows_by_id(of.business.id, [of.id])
    found = owned_pass(row, EVERYTHING, booked_on(of.business.id, [of.id], own_booking_id=None)[of.id])
    end_reading()
    return found


def pass_pays_for(ada: APerson, wants: AClass, *, now: datetime = NOW) -> bool:
    """Whether a pass of hers would pay for a class; the basket is as it was afterwards."""
    basket_id = a_basket(ada, wants, now=now)
    shown = quoted_basket(ada.business, basket_id=basket_id, customer_id=ada.id, now=now, person_key=None)
    end_reading()
    (line,) = shown.lines
    with transaction():
        remove_line(ada.business, basket_id=basket_id, line_id=line.id, now=now)
    return isinstance(line.quoted.pays, PassPays)


def places_taken(yoga: AClass) -> int:
    taken = db.session.scalars(select(ClassSession.places_taken).where(ClassSession.id == yoga.id)).one()
    end_reading()
    return taken


def test_b15_b16_b17_the_validity_resets_and_starts_again_with_the_next_class() -> None:
    studio = a_business()
    ada = a_customer(studio)
    option = a_purchase_option(studio, days=30)
    yoga, later = a_class(studio, on=THE_10TH), a_class(studio, on=date(2026, 12, 15), name="Clay")
    booking = a_booking(ada, option, yoga)
    pass_id = db.session.scalars(select(ClassPass.id).where(ClassPass.customer_id == ada.id)).one()
    end_reading()
    bought = APass(studio, pass_id, ada.id, option.id, option.name)
    assert shown_validity(bought) == "Expires 8 Jan 2027"
    cancelled(booking)
    assert shown_validity(bought) == "Valid for 30 days from your first class"
    a_booking(ada, later)
    assert shown_validity(bought) == "Expires 13 Jan 2027"
    assert_sound()


def test_b8_cancelling_never_cancels_the_pass() -> None:
    ada, ten_classes, yoga, booking = a_client_with_a_class()
    cancelled(booking)
    assert standing_of(ten_classes) == (10, None)
    assert pass_pays_for(ada, a_class(ada.business, on=date(2027, 3, 1))), "the pass pays on"
    assert places_taken(yoga) == 0
    assert_sound()


@pytest.mark.parametrize("returns_use", [True, False], ids=["use returned", "use kept"])
@pytest.mark.parametrize("meanwhile", ["running", "expired", "deactivated"])
def test_c3_c5_six_ways_to_cancel_the_only_ticket_of_a_pass(returns_use: bool, meanwhile: str) -> None:
    """Use returned or not, the pass running, expired by a day that staff set, or deactivated meanwhile."""
    ada, ten_classes, yoga, booking = a_client_with_a_class()
    desk = a_desk(ada.business)
    with_preferences(ada.business, returns_use=returns_use)
    if meanwhile == "expired":
        desk.set_dates(ten_classes, date(2026, 12, 1), date(2026, 12, 2))
    elif meanwhile == "deactivated":
        desk.deactivate(ten_classes)
    later = NOW + timedelta(days=3)
    before = owned_now(ten_classes)
    shown = cancelled(booking, now=later)
    after = owned_now(ten_classes)

    uses = 10 if returns_use else 9
    assert standing_of(ten_classes) == (uses, None)
    assert (after.uses_left, after.booked) == (uses, ())
    returned = [("returned", 1)] if returns_use else []
    assert ledger_of(ten_classes) == [("issued", 10), ("booked", -1), *returned]
    stands = meanwhile == "expired"  # days that staff set stand, whatever is cancelled (P4)
    assert shown.passes[0].validity is (ValidityChange.UNCHANGED if stands else ValidityChange.RESET)
    assert (after.expires_on_set, after.deactivated_from) == (before.expires_on_set, before.deactivated_from)
    in_december = a_class(ada.business, on=date(2026, 12, 20))
    assert pass_pays_for(ada, in_december, now=later) is (meanwhile == "running")
    assert places_taken(yoga) == 0
    assert_sound()


def test_cancelling_the_earliest_moves_the_start_to_the_next_and_back() -> None:
    studio = a_business()
    ada = a_customer(studio)
    ten_classes = a_pass_of(ada)
    series = a_series(studio)
    first, second = (a_class(series, on=date(2026, 12, day)) for day in (10, 14))
    booking = a_booking(ada, first, second)
    cancelled(booking, first)
    assert (standing_of(ten_classes), shown_validity(ten_classes)) == (
        (9, date(2026, 12, 14)),
        "Expires 12 Jan 2027",
    )
    a_booking(ada, first)
    assert standing_of(ten_classes) == (8, THE_10TH)
    assert_sound()


def test_cancelling_a_later_one_leaves_the_start() -> None:
    studio = a_business()
    ada = a_customer(studio)
    ten_classes = a_pass_of(ada)
    first, second = (a_class(studio, on=date(2026, 12, day)) for day in (10, 14))
    booking = a_booking(ada, first, second)
    shown = cancelled(booking, second)
    assert shown.passes[0].validity is ValidityChange.UNCHANGED
    assert standing_of(ten_classes) == (9, THE_10TH)
    assert_sound()


def test_a_class_that_did_not_fit_beside_the_cancelled_one_fits_now() -> None:
    """30 days from the 10th end on 8 January; without it they start with the class on the 20th (P5)."""
    studio = a_business()
    ada = a_customer(studio)
    a_pass_of(ada)
    first, second = (a_class(studio, on=date(2026, 12, day)) for day in (10, 20))
    booking = a_booking(ada, first, second)
    in_january = a_class(studio, on=date(2027, 1, 15), name="Clay")
    assert not pass_pays_for(ada, in_january)
    cancelled(booking, first)
    assert pass_pays_for(ada, in_january)
    a_booking(ada, in_january)
    assert_sound()


def test_a_pass_that_had_to_start_by_then_keeps_its_later_classes() -> None:
    studio = a_business()
    ada = a_customer(studio)
    ten_classes = a_pass_of(ada, start_within_days=14)  # by 15 December
    first, second = (a_class(studio, on=date(2026, 12, day)) for day in (10, 20))
    cancelled(a_booking(ada, first, second), first)
    assert standing_of(ten_classes) == (9, date(2026, 12, 20))
    assert_sound()


def test_a_limit_per_day_is_free_again() -> None:
    studio = a_business()
    ada = a_customer(studio)
    a_pass_of(ada, uses_per_day=1)
    morning, evening = a_class(studio, on=THE_10TH), a_class(studio, on=THE_10TH, at=time(19), name="Clay")
    booking = a_booking(ada, morning)
    assert not pass_pays_for(ada, evening)
    cancelled(booking)
    assert pass_pays_for(ada, evening)


def test_an_unlimited_pass_gets_no_entry_and_may_book_the_class_again() -> None:
    ada, unlimited, yoga, booking = a_client_with_a_class(
        uses=None, validity=FromFirstClass(Period(1, Unit.MONTHS))
    )
    cancelled(booking)
    assert ledger_of(unlimited) == [("issued", 0), ("booked", -1)]
    assert pass_pays_for(ada, yoga)
    assert_sound()


def test_the_freed_place_is_somebody_elses_at_once() -> None:
    studio = a_business()
    yoga = a_class(studio, capacity=1, price=0)
    booking = a_booking(studio, yoga)
    cancelled(booking)
    a_booking(a_customer(studio), yoga)
    assert places_taken(yoga) == 1
    assert_sound()


def test_a_whole_booking_is_cancelled_in_one_act_and_its_bought_pass_stays() -> None:
    studio = a_business()
    ada = a_customer(studio)
    option = a_purchase_option(studio)
    yoga, clay = a_class(studio), a_class(studio, on=date(2026, 12, 12), name="Clay")
    booking = a_booking(ada, option, yoga, clay)
    shown = cancelled(booking)
    assert len(shown.tickets) == 2
    assert (shown.to_card, shown.to_account) == (0, 0), "the pass stays paid, and stays theirs"
    owned = db.session.execute(select(ClassPass.uses_left, ClassPass.first_class_on)).one()
    assert tuple(owned) == (10, None)
    assert tickets_left(studio.id, booking.id, by=Canceller.CLIENT, now=NOW) == ()
    assert db.session.scalars(select(Booking.status)).all() == [BookingStatus.CONFIRMED]
    assert_sound()


def test_twice_pressed_it_is_done_once_and_the_second_press_is_told() -> None:
    _, ten_classes, yoga, booking = a_client_with_a_class()
    shown = forecast_of(booking)
    ids = [outcome.ticket.id for outcome in shown.tickets]
    cancelled(booking)
    with pytest.raises(AlreadyCancelled, match="Morning Yoga on 10 Dec is cancelled already"):
        press(booking, ids, shown.digest)
    with pytest.raises(AlreadyCancelled):
        forecast_of(booking, yoga)
    assert ledger_of(ten_classes)[2:] == [("returned", 1)]
    assert_sound()


def test_what_changed_between_page_and_press_is_shown_before_anything_is_done() -> None:
    ada, ten_classes, _, booking = a_client_with_a_class()
    shown = forecast_of(booking)
    with_preferences(ada.business, returns_use=False)
    with pytest.raises(ForecastChanged) as refused:
        press(booking, [outcome.ticket.id for outcome in shown.tickets], shown.digest)
    assert not refused.value.forecast.tickets[0].use_returned
    assert standing_of(ten_classes) == (9, THE_10TH)
    press(booking, [outcome.ticket.id for outcome in shown.tickets], refused.value.forecast.digest)
    assert standing_of(ten_classes) == (9, None)
    assert_sound()


def test_a_page_left_open_past_the_cut_off_cancels_nothing() -> None:
    _, ten_classes, yoga, booking = a_client_with_a_class()
    shown = forecast_of(booking)
    late = yoga.starts_at - timedelta(hours=2)
    with pytest.raises(ForecastChanged):
        press(booking, [outcome.ticket.id for outcome in shown.tickets], shown.digest, now=late)
    assert standing_of(ten_classes) == (9, THE_10TH)


def test_after_the_cut_off_the_place_is_given_up_for_nothing() -> None:
    _, ten_classes, yoga, booking = a_client_with_a_class()
    cancelled(booking, now=yoga.starts_at - timedelta(hours=11))
    assert standing_of(ten_classes) == (9, None)
    assert places_taken(yoga) == 0
    (row,) = cancellations()
    assert (row.in_time, row.use_returned, row.refund) == (False, False, 0)
    assert_sound()


def test_once_the_class_has_begun_only_staff_cancel_and_the_validity_stays() -> None:
    ada, ten_classes, yoga, booking = a_client_with_a_class()
    begun = yoga.starts_at
    with pytest.raises(ClassHasBegun):
        forecast_of(booking, yoga, now=begun)
    assert tickets_left(ada.business.id, booking.id, by=Canceller.CLIENT, now=begun) == ()
    olive = a_staff_member(ada.business)
    shown = cancelled(booking, by=olive, overrides=Overrides(returns_use=True), now=begun)
    assert shown.passes[0].validity is ValidityChange.UNCHANGED
    assert standing_of(ten_classes) == (10, THE_10TH)
    assert places_taken(yoga) == 1, "nobody can take a place of a class that has begun"
    assert_sound()


def test_staff_need_a_reason_and_may_decide_otherwise() -> None:
    ada, ten_classes, yoga, booking = a_client_with_a_class()
    olive = a_staff_member(ada.business)
    late, kindly = yoga.starts_at - timedelta(minutes=1), Overrides(returns_use=True)
    shown = forecast_of(booking, by=olive, overrides=kindly, now=late)
    actor, ids = who_cancels(booking, olive), [outcome.ticket.id for outcome in shown.tickets]
    with pytest.raises(ReasonNeeded), transaction():
        cancel_tickets(
            ada.business, ticket_ids=ids, digest=shown.digest, overrides=kindly, actor=actor, now=late
        )
    cancelled(booking, by=olive, overrides=kindly, now=late)
    (row,) = cancellations()
    assert (row.actor_id, row.reason, row.in_time) == (olive.id, "Asked for on the telephone", False)
    assert standing_of(ten_classes) == (10, None)
    assert_sound()


def test_customers_do_not_override_and_do_not_cancel_where_the_studio_does_not_offer_it() -> None:
    ada, ten_classes, _, booking = a_client_with_a_class()
    with pytest.raises(ValueError, match="Only staff"):
        forecast_of(booking, overrides=Overrides(returns_use=True))
    end_reading()
    with_preferences(ada.business, customers_may_cancel=False)
    with pytest.raises(CancellingNotOffered, match="Please ask Riverside Studio"):
        forecast_of(booking)
    cancelled(booking, by=a_staff_member(ada.business))
    assert standing_of(ten_classes) == (10, None)


def test_nobody_cancels_somebody_elses_ticket() -> None:
    ada, ten_classes, yoga, booking = a_client_with_a_class()
    ben = a_customer(ada.business, "Ben Osei")
    shown = forecast_of(booking)
    ids = [outcome.ticket.id for outcome in shown.tickets]
    for stranger in (customer_or_guest(ben.id), GUEST):
        with pytest.raises(NoSuchTicket):
            press(booking, ids, shown.digest, actor=stranger)
    elsewhere = a_business("Harbour Pottery")
    with pytest.raises(NoSuchTicket):
        cancellation_forecast(elsewhere, ticket_ids=ids, by=Canceller.STAFF, now=NOW)
    other = a_booking(ben, yoga)
    both = [*ids, *tickets_for(other, actor=who_cancels(other), now=NOW)]
    with pytest.raises(NoSuchTicket):
        cancellation_forecast(ada.business, ticket_ids=both, by=Canceller.STAFF, now=NOW)
    with pytest.raises(NoSuchTicket):
        cancellation_forecast(ada.business, ticket_ids=[], by=Canceller.STAFF, now=NOW)
    assert standing_of(ten_classes) == (9, THE_10TH)


def test_tickets_of_a_booking_that_is_being_paid_or_was_let_go_of_are_not_cancelled() -> None:
    studio = a_business()
    yoga = a_class(studio)
    waiting = a_placed_booking(studio, yoga)
    with pytest.raises(StillBeingPaid):
        forecast_of(waiting, yoga)
    end_reading()
    stripe_tells(waiting, paid=False)
    with pytest.raises(NoSuchTicket):
        forecast_of(waiting, yoga)


def test_the_audit_tells_on_the_booking_who_cancelled_what_and_what_it_brought() -> None:
    ada, _, yoga, booking = a_client_with_a_class()
    cancelled(booking)
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.act == "ticket.cancelled")).one()
    assert (entry.subject_id, entry.customer_id, entry.actor_id) == (booking.id, ada.id, ada.id)
    (row,) = cancellations()
    assert entry.after == {
        "ticket": str(row.ticket_id),
        "class": "Morning Yoga",
        "on_date": yoga.on_date.isoformat(),
        "in_time": True,
        "use_returned": True,
        "to_card": 0,
        "to_account": 0,
    }


def test_one_letter_tells_of_all_tickets_of_one_act() -> None:
    ada, _, _, _ = a_client_with_a_class()
    booking = a_booking(ada, a_class(ada.business, name="Clay"), a_class(ada.business, name="Swing"))
    cancelled(booking)
    letters = db.session.scalars(select(Letter).where(Letter.kind == LetterKind.TICKET_CANCELLED)).all()
    assert len(letters) == 1
    assert len(letters[0].facts["ticket_ids"]) == 2


def test_a_redemption_stays_used_for_the_booking_was_made() -> None:
    studio = a_business()
    ada = a_customer(studio)
    yoga, clay = a_class(studio), a_class(studio, name="Clay")
    a_code(studio, "ONCE", percent=50, per_person_limit=1)
    booking = a_booking(ada, yoga, code="ONCE")
    cancelled(booking)
    with pytest.raises(Exception, match="already used ONCE"):
        a_basket(ada, clay, code="ONCE")
    assert_sound()


def test_the_forecast_takes_no_more_statements_for_more_tickets() -> None:
    studio = a_business()
    ada = a_customer(studio)
    a_pass_of(ada)
    one = a_booking(ada, a_class(studio))
    many = a_booking(ada, *(a_class(studio, on=date(2026, 12, 11 + nth), name=f"C{nth}") for nth in range(6)))
    assert statements_of(one) == statements_of(many)


def test_a_ticket_counts_no_more_and_is_still_there() -> None:
    _, _, _, booking = a_client_with_a_class()
    cancelled(booking)
    ticket = db.session.scalars(select(Ticket)).one()
    assert (ticket.counts, ticket.by_pass) == (False, True)


def press(
    booking: ABooking,
    ids: Collection[UUID],
    digest: str,
    *,
    actor: Actor | None = None,
    now: datetime = NOW,
) -> None:
    """The button under a forecast that was shown before."""
    actor = actor or who_cancels(booking)
    with transaction():
        cancel_tickets(booking.business, ticket_ids=ids, digest=digest, actor=actor, now=now)


def statements_of(booking: ABooking) -> int:
    """How many statements the page's forecast takes."""
    ids = tickets_for(booking, actor=who_cancels(booking), now=NOW)
    told: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        told.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        cancellation_forecast(booking.business, ticket_ids=ids, by=Canceller.CLIENT, now=NOW)
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    end_reading()
    return len(told)


def cancellations() -> list[TicketCancellation]:
    rows = list(db.session.scalars(select(TicketCancellation)))
    end_reading()
    return rows
