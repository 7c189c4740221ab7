"""Those who work at a studio, as questions about them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, func, select

from portal.models.classes import ClassSeries
from portal.models.database import read, table_of
from portal.models.people import MailedLink, RecoveryCode, SignIn, StaffMember
from portal.rules.roles import Role

_staff = table_of(StaffMember)
_sign_in = table_of(SignIn)
_code = table_of(RecoveryCode)
_link = table_of(MailedLink)
_series = table_of(ClassSeries)


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody to ask."""

    name: str
    email: str


@dataclass(frozen=True, slots=True)
class StaffPerson:
    """Somebody on the list of staff; ``invited_until`` is when the last invitation ends, of somebody who has
    not accepted it.
    """

    id: UUID
    name: str
    email: str
    role: Role
    teaches_as: str
    is_invited: bool
    has_second_factor: bool
    deactivated_at: datetime | None
    last_sign_in: datetime | None
    invited_until: datetime | None


_OWNERS = (
    select(_staff.c.name, _staff.c.email)
    .where(
        _staff.c.business_id == bindparam("business_id"),
        _staff.c.role == Role.OWNER,
        _staff.c.deactivated_at.is_(None),
    )
    .order_by(_staff.c.name)
)

_LAST = (
    select(func.max(_sign_in.c.started_at))
    .where(
        _sign_in.c.business_id == _staff.c.business_id,
        _sign_in.c.staff_member_id == _staff.c.id,
        ~_sign_in.c.awaits_code,
    )
    .correlate(_staff)
    .scalar_subquery()
)
_INVITED_UNTIL = (
    select(func.max(_link.c.works_until))
    .where(
        _link.c.business_id == _staff.c.business_id,
        _link.c.staff_member_id == _staff.c.id,
        _link.c.used_at.is_(None),
    )
    .correlate(_staff)
    .scalar_subquery()
)

_PEOPLE = (
    select(
        _staff.c.id,
        _staff.c.name,
        _staff.c.email,
        _staff.c.role,
        _staff.c.teaches_as,
        _staff.c.password_hash.is_(None),
        _staff.c.totp_since.is_not(None),
        _staff.c.deactivated_at,
        _LAST,
        _INVITED_UNTIL,
    )
    .where(_staff.c.business_id == bindparam("business_id"))
    .order_by(_staff.c.deactivated_at.is_not(None), func.lower(_staff.c.name), _staff.c.id)
)
_PERSON = _PEOPLE.where(_staff.c.id == bindparam("id"))
_PASSWORD = select(_staff.c.password_hash).where(
    _staff.c.business_id == bindparam("business_id"), _staff.c.id == bindparam("id")
)
_CODES_LEFT = select(func.count()).where(
    _code.c.business_id == bindparam("business_id"),
    _code.c.staff_member_id == bindparam("id"),
    _code.c.used_at.is_(None),
)
_TEACHERS = (
    select(_series.c.teacher)
    .where(_series.c.business_id == bindparam("business_id"))
    .distinct()
    .order_by(_series.c.teacher)
)


def owners_to_ask(business_id: UUID) -> list[Colleague]:
    """The owners of a studio, by name."""
    return [Colleague(row.name, row.email) for row in read(_OWNERS, {"business_id": business_id})]


def staff_people(business_id: UUID) -> list[StaffPerson]:
    """Everybody on the list, those who are deactivated last; one statement."""
    return [StaffPerson(*tuple(row)) for row in read(_PEOPLE, {"business_id": business_id})]


def member_by_id(business_id: UUID, member_id: UUID) -> StaffPerson | None:
    """One of this business's staff."""
    row = read(_PERSON, {"business_id": business_id, "id": member_id}).first()
    return StaffPerson(*tuple(row)) if row is not None else None


def password_hash_of_member(business_id: UUID, member_id: UUID) -> str | None:
    """What to compare somebody's own password with."""
    found: str | None = read(_PASSWORD, {"business_id": business_id, "id": member_id}).scalar()
    return found


def recovery_codes_left(business_id: UUID, member_id: UUID) -> int:
    """How many recovery codes somebody has not used."""
    return int(read(_CODES_LEFT, {"business_id": business_id, "id": member_id}).scalar_one())


def teachers(business_id: UUID) -> list[str]:
    """The teachers that the studio's classes name."""
    return [row.teacher for row in read(_TEACHERS, {"business_id": business_id}) if row.teacher]
