"""What was bought: a booking with its tickets and passes (R7)."""

from datetime import date, datetime
from enum import Enum
from uuid import UUID

from sqlalchemy import Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.models.database import Base, Instant, OfBusiness, check, choice_of, refers
from portal.models.purchase_options import VALIDITY_IS_WHOLE, PassTermsColumns
from portal.rules.instalments import Rhythm


class BookingStatus(Enum):
    """A booking's life; money that comes after its release may still confirm it (M4)."""

    PENDING = "pending"
    CONFIRMED = "confirmed"
    RELEASED = "released"


class Booking(OfBusiness, Base):
    """A booking and the quote that it was made from; amounts are minor units of ``currency``.

    ``later_total`` is what instalments still bring (M1), ``balance_used`` what the account pays (M5).

    ``customer_id`` is empty for a guest, who reaches it by a link with ``secret`` (R5).
    """

    __tablename__ = "booking"
    __table_args__ = (
        refers("customer_id", "customer"),
        refers("discount_code_id", "discount_code"),
        UniqueConstraint("business_id", "reference"),
        check(
            "total_adds_up",
            "list_total - discount_total - pass_total - later_total - balance_used - waived = to_pay",
        ),
        check(
            "nothing_below_zero",
            "discount_total >= 0 AND pass_total >= 0 AND later_total >= 0 AND balance_used >= 0"
            " AND waived >= 0 AND to_pay >= 0",
        ),
        check("balance_has_its_owner", "balance_used = 0 OR customer_id IS NOT NULL"),
        check("confirmed_has_its_moment", "status <> 'confirmed' OR confirmed_at IS NOT NULL"),
        Index("ix_booking_customer", "business_id", "customer_id", "created_at"),
        Index("ix_booking_email", "business_id", "email_key"),
        Index("ix_booking_basket", "business_id", "basket_id"),
        Index(
            "ix_booking_one_pending",
            "business_id",
            "basket_id",
            unique=True,
            postgresql_where=text("status = 'pending'"),
            sqlite_where=text("status = 'pending'"),
        ),
        Index(
            "ix_booking_pending_until",
            "claimed_until",
            postgresql_where=text("status = 'pending'"),
            sqlite_where=text("status = 'pending'"),
        ),
    )

    reference: Mapped[str] = mapped_column(String(12))
    secret: Mapped[str] = mapped_column(String(43))
    customer_id: Mapped[UUID | None]
    name: Mapped[str] = mapped_column(String(120))
    email: Mapped[str] = mapped_column(String(254))
    email_key: Mapped[str] = mapped_column(String(254))
    basket_id: Mapped[UUID]
    quote_digest: Mapped[str] = mapped_column(String(64))
    discount_code_id: Mapped[UUID | None]
    discount_code: Mapped[str | None] = mapped_column(String(40))
    currency: Mapped[str] = mapped_column(String(3))
    list_total: Mapped[int]
    discount_total: Mapped[int]
    pass_total: Mapped[int]
    later_total: Mapped[int] = mapped_column(default=0)
    balance_used: Mapped[int] = mapped_column(default=0)
    waived: Mapped[int]
    to_pay: Mapped[int]
    status: Mapped[BookingStatus] = mapped_column(choice_of(BookingStatus))
    created_at: Mapped[datetime] = mapped_column(Instant)
    claimed_until: Mapped[datetime | None] = mapped_column(Instant)
    confirmed_at: Mapped[datetime | None] = mapped_column(Instant)
    released_at: Mapped[datetime | None] = mapped_column(Instant)


class Ticket(OfBusiness, Base):
    """One place in one class. ``counts`` is kept beside the booking's status: pending or confirmed.

    A pass that pays is ``class_pass_id``; one that is bought in the same booking is ``pass_sale_id`` until it
    exists (P7). ``line_id`` is the basket line that it came from.
    """

    __tablename__ = "ticket"
    __table_args__ = (
        refers("booking_id", "booking"),
        refers("class_session_id", "class_session"),
        refers("ticket_type_id", "ticket_type"),
        refers("class_pass_id", "class_pass"),
        refers("pass_sale_id", "pass_sale"),
        check("price_adds_up", "to_pay = CASE WHEN by_pass THEN 0 ELSE list_price - discount END"),
        check("never_discount_and_pass", "NOT (by_pass AND discount > 0)"),
        check("nothing_below_zero", "list_price >= 0 AND discount >= 0 AND to_pay >= 0"),
        check("by_pass_names_the_pass", "by_pass = (class_pass_id IS NOT NULL OR pass_sale_id IS NOT NULL)"),
        Index("ix_ticket_booking", "business_id", "booking_id"),
        Index("ix_ticket_class_session", "business_id", "class_session_id", "counts"),
        Index("ix_ticket_class_pass", "business_id", "class_pass_id", "counts"),
    )

    booking_id: Mapped[UUID]
    line_id: Mapped[UUID]
    class_session_id: Mapped[UUID]
    ticket_type_id: Mapped[UUID]
    by_pass: Mapped[bool]
    class_pass_id: Mapped[UUID | None]
    pass_sale_id: Mapped[UUID | None]
    list_price: Mapped[int]
    discount: Mapped[int]
    to_pay: Mapped[int]
    counts: Mapped[bool] = mapped_column(default=True)


class PassSale(PassTermsColumns, OfBusiness, Base):
    """A pass sold in a booking; the pass itself comes into being when the booking is confirmed (P7).

    It keeps the terms that were quoted, and the latest day to start, so that the studio may change the
    purchase option while somebody pays (R6, R7).

    ``later`` is what instalments bring after the first, which ``to_pay`` is; ``consent`` is the sentence by
    which the customer agreed to them (M1).
    """

    __tablename__ = "pass_sale"
    __table_args__ = (
        refers("booking_id", "booking"),
        refers("purchase_option_id", "purchase_option"),
        check("validity_is_whole", VALIDITY_IS_WHOLE),
        check("price_adds_up", "to_pay = list_price - discount - later"),
        check("nothing_below_zero", "list_price >= 0 AND discount >= 0 AND later >= 0 AND to_pay >= 0"),
        check("later_is_agreed", "later = 0 OR (instalments >= 2 AND rhythm IS NOT NULL AND consent <> '')"),
        Index("ix_pass_sale_booking", "business_id", "booking_id"),
    )

    booking_id: Mapped[UUID]
    line_id: Mapped[UUID]
    purchase_option_id: Mapped[UUID]
    start_by: Mapped[date | None]
    list_price: Mapped[int]
    discount: Mapped[int]
    later: Mapped[int] = mapped_column(default=0)
    instalments: Mapped[int | None]
    rhythm: Mapped[Rhythm | None] = mapped_column(choice_of(Rhythm))
    consent: Mapped[str] = mapped_column(String(500), default="")
    to_pay: Mapped[int]
