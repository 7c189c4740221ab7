"""A front desk: what staff do with a client's passes, each act in a transaction of its own."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from portal.models.audit import ActorKind, AuditEntry
from portal.models.business import BusinessFacts
from portal.models.class_passes import ClassPass
from portal.models.coverage_facts import EVERYTHING
from portal.models.database import db, end_reading, new_id, transaction
from portal.models.deactivations import PassDeactivation
from portal.models.instalments import Instalment, InstalmentStatus
from portal.models.pass_facts import booked_on, owned_pass, pass_rows_by_id
from portal.models.pass_outlook import PassOutlook, outlook_of
from portal.operations import option_withdrawal
from portal.operations.auditing import Actor
from portal.operations.basket_lines import choose_payment
from portal.operations.deactivating import (
    Deactivated,
    clear_termination,
    deactivate_pass,
    set_termination,
)
from portal.operations.pass_adjusting import adjust_uses
from portal.operations.pass_dates import end_pause, extend_pass, extend_passes_of, pause_pass, set_dates
from portal.operations.quoting import quoted_basket
from portal.operations.reactivating import Reactivated, reactivate_pass
from portal.operations.undoing import undo_last_act
from portal.rules.facts import OwnedPass, PayWithPass
from portal.rules.passes import PassStatus, status
from portal.rules.quote import QuotedLine
from portal.rules.validity import window
from tests.studio import NOW, APass, APerson, APurchaseOption, a_staff_member

WHY = "Asked at the desk"


@dataclass(frozen=True, slots=True)
class Desk:
    """One member of staff at one moment; ``at`` gives the same desk at another."""

    business: BusinessFacts
    staff: APerson
    now: datetime = NOW
    reason: str = WHY

    def at(self, now: datetime) -> "Desk":
        """The same desk at another moment."""
        return replace(self, now=now)

    @property
    def actor(self) -> Actor:
        """Who acts."""
        return Actor(ActorKind.STAFF, self.staff.id)

    @property
    def today(self) -> date:
        """The date at the studio."""
        return self.business.day_of(self.now)

    def _said(self) -> dict[str, Any]:
        return {"reason": self.reason, "actor": self.actor, "now": self.now}

    def deactivate(self, of: APass, *, charge: bool | None = None) -> Deactivated:
        """DEACTIVATE."""
        with transaction():
            return deactivate_pass(self.business, pass_id=of.id, charges_balance=charge, **self._said())

    def terminate(self, of: APass, on: date, *, charge: bool | None = None) -> None:
        """Terminate, and a date."""
        with transaction():
            set_termination(self.business, pass_id=of.id, from_day=on, charges_balance=charge, **self._said())

    def clear(self, of: APass) -> None:
        """Take the termination back."""
        with transaction():
            clear_termination(self.business, pass_id=of.id, **self._said())

    def reactivate(self, of: APass, *, expires_on: date | None = None) -> Reactivated:
        """Reactivate."""
        with transaction():
            return reactivate_pass(self.business, pass_id=of.id, expires_on=expires_on, **self._said())

    def extend(self, of: APass, days: int, *, seen: UUID | None = None) -> None:
        """Extend one pass."""
        with transaction():
            extend_pass(self.business, pass_id=of.id, days=days, seen=seen, **self._said())

    def extend_all(self, of: APurchaseOption, days: int, *, seen: UUID | None = None) -> int:
        """Extend all passes of a purchase option."""
        with transaction():
            return extend_passes_of(self.business, option_id=of.id, days=days, seen=seen, **self._said())

    def pause(self, of: APass, first_day: date, last_day: date) -> None:
        """Pause."""
        with transaction():
            pause_pass(self.business, pass_id=of.id, first_day=first_day, last_day=last_day, **self._said())

    def end_pause(self, of: APass) -> None:
        """End the pause."""
        with transaction():
            end_pause(self.business, pass_id=of.id, **self._said())

    def set_dates(self, of: APass, starts_on: date | None, expires_on: date | None) -> None:
        """Edit Purchase Option, and its dates."""
        with transaction():
            set_dates(
                self.business, pass_id=of.id, starts_on=starts_on, expires_on=expires_on, **self._said()
            )

    def adjust(self, of: APass, change: int, *, seen: UUID | None = None) -> None:
        """Adjust uses."""
        with transaction():
            adjust_uses(self.business, pass_id=of.id, change=change, seen=seen, **self._said())

    def undo(self, of: APass) -> None:
        """Undo."""
        with transaction():
            undo_last_act(self.business, pass_id=of.id, **self._said())

    def withdraw(self, option_id: UUID) -> None:
        """Deactivate a purchase option."""
        with transaction():
            option_withdrawal.deactivate_option(self.business, option_id=option_id, **self._said())

    def bring_back(self, option_id: UUID) -> None:
        """Activate a purchase option."""
        with transaction():
            option_withdrawal.activate_option(self.business, option_id=option_id, **self._said())

    def pick(self, basket_id: UUID, line_id: UUID, of: APass) -> None:
        """The client picks a pass for a line."""
        with transaction():
            choose_payment(
                self.business,
                basket_id=basket_id,
                line_id=line_id,
                choice=PayWithPass(of.id),
                now=self.now,
            )

    def owned(self, of: APass) -> OwnedPass:
        """How the pass stands, as the rules see it."""
        (row,) = pass_rows_by_id(of.business.id, [of.id])
        bookings = booked_on(of.business.id, [of.id], own_booking_id=None)
        end_reading()
        return owned_pass(row, EVERYTHING, bookings[of.id])

    def status(self, of: APass) -> PassStatus:
        """Its status today."""
        return status(self.owned(of), self.today)

    def last_day(self, of: APass) -> date | None:
        """The last day of its validity."""
        return window(self.owned(of)).last_day

    def outlook(self, of: APass) -> PassOutlook:
        """What hangs on it."""
        found = outlook_of(of.business.id, of.id, now=self.now)
        end_reading()
        return found

    def lines(self, client: APerson, basket_id: UUID) -> list[QuotedLine]:
        """The client's basket as its page shows it."""
        shown = quoted_basket(self.business, basket_id=basket_id, customer_id=client.id, now=self.now)
        end_reading()
        return list(shown.quote.lines)


