"""The letters of a morning: tomorrow's classes, passes that run out, what is owed; each once."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from portal.gateways.letter_tokens import LetterTokens
from portal.gateways.post import Sheet
from portal.jobs.letters import send_due_letters
from portal.jobs.morning_letters import write_due_morning_letters
from portal.models.business import BusinessFacts
from portal.models.database import db, end_reading, transaction
from portal.models.letters import Letter, LetterKind
from portal.operations.auditing import SYSTEM
from portal.operations.deactivating import deactivate_pass
from portal.operations.pass_adjusting import adjust_uses
from portal.operations.reminder_choices import choose_reminders
from portal.rules.validity import FixedDates
from tests.accounts import in_debt, in_favour, staff_actor
from tests.jobs.test_letters import APost
from tests.soundness import assert_sound
from tests.studio import (
    NOW,
    a_booking,
    a_business,
    a_class,
    a_customer,
    a_pass_of,
    a_placed_booking,
    a_staff_member,
)

pytestmark = pytest.mark.usefixtures("app")

TOKENS = LetterTokens("a key")
TODAY = NOW.date()
DAY_BEFORE = datetime(2026, 12, 9, 8, tzinfo=UTC)
"""The morning before the classes of the builders, which are on 10 December."""

MORNING_KINDS = (
    LetterKind.REMINDER,
    LetterKind.PASS_NEARLY_USED_UP,
    LetterKind.PASS_NEARLY_OVER,
    LetterKind.BALANCE_DUE,
)


def _letters(*kinds: LetterKind) -> Sequence[Letter]:
    """The letters of these kinds (those of the morning) in the outbox, the oldest first."""
    wanted = select(Letter).where(Letter.kind.in_(kinds or MORNING_KINDS)).order_by(Letter.id)
    rows = db.session.scalars(wanted.execution_options(populate_existing=True)).all()
    end_reading()
    return rows


def _sent(*, now: datetime) -> list[Sheet]:
    """What the mail server gets by now of the letters of the morning."""
    post = APost()
    while send_due_letters(post, TOKENS, now=now):
        pass
    of_morning = {letter.id for letter in _letters()}
    return [sheet for sheet in post.sent if sheet.letter_id in of_morning]


def _wants(business: BusinessFacts, address: str, *, reminders: bool) -> None:
    with transaction():
        choose_reminders(business.id, address, wants=reminders, actor=SYSTEM, now=NOW)


def _add_uses(business: BusinessFacts, pass_id: UUID, change: int, *, now: datetime) -> None:
    olive = staff_actor(a_staff_member(business))
    with transaction():
        adjust_uses(business, pass_id=pass_id, change=change, reason="A present", actor=olive, now=now)


class TestReminders:
    """The day before a class."""

    def test_it_tells_what_when_where_and_by_what_it_is_paid(self) -> None:
        studio = a_business(host="riverside.example")
        ada = a_customer(studio, "Ada Park", email="ada@example.com")
        a_pass_of(ada)
        booking = a_booking(ada, a_class(studio))
        assert write_due_morning_letters(now=DAY_BEFORE) == 1
        (sheet,) = _sent(now=DAY_BEFORE)
        assert sheet.subject == "Tomorrow at Riverside Studio: Morning Yoga, 09:30"
        assert sheet.to_email == "ada@example.com"
        for words in (
            "Hello Ada Park",
            "Morning Yoga, Adult",
            "Thu 10 Dec, 09:30–10:30",
            "River Room, with Maya Lindqvist",
            "Pass use: 10-class pass",
            f"https://riverside.example/bookings/{booking.reference}\n",
            "All times are London time (GMT).",
        ):
            assert words in sheet.text
        assert "See you tomorrow" in sheet.html

    def test_nothing_is_written_before_eight(self) -> None:
        a_booking(a_customer(studio := a_business()), a_class(studio))
        assert write_due_morning_letters(now=DAY_BEFORE - timedelta(minutes=1)) == 0
        assert write_due_morning_letters(now=DAY_BEFORE) == 1

    def test_it_is_written_once_however_often_a_worker_looks(self) -> None:
        a_booking(a_customer(studio := a_business()), a_class(studio))
        written = [write_due_morning_letters(now=DAY_BEFORE + timedelta(hours=nth)) for nth in range(24)]
        assert sum(written) == 1
        assert len(_sent(now=DAY_BEFORE + timedelta(hours=23))) == 1

    def test_a_worker_that_wakes_on_the_day_itself_reminds_of_what_has_not_begun(self) -> None:
        studio = a_business()
        ada = a_customer(studio)
        a_booking(ada, a_class(studio, name="Early Bird", at=time(7)))
        a_booking(ada, a_class(studio, name="Evening Swing", at=time(19)))
        late = DAY_BEFORE + timedelta(days=1, hours=2)
        write_due_morning_letters(now=late)
        (sheet,) = _sent(now=late)
        assert sheet.subject == "Today at Riverside Studio: Evening Swing, 19:00"
        assert "Early Bird" not in sheet.text

    def test_a_worker_that_slept_for_three_days_reminds_of_nothing_past(self) -> None:
        studio = a_business()
        a_booking(a_customer(studio), a_class(studio))
        assert write_due_morning_letters(now=DAY_BEFORE + timedelta(days=3)) == 0

    def test_one_letter_tells_of_all_classes_of_the_day(self) -> None:
        studio = a_business()
        ada = a_customer(studio)
        yoga, swing = a_class(studio), a_class(studio, name="Swing", at=time(19))
        a_booking(ada, yoga, yoga)
        a_booking(ada, swing)
        assert write_due_morning_letters(now=DAY_BEFORE) == 1
        (sheet,) = _sent(now=DAY_BEFORE)
        assert sheet.subject.endswith("Morning Yoga, 09:30, and 1 more")
        assert "Morning Yoga, Adult, 2 places" in sheet.text
        assert "Swing, Adult" in sheet.text

    def test_a_guest_is_reminded_with_a_link_that_opens_their_booking(self) -> None:
        studio = a_business(host="riverside.example")
        booking = a_booking(studio, a_class(studio), email="gil@example.com")
        write_due_morning_letters(now=DAY_BEFORE)
        (sheet,) = _sent(now=DAY_BEFORE)
        assert sheet.to_email == "gil@example.com"
        assert f"/bookings/{booking.reference}?secret={booking.secret}" in sheet.text

    def test_what_waits_for_its_money_is_not_reminded_of(self) -> None:
        studio = a_business()
        a_placed_booking(a_customer(studio), a_class(studio))
        assert write_due_morning_letters(now=DAY_BEFORE) == 0

    def test_whoever_booked_that_very_day_has_just_read_about_it(self) -> None:
        studio = a_business()
        a_booking(a_customer(studio), a_class(studio), now=DAY_BEFORE + timedelta(hours=1))
        assert write_due_morning_letters(now=DAY_BEFORE + timedelta(hours=2)) == 0

    @pytest.mark.parametrize("zone", ["Pacific/Auckland", "America/Los_Angeles", "Asia/Kathmandu"])
    def test_the_day_before_is_the_studios_own(self, zone: str) -> None:
        studio = a_business(zone=zone)
        yoga = a_class(studio, at=time(6))
        a_booking(a_customer(studio), yoga)
        eight = datetime.combine(date(2026, 12, 9), time(8), studio.zone_info)
        assert write_due_morning_letters(now=eight - timedelta(minutes=1)) == 0
        assert write_due_morning_letters(now=eight) == 1

    def test_on_the_night_the_clocks_change_it_is_still_the_day_before(self) -> None:
        studio = a_business()
        a_booking(a_customer(studio), a_class(studio, on=date(2027, 3, 28)))
        eight = datetime(2027, 3, 27, 8, tzinfo=UTC)
        assert write_due_morning_letters(now=eight) == 1
        (sheet,) = _sent(now=eight)
        assert "Sun 28 Mar, 09:30" in sheet.text
        assert "(BST)" in sheet.text

    def test_each_business_is_reminded_at_its_own_eight(self) -> None:
        for zone in ("Europe/London", "America/New_York"):
            studio = a_business(zone, zone=zone)
            a_booking(a_customer(studio), a_class(studio))
        assert write_due_morning_letters(now=DAY_BEFORE) == 1
        assert write_due_morning_letters(now=DAY_BEFORE + timedelta(hours=5)) == 1
        assert {sheet.from_name for sheet in _sent(now=DAY_BEFORE + timedelta(hours=5))} == {
            "Europe/London",
            "America/New_York",
        }

    def test_many_are_written_in_batches_and_none_twice(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("portal.jobs.morning_letters.AT_A_TIME", 2)
        studio = a_business()
        yoga = a_class(studio)
        for nth in range(5):
            a_booking(studio, yoga, email=f"guest-{nth}@example.com")
        assert write_due_morning_letters(now=DAY_BEFORE) == 5
        assert len(_letters()) == 5


class TestChoosing:
    """Reminders obey the customer's preference, and say where to choose."""

    def test_who_wants_none_gets_none(self) -> None:
        studio = a_business()
        ada = a_customer(studio)
        a_pass_of(ada, uses=3)
        yoga = a_class(studio)
        a_booking(ada, yoga)
        _wants(studio, ada.email, reminders=False)
        assert write_due_morning_letters(now=DAY_BEFORE) == 0
        _wants(studio, ada.email, reminders=True)
        assert write_due_morning_letters(now=DAY_BEFORE + timedelta(days=2)) == 1  # the pass: yoga is over

    def test_a_guest_who_wants_none_gets_none(self) -> None:
        studio = a_business()
        a_booking(studio, a_class(studio), email="Gil@Example.com")
        _wants(studio, "gil@example.com", reminders=False)
        assert write_due_morning_letters(now=DAY_BEFORE) == 0

    def test_an_address_that_wants_none_is_left_alone_at_this_studio_only(self) -> None:
        mine, theirs = a_business("Mine"), a_business("Theirs")
        for studio in (mine, theirs):
            a_booking(studio, a_class(studio), email="gil@example.com")
        _wants(mine, "gil@example.com", reminders=False)
        write_due_morning_letters(now=DAY_BEFORE)
        assert [sheet.from_name for sheet in _sent(now=DAY_BEFORE)] == ["Theirs"]

    def test_who_refuses_after_it_was_written_does_not_get_it(self) -> None:
        studio = a_business()
        ada = a_customer(studio)
        a_booking(ada, a_class(studio))
        write_due_morning_letters(now=DAY_BEFORE)
        _wants(studio, ada.email, reminders=False)
        assert _sent(now=DAY_BEFORE) == []
        (letter,) = _letters()
        assert (letter.dropped_at, letter.sent_at, letter.given_up_at) == (DAY_BEFORE, None, None)

    def test_a_reminder_says_where_to_choose_and_mail_programs_can(self) -> None:
        studio = a_business(host="riverside.example")
        ada = a_customer(studio)
        a_booking(ada, a_class(studio))
        write_due_morning_letters(now=DAY_BEFORE)
        (sheet,) = _sent(now=DAY_BEFORE)
        assert sheet.choices.startswith("https://riverside.example/letters/")
        assert sheet.choices in sheet.text
        assert sheet.choices in sheet.html
        token = sheet.choices.rpartition("/")[2]
        named = TOKENS.addressee_of(studio.id, token)
        assert named is not None
        assert named.id == ada.id

    def test_what_is_owed_is_told_whatever_was_chosen_and_cannot_be_refused(self) -> None:
        ada = a_customer(a_business())
        in_debt(ada, 3000)
        _wants(ada.business, ada.email, reminders=False)
        write_due_morning_letters(now=DAY_BEFORE)
        (sheet,) = _sent(now=DAY_BEFORE)
        assert sheet.choices == ""


