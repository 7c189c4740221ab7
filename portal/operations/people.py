"""Putting people on a studio's books, without their own doing: its staff, and customers that come with it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from portal.models.business import BusinessFacts
from portal.models.database import db
from portal.models.people import Customer, StaffMember, email_key
from portal.operations.auditing import Actor, write_audit
from portal.operations.client_search import keep_words
from portal.rules.roles import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPerson:
    """A person to add. Without ``password_hash`` nobody can sign in as them; with ``is_demo`` all can."""

    name: str
    email: str
    phone: str = ""
    password_hash: str | None = None
    is_demo: bool = False


def add_customer(
    business: BusinessFacts, person: NewPerson, *, email_confirmed: bool = False, actor: Actor, now: datetime
) -> UUID:
    """Add a customer; with ``email_confirmed`` the address counts as theirs already (R5)."""
    customer = Customer(
        business_id=business.id,
        name=person.name,
        email=person.email,
        email_key=email_key(person.email),
        phone=person.phone,
        password_hash=person.password_hash,
        email_confirmed_at=now if email_confirmed else None,
        created_at=now,
        is_demo=person.is_demo,
    )
    db.session.add(customer)
    db.session.flush()
    keep_words(customer)
    write_audit(actor, "customer.added", customer, now=now, after={"email": person.email})
    return customer.id


def add_staff_member(
    business: BusinessFacts, person: NewPerson, *, role: Role, actor: Actor, now: datetime
) -> UUID:
    """Add a person who works at the studio."""
    member = StaffMember(
        business_id=business.id,
        name=person.name,
        email=person.email,
        email_key=email_key(person.email),
        role=role,
        password_hash=person.password_hash,
        created_at=now,
        is_demo=person.is_demo,
    )
    db.session.add(member)
    db.session.flush()
    write_audit(
        actor, "staff_member.added", member, now=now, after={"email": person.email, "role": role.value}
    )
    return member.id