def a_desk(business: BusinessFacts, *, now: datetime = NOW) -> Desk:
    """The studio's desk with somebody at it."""
    return Desk(business, a_staff_member(business), now)


def uses_of(of: APass) -> tuple[int | None, int]:
    """A pass's uses left, and how many of them are claimed."""
    left, claimed = db.session.execute(
        select(ClassPass.uses_left, ClassPass.uses_claimed).where(ClassPass.id == of.id)
    ).one()
    end_reading()
    return left, claimed


def acts_on(subject_id: UUID) -> list[AuditEntry]:
    """The audit of a pass or a purchase option, the oldest entry first."""
    entries = db.session.scalars(
        select(AuditEntry).where(AuditEntry.subject_id == subject_id).order_by(AuditEntry.id)
    ).all()
    end_reading()
    return list(entries)


def deactivations_of(of: APass) -> list[PassDeactivation]:
    """Every deactivation of a pass, the oldest first."""
    rows = db.session.scalars(
        select(PassDeactivation).where(PassDeactivation.class_pass_id == of.id).order_by(PassDeactivation.id)
    ).all()
    end_reading()
    return list(rows)


def scheduled_instalments(of: APass, *amounts: int, on: Sequence[date]) -> list[UUID]:
    """Give a pass instalments to come, each on its day, with no sale behind them. Their ids."""
    rows = [
        Instalment(
            business_id=of.business.id,
            id=new_id(),
            class_pass_id=of.id,
            nth=nth,
            due_on=day,
            amount=amount,
            currency=of.business.currency,
            status=InstalmentStatus.SCHEDULED,
            try_on=day,
        )
        for nth, (amount, day) in enumerate(zip(amounts, on, strict=True), start=12)
    ]
    with transaction():
        db.session.add_all(rows)
    return [row.id for row in rows]
