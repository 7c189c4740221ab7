"""What a customer changes about their own account."""

from datetime import datetime
from uuid import UUID

from portal.models.audit import ActorKind
from portal.models.database import db
from portal.models.people import Customer
from portal.operations.auditing import Actor, write_audit
from portal.operations.client_search import keep_words
from portal.operations.sign_ins import end_every_sign_in


def change_name(business_id: UUID, customer_id: UUID, *, name: str, now: datetime) -> None:
    """Call the customer by another name from now on; bookings made before keep theirs."""
    customer = _own(business_id, customer_id)
    before, customer.name = customer.name, name
    keep_words(customer)
    write_audit(
        Actor(ActorKind.CUSTOMER, customer_id),
        "customer.renamed",
        customer,
        now=now,
        before={"name": before},
        after={"name": name},
    )


def change_password(
    business_id: UUID, customer_id: UUID, *, password_hash: str, staying: UUID | None, now: datetime
) -> None:
    """Keep a new password and sign every browser out but the one that is ``staying``."""
    customer = _own(business_id, customer_id)
    customer.password_hash = password_hash
    write_audit(Actor(ActorKind.CUSTOMER, customer_id), "customer.password_changed", customer, now=now)
    db.session.flush()
    end_every_sign_in(business_id, customer_id, now=now, but=staying)


def _own(business_id: UUID, customer_id: UUID) -> Customer:
    return db.session.get_one(Customer, (business_id, customer_id), with_for_update=True)
