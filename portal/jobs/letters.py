"""Send what lies in the outbox."""

import logging
from datetime import datetime

from portal.gateways.letter_tokens import LetterTokens
from portal.gateways.post import Post, PostFailed
from portal.models.database import end_reading, transaction
from portal.operations.letter_contents import printed_sheet
from portal.operations.letters import (
    DueLetter,
    claim_due_letters,
    record_dropped,
    record_failure,
    record_sent,
)
from portal.operations.reminder_contents import NotSoAnyMore

log = logging.getLogger(__name__)

AT_A_TIME = 20


def send_due_letters(post: Post, tokens: LetterTokens, *, now: datetime) -> int:
    """Send the letters that are due, a batch of them; how many got out.

    Claimed in one transaction, sent outside any, each outcome recorded in its own (M3's way): a worker that
    dies in between leaves its letters to the next one after their lease, and a second worker takes others
    meanwhile.
    """
    with transaction():
        due = claim_due_letters(now=now, most=AT_A_TIME)
    return sum(_send(post, tokens, letter, now) for letter in due)


def _send(post: Post, tokens: LetterTokens, letter: DueLetter, now: datetime) -> bool:
    try:
        sheet = printed_sheet(letter, tokens=tokens, now=now)
        end_reading()
        post.send(sheet)
    except NotSoAnyMore:
        end_reading()
        with transaction():
            record_dropped(letter, now=now)
        return False
    except PostFailed as failure:
        log.warning("Letter %s was not sent: %s", letter.id, failure)
        _record_failure(letter, str(failure), now)
        return False
    except Exception as fault:  # one letter that cannot be printed must not hold up the others
        log.exception("Letter %s could not be printed or sent", letter.id)
        _record_failure(letter, f"{type(fault).__name__}: {fault}", now)
        return False
    with transaction():
        record_sent(letter, now=now)
    return True


def _record_failure(letter: DueLetter, error: str, now: datetime) -> None:
    end_reading()
    with transaction():
        record_failure(letter, error, now=now)
