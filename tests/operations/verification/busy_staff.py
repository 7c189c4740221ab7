"""Those who work at a busy studio: everything that verification looks at about them."""

from portal.models.business import BusinessFacts
from portal.models.database import transaction
from portal.operations.staff_members import deactivate_member
from portal.rules.roles import Role
from tests.staff_access import a_colleague, acting, with_second_factor
from tests.studio import NOW

GONE = "gone@example.com"


def busy_staff(business: BusinessFacts) -> None:
    """An owner with a second factor, and somebody who was let go."""
    rosa = a_colleague(business, name="Rosa Hay")
    with_second_factor(rosa)
    gone = a_colleague(business, Role.INSTRUCTOR, "Gone Away", email=GONE)
    with transaction():
        deactivate_member(business, member_id=gone.id, actor=acting(rosa), now=NOW)
