"""A class is cancelled whose tickets came from another, or are on their way into it or out of it (C6, C7)."""

import pytest
from sqlalchemy import func, select

from portal.jobs.class_cancellations import cancel_due_tickets
from portal.models.bookings import Ticket
from portal.models.class_cancellations import ClassCancellation
from portal.models.class_passes import ClassPass
from portal.models.database import db, end_reading
from portal.models.payments import Refund
from portal.rules.sentences import Refusal
from tests.class_cancellations import class_cancelled, class_preview
from tests.soundness import assert_sound
from tests.studio import NOW, AClass, APass, APerson, a_booking, a_business, a_class, a_customer, a_pass_of
from tests.studio import a_staff_member as a_clerk
from tests.transfers import move_is_paid, moved

pytestmark = pytest.mark.usefixtures("app")


def ada_with_two_classes(dearer: int = 1200) -> tuple[APerson, AClass, AClass]:
    """Ada, Morning Yoga at £12.00, and Clay."""
    studio = a_business()
    return a_customer(studio), a_class(studio), a_class(studio, name="Clay", price=dearer)


def counting(of: AClass) -> int:
    found = db.session.scalar(select(func.count()).where(Ticket.class_session_id == of.id, Ticket.counts))
    end_reading()
    return found or 0


def went_back() -> int:
    found = db.session.scalar(select(func.coalesce(func.sum(Refund.amount), 0)))
    end_reading()
    return int(found or 0)


def is_finished() -> bool:
    finished_at = db.session.scalars(select(ClassCancellation.finished_at)).one()
    end_reading()
    return finished_at is not None


def standing_of(of: APass) -> tuple[int | None, int]:
    row = db.session.execute(
        select(ClassPass.uses_left, ClassPass.added_days).where(ClassPass.id == of.id)
    ).one()
    end_reading()
    return row.uses_left, row.added_days


def test_a_use_that_was_moved_there_goes_back_once() -> None:
    ada, yoga, clay = ada_with_two_classes()
    ten_classes = a_pass_of(ada)
    moved(a_booking(ada, yoga), yoga, clay)
    assert class_preview(yoga).tickets == 0
    assert class_preview(clay).uses_returned == 1
    class_cancelled(clay, by=a_clerk(ada.business), days=3)
    assert standing_of(ten_classes) == (10, 3)
    assert_sound()


def test_money_of_a_moved_ticket_goes_back_with_its_difference() -> None:
    ada, yoga, clay = ada_with_two_classes(dearer=1500)
    booking = a_booking(ada, yoga)
    move_is_paid(ada.business, moved(booking, yoga, clay))
    assert class_preview(clay).to_card == 1500
    class_cancelled(clay, by=a_clerk(ada.business))
    assert (counting(clay), went_back(), is_finished()) == (0, 1500, True)
    assert_sound()


def test_who_is_moving_in_is_cancelled_once_it_is_paid() -> None:
    ada, yoga, clay = ada_with_two_classes(dearer=1500)
    moving = moved(a_booking(ada, yoga), yoga, clay)
    class_cancelled(clay, by=a_clerk(ada.business))
    assert (counting(clay), is_finished()) == (1, False)
    move_is_paid(ada.business, moving)
    assert cancel_due_tickets(now=NOW) == 1
    assert (counting(clay), counting(yoga), went_back(), is_finished()) == (0, 0, 1500, True)
    assert_sound()


def test_who_does_not_pay_to_move_in_keeps_the_ticket_that_was() -> None:
    ada, yoga, clay = ada_with_two_classes(dearer=1500)
    moving = moved(a_booking(ada, yoga), yoga, clay)
    class_cancelled(clay, by=a_clerk(ada.business))
    move_is_paid(ada.business, moving, paid=False)
    assert cancel_due_tickets(now=NOW) == 0
    assert (counting(clay), counting(yoga), went_back(), is_finished()) == (0, 1, 0, True)
    assert_sound()


@pytest.mark.parametrize("paid", [True, False], ids=["and pays", "and does not pay"])
def test_who_is_moving_out_is_waited_for(paid: bool) -> None:
    ada, yoga, clay = ada_with_two_classes(dearer=1500)
    moving = moved(a_booking(ada, yoga), yoga, clay)
    class_cancelled(yoga, by=a_clerk(ada.business))
    assert (counting(yoga), is_finished()) == (1, False)
    move_is_paid(ada.business, moving, paid=paid)
    assert cancel_due_tickets(now=NOW) == (0 if paid else 1)
    assert (counting(yoga), counting(clay), is_finished()) == (0, int(paid), True)
    assert went_back() == (0 if paid else 1200)
    assert_sound()


def test_nobody_moves_into_a_class_that_is_cancelled() -> None:
    ada, yoga, clay = ada_with_two_classes()
    booking = a_booking(ada, yoga)
    class_cancelled(clay, by=a_clerk(ada.business))
    with pytest.raises(Refusal):
        moved(booking, yoga, clay)
    assert counting(yoga) == 1
