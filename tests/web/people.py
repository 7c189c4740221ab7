"""People who can sign in."""

from functools import cache

from portal.models.business import BusinessFacts
from portal.operations.passwords import hash_password
from portal.rules.roles import Role
from tests.studio import APerson, a_customer, a_staff_member

PASSWORD = "a few good words"


@cache
def _hash() -> str:
    return hash_password(PASSWORD)


def a_customer_with_password(
    business: BusinessFacts, name: str = "Ada Park", *, email: str = "ada@example.com"
) -> APerson:
    """A customer whose password is PASSWORD; called within an application context."""
    return a_customer(business, name, email=email, password_hash=_hash())


def a_staff_member_with_password(
    business: BusinessFacts, *, role: Role = Role.OWNER, email: str = "olive@example.com"
) -> APerson:
    """A member of staff whose password is PASSWORD; called within an application context."""
    return a_staff_member(business, role=role, email=email, password_hash=_hash())
