"""Sign-ins of staff: in one step, or in two where there is a second factor."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select, update

from portal.models.audit import ActorKind
from portal.models.database import db, new_id
from portal.models.people import SignIn, StaffMember
from portal.operations.auditing import Actor, write_audit

STAFF_STAY = timedelta(hours=12)
CODE_WITHIN = timedelta(minutes=10)
"""How long the password alone is worth something, until the code follows."""


def begin_staff_sign_in(business_id: UUID, staff_member_id: UUID, *, now: datetime) -> UUID:
    """Begin the sign-in of one browser of a member of staff, for a working day; who signs in is on record."""
    sign_in = _new(business_id, staff_member_id, now=now, stay=STAFF_STAY)
    write_audit(Actor(ActorKind.STAFF, staff_member_id), "staff_member.signed_in", sign_in, now=now)
    return sign_in.id


def await_code(business_id: UUID, staff_member_id: UUID, *, now: datetime) -> UUID:
    """Note that a browser has the password right; nobody is signed in by that."""
    return _new(business_id, staff_member_id, now=now, stay=CODE_WITHIN, awaits_code=True).id


def whose_code_is_awaited(business_id: UUID, sign_in_id: UUID, *, now: datetime) -> UUID | None:
    """Whose code a browser is to enter; None where it waited too long, or was not let this far."""
    return db.session.scalars(
        select(SignIn.staff_member_id)
        .join(
            StaffMember,
            (StaffMember.business_id == SignIn.business_id) & (StaffMember.id == SignIn.staff_member_id),
        )
        .where(
            SignIn.business_id == business_id,
            SignIn.id == sign_in_id,
            SignIn.awaits_code,
            SignIn.ended_at.is_(None),
            SignIn.lasts_until > now,
            StaffMember.deactivated_at.is_(None),
        )
    ).one_or_none()


def end_every_staff_sign_in(
    business_id: UUID, staff_member_id: UUID, *, now: datetime, but: UUID | None = None
) -> None:
    """Sign a member of staff out everywhere, half-way ones too, but for one browser where that is named."""
    wanted = update(SignIn).where(
        SignIn.business_id == business_id,
        SignIn.staff_member_id == staff_member_id,
        SignIn.ended_at.is_(None),
    )
    if but is not None:
        wanted = wanted.where(SignIn.id != but)
    db.session.execute(wanted.values(ended_at=now))


def _new(
    business_id: UUID, staff_member_id: UUID, *, now: datetime, stay: timedelta, awaits_code: bool = False
) -> SignIn:
    sign_in = SignIn(
        business_id=business_id,
        id=new_id(),
        staff_member_id=staff_member_id,
        started_at=now,
        lasts_until=now + stay,
        awaits_code=awaits_code,
    )
    db.session.add(sign_in)
    return sign_in
