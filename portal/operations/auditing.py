"""Every act leaves an entry: who, when, what, why, before and after."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import object_mapper

from portal.models.audit import ActorKind, AuditEntry
from portal.models.audit_clients import client_of
from portal.models.database import OfBusiness, db


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts; a guest and the portal itself have no id."""

    kind: ActorKind
    id: UUID | None = None


SYSTEM = Actor(ActorKind.SYSTEM)
GUEST = Actor(ActorKind.GUEST)


def customer_or_guest(customer_id: UUID | None) -> Actor:
    """The person at the basket: the customer who is signed in, or a guest."""
    return GUEST if customer_id is None else Actor(ActorKind.CUSTOMER, customer_id)


def write_audit(
    actor: Actor,
    act: str,
    row: OfBusiness,
    *,
    now: datetime,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    reason: str = "",
) -> None:
    """Add the entry of one act on one row; ``act`` reads "booking.confirmed".

    The client whom it is about is the one that the row names, or who stands behind it (a refund's payer).
    """
    db.session.add(
        AuditEntry(
            business_id=row.business_id,
            at=now,
            actor_kind=actor.kind,
            actor_id=actor.id,
            act=act,
            subject=object_mapper(row).local_table.description,
            subject_id=row.id,
            customer_id=client_of(row),
            reason=reason,
            before=before,
            after=after,
        )
    )
