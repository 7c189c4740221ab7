"""What the demo's owner did at the desk: passes deactivated, ended, paused; accounts charged and credited; a
class cancelled; a ticket moved.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import select

from portal.models.audit import ActorKind
from portal.models.bookings import Booking, Ticket
from portal.models.business import BusinessFacts
from portal.models.class_passes import ClassPass
from portal.models.classes import ClassSeries, ClassSession
from portal.models.database import db, new_id
from portal.models.people import Customer, StaffMember
from portal.operations.account_charges import StaffEntry, charge_account, credit_account
from portal.operations.auditing import Actor
from portal.operations.cancelled_classes import cancel_in_booking, finish
from portal.operations.class_cancelling import cancel_class, class_forecast
from portal.operations.deactivating import deactivate_pass, set_termination
from portal.operations.demo.studio import OpenStudio
from portal.operations.option_withdrawal import deactivate_option
from portal.operations.pass_dates import extend_pass
from portal.operations.pass_pauses import pause_pass
from portal.operations.transferring import MovedBy, Wish, move_ticket, transfer_forecast
from portal.rules.class_cancelling import ClassDecision
from portal.rules.preferences import RefundTo
from portal.rules.transferring import Mover

COMING = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Desk:
    """Who sits there, and when."""

    studio: OpenStudio
    actor: Actor
    now: datetime

    @property
    def business(self) -> BusinessFacts:
        """The studio's facts."""
        return self.studio.business

    def ticket_of(self, email: str, series: str) -> tuple[UUID, datetime, UUID]:
        """Somebody's next ticket for a class of a series, when that starts, and the kind of ticket."""
        row = db.session.execute(
            select(Ticket.id, ClassSession.starts_at, Ticket.ticket_type_id)
            .join(Booking, (Booking.business_id == Ticket.business_id) & (Booking.id == Ticket.booking_id))
            .join(
                ClassSession,
                (ClassSession.business_id == Ticket.business_id)
                & (ClassSession.id == Ticket.class_session_id),
            )
            .join(
                ClassSeries,
                (ClassSeries.business_id == ClassSession.business_id)
                & (ClassSeries.id == ClassSession.series_id),
            )
            .where(
                Ticket.business_id == self.business.id,
                Ticket.counts,
                Booking.customer_id == self.client(email),
                ClassSeries.name == series,
                ClassSession.starts_at > self.now,
            )
            .order_by(ClassSession.starts_at)
            .limit(1)
        ).one()
        return row.id, row.starts_at, row.ticket_type_id

    def pass_of(self, email: str, option: str) -> UUID:
        """The latest pass of somebody."""
        return db.session.scalars(
            select(ClassPass.id)
            .join(
                Customer,
                (Customer.business_id == ClassPass.business_id) & (Customer.id == ClassPass.customer_id),
            )
            .where(
                ClassPass.business_id == self.business.id, Customer.email == email, ClassPass.name == option
            )
            .order_by(ClassPass.bought_at.desc())
            .limit(1)
        ).one()

    def client(self, email: str) -> UUID:
        """Somebody's id."""
        return db.session.scalars(
            select(Customer.id).where(Customer.business_id == self.business.id, Customer.email == email)
        ).one()


@dataclass(frozen=True, slots=True)
class DeskAct:
    """Something that the owner did ``ago``."""

    ago: timedelta
    do: Callable[[Desk], object]


def sit_at_desk(studio: OpenStudio, acts: Iterable[DeskAct], *, owner: str, now: datetime) -> None:
    """Let the owner do all of it, in the order in which it happened."""
    staff_id = db.session.scalars(
        select(StaffMember.id).where(
            StaffMember.business_id == studio.business.id, StaffMember.email_key == owner
        )
    ).one()
    for act in sorted(acts, key=lambda act: -act.ago):
        act.do(Desk(studio, Actor(ActorKind.STAFF, staff_id), now - act.ago))


def deactivates(email: str, option: str, *, reason: str, ago: timedelta) -> DeskAct:
    """A pass is deactivated on the spot (S2)."""

    def do(desk: Desk) -> None:
        deactivate_pass(**_on_pass(desk, email, option, reason), charges_balance=None)

    return DeskAct(ago, do)


