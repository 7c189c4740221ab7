"""The studio cancels a class: everybody gets everything back, and passes grow by the days (C6)."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine, event, select

from portal.exchanges import class_cancellations as rounds
from portal.exchanges.class_cancellations import go_on_cancelling
from portal.jobs.class_cancellations import cancel_due_tickets
from portal.models.accounts import AccountEntry
from portal.models.audit import ActorKind, AuditEntry
from portal.models.bookings import BookingStatus, Ticket
from portal.models.cancellations import TicketCancellation
from portal.models.class_cancellations import ClassCancellation
from portal.models.class_passes import ClassPass
from portal.models.classes import ClassSession
from portal.models.database import db, end_reading, transaction
from portal.models.letters import Letter, LetterKind
from portal.models.payments import Refund
from portal.models.preferences import RefundTo
from portal.operations.auditing import Actor
from portal.operations.cancelled_classes import cancel_in_booking
from portal.operations.cancelling import ClassIsCancelled
from portal.operations.checkout import EmptyBasket
from portal.operations.class_cancelling import (
    ClassCancelledAlready,
    ClassForecastChanged,
    ExtensionOutOfRange,
    NoSuchClass,
    cancel_class,
    class_forecast,
)
from portal.operations.places import NoPlaceLeft
from portal.operations.reasons import ReasonNeeded
from portal.operations.waiting_lists import join_waiting_list
from portal.rules.class_cancelling import ClassDecision
from portal.rules.kept_sentences import read_back
from tests.cancellations import cancelled, with_preferences
from tests.class_cancellations import BOILER, cancel_whole_class, class_cancelled, class_preview
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
    a_customer,
    a_pass_of,
    a_placed_booking,
    a_series,
    a_staff_member,
    check_out,
    stripe_tells,
)
from tests.till import status_of

pytestmark = pytest.mark.usefixtures("app")

AFTERWARDS = datetime(2026, 12, 10, 12, 0, tzinfo=UTC)


def a_class_of_ada() -> tuple[APerson, APerson, AClass]:
    """Olive works there, Ada comes, and there is Morning Yoga on 10 Dec and again a week later."""
    studio = a_business()
    series = a_series(studio)
    yoga = a_class(series)
    a_class(series, on=date(2026, 12, 17))
    return a_staff_member(studio), a_customer(studio), yoga


def pass_row(of: APass) -> ClassPass:
    row = db.session.scalars(select(ClassPass).where(ClassPass.id == of.id)).one()
    end_reading()
    return row


def class_row(of: AClass) -> ClassSession:
    row = db.session.scalars(select(ClassSession).where(ClassSession.id == of.id)).one()
    end_reading()
    return row


def act_row(act_id: UUID) -> ClassCancellation:
    row = db.session.scalars(select(ClassCancellation).where(ClassCancellation.id == act_id)).one()
    end_reading()
    return row


def letters(kind: LetterKind = LetterKind.CLASS_CANCELLED) -> list[Letter]:
    rows = db.session.scalars(
        select(Letter).where(Letter.kind == kind).order_by(Letter.to_name, Letter.id)
    ).all()
    end_reading()
    return list(rows)


def sentences(letter: Letter) -> list[str]:
    return [str(read_back(sentence)) for sentence in letter.facts["sentences"]]


def refunds() -> list[int]:
    amounts = db.session.scalars(select(Refund.amount).order_by(Refund.id)).all()
    end_reading()
    return list(amounts)


def counting(of: AClass) -> int:
    found = db.session.scalars(select(Ticket.id).where(Ticket.class_session_id == of.id, Ticket.counts)).all()
    end_reading()
    return len(found)


def test_the_preview_tells_who_gets_what_and_changes_nothing() -> None:
    olive, ada, yoga = a_class_of_ada()
    ten_classes = a_pass_of(ada)
    a_booking(ada, yoga)
    a_booking(yoga.business, yoga, email="gil@example.com")
    shown = class_preview(yoga)
    assert (shown.tickets, shown.uses_returned, shown.to_card, shown.to_account) == (2, 1, 1200, 0)
    assert (shown.passes, shown.of.days) == (1, 7)
    assert [it.name for it in shown.bookings] == ["Ada Park", "Gil Guest"]
    assert counting(yoga) == 2
    assert pass_row(ten_classes).uses_left == 9
    assert olive.name == "Olive Owen"
    assert_sound()


def test_uses_and_money_go_back_and_the_pass_is_longer() -> None:
    olive, ada, yoga = a_class_of_ada()
    ten_classes = a_pass_of(ada)
    a_booking(ada, yoga)
    a_booking(yoga.business, yoga, email="gil@example.com")
    act = class_cancelled(yoga, by=olive)
    row = pass_row(ten_classes)
    assert (row.uses_left, row.first_class_on, row.added_days) == (10, None, 7)
    assert refunds() == [1200]
    assert counting(yoga) == 0
    assert (class_row(yoga).places_taken, class_row(yoga).cancelled_at) == (0, NOW)
    assert (act_row(act).tickets, act_row(act).finished_at) == (2, NOW)
    assert_sound()


def test_everybody_is_told_once_and_what_they_get() -> None:
    olive, ada, yoga = a_class_of_ada()
    a_pass_of(ada)
    a_booking(ada, yoga)
    a_booking(yoga.business, yoga, email="gil@example.com")
    act = class_cancelled(yoga, by=olive)
    go_on_cancelling(yoga.business, act, now=NOW)
    by_pass, by_card = letters()
    assert sentences(by_pass) == [
        "One use goes back to your 10-class pass.",
        "Your 10-class pass is 7 days longer: it is valid for 37 days from the next class booked.",
    ]
    assert sentences(by_card) == ["£12.00 goes back to the card that paid."]
    assert {letter.facts["reason"] for letter in (by_pass, by_card)} == {BOILER}
    assert not letters(LetterKind.TICKET_CANCELLED)


def test_uses_return_and_money_goes_back_whatever_the_preferences_say() -> None:
    olive, ada, yoga = a_class_of_ada()
    with_preferences(yoga.business, returns_use=False, refund_to=RefundTo.NONE, cancel_hours=720)
    ten_classes = a_pass_of(ada)
    a_booking(ada, yoga)
    a_booking(yoga.business, yoga)
    class_cancelled(yoga, by=olive)
    assert pass_row(ten_classes).uses_left == 10
    assert refunds() == [1200]
    assert_sound()


def test_money_goes_to_accounts_where_staff_say_so_and_a_guests_to_the_card() -> None:
    olive, ada, yoga = a_class_of_ada()
    a_booking(ada, yoga)
    a_booking(yoga.business, yoga)
    assert class_preview(yoga, refund_to=RefundTo.ACCOUNT).to_account == 1200
    class_cancelled(yoga, by=olive, refund_to=RefundTo.ACCOUNT)
    entries = db.session.scalars(select(AccountEntry.amount)).all()
    end_reading()
    assert (list(entries), refunds()) == ([1200], [1200])
    assert_sound()


@pytest.mark.parametrize(("days", "added"), [(None, 7), (0, 0), (30, 30)], ids=["offered", "none", "chosen"])
def test_staff_choose_how_much_longer_the_passes_become(days: int | None, added: int) -> None:
    olive, ada, yoga = a_class_of_ada()
    ten_classes = a_pass_of(ada)
    a_booking(ada, yoga)
    class_cancelled(yoga, by=olive, days=days)
    assert pass_row(ten_classes).added_days == added
    assert_sound()


def test_no_days_are_offered_without_another_class_or_where_that_is_cancelled() -> None:
    studio = a_business()
    olive, series = a_staff_member(studio), a_series(studio)
    first, second = a_class(series), a_class(series, on=date(2026, 12, 17))
    third = a_class(series, on=date(2026, 12, 24))
    class_cancelled(second, by=olive)
    assert class_preview(first).of.days == 14
    assert class_preview(third).of.days == 0


def test_a_pass_that_paid_for_two_places_is_longer_once() -> None:
    olive, ada, yoga = a_class_of_ada()
    ten_classes = a_pass_of(ada, several_per_class=True)
    a_booking(ada, yoga)
    a_booking(ada, yoga, yoga)
    class_cancelled(yoga, by=olive)
    row = pass_row(ten_classes)
    assert (row.uses_left, row.added_days) == (10, 7)
    assert_sound()


def test_an_expired_pass_is_longer_too_and_a_deactivated_one_stays_so() -> None:
    olive, ada, yoga = a_class_of_ada()
    eve = a_customer(yoga.business, "Eve Moss")
    expired, withdrawn = a_pass_of(ada), a_pass_of(eve)
    a_booking(ada, yoga)
    a_booking(eve, yoga)
    desk = a_desk(yoga.business)
    desk.set_dates(expired, date(2026, 11, 1), date(2026, 12, 1))
    desk.deactivate(withdrawn)
    class_cancelled(yoga, by=olive, now=NOW + timedelta(days=2))
    assert pass_row(expired).expires_on_set == date(2026, 12, 8)
    assert pass_row(withdrawn).added_days == 7
    assert "Your 10-class pass is deactivated and stays so." in sentences(letters()[1])
    assert_sound()


def test_a_pass_that_had_to_start_by_a_day_may_start_so_much_later() -> None:
    olive, ada, yoga = a_class_of_ada()
    ten_classes = a_pass_of(ada, start_within_days=9)
    a_booking(ada, yoga)
    class_cancelled(yoga, by=olive)
    assert pass_row(ten_classes).start_by == date(2026, 12, 17)
    assert_sound()


def test_each_extension_is_in_the_audit_with_before_and_after() -> None:
    olive, ada, yoga = a_class_of_ada()
    a_pass_of(ada)
    a_booking(ada, yoga)
    class_cancelled(yoga, by=olive)
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.act == "pass.extended_for_class")).one()
    end_reading()
    assert (entry.actor_id, entry.reason) == (olive.id, BOILER)
    assert (entry.before, entry.after) == (
        {"added_days": 0},
        {"added_days": 7, "class": "Morning Yoga", "on_date": "2026-12-10"},
    )


def test_the_extension_can_be_taken_back() -> None:
    olive, ada, yoga = a_class_of_ada()
    ten_classes = a_pass_of(ada, start_within_days=9)
    a_booking(ada, yoga)
    class_cancelled(yoga, by=olive)
    a_desk(yoga.business).undo(ten_classes)
    row = pass_row(ten_classes)
    assert (row.added_days, row.start_by) == (0, date(2026, 12, 10))
    assert_sound()


def test_a_class_that_is_over_can_be_cancelled_and_then_counts_for_no_validity() -> None:
    olive, ada, yoga = a_class_of_ada()
    ten_classes = a_pass_of(ada)
    a_booking(ada, yoga)
    class_cancelled(yoga, by=olive, now=AFTERWARDS)
    row = pass_row(ten_classes)
    assert (row.uses_left, row.first_class_on) == (10, None)
    assert counting(yoga) == 0
    assert_sound()


def test_what_a_client_cancelled_after_the_class_began_counts_no_more_either() -> None:
    olive, ada, yoga = a_class_of_ada()
    with_preferences(yoga.business, returns_use=False)
    ten_classes = a_pass_of(ada)
    booking = a_booking(ada, yoga)
    cancelled(booking, by=olive, now=AFTERWARDS)
    assert pass_row(ten_classes).first_class_on == yoga.on_date
    assert class_preview(yoga, now=AFTERWARDS).tickets == 0
    class_cancelled(yoga, by=olive, now=AFTERWARDS)
    row = pass_row(ten_classes)
    assert (row.uses_left, row.first_class_on) == (9, None)
    assert not letters()
    assert_sound()


def test_nobody_gets_a_place_any_more() -> None:
    olive, ada, yoga = a_class_of_ada()
    class_cancelled(yoga, by=olive)
    with pytest.raises(NoPlaceLeft):
        a_basket(ada, yoga)


def test_a_basket_that_holds_a_place_books_nothing() -> None:
    olive, ada, yoga = a_class_of_ada()
    basket_id = a_basket(ada, yoga)
    act = cancel_whole_class(yoga, by=olive)
    with pytest.raises(EmptyBasket):
        check_out(ada, basket_id)
    assert go_on_cancelling(yoga.business, act, now=NOW) == 0
    assert counting(yoga) == 0
    assert_sound()


def test_who_was_paying_is_cancelled_once_it_is_paid_and_gets_it_back() -> None:
    olive, _, yoga = a_class_of_ada()
    paying = a_placed_booking(yoga.business, yoga)
    act = class_cancelled(yoga, by=olive)
    assert act_row(act).finished_at is None
    stripe_tells(paying, paid=True)
    assert status_of(paying) is BookingStatus.CONFIRMED
    assert cancel_due_tickets(now=NOW) == 1
    assert (refunds(), len(letters())) == ([1200], 1)
    assert act_row(act).finished_at == NOW
    assert_sound()


def test_who_was_paying_and_gave_up_leaves_nothing() -> None:
    olive, _, yoga = a_class_of_ada()
    paying = a_placed_booking(yoga.business, yoga)
    act = class_cancelled(yoga, by=olive)
    stripe_tells(paying, paid=False)
    assert cancel_due_tickets(now=NOW) == 0
    assert (refunds(), letters(), act_row(act).finished_at) == ([], [], NOW)
    assert_sound()


def test_money_that_comes_after_the_claims_were_let_go_goes_back_in_full() -> None:
    olive, _, yoga = a_class_of_ada()
    paying = a_placed_booking(yoga.business, yoga)
    stripe_tells(paying, paid=False)
    class_cancelled(yoga, by=olive)
    stripe_tells(paying, paid=True)
    assert status_of(paying) is BookingStatus.RELEASED
    assert refunds() == [1200]
    assert_sound()


def test_the_waiting_list_ends_and_who_waited_is_told() -> None:
    studio = a_business()
    olive, ada, ben = a_staff_member(studio), a_customer(studio), a_customer(studio, "Ben Osei")
    full = a_class(studio, capacity=1)
    a_booking(ada, full)
    with transaction():
        join_waiting_list(studio, class_session_id=full.id, customer_id=ben.id, now=NOW)
    class_cancelled(full, by=olive)
    row = class_row(full)
    assert (row.waiting, row.places_taken) == (0, 0)
    assert [(letter.to_name, "booking_id" in letter.facts) for letter in letters()] == [
        ("Ada Park", True),
        ("Ben Osei", False),
    ]
    assert_sound()


def test_only_the_tickets_of_that_class_are_cancelled() -> None:
    olive, ada, yoga = a_class_of_ada()
    clay = a_class(yoga.business, name="Clay", price=2000)
    booking = a_booking(ada, yoga, clay)
    class_cancelled(yoga, by=olive)
    assert (counting(yoga), counting(clay), refunds()) == (0, 1, [1200])
    cancelled(booking, clay, by=olive)
    assert refunds() == [1200, 2000]
    assert_sound()


def test_what_was_cancelled_before_is_left_alone() -> None:
    olive, ada, yoga = a_class_of_ada()
    a_pass_of(ada)
    cancelled(a_booking(ada, yoga))
    class_cancelled(yoga, by=olive)
    assert not letters()
    acts = db.session.scalars(select(TicketCancellation.class_cancellation_id)).all()
    end_reading()
    assert list(acts) == [None]
    assert_sound()


def test_a_ticket_goes_with_its_class_and_not_by_itself_meanwhile() -> None:
    olive, ada, yoga = a_class_of_ada()
    with_preferences(yoga.business, returns_use=False)
    ten_classes = a_pass_of(ada)
    clay = a_class(yoga.business, name="Clay", on=date(2026, 12, 12))
    booking = a_booking(ada, yoga, clay)
    act = cancel_whole_class(yoga, by=olive)
    with pytest.raises(ClassIsCancelled, match="The studio has cancelled Morning Yoga on 10 Dec"):
        cancelled(booking, yoga)
    assert len(cancelled(booking).tickets) == 1, "the other class of the booking"
    go_on_cancelling(yoga.business, act, now=NOW)
    assert pass_row(ten_classes).uses_left == 9
    assert_sound()


def test_pressed_twice_it_is_done_once() -> None:
    olive, ada, yoga = a_class_of_ada()
    a_booking(ada, yoga)
    class_cancelled(yoga, by=olive)
    with pytest.raises(ClassCancelledAlready, match="Morning Yoga on 10 Dec is cancelled already"):
        cancel_whole_class(yoga, by=olive)
    assert refunds() == [1200]


def test_what_has_changed_since_the_page_is_asked_again() -> None:
    olive, ada, yoga = a_class_of_ada()
    shown = class_preview(yoga)
    a_booking(ada, yoga)
    with pytest.raises(ClassForecastChanged), transaction():
        press(yoga, olive, digest=shown.digest)
    assert class_row(yoga).cancelled_at is None


def test_a_days_passing_or_another_class_of_the_clients_changes_nothing_of_it() -> None:
    olive, ada, yoga = a_class_of_ada()
    a_pass_of(ada)
    a_booking(ada, yoga)
    shown = class_preview(yoga)
    a_booking(ada, a_class(yoga.business, name="Clay", on=date(2026, 12, 8)))
    with transaction():
        press(yoga, olive, digest=shown.digest, now=NOW + timedelta(days=1))
    assert class_row(yoga).cancelled_at is not None


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        ({"reason": " "}, ReasonNeeded),
        ({"days": 367}, ExtensionOutOfRange),
        ({"days": -1}, ExtensionOutOfRange),
    ],
    ids=["no reason", "too many days", "fewer than none"],
)
def test_what_cannot_be_meant_is_refused(wrong: dict[str, Any], refusal: type[Exception]) -> None:
    olive, _, yoga = a_class_of_ada()
    shown = class_preview(yoga)
    with pytest.raises(refusal), transaction():
        press(yoga, olive, digest=shown.digest, **wrong)


def test_another_studios_class_is_not_to_be_found() -> None:
    _, _, yoga = a_class_of_ada()
    elsewhere = a_business("Harbour Pottery")
    with pytest.raises(NoSuchClass):
        class_forecast(elsewhere, yoga.id, now=NOW)


def test_a_large_class_goes_in_parts_and_each_goes_on_where_the_last_ended() -> None:
    olive, bookings, yoga = a_crowd(7)
    act = cancel_whole_class(yoga, by=olive)
    assert go_on_cancelling(yoga.business, act, now=NOW, most=3) == 3
    assert (counting(yoga), act_row(act).finished_at) == (4, None)
    assert cancel_due_tickets(now=NOW) == 4
    assert (counting(yoga), act_row(act).finished_at) == (0, NOW)
    assert len(refunds()) == len(bookings)
    assert_sound()


def test_a_booking_that_cannot_be_cancelled_keeps_nobody_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    olive, bookings, yoga = a_crowd(3)
    act = cancel_whole_class(yoga, by=olive)
    real = cancel_in_booking

    def faulty(business: Any, act_id: UUID, booking_id: UUID, *, now: datetime) -> int:
        if booking_id == bookings[1].id:
            raise RuntimeError("the disk is full")
        return real(business, act_id, booking_id, now=now)

    with monkeypatch.context() as broken:
        broken.setattr(rounds, "cancel_in_booking", faulty)
        assert go_on_cancelling(yoga.business, act, now=NOW) == 2
    assert act_row(act).finished_at is None
    assert cancel_due_tickets(now=NOW) == 1
    assert_sound()


def test_the_preview_asks_no_more_of_a_large_class_than_of_a_small_one() -> None:
    _, _, small = a_crowd(1)
    _, _, large = a_crowd(6)
    assert statements_of(small) == statements_of(large)


def press(
    of: AClass,
    by: APerson,
    *,
    digest: str,
    reason: str = BOILER,
    days: int = 0,
    now: datetime = NOW,
) -> None:
    cancel_class(
        of.business,
        class_session_id=of.id,
        digest=digest,
        decision=ClassDecision(reason, days, RefundTo.CARD),
        actor=Actor(ActorKind.STAFF, by.id),
        now=now,
    )


def a_crowd(people: int) -> tuple[APerson, list[ABooking], AClass]:
    """Clients with a pass and guests by turns, all booked on one class."""
    studio = a_business()
    yoga = a_class(studio, capacity=50)
    bookings = [a_booking(studio, yoga, email=f"guest-{nth}@example.com") for nth in range(people)]
    return a_staff_member(studio), bookings, yoga


def statements_of(of: AClass) -> int:
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith("BEGIN"):
            sent.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        class_preview(of)
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    return len(sent)
