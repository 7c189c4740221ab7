"""Tickets that were cancelled: by whom, when, why, and what it brought back (C1–C5)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.models.audit import ActorKind
from portal.models.database import Base, Instant, OfBusiness, check, choice_of, refers
from portal.models.preferences import RefundTo


class TicketCancellation(OfBusiness, Base):
    """The end of one ticket. ``in_time`` says that it came before the cut-off, ``class_cancellation_id`` that
    the studio cancelled the class (C6).

    ``use_returned`` is whether its pass got the use back; ``refund`` (minor units) and ``refund_to`` are the
    money that went back.
    """

    __tablename__ = "ticket_cancellation"
    __table_args__ = (
        refers("ticket_id", "ticket"),
        refers("class_cancellation_id", "class_cancellation"),
        UniqueConstraint("business_id", "ticket_id"),
        check("refund_has_its_way", "(refund > 0) = (refund_to <> 'none') AND refund >= 0"),
        Index("ix_ticket_cancellation_class", "business_id", "class_cancellation_id"),
    )

    ticket_id: Mapped[UUID]
    class_cancellation_id: Mapped[UUID | None]
    at: Mapped[datetime] = mapped_column(Instant)
    actor_kind: Mapped[ActorKind] = mapped_column(choice_of(ActorKind))
    actor_id: Mapped[UUID | None]
    reason: Mapped[str] = mapped_column(String(500), default="")
    in_time: Mapped[bool]
    use_returned: Mapped[bool]
    refund: Mapped[int] = mapped_column(default=0)
    refund_to: Mapped[RefundTo] = mapped_column(choice_of(RefundTo), default=RefundTo.NONE)
