"""Terminations whose day has come and whose balance is not settled yet (S6)."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import bindparam, select

from portal.models.businesses import every_business
from portal.models.database import db, table_of
from portal.models.deactivations import PassDeactivation

_deactivation = table_of(PassDeactivation)

_UNSETTLED = (
    select(_deactivation.c.business_id, _deactivation.c.class_pass_id, _deactivation.c.from_day)
    .where(
        _deactivation.c.ended_at.is_(None),
        _deactivation.c.balance_settled_at.is_(None),
        _deactivation.c.from_day <= bindparam("latest"),
    )
    .order_by(_deactivation.c.from_day, _deactivation.c.id)
)

AHEAD = timedelta(days=1)
"""No zone is more than a day ahead of UTC: the date is begun somewhere before it is in London."""


def due_terminations(*, now: datetime) -> list[tuple[UUID, UUID]]:
    """Business and pass of each, by the date in that business's own zone (T1)."""
    rows = db.session.execute(_UNSETTLED, {"latest": now.date() + AHEAD}).all()
    if not rows:
        return []
    today = {business.id: business.day_of(now) for business in every_business()}
    return [(row.business_id, row.class_pass_id) for row in rows if row.from_day <= today[row.business_id]]