class TestPassesThatRunOut:
    """Two uses left, or a week."""

    def test_two_uses_left_are_told_once(self) -> None:
        studio = a_business(host="riverside.example")
        ada = a_customer(studio)
        own = a_pass_of(ada, uses=4, days=60)
        for nth in range(2):
            a_booking(ada, a_class(studio, on=date(2026, 12, 20 + nth)))
        assert write_due_morning_letters(now=DAY_BEFORE) == 1
        (sheet,) = _sent(now=DAY_BEFORE)
        assert sheet.subject == "2 uses left on your 10-class pass at Riverside Studio"
        assert "Expires 17 Feb 2027." in sheet.text
        assert f"https://riverside.example/account/passes/{own.id}" in sheet.text
        a_booking(ada, a_class(studio, on=date(2026, 12, 22)), now=DAY_BEFORE)
        assert write_due_morning_letters(now=DAY_BEFORE + timedelta(days=1)) == 0

    def test_uses_that_staff_added_may_run_out_again(self) -> None:
        studio = a_business()
        ada = a_customer(studio)
        own = a_pass_of(ada, uses=3, days=300)
        a_booking(ada, a_class(studio, on=date(2026, 12, 20)))
        assert write_due_morning_letters(now=DAY_BEFORE) == 1
        _add_uses(studio, own.id, 1, now=DAY_BEFORE)
        a_booking(ada, a_class(studio, on=date(2026, 12, 21)), now=DAY_BEFORE)
        assert write_due_morning_letters(now=DAY_BEFORE + timedelta(days=1)) == 1
        assert_sound()

    def test_a_letter_that_waited_while_uses_were_added_is_dropped(self) -> None:
        studio = a_business()
        ada = a_customer(studio)
        own = a_pass_of(ada, uses=3, days=300)
        a_booking(ada, a_class(studio, on=date(2026, 12, 20)))
        write_due_morning_letters(now=DAY_BEFORE)
        _add_uses(studio, own.id, 5, now=DAY_BEFORE)
        assert _sent(now=DAY_BEFORE) == []

    def test_what_is_claimed_counts_as_spent(self) -> None:
        studio = a_business()
        ada = a_customer(studio)
        a_pass_of(ada, uses=3, covers=(yoga := a_class(studio, on=date(2026, 12, 20))))
        a_placed_booking(ada, yoga, a_class(studio, name="Clay", on=date(2026, 12, 21)))
        write_due_morning_letters(now=NOW)
        assert [letter.kind for letter in _letters()] == [LetterKind.PASS_NEARLY_USED_UP]

    def test_a_week_before_its_end_a_pass_is_told_to_be_nearly_over(self) -> None:
        studio = a_business()
        last_day = TODAY + timedelta(days=7)
        a_pass_of(a_customer(studio), validity=FixedDates(TODAY - timedelta(days=30), last_day))
        assert write_due_morning_letters(now=NOW) == 1
        (sheet,) = _sent(now=NOW)
        assert sheet.subject == "Your 10-class pass at Riverside Studio ends on Tue 8 Dec"
        assert "It has 10 uses left." in sheet.text

    def test_it_is_told_once_in_the_week(self) -> None:
        studio = a_business()
        last_day = TODAY + timedelta(days=7)
        a_pass_of(a_customer(studio), validity=FixedDates(TODAY - timedelta(days=30), last_day))
        written = [write_due_morning_letters(now=NOW + timedelta(days=nth)) for nth in range(9)]
        assert written == [1, 0, 0, 0, 0, 0, 0, 0, 0]

    def test_a_worker_that_slept_tells_it_late_but_not_too_late(self) -> None:
        studio = a_business()
        last_day = TODAY + timedelta(days=7)
        a_pass_of(a_customer(studio), validity=FixedDates(TODAY - timedelta(days=30), last_day))
        assert write_due_morning_letters(now=NOW + timedelta(days=6)) == 1
        assert _sent(now=NOW + timedelta(days=9)) == []

    def test_a_deactivated_pass_is_not_written_about(self) -> None:
        studio = a_business()
        own = a_pass_of(
            a_customer(studio),
            validity=FixedDates(TODAY - timedelta(days=30), TODAY + timedelta(days=3)),
        )
        olive = staff_actor(a_staff_member(studio))
        with transaction():
            deactivate_pass(
                studio, pass_id=own.id, reason="Moved away", charges_balance=None, actor=olive, now=NOW
            )
        assert write_due_morning_letters(now=NOW) == 0


