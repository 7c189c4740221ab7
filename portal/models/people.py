"""People: those who book, those who work at the studio, and their sign-ins."""

from datetime import datetime
from enum import Enum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.models.database import Base, Instant, OfBusiness, check, choice_of, refers
from portal.rules.roles import Role


def email_key(email: str) -> str:
    """The form of an address under which people are found: without surrounding space, without case."""
    return email.strip().casefold()


class Customer(OfBusiness, Base):
    """A person who books. Without ``password_hash`` nobody can sign in as them yet.

    Staff find them once they are listed: their words (``CustomerWord``) are kept. Who came otherwise than
    through an operation, by an import or a migration, is listed by the worker.
    """

    __tablename__ = "customer"
    __table_args__ = (
        UniqueConstraint("business_id", "email_key"),
        Index(
            "ix_customer_unlisted",
            "business_id",
            "id",
            postgresql_where=text("NOT is_listed"),
            sqlite_where=text("NOT is_listed"),
        ),
    )

    email: Mapped[str] = mapped_column(String(254))
    email_key: Mapped[str] = mapped_column(String(254))
    name: Mapped[str] = mapped_column(String(120))
    phone: Mapped[str] = mapped_column(String(40), default="")
    password_hash: Mapped[str | None] = mapped_column(String(200))
    email_confirmed_at: Mapped[datetime | None] = mapped_column(Instant)
    wants_reminders: Mapped[bool] = mapped_column(default=True)
    is_listed: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(Instant)
    is_demo: Mapped[bool] = mapped_column(default=False)


class CustomerWord(Base):
    """One word by whose start staff find a client: of the name, the address or the phone number, without case
    or accents (S1). Kept beside the customer's row.

    ``all_words`` is the client's words in one line, the same in each of their rows, so that whoever reads the
    clients with one word passes over those without another one where they stand: the index has it all.
    """

    __tablename__ = "customer_word"
    __table_args__ = (
        refers("customer_id", "customer"),
        Index("ix_customer_word_read", "business_id", "word", "customer_id", "all_words"),
        {"sqlite_with_rowid": False},  # the table is its key's tree, instead of a third copy of the words
    )

    business_id: Mapped[UUID] = mapped_column(ForeignKey("business.id"), primary_key=True)
    customer_id: Mapped[UUID] = mapped_column(primary_key=True)
    word: Mapped[str] = mapped_column(
        String(254).with_variant(String(254, collation="C"), "postgresql"), primary_key=True
    )
    all_words: Mapped[str] = mapped_column(
        String(1000).with_variant(String(1000, collation="C"), "postgresql")
    )


class StaffMember(OfBusiness, Base):
    """A person who works at the studio. Without ``password_hash`` they are invited, and nobody signs in as
    them; deactivated, they come in no more and stay as whoever did what they did.

    Their second factor is on with ``totp_nonce``: its secret is made of that and the portal's key, so the
    database alone opens nothing. ``totp_last_step`` is the time step of the last code taken, none of which is
    taken twice. An instructor sees the classes whose teacher is called ``teaches_as``.
    """

    __tablename__ = "staff_member"
    __table_args__ = (
        UniqueConstraint("business_id", "email_key"),
        check(
            "second_factor_is_whole",
            "(totp_nonce IS NULL) = (totp_since IS NULL) AND (totp_nonce IS NULL) = (totp_last_step IS NULL)",
        ),
    )

    email: Mapped[str] = mapped_column(String(254))
    email_key: Mapped[str] = mapped_column(String(254))
    name: Mapped[str] = mapped_column(String(120))
    role: Mapped[Role] = mapped_column(choice_of(Role))
    teaches_as: Mapped[str] = mapped_column(String(120), default="")
    password_hash: Mapped[str | None] = mapped_column(String(200))
    totp_nonce: Mapped[str | None] = mapped_column(String(64))
    totp_since: Mapped[datetime | None] = mapped_column(Instant)
    totp_last_step: Mapped[int | None]
    deactivated_at: Mapped[datetime | None] = mapped_column(Instant)
    created_at: Mapped[datetime] = mapped_column(Instant)
    is_demo: Mapped[bool] = mapped_column(default=False)


class RecoveryCode(OfBusiness, Base):
    """One code that stands in for a lost second factor, once; only its digest is kept."""

    __tablename__ = "recovery_code"
    __table_args__ = (
        refers("staff_member_id", "staff_member"),
        UniqueConstraint("business_id", "staff_member_id", "code_digest"),
    )

    staff_member_id: Mapped[UUID]
    code_digest: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(Instant)
    used_at: Mapped[datetime | None] = mapped_column(Instant)


class SignIn(OfBusiness, Base):
    """One signed-in browser of a customer or of staff; it lasts until ``ended_at`` or ``lasts_until``. One
    that ``awaits_code`` has the password right and is not signed in until the second factor is, too.
    """

    __tablename__ = "sign_in"
    __table_args__ = (
        refers("customer_id", "customer"),
        refers("staff_member_id", "staff_member"),
        check("of_one_person", "(customer_id IS NULL) <> (staff_member_id IS NULL)"),
        check("only_staff_await_a_code", "NOT awaits_code OR staff_member_id IS NOT NULL"),
        Index("ix_sign_in_customer", "business_id", "customer_id"),
        Index("ix_sign_in_staff_member", "business_id", "staff_member_id"),
    )

    customer_id: Mapped[UUID | None]
    staff_member_id: Mapped[UUID | None]
    started_at: Mapped[datetime] = mapped_column(Instant)
    lasts_until: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    awaits_code: Mapped[bool] = mapped_column(default=False)


class LinkPurpose(Enum):
    """What a mailed link is for."""

    CONFIRM_EMAIL = "confirm_email"
    RESET_PASSWORD = "reset_password"  # noqa: S105  the name of a purpose
    STAFF_INVITATION = "staff_invitation"


class MailedLink(OfBusiness, Base):
    """A link sent to an address; only its token's digest is kept, and it works once.

    A registration carries what the account becomes when the link is opened (``name``, ``password_hash``),
    so that nobody can choose the password of an address that is not theirs. A reset names its customer, an
    invitation the member of staff that whoever opens it becomes.
    """

    __tablename__ = "mailed_link"
    __table_args__ = (
        refers("customer_id", "customer"),
        refers("staff_member_id", "staff_member"),
        check("registration_or_reset", "(purpose = 'reset_password') = (customer_id IS NOT NULL)"),
        check("invitation_of_staff", "(purpose = 'staff_invitation') = (staff_member_id IS NOT NULL)"),
        check(
            "registration_is_whole",
            "purpose <> 'confirm_email' OR (name IS NOT NULL AND password_hash IS NOT NULL)",
        ),
        UniqueConstraint("business_id", "token_digest"),
        Index("ix_mailed_link_customer", "business_id", "customer_id"),
        Index("ix_mailed_link_staff_member", "business_id", "staff_member_id"),
        Index("ix_mailed_link_email", "business_id", "email_key"),
    )

    purpose: Mapped[LinkPurpose] = mapped_column(choice_of(LinkPurpose))
    email: Mapped[str] = mapped_column(String(254))
    email_key: Mapped[str] = mapped_column(String(254))
    customer_id: Mapped[UUID | None]
    staff_member_id: Mapped[UUID | None]
    name: Mapped[str | None] = mapped_column(String(120))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    token_digest: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(Instant)
    works_until: Mapped[datetime] = mapped_column(Instant)
    used_at: Mapped[datetime | None] = mapped_column(Instant)
