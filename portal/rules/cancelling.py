"""What cancelling tickets brings: uses and money back or not, validity reset or not (C1–C5, D4)."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import Enum
from uuid import UUID

from portal.rules.facts import BookedClass, OwnedPass
from portal.rules.line_money import LinePaid, MoneyLeft, money_back, way_back
from portal.rules.passes import PassStatus, has_expired, is_deactivated, status
from portal.rules.preferences import Preferences, RefundTo
from portal.rules.validity import Window, usable_window, window


class Canceller(Enum):
    """Who cancels: the client (signed in or a guest), or staff for them."""

    CLIENT = "client"
    STAFF = "staff"


class UseOutcome(Enum):
    """What becomes of the pass use of a ticket."""

    NO_PASS = "no_pass"  # noqa: S105  the ticket was not paid by a pass
    RETURNED = "returned"
    KEPT = "kept"
    UNLIMITED = "unlimited"  # the pass counts no uses


class ValidityChange(Enum):
    """What becomes of a pass's validity (C3)."""

    UNCHANGED = "unchanged"
    MOVED = "moved"  # it starts with the next class booked
    RESET = "reset"  # nothing counts any more: the next class booked starts it again


@dataclass(frozen=True, slots=True)
class Overrides:
    """What staff decide otherwise than the studio's preferences; None leaves it to them (C2)."""

    returns_use: bool | None = None
    refund_to: RefundTo | None = None


NO_OVERRIDES = Overrides()


@dataclass(frozen=True, slots=True)
class TicketToCancel:
    """A ticket as cancelling sees it; ``pass_id`` is the pass that pays for it, if one does."""

    id: UUID
    class_session_id: UUID
    class_name: str
    ticket_name: str
    starts_at: datetime
    on_date: date
    pass_id: UUID | None
    paid: LinePaid