class TestWhatIsOwed:
    """A balance below zero."""

    def test_the_morning_after_a_charge_its_client_is_told_once(self) -> None:
        studio = a_business(host="riverside.example")
        ada = a_customer(studio, "Ada Park")
        in_debt(ada, 3000)
        assert write_due_morning_letters(now=DAY_BEFORE) == 1
        assert write_due_morning_letters(now=DAY_BEFORE + timedelta(days=1)) == 0
        (sheet,) = _sent(now=DAY_BEFORE)
        assert sheet.subject == "You owe £30.00 at Riverside Studio"
        assert "* Account balance: £30.00" in sheet.text
        assert "https://riverside.example/account/balance" in sheet.text

    def test_another_charge_is_another_letter(self) -> None:
        ada = a_customer(a_business())
        in_debt(ada, 3000)
        write_due_morning_letters(now=DAY_BEFORE)
        in_debt(ada, 500, now=DAY_BEFORE + timedelta(hours=1))
        assert write_due_morning_letters(now=DAY_BEFORE + timedelta(days=1)) == 1

    def test_what_was_paid_before_the_letter_went_is_not_asked_for(self) -> None:
        ada = a_customer(a_business())
        in_debt(ada, 3000)
        write_due_morning_letters(now=DAY_BEFORE)
        in_favour(ada, 3000)
        assert _sent(now=DAY_BEFORE) == []

    def test_m6_less_than_a_card_payment_can_be_waits(self) -> None:
        ada = a_customer(a_business())
        in_debt(ada, 20)
        assert write_due_morning_letters(now=DAY_BEFORE) == 0

    def test_a_balance_in_the_clients_favour_is_no_letter(self) -> None:
        in_favour(a_customer(a_business()), 3000)
        assert write_due_morning_letters(now=DAY_BEFORE) == 0


def test_one_business_whose_letters_fail_does_not_keep_the_others_waiting(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    faulty, fine = a_business("Faulty"), a_business("Fine")
    for studio in (faulty, fine):
        a_booking(a_customer(studio), a_class(studio))
    whole = write_due_morning_letters.__globals__["letters_of_morning"]

    def fails_for_one(business: BusinessFacts, *, now: datetime) -> object:
        if business.id == faulty.id:
            raise RuntimeError("a fault")
        return whole(business, now=now)

    with monkeypatch.context() as patched:
        patched.setattr("portal.jobs.morning_letters.letters_of_morning", fails_for_one)
        assert write_due_morning_letters(now=DAY_BEFORE) == 1
    assert "were not all written" in caplog.text
    assert write_due_morning_letters(now=DAY_BEFORE + timedelta(minutes=1)) == 1
