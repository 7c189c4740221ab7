"""At the door: who came and who did not, and what that keeps from happening to a ticket."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from portal.models.attendance import Attendance, AttendanceStatus
from portal.models.audit import ActorKind, AuditEntry
from portal.models.bookings import Ticket
from portal.models.database import db, end_reading, transaction
from portal.operations.attendance import (
    CheckInNotOpen,
    NobodyTakesPart,
    NotComing,
    check_in_the_rest,
    say_who_came,
)
from portal.operations.auditing import Actor
from portal.operations.cancelling import CheckedIn
from portal.operations.class_cancelling import NoSuchClass
from tests.attendance import AT_THE_DOOR, came
from tests.cancellations import cancelled
from tests.class_cancellations import class_cancelled
from tests.soundness import assert_sound
from tests.studio import (
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
from tests.transfers import moved, ticket_for

pytestmark = pytest.mark.usefixtures("app")

CHECKED_IN, NO_SHOW = AttendanceStatus.CHECKED_IN, AttendanceStatus.NO_SHOW
THE_DAY_BEFORE = AT_THE_DOOR - timedelta(days=1)


def said() -> list[AttendanceStatus]:
    found = db.session.scalars(select(Attendance.status).order_by(Attendance.id)).all()
    end_reading()
    return list(found)


def acts(customer: APerson) -> list[str]:
    found = db.session.scalars(
        select(AuditEntry.act)
        .where(AuditEntry.customer_id == customer.id, AuditEntry.act.startswith("ticket."))
        .order_by(AuditEntry.id)
    ).all()
    end_reading()
    return list(found)


def by_staff(olive: APerson) -> Actor:
    return Actor(ActorKind.STAFF, olive.id)


def test_a_ticket_is_checked_in_once_and_who_said_so_is_on_record() -> None:
    studio = a_business()
    olive, ada, yoga = a_staff_member(studio), a_customer(studio), a_class(studio)
    booking = a_booking(ada, yoga)
    assert came(booking, yoga, by=olive) == 1
    assert came(booking, yoga, by=olive) == 0
    assert said() == [CHECKED_IN]
    assert acts(ada) == ["ticket.checked_in"]
    assert_sound()


def test_a_slip_of_the_finger_is_taken_back() -> None:
    studio = a_business()
    olive, ada, yoga = a_staff_member(studio), a_customer(studio), a_class(studio)
    booking = a_booking(ada, yoga)
    came(booking, yoga, by=olive, status=NO_SHOW)
    came(booking, yoga, by=olive)
    assert said() == [CHECKED_IN]
    came(booking, yoga, by=olive, status=None)
    assert said() == []
    assert acts(ada) == ["ticket.no_show", "ticket.checked_in", "ticket.attendance_taken_back"]


def test_who_does_not_come_keeps_no_use_and_still_counts() -> None:
    studio = a_business()
    olive, ada, yoga = a_staff_member(studio), a_customer(studio), a_class(studio)
    ten_classes = a_pass_of(ada)
    booking = a_booking(ada, yoga)
    came(booking, yoga, by=olive, status=NO_SHOW)
    counts = db.session.scalars(select(Ticket.counts).where(Ticket.class_pass_id == ten_classes.id)).all()
    end_reading()
    assert counts == [True]
    assert_sound()


def test_check_in_opens_on_the_day_of_the_class() -> None:
    studio = a_business()
    olive, ada, yoga = a_staff_member(studio), a_customer(studio), a_class(studio)
    booking = a_booking(ada, yoga)
    with pytest.raises(CheckInNotOpen, match="Check-in opens on"):
        came(booking, yoga, by=olive, now=THE_DAY_BEFORE)
    assert came(booking, yoga, by=olive, now=AT_THE_DOOR + timedelta(days=3)) == 1


def test_only_tickets_that_stand_and_are_paid_for_are_checked_in() -> None:
    studio = a_business()
    olive, yoga, clay = a_staff_member(studio), a_class(studio), a_class(studio, name="Clay")
    gone, waits, elsewhere = (a_customer(studio, name) for name in ("Ada Park", "Ben Osei", "Cleo Lind"))
    first = a_booking(gone, yoga)
    cancelled(first)
    for booking, of in ((first, yoga), (a_placed_booking(waits, yoga), yoga)):
        with pytest.raises(NotComing):
            came(booking, of, by=olive)
    other = a_booking(elsewhere, clay)
    with pytest.raises(NotComing), transaction():
        say_who_came(
            studio,
            class_session_id=yoga.id,
            ticket_ids=[ticket_for(other, clay)],
            status=CHECKED_IN,
            actor=by_staff(olive),
            now=AT_THE_DOOR,
        )
    assert said() == []


def test_nobody_is_checked_in_where_there_is_no_class_or_no_more() -> None:
    studio = a_business()
    olive, ada = a_staff_member(studio), a_customer(studio)
    yoga = a_class(studio)
    booking = a_booking(ada, yoga)
    class_cancelled(yoga, by=olive)
    with pytest.raises(NobodyTakesPart):
        came(booking, yoga, by=olive)
    theirs = a_class(a_business("Harbour Pottery"))
    with pytest.raises(NoSuchClass), transaction():
        check_in_the_rest(studio, class_session_id=theirs.id, actor=by_staff(olive), now=AT_THE_DOOR)


def test_the_rest_is_checked_in_and_no_show_stays_no_show() -> None:
    studio = a_business()
    olive, yoga = a_staff_member(studio), a_class(studio)
    people = [a_customer(studio, name) for name in ("Ada Park", "Ben Osei", "Cleo Lind")]
    bookings = [a_booking(person, yoga) for person in people]
    came(bookings[1], yoga, by=olive, status=NO_SHOW)
    with transaction():
        rest = check_in_the_rest(studio, class_session_id=yoga.id, actor=by_staff(olive), now=AT_THE_DOOR)
    assert rest == 2
    assert sorted(it.value for it in said()) == ["checked_in", "checked_in", "no_show"]


def test_whoever_came_neither_cancels_nor_moves_until_it_is_taken_back() -> None:
    studio = a_business()
    olive, ada = a_staff_member(studio), a_customer(studio)
    series = a_series(studio)
    yoga, later = a_class(series), a_class(series, on=date(2026, 12, 17))
    booking = a_booking(ada, yoga)
    came(booking, yoga, by=olive)
    with pytest.raises(CheckedIn):
        cancelled(booking, now=AT_THE_DOOR)
    with pytest.raises(CheckedIn):
        cancelled(booking, by=olive, now=AT_THE_DOOR)
    with pytest.raises(CheckedIn):
        moved(booking, yoga, later, by=olive, now=AT_THE_DOOR)
    came(booking, yoga, by=olive, status=None)
    cancelled(booking, by=olive, now=AT_THE_DOOR)
    assert_sound()
