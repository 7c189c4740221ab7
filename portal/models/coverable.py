"""Every class and ticket type that a pass or a code could be limited to, for Setup's forms (P6, D3)."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import and_, bindparam, select

from portal.models.classes import ClassSeries, TicketType
from portal.models.database import db


@dataclass(frozen=True, slots=True)
class CoverableTicket:
    """A ticket type of a series; ``price`` is minor units."""

    id: UUID
    name: str
    price: int


@dataclass(frozen=True, slots=True)
class CoverableSeries:
    """A series with its ticket types."""

    id: UUID
    name: str
    tickets: tuple[CoverableTicket, ...]


_ALL = (
    select(ClassSeries.id, ClassSeries.name, TicketType.id, TicketType.name, TicketType.price)
    .outerjoin(
        TicketType,
        and_(TicketType.business_id == ClassSeries.business_id, TicketType.series_id == ClassSeries.id),
    )
    .where(ClassSeries.business_id == bindparam("business_id"))
    .order_by(ClassSeries.name, ClassSeries.id, TicketType.position, TicketType.name)
)


def coverable_series(business_id: UUID) -> list[CoverableSeries]:
    """Every series by name, with its ticket types in their own order: one statement."""
    series: dict[UUID, tuple[str, list[CoverableTicket]]] = {}
    for series_id, name, ticket_id, ticket, price in db.session.execute(_ALL, {"business_id": business_id}):
        _, tickets = series.setdefault(series_id, (name, []))
        if ticket_id is not None:
            tickets.append(CoverableTicket(ticket_id, ticket, price))
    return [CoverableSeries(one, name, tuple(tickets)) for one, (name, tickets) in series.items()]
