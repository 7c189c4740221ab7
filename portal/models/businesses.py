"""The businesses of this database, read by doors that no visitor opens: jobs, commands, the webhook."""

from uuid import UUID

from sqlalchemy import bindparam, select

from portal.models.business import BUSINESS_FACTS, Business, BusinessFacts, BusinessHost
from portal.models.database import db, table_of

_business = table_of(Business)
_host = table_of(BusinessHost)

_ALL = select(*BUSINESS_FACTS).order_by(_business.c.created_at, _business.c.id)
_BY_ID = select(*BUSINESS_FACTS).where(_business.c.id == bindparam("business_id"))
_BY_HOST = (
    select(*BUSINESS_FACTS)
    .join(_host, _host.c.business_id == _business.c.id)
    .where(_host.c.host == bindparam("host"))
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
