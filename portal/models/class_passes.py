"""A client's own pass and its ledger (P4, P8)."""

from datetime import date, datetime
from enum import Enum
from uuid import UUID

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.models.audit import ActorKind
from portal.models.database import Base, Instant, OfBusiness, check, choice_of, refers
from portal.models.purchase_options import VALIDITY_IS_WHOLE, PassTermsColumns


class ClassPass(PassTermsColumns, OfBusiness, Base):
    """A client's own copy of a purchase option.

    Kept beside their facts: ``uses_left`` is what the ledger adds up to (None is unlimited),
    ``uses_claimed`` what pending bookings claim of it (R7), ``first_class_on`` the earliest counting class
    date, claims included (P4).
    """

    __tablename__ = "class_pass"
    __table_args__ = (
        refers("customer_id", "customer"),
        refers("purchase_option_id", "purchase_option"),
        refers("pass_sale_id", "pass_sale"),
        check("validity_is_whole", VALIDITY_IS_WHOLE),
        check("uses_never_below_zero", "uses_left - uses_claimed >= 0"),
        check("claims_never_below_zero", "uses_claimed >= 0"),
        check("counted_or_unlimited", "(uses IS NULL) = (uses_left IS NULL)"),
        Index("ix_class_pass_customer", "business_id", "customer_id"),
        Index("ix_class_pass_purchase_option", "business_id", "purchase_option_id"),
        Index("ix_class_pass_pass_sale", "business_id", "pass_sale_id", unique=True),
    )

    customer_id: Mapped[UUID]
    purchase_option_id: Mapped[UUID]
    pass_sale_id: Mapped[UUID | None]
    bought_at: Mapped[datetime] = mapped_column(Instant)
    bought_on: Mapped[date]
    start_by: Mapped[date | None]
    added_days: Mapped[int] = mapped_column(default=0)
    starts_on_set: Mapped[date | None]
    expires_on_set: Mapped[date | None]
    uses_left: Mapped[int | None]
    uses_claimed: Mapped[int] = mapped_column(default=0)
    first_class_on: Mapped[date | None]


class UseKind(Enum):
    """Why a pass's ledger changed (P8)."""

    BOUGHT = "bought"
    ISSUED = "issued"
    BOOKED = "booked"
    ADJUSTED = "adjusted"
    RETURNED = "returned"
    MOVED = "moved"  # the use of another ticket pays for this one now (C7)


class PassUse(OfBusiness, Base):
    """One entry of a pass's ledger: only ever added, with who, when and why (P8)."""

    __tablename__ = "pass_use"
    __table_args__ = (
        refers("class_pass_id", "class_pass"),
        refers("ticket_id", "ticket"),
        check("of_a_ticket", "(kind IN ('booked', 'returned', 'moved')) = (ticket_id IS NOT NULL)"),
        check("booked_takes_one", "kind <> 'booked' OR change = -1"),
        check("returned_gives_one", "kind <> 'returned' OR change = 1"),
        check("moved_changes_nothing", "kind <> 'moved' OR change = 0"),
        Index("ix_pass_use_class_pass", "business_id", "class_pass_id"),
        UniqueConstraint("business_id", "ticket_id", "kind"),
    )

    class_pass_id: Mapped[UUID]
    kind: Mapped[UseKind] = mapped_column(choice_of(UseKind))
    change: Mapped[int]
    ticket_id: Mapped[UUID | None]
    at: Mapped[datetime] = mapped_column(Instant)
    actor_kind: Mapped[ActorKind] = mapped_column(choice_of(ActorKind))
    actor_id: Mapped[UUID | None]
    reason: Mapped[str] = mapped_column(String(500), default="")
