"""Who works at a studio can be relied on: an owner is there, and nobody gets in who was let go."""

from sqlalchemy import and_, func, select

from portal.models.people import RecoveryCode, SignIn, StaffMember
from portal.operations.verification.invariant import Invariant, count_of
from portal.rules.roles import Role

_OWNS = StaffMember.role == Role.OWNER
_IS_HERE = StaffMember.deactivated_at.is_(None)
_OF_MEMBER = and_(StaffMember.business_id == SignIn.business_id, StaffMember.id == SignIn.staff_member_id)

STAFF = (
    Invariant(
        "A studio that has had an owner has one who is not deactivated",
        count_of(StaffMember, _OWNS),
        select(StaffMember.business_id.label("business"), func.count().label("owners_deactivated"))
        .where(_OWNS)
        .group_by(StaffMember.business_id)
        .having(func.count().filter(_IS_HERE) == 0),
    ),
    Invariant(
        "Nobody of staff who is deactivated is signed in",
        count_of(StaffMember, ~_IS_HERE),
        select(SignIn.id.label("sign_in"), StaffMember.email)
        .join(StaffMember, _OF_MEMBER)
        .where(SignIn.ended_at.is_(None), ~_IS_HERE, SignIn.started_at <= StaffMember.deactivated_at),
    ),
    Invariant(
        "Recovery codes are of a second factor that is on",
        count_of(RecoveryCode),
        select(RecoveryCode.id.label("recovery_code"), StaffMember.email)
        .join(
            StaffMember,
            and_(
                StaffMember.business_id == RecoveryCode.business_id,
                StaffMember.id == RecoveryCode.staff_member_id,
            ),
        )
        .where(StaffMember.totp_since.is_(None)),
    ),
)
