"""Tickets are moved to another class: places, uses and validity are right at once, whoever did it (C7)."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from portal.models.audit import AuditEntry
from portal.models.bookings import Ticket
from portal.models.class_passes import ClassPass, PassUse
from portal.models.classes import ClassSession
from portal.models.database import db, end_reading, transaction
from portal.models.letters import Letter, LetterKind
from portal.models.transfers import TicketTransfer
from portal.operations.auditing import customer_or_guest
from portal.operations.cancelling import AlreadyCancelled, NoSuchTicket, StillBeingPaid, cancellation_forecast
from portal.operations.places import NoPlaceLeft
from portal.operations.reasons import ReasonNeeded
from portal.operations.transfer_refusals import (
    AlreadyMoved,
    BeganBeforeMoving,
    ClassIsCancelled,
    MovingNotOffered,
    NotOpen,
    PassDoesNotPay,
    SameClass,
    TooLateToMove,
    TransferChanged,
)
from portal.operations.transferring import MovedBy, Wish, move_ticket, transfer_forecast
from portal.rules.cancelling import Canceller
from portal.rules.transferring import Mover
from tests.accounts import staff_actor
from tests.cancellations import cancelled, with_preferences
from tests.desk import a_desk
from tests.soundness import assert_sound
from tests.studio import (
    NOW,
    ABooking,
    AClass,
    APass,
    APerson,
    a_booking,
    a_business,
    a_class,
    a_customer,
    a_pass_of,
    a_placed_booking,
    a_series,
    a_staff_member,
)
from tests.transfers import move_told, moved, ticket_for, wish_for

pytestmark = pytest.mark.usefixtures("app")

THE_10TH, THE_17TH = date(2026, 12, 10), date(2026, 12, 17)


def a_client_with_a_class(**of_pass: Any) -> tuple[APerson, APass, AClass, AClass, ABooking]:
    """Ada has a pass, a class booked on it on the 10th, and the same class is on again on the 17th."""
    studio = a_business()
    ada = a_customer(studio)
    ten_classes = a_pass_of(ada, **of_pass)
    series = a_series(studio)
    first, second = a_class(series, on=THE_10TH), a_class(series, on=THE_17TH)
    return ada, ten_classes, first, second, a_booking(ada, first)


def ledger_of(of: APass) -> list[tuple[str, int]]:
    rows = db.session.scalars(
        select(PassUse).where(PassUse.class_pass_id == of.id).order_by(PassUse.at, PassUse.id)
    ).all()
    end_reading()
    return [(row.kind.value, row.change) for row in rows]


def standing_of(of: APass) -> tuple[int | None, date | None]:
    row = db.session.execute(
        select(ClassPass.uses_left, ClassPass.first_class_on).where(ClassPass.id == of.id)
    ).one()
    end_reading()
    return row.uses_left, row.first_class_on


def places_taken(of: AClass) -> int:
    taken = db.session.scalars(select(ClassSession.places_taken).where(ClassSession.id == of.id)).one()
    end_reading()
    return taken


def transfers() -> list[TicketTransfer]:
    found = list(db.session.scalars(select(TicketTransfer).order_by(TicketTransfer.at, TicketTransfer.id)))
    end_reading()
    return found


def test_c7_the_same_use_moves_along_and_the_validity_with_it() -> None:
    _, ten_classes, first, second, booking = a_client_with_a_class()
    told = move_told(booking, first, second)
    assert told.use is not None
    assert (told.use.window.first_day, told.use.was.first_day) == (THE_17TH, THE_10TH)
    moved(booking, first, second)
    assert ledger_of(ten_classes) == [("issued", 10), ("booked", -1), ("moved", 0)]
    assert standing_of(ten_classes) == (9, THE_17TH)
    assert (places_taken(first), places_taken(second)) == (0, 1)
    assert_sound()


def test_a_letter_and_the_audit_tell_of_it() -> None:
    _, _, first, second, booking = a_client_with_a_class()
    moved(booking, first, second)
    letters = db.session.scalars(select(Letter).where(Letter.kind == LetterKind.TICKET_MOVED)).all()
    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.act == "ticket.moved")).all()
    assert [letter.facts["by_studio"] for letter in letters] == [False]
    assert [entry.before and entry.before["on_date"] for entry in entries] == ["2026-12-10"]
    assert [entry.after and entry.after["on_date"] for entry in entries] == ["2026-12-17"]


def test_a_ticket_moves_again_and_again_and_back() -> None:
    _, ten_classes, first, second, booking = a_client_with_a_class()
    moved(booking, first, second)
    moved(booking, second, first)
    moved(booking, first, second)
    assert standing_of(ten_classes) == (9, THE_17TH)
    assert [kind for kind, _ in ledger_of(ten_classes)] == ["issued", "booked", "moved", "moved", "moved"]
    assert_sound()


def test_a_moved_ticket_that_is_cancelled_gives_its_use_back() -> None:
    _, ten_classes, first, second, booking = a_client_with_a_class()
    moved(booking, first, second)
    cancelled(booking)
    assert standing_of(ten_classes) == (10, None)
    assert (places_taken(first), places_taken(second)) == (0, 0)
    assert_sound()


def test_a_moved_ticket_is_reckoned_without_itself() -> None:
    """One class a week, and the 10th is moved within its week: the limit does not count it twice."""
    _, ten_classes, first, _, booking = a_client_with_a_class(uses_per_week=1)
    same_week = a_class(booking.business, on=date(2026, 12, 11))
    moved(booking, first, same_week)
    assert standing_of(ten_classes) == (9, date(2026, 12, 11))
    assert_sound()


def test_the_last_use_moves_like_any_other() -> None:
    _, ten_classes, first, second, booking = a_client_with_a_class(uses=1)
    moved(booking, first, second)
    assert standing_of(ten_classes) == (0, THE_17TH)
    assert_sound()


def test_p3_a_class_beyond_the_validity_is_none_to_move_to_and_the_reason_is_said() -> None:
    ada, _, first, _, booking = a_client_with_a_class()
    second_booked = a_class(ada.business, on=date(2026, 12, 12), name="Pilates")
    a_booking(ada, second_booked)
    late = a_class(ada.business, on=date(2027, 1, 20), name="Late Yoga")
    with pytest.raises(PassDoesNotPay) as refused:
        moved(booking, first, late)
    assert str(refused.value) == "Your 10-class pass ends on 10 Jan; this class is on 20 Jan."


def test_p6_a_class_that_the_pass_does_not_cover_is_none_to_move_to_for_staff_either() -> None:
    studio = a_business()
    ada, olive = a_customer(studio), a_staff_member(studio)
    yoga = a_series(studio)
    a_pass_of(ada, covers=yoga)
    first, clay = a_class(yoga), a_class(studio, name="Clay")
    booking = a_booking(ada, first)
    with pytest.raises(PassDoesNotPay, match=r"Your 10-class pass does not cover Clay\."):
        moved(booking, first, clay)
    with pytest.raises(PassDoesNotPay, match=r"The 10-class pass does not cover Clay\."):
        moved(booking, first, clay, by=olive)


def test_c7_on_a_deactivated_pass_only_staff_move_it() -> None:
    ada, ten_classes, first, second, booking = a_client_with_a_class()
    a_desk(ada.business).deactivate(ten_classes)
    with pytest.raises(PassDoesNotPay, match="has been deactivated"):
        moved(booking, first, second)
    told = moved(booking, first, second, by=a_staff_member(ada.business)).forecast
    assert told.use is not None
    assert told.use.overridden is not None
    assert standing_of(ten_classes) == (9, THE_17TH)
    assert_sound()


def test_c7_staff_see_past_a_validity_that_has_ended() -> None:
    ada, ten_classes, first, _, booking = a_client_with_a_class()
    a_booking(ada, a_class(ada.business, on=date(2026, 12, 12), name="Pilates"))
    late = a_class(ada.business, on=date(2027, 1, 20), name="Late Yoga")
    moved(booking, first, late, by=a_staff_member(ada.business))
    assert standing_of(ten_classes) == (8, date(2026, 12, 12))
    assert_sound()


def test_c2_customers_move_until_the_cut_off_and_staff_until_the_class_starts() -> None:
    ada, _, first, second, booking = a_client_with_a_class()
    at_the_cut_off = first.starts_at - timedelta(hours=12)
    assert move_told(booking, first, second, now=at_the_cut_off).in_time
    later = at_the_cut_off + timedelta(seconds=1)
    with pytest.raises(TooLateToMove, match="The time to move this ticket ended"):
        moved(booking, first, second, now=later)
    olive = a_staff_member(ada.business)
    with pytest.raises(BeganBeforeMoving):
        moved(booking, first, second, by=olive, now=first.starts_at)
    assert not moved(booking, first, second, by=olive, now=later).forecast.in_time
    assert_sound()


def test_c2_a_studio_may_keep_moving_to_its_staff() -> None:
    ada, _, first, second, booking = a_client_with_a_class()
    with_preferences(ada.business, customers_may_transfer=False)
    with pytest.raises(MovingNotOffered):
        moved(booking, first, second)
    moved(booking, first, second, by=a_staff_member(ada.business))


def test_staff_say_why() -> None:
    ada, _, first, second, booking = a_client_with_a_class()
    olive = a_staff_member(ada.business)
    told, wish = move_told(booking, first, second, by=olive), wish_for(booking, first, second)
    with pytest.raises(ReasonNeeded), transaction():
        move_ticket(ada.business, wish, digest=told.digest, who=MovedBy(staff_actor(olive), "  "), now=NOW)


def test_a_full_class_takes_nobody() -> None:
    ada, _, first, _, booking = a_client_with_a_class()
    full = a_class(ada.business, capacity=1, name="Small")
    a_booking(a_customer(ada.business, "Ben Cole"), full)
    with pytest.raises(NoPlaceLeft):
        moved(booking, first, full)
    with pytest.raises(NoPlaceLeft):
        moved(booking, first, full, by=a_staff_member(ada.business))
    assert_sound()


def test_a_class_that_has_begun_or_is_the_same_is_none_to_move_to() -> None:
    ada, _, first, _, booking = a_client_with_a_class()
    earlier = a_class(ada.business, on=date(2026, 12, 4), name="Early")
    with pytest.raises(SameClass):
        moved(booking, first, first)
    with pytest.raises(NotOpen):
        moved(booking, first, earlier, now=earlier.starts_at)


def test_a_class_of_another_studio_is_none_to_move_to() -> None:
    _, _, first, _, booking = a_client_with_a_class()
    with pytest.raises(NotOpen):
        moved(booking, first, a_class(a_business("Harbour Pottery")))


def test_nothing_is_moved_where_the_page_said_something_else() -> None:
    ada, _, first, second, booking = a_client_with_a_class()
    told = move_told(booking, first, second)
    a_booking(ada, a_class(ada.business, on=date(2026, 12, 8), name="Pilates"))
    with pytest.raises(TransferChanged), transaction():
        move_ticket(
            ada.business,
            wish_for(booking, first, second),
            digest=told.digest,
            who=MovedBy(customer_or_guest(ada.id)),
            now=NOW,
        )
    assert transfers() == []


def test_nobody_moves_what_is_somebody_elses() -> None:
    ada, _, first, second, booking = a_client_with_a_class()
    told, wish = move_told(booking, first, second), wish_for(booking, first, second)
    ben = a_customer(ada.business, "Ben Cole")
    for actor in (customer_or_guest(ben.id), customer_or_guest(None)):
        with pytest.raises(NoSuchTicket), transaction():
            move_ticket(ada.business, wish, digest=told.digest, who=MovedBy(actor), now=NOW)


def test_what_was_moved_or_cancelled_is_not_moved_again() -> None:
    _, _, first, second, booking = a_client_with_a_class()
    old = ticket_for(booking, first)
    moved(booking, first, second)
    with pytest.raises(AlreadyMoved):
        transfer_forecast(
            booking.business, Wish(old, second.id, second.ticket_type_id), by=Mover.CLIENT, now=NOW
        )
    with pytest.raises(AlreadyMoved):
        cancellation_forecast(booking.business, ticket_ids=[old], by=Canceller.CLIENT, now=NOW)
    now_there = ticket_for(booking, second)
    cancelled(booking)
    with pytest.raises(AlreadyCancelled):
        transfer_forecast(
            booking.business, Wish(now_there, first.id, first.ticket_type_id), by=Mover.CLIENT, now=NOW
        )


def test_what_is_still_being_paid_is_not_moved() -> None:
    ada = a_customer(a_business())
    yoga, clay = a_class(ada.business), a_class(ada.business, name="Clay")
    booking = a_placed_booking(ada, yoga)
    with pytest.raises(StillBeingPaid):
        moved(booking, yoga, clay)


def test_what_the_studio_cancelled_is_cancelled_not_moved() -> None:
    _, _, first, second, booking = a_client_with_a_class()
    with transaction():
        db.session.execute(update(ClassSession).where(ClassSession.id == first.id).values(cancelled_at=NOW))
    with pytest.raises(ClassIsCancelled):
        moved(booking, first, second)
    with pytest.raises(NotOpen):
        moved(a_booking(a_customer(booking.business), second), second, first)


def test_the_new_ticket_is_of_the_same_booking_and_line() -> None:
    _, _, first, second, booking = a_client_with_a_class()
    moved(booking, first, second)
    tickets = db.session.scalars(select(Ticket).where(Ticket.booking_id == booking.id)).all()
    assert len({ticket.line_id for ticket in tickets}) == 1
    assert sorted(ticket.counts for ticket in tickets) == [False, True]
