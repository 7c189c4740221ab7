"""Letters that are in trouble, as staff see them: given up, or being tried again."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, select

from portal.models.database import db, table_of
from portal.models.letters import Letter, LetterKind


@dataclass(frozen=True, slots=True)
class LetterInTrouble:
    """A letter that did not get out so far, and what the mail server said last."""

    id: UUID
    kind: LetterKind
    to_name: str
    to_email: str
    tries: int
    last_error: str | None
    next_try_at: datetime
    given_up_at: datetime | None


_letter = table_of(Letter)

_IN_TROUBLE = select(*(_letter.c[name] for name in LetterInTrouble.__dataclass_fields__)).where(
    _letter.c.business_id == bindparam("business_id")
)

_GIVEN_UP = (
    _IN_TROUBLE.where(_letter.c.given_up_at.is_not(None))
    .order_by(_letter.c.given_up_at.desc(), _letter.c.id.desc())
    .limit(bindparam("most"))
    .offset(bindparam("skipped"))
)

_TRIED_AGAIN = (
    _IN_TROUBLE.where(
        _letter.c.sent_at.is_(None),
        _letter.c.given_up_at.is_(None),
        _letter.c.dropped_at.is_(None),
        _letter.c.last_error.is_not(None),
    )
    .order_by(_letter.c.next_try_at, _letter.c.id)
    .limit(bindparam("most"))
)


def letters_given_up(business_id: UUID, *, most: int, skipped: int = 0) -> list[LetterInTrouble]:
    """Letters that were given up, the latest first."""
    keys = {"business_id": business_id, "most": most, "skipped": skipped}
    return [LetterInTrouble(*row) for row in db.session.execute(_GIVEN_UP, keys)]


def letters_tried_again(business_id: UUID, *, most: int) -> list[LetterInTrouble]:
    """Letters whose last try failed and that are tried again, the next first."""
    keys = {"business_id": business_id, "most": most}
    return [LetterInTrouble(*row) for row in db.session.execute(_TRIED_AGAIN, keys)]
