"""What purchase options and discount codes are limited to (P6, D3)."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, or_, select

from portal.models.database import read, table_of
from portal.models.purchase_options import Coverage

_coverage = table_of(Coverage)

_COVERAGE = select(
    _coverage.c.purchase_option_id,
    _coverage.c.discount_code_id,
    _coverage.c.series_id,
    _coverage.c.ticket_type_id,
).where(
    _coverage.c.business_id == bindparam("business_id"),
    or_(
        _coverage.c.purchase_option_id.in_(bindparam("option_ids", expanding=True)),
        _coverage.c.discount_code_id == bindparam("code_id"),
    ),
)


class Covered(NamedTuple):
    """What a purchase option or a code is limited to; None is everything."""

    series_ids: frozenset[UUID] | None
    ticket_type_ids: frozenset[UUID] | None


EVERYTHING = Covered(None, None)


def coverage(business_id: UUID, *, option_ids: Iterable[UUID], code_id: UUID | None) -> dict[UUID, Covered]:
    """What options and a code are limited to, by their ids; one that is not there covers everything."""
    ids = list(option_ids)
    if not ids and code_id is None:
        return {}
    series: dict[UUID, set[UUID]] = defaultdict(set)
    ticket_types: dict[UUID, set[UUID]] = defaultdict(set)
    rows: Any = read(_COVERAGE, {"business_id": business_id, "option_ids": ids, "code_id": code_id})
    for option_id, discount_code_id, series_id, ticket_type_id in rows:
        owner = option_id or discount_code_id
        if series_id is not None:
            series[owner].add(series_id)
        if ticket_type_id is not None:
            ticket_types[owner].add(ticket_type_id)
    return {
        owner: Covered(
            frozenset(series[owner]) if owner in series else None,
            frozenset(ticket_types[owner]) if owner in ticket_types else None,
        )
        for owner in series.keys() | ticket_types.keys()
    }
