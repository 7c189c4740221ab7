"""Those who work at a studio, as questions about them."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import bindparam, select

from portal.models.database import read, table_of
from portal.models.people import StaffMember
from portal.rules.roles import Role

_staff = table_of(StaffMember)


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody to ask."""

    name: str
    email: str


_OWNERS = (
    select(_staff.c.name, _staff.c.email)
    .where(_staff.c.business_id == bindparam("business_id"), _staff.c.role == Role.OWNER)
    .order_by(_staff.c.name)
)


def owners_to_ask(business_id: UUID) -> list[Colleague]:
    """The owners of a studio, by name."""
    return [Colleague(row.name, row.email) for row in read(_OWNERS, {"business_id": business_id})]
