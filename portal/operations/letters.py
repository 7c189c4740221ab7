"""The outbox: a letter is written in the same transaction as what it tells of, and sent later by a job.

What each kind wants in its ``facts``:

* ``BOOKING_CONFIRMED``, ``BOOKING_REFUNDED``: ``booking_id``; all else is read from the booking when the
  letter is sent. ``paid_twice`` says why money goes back, ``of_move`` that it is the ``amount`` of a move.
* ``TICKET_CANCELLED``: ``booking_id``, ``ticket_ids``, ``by_studio``, ``to_card`` and the ``sentences`` that
  say what the cancellation brought, as it was then.
* ``CLASS_CANCELLED``: ``class_session_id`` and ``reason``; for who booked ``booking_id``, ``tickets`` (how
  many), ``to_card`` and the ``sentences``; for who stood in line ``waiting_entry_id``.
* ``REFUND_SENT``: ``amount``; ``booking_id`` where a booking was paid with it, ``what_for`` where that was a
  cancelled ticket.
* ``TICKET_MOVED``: ``booking_id``, ``from_ticket_id``, ``to_ticket_id``, ``by_studio``, ``to_card`` and the
  ``sentences`` that say what the move brought, as it was then.
* ``CONFIRM_EMAIL``, ``RESET_PASSWORD``: ``token``, which is removed once the letter is sent.
* ``STAFF_INVITATION``: ``token`` likewise, ``role``, and ``by``, the name of who invites.
* ``AUTO_PAYMENT_FAILED``: ``instalment_id``, ``decline_code``, ``failed_on`` and ``next_try_on`` (a date, or
  nothing).
* ``PLACE_OFFERED``: ``waiting_entry_id``; not sent once the offer is taken or has ended.
* ``ALREADY_REGISTERED``, ``NO_ACCOUNT``, ``TWO_FACTOR_RESET``: nothing.
* ``REMINDER``, ``PASS_NEARLY_USED_UP``, ``PASS_NEARLY_OVER``, ``BALANCE_DUE``: see ``morning_letters``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from portal.models.database import db, insert_if_absent, new_id
from portal.models.letters import Letter, LetterKind

SECRETS = frozenset({"token"})
LEASE = timedelta(minutes=10)
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 720, 1440))
"""How long to wait after the first, second, … failure; after one more the letter is given up."""


@dataclass(frozen=True, slots=True)
class DueLetter:
    """A letter that a worker has claimed, as far as sending it goes. ``tries`` counts this one."""

    business_id: UUID
    id: UUID
    kind: LetterKind
    to_email: str
    to_name: str
    facts: dict[str, Any]
    created_at: datetime
    tries: int


def write_letter(
    business_id: UUID,
    kind: LetterKind,
    *,
    to_email: str,
    to_name: str,
    facts: dict[str, Any],
    now: datetime,
    once_key: str | None = None,
) -> None:
    """Put a letter in the outbox; the job sends it once this transaction is committed.

    With a ``once_key`` it is written unless there is one of that key.
    """
    letter: dict[str, Any] = {
        "business_id": business_id,
        "kind": kind,
        "to_email": to_email,
        "to_name": to_name,
        "facts": facts,
        "created_at": now,
        "next_try_at": now,
    }
    if once_key is None:
        db.session.add(Letter(**letter))
    else:
        insert_if_absent(Letter, id=new_id(), once_key=once_key, **letter)


def claim_due_letters(*, now: datetime, most: int) -> Sequence[DueLetter]:
    """Claim up to ``most`` letters that are due, the oldest first, for ``LEASE`` from now.

    Each is another worker's only after that: a worker that is killed before it records the outcome leaves a
    letter that is sent again, under the same Message-ID.
    """
    letters = db.session.scalars(
        select(Letter)
        .where(
            Letter.sent_at.is_(None),
            Letter.given_up_at.is_(None),
            Letter.dropped_at.is_(None),
            Letter.next_try_at <= now,
        )
        .order_by(Letter.next_try_at)
        .limit(most)
        .with_for_update(skip_locked=True)
    ).all()
    for letter in letters:
        letter.tries += 1
        letter.next_try_at = now + LEASE
    db.session.flush()
    return [
        DueLetter(
            letter.business_id,
            letter.id,
            letter.kind,
            letter.to_email,
            letter.to_name,
            dict(letter.facts),
            letter.created_at,
            letter.tries,
        )
        for letter in letters
    ]


def record_sent(due: DueLetter, *, now: datetime) -> None:
    """The mail server took the letter: it is done, and what was secret in it is forgotten."""
    letter = _locked(due)
    letter.sent_at = now
    letter.last_error = None
    letter.facts = _without_secrets(letter.facts)


def record_dropped(due: DueLetter, *, now: datetime) -> None:
    """What the letter was to tell of is not so any more: it is not sent."""
    letter = _locked(due)
    letter.dropped_at = now
    letter.last_error = None


def record_failure(due: DueLetter, error: str, *, now: datetime) -> None:
    """The letter did not get out: try again after a while, or give it up where staff can see it."""
    letter = _locked(due)
    letter.last_error = error[:300]
    if due.tries > len(WAITS):
        letter.given_up_at = now
        letter.facts = _without_secrets(letter.facts)
    else:
        letter.next_try_at = now + WAITS[due.tries - 1]


def _locked(due: DueLetter) -> Letter:
    return db.session.scalars(
        select(Letter).where(Letter.business_id == due.business_id, Letter.id == due.id).with_for_update()
    ).one()


def _without_secrets(facts: dict[str, Any]) -> dict[str, Any]:
    return {name: fact for name, fact in facts.items() if name not in SECRETS}
