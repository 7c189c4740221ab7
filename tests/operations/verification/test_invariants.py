"""Each invariant is found broken once a row is broken behind the portal's back, and none is before."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Executable, delete, func, insert, select, update

from portal.models.audit import ActorKind, AuditEntry
from portal.models.baskets import Basket, BasketLine
from portal.models.bookings import Booking, BookingStatus, PassSale, Ticket
from portal.models.class_passes import ClassPass, PassUse, UseKind
from portal.models.classes import ClassSeries, ClassSession
from portal.models.database import db, new_id
from portal.models.discount_codes import CodeRedemption, DiscountCode
from portal.models.letters import Letter
from portal.models.payments import CheckoutAttempt, Payment, Refund
from portal.models.purchase_options import Coverage
from portal.models.waiting_lists import WaitingEntry, WaitingStatus
from portal.operations.verification import EVERY_INVARIANT, broken_invariants
from tests.operations.verification.account_damages import ACCOUNT_DAMAGES
from tests.operations.verification.busy_studio import (
    BusyStudio,
    a_busy_studio,
    behind_the_portals_back,
    ticket_of,
)
from tests.operations.verification.cancelled_damages import CANCELLATION_DAMAGES
from tests.operations.verification.class_damages import CLASS_DAMAGES
from tests.operations.verification.client_damages import CLIENT_DAMAGES
from tests.operations.verification.desk_damages import DESK_DAMAGES
from tests.operations.verification.instalment_damages import INSTALMENT_DAMAGES
from tests.operations.verification.staff_booking_damages import STAFF_BOOKING_DAMAGES
from tests.operations.verification.staff_damages import STAFF_DAMAGES
from tests.operations.verification.transfer_damages import TRANSFER_DAMAGES
from tests.operations.verification.waiting_damages import WAITING_DAMAGES
from tests.soundness import assert_sound
from tests.studio import NOW, ABooking, a_class

pytestmark = pytest.mark.usefixtures("app")

Damage = Callable[[BusyStudio], Iterable[Executable]]


def _row(model: Any, row_id: UUID, **values: object) -> Executable:
    return update(model).where(model.id == row_id).values(**values)


def _of_booking(model: Any, booking: ABooking, **values: object) -> Executable:
    return update(model).where(model.booking_id == booking.id).values(**values)


def _booking(booking: ABooking, **values: object) -> Executable:
    return _row(Booking, booking.id, **values)


def _pass_use(studio: BusyStudio, class_pass_id: UUID, **values: object) -> Executable:
    entry: dict[str, object] = {
        "business_id": studio.business.id,
        "id": new_id(),
        "class_pass_id": class_pass_id,
        "at": NOW,
        "actor_kind": ActorKind.SYSTEM,
        "reason": "",
    }
    return insert(PassUse).values(**entry | values)


def _payment_of(booking: ABooking) -> UUID:
    return _first(Payment, Payment.booking_id == booking.id)


def _refund_of(booking: ABooking) -> UUID:
    return _first(Refund, Refund.payment_id == _payment_of(booking))


def _sold_pass(studio: BusyStudio) -> UUID:
    return _first(ClassPass, ClassPass.pass_sale_id.is_not(None), ClassPass.business_id == studio.business.id)


def _booked_use(studio: BusyStudio, booking: ABooking) -> Executable:
    return _pass_use(
        studio, studio.ten_classes.id, kind=UseKind.BOOKED, change=-1, ticket_id=ticket_of(booking)
    )


def _copy_of(model: Any, row_id: UUID, **changes: object) -> Executable:
    row = dict(db.session.execute(select(*model.__table__.c).where(model.id == row_id)).one()._mapping)
    return insert(model).values(**row | {"id": new_id()} | changes)


def _first(model: Any, *conditions: Any) -> UUID:
    found = db.session.execute(select(model.id).where(*conditions)).scalars().first()
    assert isinstance(found, UUID), "no such row"
    return found


def _another_ticket(studio: BusyStudio, booking: ABooking, **changes: object) -> Executable:
    return _copy_of(Ticket, ticket_of(booking), line_id=new_id(), **changes)


DAMAGES: dict[str, list[Damage]] = {
    "Places taken are the tickets that count, the lines that hold and the places on offer": [
        lambda s: [_row(ClassSession, s.yoga.id, places_taken=ClassSession.places_taken - 1)],
        lambda s: [_of_booking(Ticket, s.by_pass, counts=False)],
        lambda s: [
            update(WaitingEntry)
            .where(
                WaitingEntry.class_session_id == s.waited_for.id, WaitingEntry.status == WaitingStatus.OFFERED
            )
            .values(status=WaitingStatus.LEFT, ended_at=NOW)
        ],
    ],
    "No class has more tickets and holds than places": [
        lambda s: [_row(ClassSession, s.yoga.id, capacity=2)],
    ],
    "A class may be booked when its series says": [
        lambda s: [_row(ClassSession, s.yoga.id, closes_at=NOW)],
        lambda s: [_row(ClassSession, s.yoga.id, opens_at=NOW)],
        lambda s: [_row(ClassSeries, s.yoga.series_id, closes_minutes=30)],
    ],
    "Uses left are what the ledger adds up to": [
        lambda s: [_row(ClassPass, s.ten_classes.id, uses_left=10)],
        lambda s: [_row(ClassPass, s.ten_classes.id, uses_left=None)],
        lambda s: [delete(PassUse).where(PassUse.class_pass_id == s.ten_classes.id)],
    ],
    "Each ledger begins with the uses that were bought or issued, once": [
        lambda s: [_pass_use(s, s.ten_classes.id, kind=UseKind.ISSUED, change=10)],
        lambda s: [_row(ClassPass, s.ten_classes.id, uses=12)],
        lambda s: [delete(PassUse).where(PassUse.class_pass_id == s.unlimited.id)],
    ],
    "Uses claimed are the tickets of bookings that wait for payment": [
        lambda s: [_row(ClassPass, s.ten_classes.id, uses_claimed=3)],
        lambda s: [_booking(s.by_pass, status=BookingStatus.PENDING)],
    ],
    "Uses left, less those claimed, are never below zero": [
        lambda s: [_row(ClassPass, s.ten_classes.id, uses_left=0, uses_claimed=1)],
        lambda s: [
            update(PassUse)
            .where(PassUse.class_pass_id == s.ten_classes.id, PassUse.kind == UseKind.ISSUED)
            .values(change=0)
        ],
    ],
    "Validity starts with the earliest class that counts": [
        lambda s: [_row(ClassPass, s.ten_classes.id, first_class_on=date(2026, 12, 11))],
        lambda s: [_row(ClassPass, s.ten_classes.id, first_class_on=None)],
        lambda s: [_of_booking(Ticket, s.by_unlimited, counts=False)],
    ],
    "A confirmed ticket paid by a pass has one use on that pass, booked or moved along with it, and no"
    " other ticket has any": [
        lambda _: [update(PassUse).where(PassUse.kind == UseKind.MOVED).values(kind=UseKind.BOOKED)],
        lambda s: [delete(PassUse).where(PassUse.ticket_id == ticket_of(s.by_pass))],
        lambda s: [_booked_use(s, s.waiting)],
        lambda s: [_booked_use(s, s.by_card)],
        lambda s: [
            update(PassUse)
            .where(PassUse.ticket_id == ticket_of(s.by_pass))
            .values(class_pass_id=s.unlimited.id)
        ],
    ],
    "A pass pays for its owner's bookings only": [
        lambda s: [_booking(s.by_pass, customer_id=s.ben.id)],
        lambda s: [_booking(s.by_pass, customer_id=None)],
    ],
    "Every class that a pass pays for lies within its validity": [
        lambda s: [
            _another_ticket(s, s.by_pass, class_session_id=a_class(s.business, on=date(2027, 1, 20)).id)
        ],
        lambda s: [_row(ClassPass, s.ten_classes.id, start_by=date(2026, 12, 5))],
    ],
    "No pass pays for more tickets of one class than it may": [
        lambda s: [_another_ticket(s, s.by_unlimited)],
    ],
    "No pass is used more often on a day than it may be": [
        lambda s: [_another_ticket(s, s.by_pass), _another_ticket(s, s.by_pass)],
    ],
    "No pass is used more often in a week than it may be": [
        lambda s: [_another_ticket(s, s.by_pass) for _ in range(3)],
    ],
    "A booking's amounts are the sums of its tickets and pass sales": [
        lambda s: [_booking(s.by_card, list_total=1)],
        lambda s: [_booking(s.by_card, discount_total=1)],
        lambda s: [_booking(s.by_pass, pass_total=1)],
        lambda s: [_booking(s.by_card, waived=1)],
        lambda s: [_of_booking(PassSale, s.with_sold_pass, list_price=1)],
        lambda s: [delete(Ticket).where(Ticket.booking_id == s.by_pass.id)],
    ],
    "No ticket has both a discount and a pass use": [
        lambda s: [_of_booking(Ticket, s.by_pass, discount=100)],
        lambda s: [_booked_use(s, s.by_card)],
    ],
    "A ticket counts while its booking claims or is confirmed, unless it was moved away or cancelled"
    " before its class began or with it": [
        lambda s: [_of_booking(Ticket, s.by_card, counts=False)],
        lambda s: [_of_booking(Ticket, s.released, counts=True)],
        lambda s: [_of_booking(Ticket, s.waiting, counts=False)],
    ],
    "A pass sold has the terms that its sale keeps": [
        lambda s: [_row(ClassPass, _sold_pass(s), uses=99)],
        lambda s: [_row(ClassPass, _sold_pass(s), name="Another")],
        lambda s: [_of_booking(PassSale, s.with_sold_pass, uses_per_day=1)],
    ],
    "A pass sold comes into being with its booking's confirmation: once, for its buyer, not before": [
        lambda s: [_row(ClassPass, _sold_pass(s), pass_sale_id=None)],
        lambda s: [_copy_of(ClassPass, _sold_pass(s))],
        lambda s: [_row(ClassPass, _sold_pass(s), customer_id=s.ben.id)],
        lambda s: [_row(ClassPass, _sold_pass(s), purchase_option_id=s.ten_classes.purchase_option_id)],
        lambda s: [_booking(s.with_sold_pass, status=BookingStatus.RELEASED)],
    ],
    "A ticket paid by a pass of its own booking is on the pass that came of that sale": [
        lambda s: [_of_booking(Ticket, s.with_sold_pass, class_pass_id=None)],
        lambda s: [_of_booking(Ticket, s.with_sold_pass, class_pass_id=s.ten_classes.id)],
        lambda s: [_of_booking(PassSale, s.with_sold_pass, booking_id=s.by_card.id)],
    ],
    "A booking that waits for payment is the one that its basket waits for": [
        lambda s: [_row(Basket, s.waiting.basket_id, pending_booking_id=None)],
        lambda s: [_row(Basket, s.waiting.basket_id, pending_booking_id=s.by_card.id)],
        lambda s: [_booking(s.waiting, claimed_until=None)],
    ],
    "A basket waits for no booking but one of its own that is pending": [
        lambda s: [_booking(s.waiting, status=BookingStatus.RELEASED)],
        lambda s: [_booking(s.waiting, basket_id=s.by_card.basket_id)],
    ],
    "A code's count is its redemptions that stand": [
        lambda s: [_row(DiscountCode, s.code.id, bookings_count=1)],
        lambda s: [delete(CodeRedemption).where(CodeRedemption.booking_id == s.by_card.id)],
    ],
    "No code is redeemed more often than it may be": [
        lambda s: [_row(DiscountCode, s.code.id, bookings_limit=1)],
    ],
    "No person redeems a code more often than they may": [
        lambda s: [
            update(CodeRedemption).values(per_person_limit=1),
            _of_booking(CodeRedemption, s.by_card, person_key=s.ada.email, nth=2),
        ],
    ],
    "A booking holds the redemption of its code, and no other booking holds one": [
        lambda s: [delete(CodeRedemption).where(CodeRedemption.booking_id == s.waiting.id)],
        lambda s: [_booking(s.by_card, discount_code_id=None)],
        lambda s: [_booking(s.by_card, status=BookingStatus.RELEASED)],
    ],
    "A confirmed booking has been paid, and what came beyond that went back": [
        lambda s: [delete(Payment).where(Payment.booking_id == s.by_card.id)],
        lambda s: [_copy_of(Payment, _payment_of(s.by_card), payment_intent="pi_again")],
        lambda s: [_of_booking(Payment, s.by_card, amount=1)],
    ],
    "A released booking keeps no money": [
        lambda s: [delete(Refund).where(Refund.id == _refund_of(s.refunded))],
        lambda s: [_row(Refund, _refund_of(s.refunded), amount=1)],
        lambda s: [_booking(s.by_card, status=BookingStatus.RELEASED)],
    ],
    "A booking that waits for payment has none yet, and an attempt to get one": [
        lambda s: [delete(CheckoutAttempt).where(CheckoutAttempt.booking_id == s.waiting.id)],
        lambda s: [_of_booking(Payment, s.by_card, booking_id=s.waiting.id)],
        lambda s: [_booking(s.by_pass, status=BookingStatus.PENDING)],
    ],
    "Every attempt asks for what its booking costs": [
        lambda s: [_of_booking(CheckoutAttempt, s.waiting, amount=1)],
        lambda s: [_of_booking(CheckoutAttempt, s.waiting, currency="EUR")],
    ],
    "Every payment is one that we asked for, to the penny": [
        lambda s: [_of_booking(Payment, s.by_card, amount=879)],
        lambda s: [_of_booking(Payment, s.by_card, currency="EUR")],
        lambda s: [_of_booking(Payment, s.by_card, stripe_account="acct_other")],
    ],
    "No payment is refunded beyond its amount": [
        lambda s: [_copy_of(Refund, _refund_of(s.refunded), refund_id="re_2")],
    ],
    "Each limit of a pass or a code has one owner, and names a series or a ticket type": [
        lambda s: [update(Coverage).values(purchase_option_id=s.ten_classes.purchase_option_id)],
        lambda _: [update(Coverage).values(series_id=None)],
    ],
    "Every row refers within its own business": [
        lambda s: [_row(ClassPass, s.ten_classes.id, customer_id=s.elsewhere.id)],
        lambda s: [_row(ClassPass, s.ten_classes.id, customer_id=new_id())],
        lambda s: [_of_booking(Ticket, s.by_card, business_id=s.elsewhere.business.id)],
        lambda s: [_row(Basket, s.waiting.basket_id, business_id=new_id())],
        lambda s: [_of_booking(Ticket, s.by_card, ticket_type_id=s.yoga.id)],
    ],
    "The audit tells of every booking placed": [
        lambda s: [delete(AuditEntry).where(AuditEntry.subject_id == s.by_pass.id)],
        lambda s: [
            _copy_of(
                AuditEntry,
                _first(AuditEntry, AuditEntry.subject_id == s.by_pass.id, AuditEntry.act == "booking.placed"),
            )
        ],
    ],
    "The audit tells of every booking confirmed": [
        lambda s: [
            delete(AuditEntry).where(
                AuditEntry.subject_id == s.by_pass.id, AuditEntry.act == "booking.confirmed"
            )
        ],
        lambda s: [_booking(s.by_pass, confirmed_at=None)],
    ],
    "The audit tells of every booking released": [
        lambda _: [delete(AuditEntry).where(AuditEntry.act == "booking.released")],
    ],
    "The audit tells of every pass bought": [
        lambda _: [delete(AuditEntry).where(AuditEntry.act == "pass.bought")],
    ],
    "The audit tells of every pass issued": [
        lambda s: [delete(AuditEntry).where(AuditEntry.subject_id == s.ten_classes.id)],
    ],
    "A confirmed booking has one letter of confirmation, and no other booking has any": [
        lambda _: [delete(Letter)],
        lambda s: [
            _copy_of(Letter, _first(Letter, Letter.to_email == s.ada.email)),
        ],
        lambda s: [_booking(s.by_card, status=BookingStatus.RELEASED)],
    ],
}


DAMAGES |= ACCOUNT_DAMAGES | CANCELLATION_DAMAGES | CLASS_DAMAGES | DESK_DAMAGES | INSTALMENT_DAMAGES
DAMAGES |= WAITING_DAMAGES | TRANSFER_DAMAGES | CLIENT_DAMAGES | STAFF_BOOKING_DAMAGES | STAFF_DAMAGES


def test_a_busy_studio_breaks_no_invariant() -> None:
    a_busy_studio()
    assert_sound()


def test_every_invariant_has_rows_to_check_in_a_busy_studio() -> None:
    a_busy_studio()
    with behind_the_portals_back() as connection:
        unchecked = [one.name for one in EVERY_INVARIANT if not one.recompute(connection).checked]
    assert unchecked == []


def test_every_invariant_can_be_broken() -> None:
    assert set(DAMAGES) == {invariant.name for invariant in EVERY_INVARIANT}


def test_a_broken_row_breaks_its_invariant_and_is_named(subtests: pytest.Subtests) -> None:
    studio = a_busy_studio()
    invariants = {invariant.name: invariant for invariant in EVERY_INVARIANT}
    for name, damages in DAMAGES.items():
        for nth, damage in enumerate(damages, start=1):
            with subtests.test(name, nth=nth):
                statements = list(damage(studio))
                with behind_the_portals_back() as connection:
                    for statement in statements:
                        connection.execute(statement)
                    finding = invariants[name].recompute(connection)
                assert finding.broken
                assert finding.offenders


def test_no_more_than_five_offenders_are_named() -> None:
    studio = a_busy_studio()
    with behind_the_portals_back() as connection:
        connection.execute(update(BasketLine).values(basket_id=new_id()))
        connection.execute(update(Ticket).values(booking_id=studio.by_pass.id, class_session_id=new_id()))
        connection.execute(update(AuditEntry).values(business_id=new_id()))
        findings = [invariant.recompute(connection) for invariant in EVERY_INVARIANT]
    astray = next(one for one in findings if one.name == "Every row refers within its own business")
    assert len(astray.offenders) == 5
    assert astray.broken > 5


def test_the_broken_ones_are_told_in_one_line_each() -> None:
    studio = a_busy_studio()
    with db.engine.begin() as connection:
        connection.execute(_row(ClassPass, studio.ten_classes.id, uses_left=8))
    passes = db.session.scalar(select(func.count()).select_from(ClassPass))
    (broken,) = broken_invariants()
    assert str(broken) == (
        f"Uses left are what the ledger adds up to: 1 of {passes} broken:"
        f" class_pass {studio.ten_classes.id}: kept 8, ledger 9"
    )
