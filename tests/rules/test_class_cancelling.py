"""What it brings when the studio cancels a class, reckoned from values alone (C6)."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from portal.rules.cancelling import (
    CancellationFacts,
    Canceller,
    Forecast,
    TicketToCancel,
    UseOutcome,
    forecast,
)
from portal.rules.class_cancelling import (
    MOST_DAYS,
    AboutClass,
    BookingOutcome,
    ClassForecast,
    everything_back,
)
from portal.rules.class_cancelling_words import told_of_class
from portal.rules.facts import OwnedPass
from portal.rules.line_money import LinePaid, MoneyLeft
from portal.rules.preferences import Preferences, RefundTo
from tests.rules.builders import NOW, a_new_id, a_pass, an_unlimited_pass, between, day, the

STRICT = Preferences(returns_use=False, refund_to=RefundTo.NONE, cancel_hours=720)
LATER = datetime(2026, 12, 11, 9, 0, tzinfo=NOW.tzinfo)


def a_ticket(
    on: str = "10 Dec", *, by: OwnedPass | None = None, card: int = 0, account: int = 0
) -> TicketToCancel:
    """A ticket for Early Pilates, the class that ``a_pass(booked=…)`` is booked on."""
    on_date = day(on)
    return TicketToCancel(
        id=a_new_id(),
        class_session_id=the(f"Early Pilates on {on_date} at 09:30"),
        class_name="Early Pilates",
        ticket_name="Adult",
        starts_at=datetime(on_date.year, on_date.month, on_date.day, 9, 30, tzinfo=NOW.tzinfo),
        on_date=on_date,
        pass_id=by.id if by else None,
        paid=LinePaid(card, account),
    )


def class_cancelled(
    *tickets: TicketToCancel,
    passes: Iterable[OwnedPass] = (),
    added_days: Mapping[UUID, int] | None = None,
    refund_to: RefundTo = RefundTo.CARD,
    has_account: bool = True,
    now: datetime = NOW,
) -> Forecast:
    """What one booking gets, at a studio that returns nothing by itself."""
    card, account = (sum(getattr(it.paid, way) for it in tickets) for way in ("card", "account"))
    return forecast(
        CancellationFacts(
            now=now,
            today=now.date(),
            currency="GBP",
            by=Canceller.STAFF,
            preferences=STRICT,
            overrides=everything_back(refund_to),
            tickets=tickets,
            passes=tuple(passes),
            left=MoneyLeft(card, card + account),
            has_account=has_account,
            of_class=True,
            added_days=added_days or {},
        )
    )


def of_class(*bookings: Forecast) -> ClassForecast:
    about = AboutClass("Early Pilates", day("10 Dec"), NOW, day("17 Dec"))
    outcomes = tuple(BookingOutcome(a_new_id(), "H7K2M9QA", "Ada Park", a_new_id(), it) for it in bookings)
    return ClassForecast("GBP", about, outcomes)


def words(done: Forecast) -> list[str]:
    return [str(sentence) for sentence in told_of_class(done)]


def test_uses_and_money_go_back_whatever_the_studio_prefers_and_however_late() -> None:
    ten = a_pass(uses_left=9, booked=["10 Dec"])
    (by_pass,) = class_cancelled(a_ticket(by=ten), passes=[ten], now=LATER).tickets
    (by_card,) = class_cancelled(a_ticket(card=1200, account=300), now=LATER).tickets
    assert by_pass.use is UseOutcome.RETURNED
    assert (by_card.to_card, by_card.to_account, by_card.kept) == (1200, 300, 0)


def test_money_goes_to_the_account_where_staff_say_so_but_a_guests_to_the_card() -> None:
    client = class_cancelled(a_ticket(card=1200), refund_to=RefundTo.ACCOUNT)
    guest = class_cancelled(a_ticket(card=1200), refund_to=RefundTo.ACCOUNT, has_account=False)
    assert (client.to_card, client.to_account) == (0, 1200)
    assert (guest.to_card, guest.to_account) == (1200, 0)


def test_money_never_stays_with_a_studio_that_cancels() -> None:
    with pytest.raises(ValueError, match="money goes back"):
        everything_back(RefundTo.NONE)


def test_a_class_that_has_begun_counts_no_more() -> None:
    ten = a_pass(uses_left=9, booked=["10 Dec"])
    (outcome,) = class_cancelled(a_ticket(by=ten), passes=[ten], now=LATER).passes
    assert outcome.after.booked == ()
    assert not outcome.begun


def test_a_pass_that_has_not_started_has_a_longer_period() -> None:
    ten = a_pass(uses_left=9, booked=["10 Dec"])
    done = class_cancelled(a_ticket(by=ten), passes=[ten], added_days={ten.id: 7})
    assert words(done) == [
        "One use goes back to your 10-class pass.",
        "Your 10-class pass is 7 days longer: it is valid for 37 days from the next class booked.",
    ]


def test_a_pass_that_goes_on_ends_so_much_later() -> None:
    ten = a_pass(uses_left=8, booked=["5 Dec", "10 Dec"])
    done = class_cancelled(a_ticket(by=ten), passes=[ten], added_days={ten.id: 7})
    assert words(done)[-1] == "Your 10-class pass is 7 days longer: it ends on 10 Jan 2027."


def test_fixed_dates_and_a_date_that_staff_set_move_along() -> None:
    term = a_pass(valid=between("1 Nov", "20 Dec"), booked=["10 Dec"])
    dated = a_pass(expires_set="15 Dec", booked=["10 Dec"])
    for owned, last in ((term, "23 Dec 2026"), (dated, "18 Dec 2026")):
        done = class_cancelled(a_ticket(by=owned), passes=[owned], added_days={owned.id: 3})
        assert words(done)[-1] == f"Your 10-class pass is 3 days longer: it ends on {last}."


def test_a_pass_that_had_to_start_by_a_day_does_not_lapse() -> None:
    ten = a_pass(booked=["10 Dec"], start_by="10 Dec")
    without, with_days = (
        class_cancelled(a_ticket(by=ten), passes=[ten], added_days={ten.id: days}, now=LATER).passes[0]
        for days in (0, 7)
    )
    assert (without.lapses, with_days.lapses) == (True, False)
    assert with_days.after.start_by == day("17 Dec")


def test_an_expired_pass_is_told_to_stay_so_unless_the_days_bring_it_back() -> None:
    old = a_pass(uses_left=9, expires_set="10 Dec", booked=["10 Dec"])
    much_later = LATER + timedelta(days=30)
    for days, now, last in (
        (7, much_later, "has expired and stays so."),
        (7, LATER, "it ends on 17 Dec 2026."),
    ):
        done = class_cancelled(a_ticket(by=old), passes=[old], added_days={old.id: days}, now=now)
        assert words(done)[-1].endswith(last)


def test_without_days_the_letter_says_what_becomes_of_the_pass_as_ever() -> None:
    ten = a_pass(uses_left=9, booked=["10 Dec"])
    done = class_cancelled(a_ticket(by=ten), passes=[ten])
    assert words(done)[1:] == [
        "Your 10-class pass then has 10 uses left.",
        "The validity of your 10-class pass resets: it is valid for 30 days from the next class booked.",
    ]


def test_in_sum_it_is_what_everybody_gets() -> None:
    ten, unlimited = a_pass(uses_left=8, booked=["10 Dec", "10 Dec"]), an_unlimited_pass(booked=["10 Dec"])
    whole = of_class(
        class_cancelled(a_ticket(by=ten), a_ticket(by=ten), passes=[ten]),
        class_cancelled(a_ticket(by=unlimited), passes=[unlimited]),
        class_cancelled(a_ticket(card=1200)),
        class_cancelled(a_ticket(card=900, account=300)),
    )
    assert (whole.tickets, whole.uses_returned, whole.unlimited, whole.passes) == (5, 2, 1, 2)
    assert (whole.to_card, whole.to_account, whole.kept) == (2100, 300, 0)


def test_the_digest_is_of_who_gets_what_and_of_nothing_else() -> None:
    ten = a_pass(uses_left=9, booked=["10 Dec"])
    ticket, other = a_ticket(by=ten), a_ticket(card=1200)
    whole = of_class(class_cancelled(ticket, passes=[ten]))
    same_later = of_class(class_cancelled(ticket, passes=[ten], now=LATER))
    assert whole.digest == same_later.digest
    assert whole.digest != of_class(class_cancelled(ticket, passes=[ten]), class_cancelled(other)).digest
    assert whole.digest != of_class(class_cancelled(ticket)).digest


@pytest.mark.parametrize(
    ("next_on", "days"),
    [("17 Dec", 7), ("10 Dec", 0), (None, 0)],
    ids=["a week later", "the same day", "no other"],
)
def test_the_days_that_are_offered_reach_to_the_next_class(next_on: str | None, days: int) -> None:
    about = AboutClass("Early Pilates", day("10 Dec"), NOW, day(next_on) if next_on else None)
    assert about.days == days


def test_never_more_than_a_year_is_offered() -> None:
    about = AboutClass("Early Pilates", day("10 Dec"), NOW, day("10 Dec") + timedelta(days=700))
    assert about.days == MOST_DAYS
