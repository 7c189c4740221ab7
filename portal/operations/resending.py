"""Staff send a letter again that was given up."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from portal.models.business import BusinessFacts
from portal.models.database import db
from portal.models.letters import Letter, LetterKind
from portal.operations.auditing import Actor, write_audit
from portal.rules.sentences import Refusal

HAD_A_LINK = frozenset({LetterKind.CONFIRM_EMAIL, LetterKind.RESET_PASSWORD, LetterKind.STAFF_INVITATION})
"""Letters whose link was forgotten when they were given up: their reader asks for another one."""


class NotGivenUp(Refusal):
    """The letter is on its way, or arrived: somebody was quicker, or the form was sent twice."""

    def __init__(self) -> None:
        super().__init__("This letter is being sent again already.")


class LinkForgotten(Refusal):
    """The link that it brought is forgotten."""

    def __init__(self) -> None:
        super().__init__("The link in this letter has ended. Its reader can ask for a new one.")


def send_again(business: BusinessFacts, *, letter_id: UUID, actor: Actor, now: datetime) -> str:
    """Put a letter that was given up into the outbox anew, under the same Message-ID; to whom it goes.

    Raises NotGivenUp, or LinkForgotten where the letter was about a link.
    """
    letter = db.session.scalars(
        select(Letter)
        .where(Letter.business_id == business.id, Letter.id == letter_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if letter is None or letter.given_up_at is None:
        raise NotGivenUp
    if letter.kind in HAD_A_LINK:
        raise LinkForgotten
    before = {"tries": letter.tries, "error": letter.last_error}
    letter.given_up_at, letter.last_error = None, None
    letter.tries, letter.next_try_at = 0, now
    db.session.flush()
    write_audit(actor, "letter.sent_again", letter, now=now, before=before, after={"email": letter.to_email})
    db.session.flush()
    return letter.to_email
