"""Tickets that were moved to another class, and moves that wait for their difference to be paid (C7)."""

from datetime import datetime
from enum import Enum
from uuid import UUID

from sqlalchemy import Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.models.audit import ActorKind
from portal.models.database import Base, Instant, OfBusiness, check, choice_of, refers
from portal.models.preferences import RefundTo

LIVE = "status <> 'released'"


class TransferStatus(Enum):
    """A transfer's life: one that costs nothing more is confirmed at once."""

    PENDING = "pending"  # the place in the other class is claimed, the difference is being paid
    CONFIRMED = "confirmed"
    RELEASED = "released"  # nobody paid: the ticket is where it was


class TicketTransfer(OfBusiness, Base):
    """One move of a ticket: ``from_ticket_id`` counts until it is confirmed, ``to_ticket_id`` from its claim
    on. Both are of one booking.

    Amounts are minor units: ``to_pay`` is the difference that Stripe takes, ``to_account`` what staff charge
    to the client's account instead, ``waived`` what nobody pays (M6, or staff let it be); ``refund`` goes
    back where ``refund_to`` says, for a cheaper class.
    """

    __tablename__ = "ticket_transfer"
    __table_args__ = (
        refers("from_ticket_id", "ticket"),
        refers("to_ticket_id", "ticket"),
        UniqueConstraint("business_id", "to_ticket_id"),
        check("nothing_below_zero", "to_pay >= 0 AND to_account >= 0 AND waived >= 0 AND refund >= 0"),
        check("paid_or_refunded", "refund = 0 OR to_pay + to_account + waived = 0"),
        check("refund_has_its_way", "(refund > 0) = (refund_to <> 'none')"),
        check("pending_is_to_be_paid", "status <> 'pending' OR (to_pay > 0 AND claimed_until IS NOT NULL)"),
        check("confirmed_has_its_moment", "(status = 'confirmed') = (confirmed_at IS NOT NULL)"),
        check("released_has_its_moment", "(status = 'released') = (released_at IS NOT NULL)"),
        Index(
            "ix_ticket_transfer_once",
            "business_id",
            "from_ticket_id",
            unique=True,
            postgresql_where=text(LIVE),
            sqlite_where=text(LIVE),
        ),
        Index(
            "ix_ticket_transfer_pending",
            "claimed_until",
            postgresql_where=text("status = 'pending'"),
            sqlite_where=text("status = 'pending'"),
        ),
    )

    from_ticket_id: Mapped[UUID]
    to_ticket_id: Mapped[UUID]
    status: Mapped[TransferStatus] = mapped_column(choice_of(TransferStatus))
    at: Mapped[datetime] = mapped_column(Instant)
    actor_kind: Mapped[ActorKind] = mapped_column(choice_of(ActorKind))
    actor_id: Mapped[UUID | None]
    reason: Mapped[str] = mapped_column(String(500), default="")
    to_pay: Mapped[int] = mapped_column(default=0)
    to_account: Mapped[int] = mapped_column(default=0)
    waived: Mapped[int] = mapped_column(default=0)
    refund: Mapped[int] = mapped_column(default=0)
    refund_to: Mapped[RefundTo] = mapped_column(choice_of(RefundTo), default=RefundTo.NONE)
    claimed_until: Mapped[datetime | None] = mapped_column(Instant)
    confirmed_at: Mapped[datetime | None] = mapped_column(Instant)
    released_at: Mapped[datetime | None] = mapped_column(Instant)
