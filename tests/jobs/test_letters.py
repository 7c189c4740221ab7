"""The outbox: at least once, never two at once, with back-off, and given up where staff can see it."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from portal.gateways.letter_tokens import LetterTokens
from portal.gateways.post import PostFailed, Sheet
from portal.jobs.letters import send_due_letters
from portal.models.business import BusinessFacts
from portal.models.database import db, transaction
from portal.models.letters import Letter, LetterKind
from portal.operations.letters import LEASE, WAITS, claim_due_letters, write_letter
from tests.studio import NOW, a_business

TOKENS = LetterTokens("a key")


@dataclass
class APost:
    """Takes letters, unless it is told to fail."""

    failure: BaseException | None = None
    sent: list[Sheet] = field(default_factory=list)

    def send(self, sheet: Sheet) -> None:
        if self.failure:
            raise self.failure
        self.sent.append(sheet)


def _write(business: BusinessFacts, kind: LetterKind = LetterKind.CONFIRM_EMAIL, **facts: str) -> None:
    with transaction():
        write_letter(
            business.id,
            kind,
            to_email="ada@example.com",
            to_name="",
            facts=facts or {"token": "t0ken"},
            now=NOW,
        )


def _letter() -> Letter:
    return db.session.scalars(select(Letter).execution_options(populate_existing=True)).one()


def test_a_letter_is_sent_once(app: Flask) -> None:
    _write(a_business())
    post = APost()
    assert send_due_letters(post, TOKENS, now=NOW) == 1
    assert send_due_letters(post, TOKENS, now=NOW + timedelta(days=1)) == 0
    assert len(post.sent) == 1
    assert _letter().sent_at == NOW


def test_what_was_secret_in_it_is_forgotten_once_it_is_sent(app: Flask) -> None:
    _write(a_business())
    assert _letter().facts == {"token": "t0ken"}
    send_due_letters(APost(), TOKENS, now=NOW)
    assert _letter().facts == {}


def test_no_letter_goes_out_before_its_transaction_is_committed(app: Flask) -> None:
    business_id = a_business().id

    def a_booking_that_fails() -> None:
        with transaction():
            write_letter(
                business_id, LetterKind.NO_ACCOUNT, to_email="a@x.example", to_name="", facts={}, now=NOW
            )
            raise RuntimeError("the booking failed")

    with pytest.raises(RuntimeError, match="the booking failed"):
        a_booking_that_fails()
    assert send_due_letters(APost(), TOKENS, now=NOW) == 0


def test_a_failure_is_tried_again_after_a_while(app: Flask) -> None:
    _write(a_business())
    send_due_letters(APost(PostFailed("greylisted")), TOKENS, now=NOW)
    assert _letter().last_error == "greylisted"
    post = APost()
    assert send_due_letters(post, TOKENS, now=NOW + WAITS[0] - timedelta(seconds=1)) == 0
    assert send_due_letters(post, TOKENS, now=NOW + WAITS[0]) == 1
    assert _letter().last_error is None


def test_after_the_last_wait_it_is_given_up_without_its_secret(app: Flask) -> None:
    _write(a_business())
    moment = NOW
    for wait in (*WAITS, timedelta()):
        assert _letter().given_up_at is None
        send_due_letters(APost(PostFailed("no such mailbox")), TOKENS, now=moment)
        moment += wait
    letter = _letter()
    assert letter.given_up_at is not None
    assert (letter.last_error, letter.tries, letter.facts) == ("no such mailbox", len(WAITS) + 1, {})
    assert send_due_letters(APost(), TOKENS, now=moment + timedelta(days=365)) == 0


def test_what_one_worker_has_claimed_another_leaves_alone(app: Flask) -> None:
    _write(a_business())
    with transaction():
        assert len(claim_due_letters(now=NOW, most=5)) == 1
    assert send_due_letters(APost(), TOKENS, now=NOW + LEASE - timedelta(seconds=1)) == 0


class _Killed(BaseException):
    """The process ends here."""


def test_a_worker_killed_after_sending_leaves_a_letter_that_goes_again_under_the_same_id(app: Flask) -> None:
    _write(a_business())
    sent: list[Sheet] = []

    class DiesAfterSending(APost):
        def send(self, sheet: Sheet) -> None:
            sent.append(sheet)
            raise _Killed

    with pytest.raises(_Killed):
        send_due_letters(DiesAfterSending(), TOKENS, now=NOW)
    db.session.close()
    later = APost()
    assert send_due_letters(later, TOKENS, now=NOW + LEASE) == 1
    assert sent[0].letter_id == later.sent[0].letter_id


def test_a_letter_that_cannot_be_printed_does_not_hold_up_the_others(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    business = a_business()
    _write(business, LetterKind.BOOKING_CONFIRMED, booking_id="no such booking")
    _write(business)
    post = APost()
    assert send_due_letters(post, TOKENS, now=NOW) == 1
    assert "could not be printed" in caplog.text


def test_letters_are_sent_while_no_transaction_is_open(app: Flask) -> None:
    _write(a_business())
    open_meanwhile: list[bool] = []

    class Looks(APost):
        def send(self, sheet: Sheet) -> None:
            super().send(sheet)
            open_meanwhile.append(db.session().in_transaction())

    send_due_letters(Looks(), TOKENS, now=NOW)
    assert open_meanwhile == [False]


def test_the_oldest_are_sent_first(app: Flask) -> None:
    business = a_business()
    moments: list[datetime] = [NOW - timedelta(hours=hours) for hours in (1, 3, 2)]
    for moment in moments:
        with transaction():
            write_letter(
                business.id,
                LetterKind.NO_ACCOUNT,
                to_email=f"{moment.hour}@example.com",
                to_name="",
                facts={},
                now=moment,
            )
    post = APost()
    send_due_letters(post, TOKENS, now=NOW)
    assert [sheet.to_email for sheet in post.sent] == ["6@example.com", "7@example.com", "8@example.com"]
