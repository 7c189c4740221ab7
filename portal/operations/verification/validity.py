"""What a pass pays for lies within its validity and its limits (P3–P6), reckoned by the rules themselves.

Staff's own dates stand whatever is booked (P4), so a pass that has them is not held against its period; nor
is it for a ticket that staff moved to where they saw fit (C7).
"""

from collections import Counter
from collections.abc import Iterable, Iterator

from sqlalchemy import and_, func, or_, select

from portal.models.audit import ActorKind
from portal.models.bookings import Ticket
from portal.models.class_passes import ClassPass, PassUse, UseKind
from portal.models.classes import ClassSession
from portal.models.coverage_facts import EVERYTHING
from portal.models.database import table_of
from portal.models.pass_facts import WITHDRAWN_OR_PAUSED, join_withdrawn_or_paused, owned_pass
from portal.models.purchase_options import TERMS
from portal.models.transfers import TicketTransfer
from portal.operations.verification.invariant import AnyRow, Invariant, count_of
from portal.rules.passbook import monday_of
from portal.rules.validity import must_start_by, window

_MOVED_BY_STAFF = (
    select(TicketTransfer.id)
    .where(
        TicketTransfer.business_id == Ticket.business_id,
        TicketTransfer.to_ticket_id == Ticket.id,
        TicketTransfer.actor_kind == ActorKind.STAFF,
    )
    .correlate(Ticket)
    .exists()
)
_PAID = (
    select(Ticket.business_id, Ticket.class_pass_id, Ticket.class_session_id, ClassSession.on_date)
    .join(
        ClassSession,
        and_(ClassSession.business_id == Ticket.business_id, ClassSession.id == Ticket.class_session_id),
    )
    .where(Ticket.counts, Ticket.class_pass_id.is_not(None), ~_MOVED_BY_STAFF)
    .subquery()
)
_ON_PASS = and_(_PAID.c.business_id == ClassPass.business_id, _PAID.c.class_pass_id == ClassPass.id)

_FIRST_EVER = (
    select(func.min(ClassSession.on_date))
    .join(
        Ticket,
        and_(Ticket.business_id == ClassSession.business_id, Ticket.class_session_id == ClassSession.id),
    )
    .join(PassUse, and_(PassUse.business_id == Ticket.business_id, PassUse.ticket_id == Ticket.id))
    .where(
        PassUse.business_id == ClassPass.business_id,
        PassUse.class_pass_id == ClassPass.id,
        PassUse.kind == UseKind.BOOKED,
    )
    .correlate(ClassPass)
    .scalar_subquery()
)
"""The earliest class ever booked on a pass: its latest day to start was checked then (P6), and to cancel
that class does not strand the others.
"""

_DAYS = (
    select(
        _PAID.c.business_id,
        _PAID.c.class_pass_id,
        func.min(_PAID.c.on_date).label("first_class"),
        func.max(_PAID.c.on_date).label("last_class"),
    )
    .group_by(_PAID.c.business_id, _PAID.c.class_pass_id)
    .subquery()
)


def _outside_validity(rows: Iterable[AnyRow]) -> Iterator[str]:
    for row in rows:
        owned = owned_pass(row, EVERYTHING)
        days = window(owned, (row.first_class, row.last_class))
        start_by = must_start_by(owned)
        if days.days_off(row.first_class) or days.days_off(row.last_class):
            yield (
                f"class_pass {row.id}: valid {days.first_day} to {days.last_day},"
                f" pays from {row.first_class} to {row.last_class}"
            )
        elif start_by is not None and min(row.first_class, row.first_ever or row.first_class) > start_by:
            yield f"class_pass {row.id}: must start by {start_by}, starts {row.first_class}"


def _beyond_weekly_limit(rows: Iterable[AnyRow]) -> Iterator[str]:
    weeks = Counter((row.id, row.uses_per_week, monday_of(row.on_date)) for row in rows)
    for (pass_id, limit, monday), uses in weeks.items():
        if uses > limit:
            yield f"class_pass {pass_id}: {uses} uses in the week of {monday}, limit {limit}"


VALIDITY = (
    Invariant(
        "Every class that a pass pays for lies within its validity",
        count_of(_DAYS),
        select(
            ClassPass.id,
            ClassPass.bought_at,
            ClassPass.bought_on,
            ClassPass.uses_left,
            ClassPass.uses_claimed,
            ClassPass.start_by,
            ClassPass.added_days,
            ClassPass.starts_on_set,
            ClassPass.expires_on_set,
            *(getattr(ClassPass, name) for name in TERMS),
            *WITHDRAWN_OR_PAUSED,
            _DAYS.c.first_class,
            _DAYS.c.last_class,
            _FIRST_EVER.label("first_ever"),
        )
        .select_from(join_withdrawn_or_paused(table_of(ClassPass)))
        .join(
            _DAYS, and_(_DAYS.c.business_id == ClassPass.business_id, _DAYS.c.class_pass_id == ClassPass.id)
        )
        .where(ClassPass.starts_on_set.is_(None), ClassPass.expires_on_set.is_(None)),
        _outside_validity,
    ),
    Invariant(
        "No pass pays for more tickets of one class than it may",
        count_of(_PAID),
        select(ClassPass.id.label("class_pass"), _PAID.c.class_session_id, func.count().label("tickets"))
        .join(_PAID, _ON_PASS)
        .where(or_(ClassPass.uses.is_(None), ~ClassPass.several_per_class))
        .group_by(ClassPass.id, _PAID.c.class_session_id)
        .having(func.count() > 1),
    ),
    Invariant(
        "No pass is used more often on a day than it may be",
        count_of(_PAID),
        select(
            ClassPass.id.label("class_pass"),
            _PAID.c.on_date,
            func.count().label("uses"),
            ClassPass.uses_per_day.label("limit"),
        )
        .join(_PAID, _ON_PASS)
        .where(ClassPass.uses_per_day.is_not(None))
        .group_by(ClassPass.id, _PAID.c.on_date, ClassPass.uses_per_day)
        .having(func.count() > ClassPass.uses_per_day),
    ),
    Invariant(
        "No pass is used more often in a week than it may be",
        count_of(_PAID),
        select(ClassPass.id, ClassPass.uses_per_week, _PAID.c.on_date)
        .join(_PAID, _ON_PASS)
        .where(ClassPass.uses_per_week.is_not(None))
        .order_by(ClassPass.id, _PAID.c.on_date),
        _beyond_weekly_limit,
    ),
)
