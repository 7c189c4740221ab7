"""The businesses of this database, read by doors that no visitor opens: jobs, commands, the webhook."""

from uuid import UUID

from sqlalchemy import bindparam, select

from portal.models.business import BUSINESS_FACTS, Business, BusinessFacts, BusinessHost
from portal.models.database import db

_ALL = select(*BUSINESS_FACTS).order_by(Business.created_at, Business.id)
_BY_ID = select(*BUSINESS_FACTS).where(Business.id == bindparam("business_id"))
_BY_HOST = (
    select(*BUSINESS_FACTS)
    .join(BusinessHost, BusinessHost.business_id == Business.id)
    .where(BusinessHost.host == bindparam("host"))
)


def every_business() -> tuple[BusinessFacts, ...]:
    """All of them, the oldest first."""
    return tuple(BusinessFacts(*row) for row in db.session.execute(_ALL))


def business_of(business_id: UUID) -> BusinessFacts:
    """One by its id, which the caller has from one of its rows."""
    return BusinessFacts(*db.session.execute(_BY_ID, {"business_id": business_id}).one())


def business_at(host: str) -> BusinessFacts | None:
    """The one that answers on a host name (without port), or None where no business claims it (B1)."""
    row = db.session.execute(_BY_HOST, {"host": host}).first()
    return None if row is None else BusinessFacts(*row)