def terminates(email: str, option: str, *, in_days: int, reason: str, ago: timedelta) -> DeskAct:
    """A pass is to end on a day to come (S6)."""

    def do(desk: Desk) -> None:
        from_day = desk.business.day_of(desk.now + ago) + timedelta(days=in_days)
        set_termination(**_on_pass(desk, email, option, reason), from_day=from_day, charges_balance=None)

    return DeskAct(ago, do)


def pauses(email: str, option: str, *, days: int, reason: str, ago: timedelta) -> DeskAct:
    """A pass is paused for so many days from then on."""

    def do(desk: Desk) -> None:
        first_day = desk.business.day_of(desk.now)
        last_day = first_day + timedelta(days=days - 1)
        pause_pass(**_on_pass(desk, email, option, reason), first_day=first_day, last_day=last_day)

    return DeskAct(ago, do)


def extends(email: str, option: str, *, days: int, reason: str, ago: timedelta) -> DeskAct:
    """A pass is extended (P4)."""
    return DeskAct(ago, lambda desk: extend_pass(**_on_pass(desk, email, option, reason), days=days))


def withdraws(option: str, *, reason: str, ago: timedelta) -> DeskAct:
    """A purchase option is deactivated (S8)."""

    def do(desk: Desk) -> None:
        option_id = desk.studio.purchase_options[option]
        deactivate_option(desk.business, option_id=option_id, reason=reason, actor=desk.actor, now=desk.now)

    return DeskAct(ago, do)


def calls_off(series: str, *, reason: str, ago: timedelta) -> DeskAct:
    """The next class of a series, counted from tomorrow, is cancelled, with every ticket for it (C6)."""

    def do(desk: Desk) -> None:
        class_session_id = desk.studio.next_class(series, desk.now + ago + COMING)
        shown = class_forecast(desk.business, class_session_id, now=desk.now)
        act_id = cancel_class(
            desk.business,
            class_session_id=class_session_id,
            digest=shown.digest,
            decision=ClassDecision(reason, shown.of.days, RefundTo.ACCOUNT),
            actor=desk.actor,
            now=desk.now,
        )
        for booking in shown.bookings:
            cancel_in_booking(desk.business, act_id, booking.booking_id, now=desk.now)
        finish(desk.business.id, act_id, now=desk.now)

    return DeskAct(ago, do)


def moves(email: str, series: str, *, reason: str, ago: timedelta) -> DeskAct:
    """Somebody's ticket for a class of a series to come is moved to the class after it (C7)."""

    def do(desk: Desk) -> None:
        ticket_id, starts_at, ticket_type_id = desk.ticket_of(email, series)
        later = desk.studio.next_class(series, starts_at + timedelta(minutes=1))
        wish = Wish(ticket_id, later, ticket_type_id)
        shown = transfer_forecast(desk.business, wish, by=Mover.STAFF, now=desk.now)
        who = MovedBy(desk.actor, reason)
        move_ticket(desk.business, wish, digest=shown.digest, who=who, now=desk.now)

    return DeskAct(ago, do)


def charges(email: str, amount: int, *, reason: str, ago: timedelta) -> DeskAct:
    """A client's account is charged, in minor units (M5)."""
    return DeskAct(ago, partial(_enter, charge_account, email, amount, reason))


def credits_(email: str, amount: int, *, reason: str, ago: timedelta) -> DeskAct:
    """A client's account is credited, in minor units (M5)."""
    return DeskAct(ago, partial(_enter, credit_account, email, amount, reason))


def _enter(enter: Callable[..., None], email: str, amount: int, reason: str, desk: Desk) -> None:
    entry = StaffEntry(id=new_id(), customer_id=desk.client(email), amount=amount, reason=reason)
    enter(desk.business, entry, actor=desk.actor, now=desk.now)


def _on_pass(desk: Desk, email: str, option: str, reason: str) -> Mapping[str, Any]:
    return {
        "business": desk.business,
        "pass_id": desk.pass_of(email, option),
        "reason": reason,
        "actor": desk.actor,
        "now": desk.now,
    }
