"""People who wait for a full class, and passers-by who would like what they wait for."""

from datetime import timedelta
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from sqlalchemy import and_, exists, select
from sqlalchemy.orm import aliased

from portal.jobs.waiting_lists import offer_free_places
from portal.models.baskets import Basket, BasketLine
from portal.models.class_pages import ShownClass, shown_class
from portal.models.classes import ClassSession
from portal.models.database import db, end_reading
from portal.models.due_offers import due_offers
from portal.models.waiting_lists import WaitingEntry, WaitingStatus
from portal.models.waiting_pages import OwnStanding, own_standing
from portal.operations.waiting_lists import join_waiting_list, leave_waiting_list
from tests.stateful.shop import Shop, Shopper
from tests.studio import AClass, a_customer

WHO = st.integers(0, 3)
OF = st.integers(0, 2)
PATIENT = ("Cleo Ray", "Dan Fox")


class WaitingPeople(RuleBasedStateMachine):
    """The shop's two customers and two more who do nothing but wait; and strangers at the door."""

    shop: Shop
    patient: list[Shopper] | None = None

    @rule(nth=WHO, of=OF)
    def join_waiting_list(self, nth: int, of: int) -> None:
        """Join waiting list: it is accepted just where the page offers it."""
        who, wanted = self._waiter(nth), self.shop.classes[of]
        shown, standing = self._page(who, wanted)
        offered = (
            shown.starts_at > self.shop.now
            and not shown.is_cancelled
            and not standing.has_ticket
            and not standing.in_basket
            and (standing.is_in_line or shown.places_left < 1)
        )
        customer_id = _of(who)
        assert offered == self.shop.act(
            lambda: join_waiting_list(
                self.shop.business, class_session_id=wanted.id, customer_id=customer_id, now=self.shop.now
            )
        )
        if offered:
            assert self._page(who, wanted)[1].is_in_line

    @rule(nth=WHO, of=OF)
    def leave_waiting_list(self, nth: int, of: int) -> None:
        """Leave waiting list."""
        who, wanted = self._waiter(nth), self.shop.classes[of]
        customer_id = _of(who)
        self.shop.act(
            lambda: leave_waiting_list(
                self.shop.business, class_session_id=wanted.id, customer_id=customer_id, now=self.shop.now
            )
        )
        assert not self._page(who, wanted)[1].is_in_line

    @rule(nth=WHO, of=OF)
    def take_the_place(self, nth: int, of: int) -> None:
        """Add to basket, where the page says that a place is theirs: it is."""
        who, wanted = self._waiter(nth), self.shop.classes[of]
        shown, standing = self._page(who, wanted)
        quoted = self.shop.look(who)
        room = quoted.pending is None and len(quoted.lines) < 20
        if standing.may_add and shown.starts_at > self.shop.now and not shown.is_cancelled and room:
            assert self.shop.add(who, of=wanted)
            assert self._page(who, wanted)[1].in_basket

    @rule(of=OF)
    def a_stranger_tries(self, of: int) -> None:
        """A guest finds a place just where the page says that one is left for everyone."""
        wanted = self.shop.classes[of]
        stranger = Shopper("Sam Stranger", "sam@example.com", None)
        shown = self._shown(wanted)
        bookable = shown.starts_at > self.shop.now and not shown.is_cancelled
        assert self.shop.add(stranger, of=wanted) == (bookable and shown.places_left > 0)

    @rule(of=OF, minutes=st.sampled_from([15, 120]))
    def fill_up_and_wait(self, of: int, minutes: int) -> None:
        """Strangers take what is left, everybody joins, and the strangers' holds end."""
        wanted = self.shop.classes[of]
        while self._shown(wanted).places_left > 0 and self._shown(wanted).starts_at > self.shop.now:
            self.a_stranger_tries(of)
        for nth in range(4):
            self.join_waiting_list(nth, of)
        self.shop.let_pass(timedelta(minutes=minutes))

    @rule()
    def the_worker_offers(self) -> None:
        """After its look nothing is due, and while anybody waits no place is free."""
        offer_free_places(now=self.shop.now)
        assert due_offers(now=self.shop.now, most=9) == []
        left_over = select(ClassSession.id).where(
            ClassSession.waiting > 0, ClassSession.places_taken < ClassSession.capacity
        )
        assert db.session.scalars(left_over).all() == []
        end_reading()

    @invariant()
    def nobody_jumps_the_queue(self) -> None:
        """Of those who still wait, none joined before somebody who was offered a place meanwhile; and no line
        came into being after they joined but that of somebody whose turn it was.
        """
        if not hasattr(self, "shop"):
            return
        assert db.session.execute(_PASSED_OVER).all() == []
        assert db.session.execute(_PUSHED_IN).all() == []
        end_reading()

    def _waiter(self, nth: int) -> Shopper:
        if self.patient is None:
            people = [a_customer(self.shop.business, name) for name in PATIENT]
            self.patient = [Shopper(one.name, one.email, one.id) for one in people]
        return [*self.shop.shoppers[:2], *self.patient][nth]

    def _shown(self, wanted: AClass) -> ShownClass:
        shown = shown_class(self.shop.business.id, wanted.id, now=self.shop.now)
        end_reading()
        assert shown is not None
        return shown

    def _page(self, who: Shopper, wanted: AClass) -> tuple[ShownClass, OwnStanding]:
        """The page of a class, as somebody sees it."""
        standing = own_standing(self.shop.business.id, wanted.id, _of(who), now=self.shop.now)
        return self._shown(wanted), standing


def _of(who: Shopper) -> UUID:
    assert who.customer_id is not None
    return who.customer_id


_waits, _other = aliased(WaitingEntry), aliased(WaitingEntry)
_SAME_CLASS = and_(
    _other.business_id == _waits.business_id, _other.class_session_id == _waits.class_session_id
)

_PASSED_OVER = (
    select(_waits.id, _other.id)
    .join(_other, _SAME_CLASS)
    .where(
        _waits.status == WaitingStatus.WAITING,
        _other.offered_at >= _waits.joined_at,
        _other.joined_at >= _waits.joined_at,
        _other.id > _waits.id,
    )
)

_PUSHED_IN = (
    select(_waits.id, BasketLine.id)
    .join(
        BasketLine,
        and_(
            BasketLine.business_id == _waits.business_id,
            BasketLine.class_session_id == _waits.class_session_id,
        ),
    )
    .join(Basket, and_(Basket.business_id == BasketLine.business_id, Basket.id == BasketLine.basket_id))
    .where(
        _waits.status == WaitingStatus.WAITING,
        BasketLine.id > _waits.id,
        ~exists().where(
            _SAME_CLASS,
            _other.customer_id == Basket.customer_id,
            _other.status == WaitingStatus.TAKEN,
        ),
    )
)
"""Ids are made in the order of time, whatever the shop's clock says."""
