"""Whether anything has happened with a pass since an act on it."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, exists, or_, select

from portal.models.accounts import AccountEntry
from portal.models.audit import AuditEntry
from portal.models.bookings import Ticket
from portal.models.class_passes import PassUse
from portal.models.database import db
from portal.models.instalments import AttemptStatus, Instalment, InstalmentAttempt
from portal.models.pass_refunds import PassRefund


def _made_since(row: Any) -> ColumnElement[bool]:
    """A row about the pass with a later id: ids are ordered by time, and each was made under its lock."""
    return exists().where(
        row.business_id == bindparam("business_id"),
        row.class_pass_id == bindparam("pass_id"),
        row.id > bindparam("act_id"),
    )


_TRIED_SINCE = exists().where(
    Instalment.business_id == bindparam("business_id"),
    Instalment.class_pass_id == bindparam("pass_id"),
    InstalmentAttempt.business_id == Instalment.business_id,
    InstalmentAttempt.instalment_id == Instalment.id,
    or_(
        InstalmentAttempt.id > bindparam("act_id"),
        InstalmentAttempt.status == AttemptStatus.PENDING,
        InstalmentAttempt.settled_at > bindparam("act_at"),
    ),
)

_SETTLED_SINCE = exists().where(
    Instalment.business_id == bindparam("business_id"),
    Instalment.class_pass_id == bindparam("pass_id"),
    Instalment.settled_at > bindparam("act_at"),
)

_ACTED_SINCE = exists().where(
    AuditEntry.business_id == bindparam("business_id"),
    AuditEntry.subject_id == bindparam("pass_id"),
    AuditEntry.id > bindparam("act_id"),
)

_SOMETHING = select(
    or_(
        *(_made_since(row) for row in (PassUse, Ticket, AccountEntry, PassRefund)),
        _TRIED_SINCE,
        _SETTLED_SINCE,
        _ACTED_SINCE,
    )
)


def nothing_since(act: AuditEntry, pass_id: UUID) -> bool:
    """Whether no use, booking, try, money or other act has touched the pass since an act on it."""
    keys = {"business_id": act.business_id, "pass_id": pass_id, "act_id": act.id, "act_at": act.at}
    return not db.session.scalar(_SOMETHING, keys)
