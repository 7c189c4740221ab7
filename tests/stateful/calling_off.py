"""A studio that cancels whole classes in a shop where all else goes on (C6)."""

from datetime import timedelta
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule
from sqlalchemy import func, select

from portal.jobs.class_cancellations import cancel_due_tickets
from portal.models.bookings import Booking, BookingStatus, Ticket
from portal.models.class_cancellations import ClassCancellation
from portal.models.classes import ClassSession, TicketType
from portal.models.database import db, end_reading, transaction
from portal.models.preferences import RefundTo
from portal.operations.class_cancelling import cancel_class, class_forecast
from portal.rules.class_cancelling import ClassDecision, ClassForecast
from portal.rules.sentences import Refusal
from tests.stateful.shop import Shop
from tests.studio import AClass, a_class

WAY = st.sampled_from([RefundTo.CARD, RefundTo.ACCOUNT])
DAYS = st.sampled_from([None, 0, 3])


class StudioThatCancels(RuleBasedStateMachine):
    """Somebody at the desk who cancels a class, at once or from a page left open; the worker comes later."""

    shop: Shop
    preview: tuple[int, ClassForecast] | None = None

    @rule(of=st.integers(0, 2))
    def open_class_cancellation(self, of: int) -> None:
        """A page that says who gets what, left open (C4)."""
        self.preview = of, self._look(of)

    @rule(days=DAYS, to=WAY)
    def press_cancel_class(self, days: int | None, to: RefundTo) -> None:
        """The button under a page that may be old: the class is cancelled for just these people, or not.

        Another one is put on instead, or soon there would be nothing left to book.
        """
        if self.preview is None:
            return
        (of, seen), self.preview = self.preview, None
        as_it_is = self._look(of)
        assert self._press(of, seen, days, to) == (as_it_is.digest == seen.digest)
        if as_it_is.digest == seen.digest:
            self.shop.classes[of] = self._another_like(self.shop.classes[of])

    @rule()
    def go_on_with_cancelled_classes(self) -> None:
        """The worker comes: what is not being paid for is cancelled, and counts no more."""
        cancel_due_tickets(now=self.shop.now)
        assert not self._still_booked(BookingStatus.CONFIRMED)

    def _look(self, of: int) -> ClassForecast:
        found = class_forecast(self.shop.business, self.shop.classes[of].id, now=self.shop.now)
        end_reading()
        return found

    def _another_like(self, gone: AClass) -> AClass:
        row = db.session.get_one(ClassSession, (gone.business.id, gone.id))
        price = db.session.get_one(TicketType, (gone.business.id, gone.ticket_type_id)).price
        end_reading()
        return a_class(
            gone.business,
            on=gone.on_date + timedelta(days=1),
            capacity=row.capacity,
            price=price,
            now=self.shop.now,
        )

    def _press(self, of: int, seen: ClassForecast, days: int | None, to: RefundTo) -> bool:
        decision = ClassDecision("The boiler is broken", seen.of.days if days is None else days, to)
        try:
            with transaction():
                cancel_class(
                    self.shop.business,
                    class_session_id=self.shop.classes[of].id,
                    digest=seen.digest,
                    decision=decision,
                    actor=self.shop.desk.actor,
                    now=self.shop.now,
                )
        except Refusal:
            return False
        return True

    @staticmethod
    def _still_booked(status: BookingStatus) -> list[UUID]:
        """Tickets that count, of cancelled classes."""
        found = db.session.scalars(
            select(Ticket.id)
            .join(Booking, (Booking.business_id == Ticket.business_id) & (Booking.id == Ticket.booking_id))
            .join(ClassCancellation, ClassCancellation.class_session_id == Ticket.class_session_id)
            .where(Ticket.counts, Booking.status == status)
        ).all()
        end_reading()
        return list(found)


def unfinished_classes() -> int:
    """How many cancelled classes still have tickets to cancel."""
    found = db.session.scalar(
        select(func.count()).select_from(ClassCancellation).where(ClassCancellation.finished_at.is_(None))
    )
    end_reading()
    return found or 0
