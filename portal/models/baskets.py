"""What is being bought now (R4, R5)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from portal.models.database import Base, Instant, OfBusiness, check, refers


class Basket(OfBusiness, Base):
    """A basket: a signed-in customer's only one, or a guest's (R5).

    ``extensions`` counts Keep my places (R4). ``pending_booking_id`` is kept beside the booking's status:
    while it is there, the basket is read-only (R7).
    """

    __tablename__ = "basket"
    __table_args__ = (
        refers("customer_id", "customer"),
        refers("discount_code_id", "discount_code"),
        refers("pending_booking_id", "booking"),
        check("extensions_within_limit", "extensions >= 0 AND extensions <= 10"),
        Index("ix_basket_customer", "business_id", "customer_id", unique=True),
        Index("ix_basket_changed", "business_id", "changed_at"),
    )

    customer_id: Mapped[UUID | None]
    discount_code_id: Mapped[UUID | None]
    code_applied_at: Mapped[datetime | None] = mapped_column(Instant)
    pending_booking_id: Mapped[UUID | None]
    extensions: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(Instant)
    changed_at: Mapped[datetime] = mapped_column(Instant)


class BasketLine(OfBusiness, Base):
    """One ticket or one pass in a basket.

    ``place_counted`` says that its place is inside the class's ``places_taken``. A line whose hold has ended
    may still be counted until the next buyer lets go of it. ``pays_with_money``, ``pays_with_pass_id`` and
    ``pays_with_line_id`` are the customer's own choice, one at most (P2).
    """

    __tablename__ = "basket_line"
    __table_args__ = (
        refers("basket_id", "basket"),
        refers("class_session_id", "class_session"),
        refers("ticket_type_id", "ticket_type"),
        refers("purchase_option_id", "purchase_option"),
        refers("pays_with_pass_id", "class_pass"),
        check(
            "ticket_or_pass",
            "(class_session_id IS NULL) = (ticket_type_id IS NULL)"
            " AND (class_session_id IS NULL) <> (purchase_option_id IS NULL)",
        ),
        check(
            "counted_place_has_an_end",
            "NOT place_counted OR (held_until IS NOT NULL AND class_session_id IS NOT NULL)",
        ),
        check(
            "one_choice",
            "NOT (pays_with_money AND (pays_with_pass_id IS NOT NULL OR pays_with_line_id IS NOT NULL))"
            " AND NOT (pays_with_pass_id IS NOT NULL AND pays_with_line_id IS NOT NULL)",
        ),
        Index("ix_basket_line_basket", "business_id", "basket_id"),
        Index(
            "ix_basket_line_class_session", "business_id", "class_session_id", "place_counted", "held_until"
        ),
    )

    basket_id: Mapped[UUID]
    class_session_id: Mapped[UUID | None]
    ticket_type_id: Mapped[UUID | None]
    purchase_option_id: Mapped[UUID | None]
    added_at: Mapped[datetime] = mapped_column(Instant)
    held_until: Mapped[datetime | None] = mapped_column(Instant)
    place_counted: Mapped[bool] = mapped_column(default=False)
    pays_with_money: Mapped[bool] = mapped_column(default=False)
    pays_with_pass_id: Mapped[UUID | None]
    pays_with_line_id: Mapped[UUID | None]
