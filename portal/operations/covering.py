"""What a purchase option or a discount code is limited to, written down and told by name (P6, D3)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, delete, insert, select

from portal.models.classes import ClassSeries, TicketType
from portal.models.database import db, new_id, table_of
from portal.models.purchase_options import Coverage

_coverage = table_of(Coverage)

_NAMES = (
    select(ClassSeries.id, ClassSeries.name, TicketType.id, TicketType.name)
    .outerjoin(
        TicketType,
        (TicketType.business_id == ClassSeries.business_id) & (TicketType.series_id == ClassSeries.id),
    )
    .where(ClassSeries.business_id == bindparam("business_id"))
    .order_by(ClassSeries.name, TicketType.position, TicketType.name)
)


@dataclass(frozen=True, slots=True)
class Covers:
    """Classes and ticket types by their ids; neither named is everything."""

    series_ids: frozenset[UUID] = field(default_factory=frozenset)
    ticket_type_ids: frozenset[UUID] = field(default_factory=frozenset)


def write_coverage(
    business_id: UUID,
    covers: Covers,
    *,
    option_ids: Iterable[UUID] = (),
    code_ids: Iterable[UUID] = (),
) -> None:
    """Limit purchase options or codes to ``covers`` and nothing else; it must be the studio's own, or the
    database refuses (B1). Their rows are locked by the caller, unless they are new.
    """
    options, codes = list(option_ids), list(code_ids)
    db.session.execute(
        delete(_coverage).where(
            _coverage.c.business_id == business_id,
            _coverage.c.purchase_option_id.in_(options) | _coverage.c.discount_code_id.in_(codes),
        )
    )
    targets = [
        *({"series_id": it, "ticket_type_id": None} for it in sorted(covers.series_ids)),
        *({"series_id": None, "ticket_type_id": it} for it in sorted(covers.ticket_type_ids)),
    ]
    owners = [
        *({"purchase_option_id": it, "discount_code_id": None} for it in options),
        *({"purchase_option_id": None, "discount_code_id": it} for it in codes),
    ]
    rows = [
        {"business_id": business_id, "id": new_id(), **owner, **target}
        for owner in owners
        for target in targets
    ]
    if rows:
        db.session.execute(insert(_coverage), rows)


def told_coverage(business_id: UUID, covers: Covers) -> list[str]:
    """What it covers by name, for the audit: "Morning Yoga", "Morning Yoga (Adult)"; empty is everything."""
    if covers == Covers():
        return []
    named: dict[UUID, str] = {}
    rows: Any = db.session.execute(_NAMES, {"business_id": business_id})
    for series_id, series, ticket_type_id, ticket in rows:
        named[series_id] = series
        if ticket_type_id is not None:
            named[ticket_type_id] = f"{series} ({ticket})"
    wanted = covers.series_ids | covers.ticket_type_ids
    return [name for one, name in named.items() if one in wanted]
