"""How each invariant about those who work at a studio is broken behind the portal's back."""

from collections.abc import Callable, Iterable

from sqlalchemy import Executable, insert, select, update

from portal.models.database import db, new_id
from portal.models.people import SignIn, StaffMember
from portal.operations.staff_sign_ins import STAFF_STAY
from portal.rules.roles import Role
from tests.operations.verification.busy_staff import GONE
from tests.operations.verification.busy_studio import BusyStudio
from tests.studio import NOW

Damage = Callable[[BusyStudio], Iterable[Executable]]


def _signed_in(s: BusyStudio) -> Executable:
    gone = db.session.scalars(select(StaffMember.id).where(StaffMember.email == GONE)).one()
    db.session.close()
    return insert(SignIn).values(
        business_id=s.business.id,
        id=new_id(),
        staff_member_id=gone,
        started_at=NOW,
        lasts_until=NOW + STAFF_STAY,
        awaits_code=False,
    )


STAFF_DAMAGES: dict[str, list[Damage]] = {
    "A studio that has had an owner has one who is not deactivated": [
        lambda s: [
            update(StaffMember)
            .where(StaffMember.business_id == s.business.id, StaffMember.role == Role.OWNER)
            .values(deactivated_at=NOW)
        ],
    ],
    "Nobody of staff who is deactivated is signed in": [lambda s: [_signed_in(s)]],
    "Recovery codes are of a second factor that is on": [
        lambda _: [update(StaffMember).values(totp_nonce=None, totp_since=None, totp_last_step=None)],
    ],
}
