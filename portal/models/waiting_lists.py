"""Waiting lists of full classes: who waits, and to whom a place is on offer."""

from datetime import datetime
from enum import Enum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Index, literal_column, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.models.database import Base, Instant, OfBusiness, check, choice_of, refers


class WaitingStatus(Enum):
    """How it stands with somebody who joined a waiting list."""

    WAITING = "waiting"
    OFFERED = "offered"  # a place is held for them until the offer ends
    TAKEN = "taken"  # it went into their basket
    LAPSED = "lapsed"  # the offer ended and the place went on
    LEFT = "left"  # they left the list, or the class was cancelled


class WaitingEntry(OfBusiness, Base):
    """One person's place in the queue of one class, in the order of ``joined_at``, then of the ids.

    While it is ``offered``, its place is inside the class's ``places_taken``; an offer that has ended may
    still be counted until somebody next acts on the class. While it is ``waiting``, it is inside the
    class's ``waiting``.
    """

    __tablename__ = "waiting_entry"
    __table_args__ = (
        refers("class_session_id", "class_session"),
        refers("customer_id", "customer"),
        check("offer_has_its_end", "(offered_at IS NULL) = (offered_until IS NULL)"),
        check("offered_is_offered", "status <> 'offered' OR offered_until IS NOT NULL"),
        check("ended_has_its_moment", "(status IN ('waiting', 'offered')) = (ended_at IS NULL)"),
        Index(
            "ix_waiting_entry_once",
            "business_id",
            "class_session_id",
            "customer_id",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
            sqlite_where=text("ended_at IS NULL"),
        ),
        Index(
            "ix_waiting_entry_queue",
            "business_id",
            "class_session_id",
            "joined_at",
            postgresql_where=text("status = 'waiting'"),
            sqlite_where=text("status = 'waiting'"),
        ),
        Index(
            "ix_waiting_entry_offered",
            "business_id",
            "class_session_id",
            "offered_until",
            postgresql_where=text("status = 'offered'"),
            sqlite_where=text("status = 'offered'"),
        ),
        Index(
            "ix_waiting_entry_offers_end",
            "offered_until",
            postgresql_where=text("status = 'offered'"),
            sqlite_where=text("status = 'offered'"),
        ),
        Index("ix_waiting_entry_customer", "business_id", "customer_id", "joined_at"),
    )

    class_session_id: Mapped[UUID]
    customer_id: Mapped[UUID]
    status: Mapped[WaitingStatus] = mapped_column(choice_of(WaitingStatus))
    joined_at: Mapped[datetime] = mapped_column(Instant)
    offered_at: Mapped[datetime | None] = mapped_column(Instant)
    offered_until: Mapped[datetime | None] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)


def has_status(entries: Any, status: WaitingStatus) -> ColumnElement[bool]:
    """Whether entries have a status that is written out: SQLite uses an index on some of the rows only where
    it reads in the statement which ones are meant.
    """
    found: ColumnElement[bool] = entries.status == literal_column(f"'{status.value}'")
    return found