@dataclass(frozen=True, slots=True)
class CancellationFacts:
    """What a cancellation is reckoned from. ``today`` is ``now`` in the business's zone.

    ``tickets`` are those to be cancelled, of one booking; ``passes`` those that pay for any of them.
    ``left`` is what may still go back of what was paid for the booking. A guest ``has_account`` not.
    ``of_class``: the studio cancels the whole class, so that no cut-off matters, and a class that has begun
    counts no more (C6); ``added_days`` are what passes, by their ids, are made longer by for it.
    """

    now: datetime
    today: date
    currency: str
    by: Canceller
    preferences: Preferences
    overrides: Overrides
    tickets: tuple[TicketToCancel, ...]
    passes: tuple[OwnedPass, ...]
    left: MoneyLeft
    has_account: bool
    of_class: bool = False
    added_days: Mapping[UUID, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TicketOutcome:
    """What cancelling brings for one ticket; money in minor units.

    ``in_time``: before the cut-off. ``begun``: its class has started, so that it goes on counting (C3).
    ``to_card`` and ``to_account`` go back; ``kept`` was paid for it and does not.
    """

    ticket: TicketToCancel
    in_time: bool
    begun: bool
    use: UseOutcome
    to_card: int
    to_account: int
    kept: int

    @property
    def use_returned(self) -> bool:
        """Whether its pass gets the use back."""
        return self.use is UseOutcome.RETURNED

    @property
    def refund(self) -> int:
        """All that goes back."""
        return self.to_card + self.to_account

    @property
    def refund_to(self) -> RefundTo:
        """Where it goes; what the account paid goes back there, even if the rest goes to the card."""
        if self.to_card:
            return RefundTo.CARD
        return RefundTo.ACCOUNT if self.to_account else RefundTo.NONE


@dataclass(frozen=True, slots=True)
class PassOutcome:
    """What cancelling brings for one pass. ``was`` is its validity before, ``window`` that afterwards, as is
    its ``status``.

    ``begun``: every class of it that is cancelled has started, so that nothing of the validity changes (C3).
    ``added_days`` make it longer, because the studio cancelled the class (C6).
    ``lapses``: it had to start by a day that has passed, and now nothing counts on it any more (P10).
    """

    before: OwnedPass
    after: OwnedPass
    uses_returned: int
    uses_kept: int
    begun: bool
    lapses: bool
    was: Window
    window: Window
    status: PassStatus
    added_days: int = 0

    @property
    def validity(self) -> ValidityChange:
        """What becomes of its validity (C3)."""
        if self.window == self.was:
            return ValidityChange.UNCHANGED
        return ValidityChange.RESET if self.window.first_day is None else ValidityChange.MOVED


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a cancellation will do, ticket by ticket and pass by pass (C4)."""

    by: Canceller
    currency: str
    preferences: Preferences
    tickets: tuple[TicketOutcome, ...]
    passes: tuple[PassOutcome, ...]

    @property
    def to_card(self) -> int:
        """All that goes back to the card, in minor units."""
        return sum(outcome.to_card for outcome in self.tickets)

    @property
    def to_account(self) -> int:
        """All that goes to the client's account, in minor units."""
        return sum(outcome.to_account for outcome in self.tickets)

    @property
    def in_time(self) -> bool:
        """Whether every ticket is cancelled before its cut-off."""
        return all(outcome.in_time for outcome in self.tickets)

    @property
    def digest(self) -> str:
        """A SHA-256, in hex, over what the person agrees to: another as soon as something in it changes."""
        told = sorted(_told_ticket(it) for it in self.tickets) + sorted(_told_pass(it) for it in self.passes)
        return hashlib.sha256("\n".join(told).encode()).hexdigest()


def forecast(facts: CancellationFacts) -> Forecast:
    """What cancelling these tickets brings, now (C4). Pure: nothing is looked up and nothing changed."""
    outcomes, left = [], facts.left
    for ticket in facts.tickets:
        outcome = _ticket_outcome(facts, ticket, left)
        left = _less(left, outcome)
        outcomes.append(outcome)
    passes = tuple(_pass_outcome(facts, owned, outcomes) for owned in facts.passes)
    return Forecast(facts.by, facts.currency, facts.preferences, tuple(outcomes), passes)


def _ticket_outcome(facts: CancellationFacts, ticket: TicketToCancel, left: MoneyLeft) -> TicketOutcome:
    in_time = facts.of_class or facts.now <= facts.preferences.cancel_until(ticket.starts_at)
    way = way_back(
        facts.preferences, facts.overrides.refund_to, in_time=in_time, has_account=facts.has_account
    )
    to_card, to_account, kept = money_back(ticket.paid, left, way, has_account=facts.has_account)
    return TicketOutcome(
        ticket=ticket,
        in_time=in_time,
        begun=ticket.starts_at <= facts.now and not facts.of_class,
        use=_use(facts, ticket, in_time=in_time),
        to_card=to_card,
        to_account=to_account,
        kept=kept,
    )


def _use(facts: CancellationFacts, ticket: TicketToCancel, *, in_time: bool) -> UseOutcome:
    owned = next((it for it in facts.passes if it.id == ticket.pass_id), None)
    if owned is None:
        return UseOutcome.NO_PASS
    if owned.terms.uses is None:
        return UseOutcome.UNLIMITED
    returns = facts.overrides.returns_use
    if returns is None:
        returns = in_time and facts.preferences.returns_use
    return UseOutcome.RETURNED if returns else UseOutcome.KEPT


def _less(left: MoneyLeft, outcome: TicketOutcome) -> MoneyLeft:
    return MoneyLeft(left.card - outcome.to_card, left.total - outcome.refund)


def _pass_outcome(
    facts: CancellationFacts, owned: OwnedPass, outcomes: Iterable[TicketOutcome]
) -> PassOutcome:
    today, days = facts.today, facts.added_days.get(owned.id, 0)
    mine = [outcome for outcome in outcomes if outcome.ticket.pass_id == owned.id]
    returned = sum(outcome.use_returned for outcome in mine)
    after = replace(
        _longer(owned, days),
        uses_left=None if owned.uses_left is None else owned.uses_left + returned,
        booked=_without(owned.booked, [outcome.ticket for outcome in mine if not outcome.begun]),
    )
    return PassOutcome(
        before=owned,
        after=after,
        uses_returned=returned,
        uses_kept=sum(outcome.use is UseOutcome.KEPT for outcome in mine),
        begun=all(outcome.begun for outcome in mine),
        lapses=status(after, today) is PassStatus.EXPIRED and not has_expired(owned, today),
        was=_shown_window(owned, today),
        window=_shown_window(after, today),
        status=status(after, today),
        added_days=days,
    )


def _longer(owned: OwnedPass, days: int) -> OwnedPass:
    """The pass with days that make up for a class: its latest day to start moves along, or it might never
    start.
    """
    return replace(
        owned,
        added_days=owned.added_days + days,
        expires_on_set=owned.expires_on_set and owned.expires_on_set + timedelta(days=days),
        start_by=owned.start_by and owned.start_by + timedelta(days=days),
    )


def _shown_window(owned: OwnedPass, today: date) -> Window:
    """The validity of a pass, cut short where staff end it on a day to come (S6)."""
    return window(owned) if is_deactivated(owned, today) else usable_window(owned)


def _without(booked: tuple[BookedClass, ...], tickets: Iterable[TicketToCancel]) -> tuple[BookedClass, ...]:
    """What is booked on a pass once these tickets no longer count."""
    left = list(booked)
    for ticket in tickets:
        gone = BookedClass(ticket.class_session_id, ticket.on_date)
        if gone in left:
            left.remove(gone)
    return tuple(left)


def _told_ticket(outcome: TicketOutcome) -> str:
    ticket = outcome.ticket
    when = f"{outcome.in_time} {outcome.begun} {int(ticket.starts_at.timestamp())}"
    return f"{ticket.id} {when} {outcome.use.value} {outcome.to_card} {outcome.to_account} {outcome.kept}"


def _told_pass(outcome: PassOutcome) -> str:
    days = outcome.window
    change = f"{outcome.validity.value} {days.first_day} {days.last_day}"
    return f"{outcome.before.id} {change} {outcome.status.inactive}"
