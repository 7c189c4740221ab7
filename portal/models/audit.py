"""Who changed what, when and why, with before and after."""

from datetime import datetime
from enum import Enum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.models.database import Base, Instant, OfBusiness, choice_of


class ActorKind(Enum):
    """Who acts: a signed-in customer, a guest, staff, or the portal itself (a job, a webhook, a command)."""

    CUSTOMER = "customer"
    GUEST = "guest"
    STAFF = "staff"
    SYSTEM = "system"


class AuditEntry(OfBusiness, Base):
    """One act on one thing; never changed. ``subject`` is the table's name, ``subject_id`` the row's key.

    ``customer_id`` is the client whom it is about, where there is one.
    """

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("ix_audit_entry_subject", "business_id", "subject_id"),
        Index("ix_audit_entry_at", "business_id", "at"),
        Index("ix_audit_entry_customer", "business_id", "customer_id", "at"),
    )

    at: Mapped[datetime] = mapped_column(Instant)
    actor_kind: Mapped[ActorKind] = mapped_column(choice_of(ActorKind))
    actor_id: Mapped[UUID | None]
    act: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[UUID]
    customer_id: Mapped[UUID | None]
    reason: Mapped[str] = mapped_column(String(500), default="")
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    after: Mapped[dict[str, Any] | None] = mapped_column(JSON)
