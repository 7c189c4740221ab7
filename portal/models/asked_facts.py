"""What a what-if is reckoned from: classes with their tickets, and purchase options, in no basket (S10).

The columns are those of ``basket_facts``, as far as they are about what is on sale.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, bindparam, select

from portal.models.classes import ClassSeries, ClassSession, TicketType
from portal.models.database import read, table_of
from portal.models.deactivations import PurchaseOptionDeactivation
from portal.models.ended_places import HOLDS_ENDED, OFFERS_ENDED
from portal.models.pass_facts import live_withdrawal_of
from portal.models.purchase_options import TERMS, PurchaseOption
from portal.models.waiting_lists import WaitingEntry, WaitingStatus, has_status

_class = table_of(ClassSession)
_series = table_of(ClassSeries)
_ticket_type = table_of(TicketType)
_option = table_of(PurchaseOption).alias("option")
_withdrawal = table_of(PurchaseOptionDeactivation)
_entry = table_of(WaitingEntry)

_OWN_OFFER = (
    select(_entry.c.id)
    .where(
        _entry.c.business_id == _class.c.business_id,
        _entry.c.class_session_id == _class.c.id,
        _entry.c.customer_id == bindparam("customer_id"),
        has_status(_entry.c, WaitingStatus.OFFERED),
        _entry.c.offered_until > bindparam("now"),
    )
    .correlate(_class)
    .exists()
)

_TICKETS = (
    select(
        _class.c.id.label("class_session_id"),
        _class.c.series_id,
        _class.c.on_date,
        _class.c.starts_at,
        _class.c.ends_at,
        _class.c.teacher,
        _class.c.place,
        (_class.c.capacity - _class.c.places_taken).label("places_free"),
        (HOLDS_ENDED + OFFERS_ENDED).label("places_ended"),
        _OWN_OFFER.label("has_offer"),
        _class.c.waiting.label("people_waiting"),
        _class.c.cancelled_at.label("class_cancelled_at"),
        _series.c.name.label("class_name"),
        _ticket_type.c.id.label("ticket_type_id"),
        _ticket_type.c.name.label("ticket_name"),
        _ticket_type.c.price.label("ticket_price"),
        _ticket_type.c.on_sale.label("ticket_on_sale"),
    )
    .join(_series, and_(_series.c.business_id == _class.c.business_id, _series.c.id == _class.c.series_id))
    .join(
        _ticket_type,
        and_(
            _ticket_type.c.business_id == _class.c.business_id, _ticket_type.c.series_id == _class.c.series_id
        ),
    )
    .where(
        _class.c.business_id == bindparam("business_id"),
        _class.c.id.in_(bindparam("class_session_ids", expanding=True)),
        _ticket_type.c.id.in_(bindparam("ticket_type_ids", expanding=True)),
    )
)

_OPTIONS = (
    select(
        _option.c.id.label("option_id"),
        _option.c.price.label("option_price"),
        _option.c.on_sale.label("option_on_sale"),
        _option.c.start_within_days,
        _option.c.instalments.label("option_instalments"),
        _option.c.instalment_rhythm.label("option_rhythm"),
        _withdrawal.c.id.label("option_withdrawal"),
        *(_option.c[name].label(f"option_{name}") for name in TERMS),
    )
    .select_from(_option)
    .outerjoin(_withdrawal, live_withdrawal_of(_option.c.business_id, _option.c.id))
    .where(
        _option.c.business_id == bindparam("business_id"),
        _option.c.id.in_(bindparam("option_ids", expanding=True)),
    )
)


def asked_tickets(
    business_id: UUID, asked: Collection[tuple[UUID, UUID]], *, customer_id: UUID | None, now: datetime
) -> dict[tuple[UUID, UUID], Any]:
    """Rows of classes with one of their tickets, by the ids of class and ticket type; one that is not there,
    is not to be found. ``has_offer`` says that a place is on offer to this customer, who waited for it.
    """
    if not asked:
        return {}
    rows = read(
        _TICKETS,
        {
            "business_id": business_id,
            "class_session_ids": sorted({class_id for class_id, _ in asked}),
            "ticket_type_ids": sorted({ticket_id for _, ticket_id in asked}),
            "customer_id": customer_id,
            "now": now,
        },
    )
    return {(row.class_session_id, row.ticket_type_id): row for row in rows}


def asked_options(business_id: UUID, option_ids: Collection[UUID]) -> dict[UUID, Any]:
    """Rows of purchase options, by their ids; one that is not there, is not to be found."""
    if not option_ids:
        return {}
    rows = read(_OPTIONS, {"business_id": business_id, "option_ids": sorted(set(option_ids))})
    return {row.option_id: row for row in rows}
