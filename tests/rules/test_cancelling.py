"""What cancelling a ticket brings, reckoned from values alone (C1–C5, D4)."""

from collections.abc import Iterable
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.rules.cancelling import (
    NO_OVERRIDES,
    CancellationFacts,
    Canceller,
    Forecast,
    Overrides,
    TicketToCancel,
    UseOutcome,
    ValidityChange,
    forecast,
)
from portal.rules.cancelling_words import told
from portal.rules.facts import OwnedPass
from portal.rules.line_money import LinePaid, MoneyLeft, paid_per_line
from portal.rules.passes import PassStatus
from portal.rules.preferences import Preferences, RefundTo
from tests.rules.builders import (
    NOW,
    a_new_id,
    a_pass,
    an_unlimited_pass,
    between,
    day,
    days,
    from_first_class,
    from_purchase,
    months,
    the,
)


def a_ticket(
    on: str = "10 Dec",
    *,
    by: OwnedPass | None = None,
    card: int = 0,
    account: int = 0,
    starts_at: datetime | None = None,
) -> TicketToCancel:
    """A ticket for Early Pilates, the class that ``a_pass(booked=…)`` is booked on."""
    on_date = day(on)
    return TicketToCancel(
        id=a_new_id(),
        class_session_id=the(f"Early Pilates on {on_date} at 09:30"),
        class_name="Early Pilates",
        ticket_name="Adult",
        starts_at=starts_at or datetime(on_date.year, on_date.month, on_date.day, 9, 30, tzinfo=NOW.tzinfo),
        on_date=on_date,
        pass_id=by.id if by else None,
        paid=LinePaid(card, account),
    )


def cancelling(
    *tickets: TicketToCancel,
    passes: Iterable[OwnedPass] = (),
    preferences: Preferences | None = None,
    overrides: Overrides = NO_OVERRIDES,
    by: Canceller = Canceller.CLIENT,
    left: MoneyLeft | None = None,
    has_account: bool = True,
    now: datetime = NOW,
) -> Forecast:
    by_card, by_account = (sum(getattr(it.paid, way) for it in tickets) for way in ("card", "account"))
    return forecast(
        CancellationFacts(
            now=now,
            today=now.date(),
            currency="GBP",
            by=by,
            preferences=preferences or Preferences(),
            overrides=overrides,
            tickets=tickets,
            passes=tuple(passes),
            left=left or MoneyLeft(by_card, by_card + by_account),
            has_account=has_account,
        )
    )


def words(found: Forecast, reader: Canceller = Canceller.CLIENT) -> list[str]:
    return [str(sentence) for sentence in told(found, reader)]


def test_b15_the_only_ticket_of_a_pass_is_cancelled_its_use_returns_and_its_validity_resets() -> None:
    owned = a_pass(uses_left=9, booked=["10 Dec"])
    found = cancelling(a_ticket(by=owned), passes=[owned])
    (ticket,), (of_pass,) = found.tickets, found.passes
    assert (ticket.in_time, ticket.use) == (True, UseOutcome.RETURNED)
    assert (of_pass.validity, of_pass.after.uses_left) == (ValidityChange.RESET, 10)
    assert of_pass.window.last_day is None
    assert words(found) == [
        "One use goes back to your 10-class pass.",
        "Your 10-class pass then has 10 uses left.",
        "The validity of your 10-class pass resets: it is valid for 30 days from the next class booked.",
    ]


def test_b13_without_the_preference_the_use_is_not_returned_and_the_validity_resets_all_the_same() -> None:
    owned = a_pass(uses_left=9, booked=["10 Dec"])
    found = cancelling(a_ticket(by=owned), passes=[owned], preferences=Preferences(returns_use=False))
    assert found.tickets[0].use is UseOutcome.KEPT
    assert found.passes[0].after.uses_left == 9
    assert words(found) == [
        "The use of your 10-class pass is not returned.",
        "The validity of your 10-class pass resets: it is valid for 30 days from the next class booked.",
    ]


def test_the_earliest_of_several_is_cancelled_and_the_start_moves_to_the_next() -> None:
    owned = a_pass(uses_left=7, booked=["10 Dec", "14 Dec", "20 Dec"])
    found = cancelling(a_ticket(by=owned), passes=[owned])
    assert found.passes[0].validity is ValidityChange.MOVED
    assert words(found)[-1] == (
        "The validity of your 10-class pass moves: it starts on 14 Dec and ends on 12 Jan 2027."
    )


def test_a_later_one_is_cancelled_and_the_validity_stays() -> None:
    owned = a_pass(uses_left=8, booked=["10 Dec", "14 Dec"])
    found = cancelling(a_ticket("14 Dec", by=owned), passes=[owned])
    assert found.passes[0].validity is ValidityChange.UNCHANGED
    assert words(found)[-1] == "The validity of your 10-class pass stays as it is: it ends on 8 Jan 2027."


def test_of_two_tickets_of_one_class_one_goes_on_counting() -> None:
    owned = a_pass(uses_left=8, booked=["10 Dec", "10 Dec"], several_per_class=True)
    found = cancelling(a_ticket(by=owned), passes=[owned])
    assert [booked.on_date for booked in found.passes[0].after.booked] == [day("10 Dec")]
    assert found.passes[0].validity is ValidityChange.UNCHANGED


def test_both_tickets_of_a_pass_are_cancelled_in_one_act_and_it_resets() -> None:
    owned = a_pass(uses_left=8, booked=["10 Dec", "14 Dec"])
    found = cancelling(a_ticket(by=owned), a_ticket("14 Dec", by=owned), passes=[owned])
    assert (found.passes[0].validity, found.passes[0].uses_returned) == (ValidityChange.RESET, 2)
    assert words(found)[:3] == [
        "Early Pilates, 10 Dec: One use goes back to your 10-class pass.",
        "Early Pilates, 14 Dec: One use goes back to your 10-class pass.",
        "Your 10-class pass then has 10 uses left.",
    ]


def test_the_last_moment_that_is_in_time_is_the_cut_off_itself() -> None:
    ticket = a_ticket(card=1200)
    cut_off = ticket.starts_at - timedelta(hours=12)
    assert cancelling(ticket, now=cut_off).in_time
    assert not cancelling(ticket, now=cut_off + timedelta(seconds=1)).in_time


def test_after_the_cut_off_the_place_is_given_up_for_nothing_and_the_page_says_so() -> None:
    owned = a_pass(uses_left=9, booked=["10 Dec"])
    by_pass, by_card = a_ticket(by=owned), a_ticket(card=1200)
    late = by_pass.starts_at - timedelta(hours=1)
    found = cancelling(by_pass, passes=[owned], now=late)
    assert found.tickets[0].use is UseOutcome.KEPT
    assert words(found)[:2] == [
        "You could cancel until 12 hours before the class; the place can still be given up.",
        "The use of your 10-class pass is not returned.",
    ]
    assert found.passes[0].validity is ValidityChange.RESET  # C3: whether or not the use is returned
    assert words(cancelling(by_card, now=late))[1:] == ["The £12.00 paid for it is not returned."]
    told_to_staff = words(cancelling(by_card, now=late, by=Canceller.STAFF), Canceller.STAFF)
    assert (
        told_to_staff[0]
        == "The client could cancel until 12 hours before the class; the place can still be given up."
    )


def test_once_the_class_has_begun_the_validity_no_longer_changes() -> None:
    owned = a_pass(uses_left=9, booked=["10 Dec"])
    ticket = a_ticket(by=owned)
    found = cancelling(ticket, passes=[owned], now=ticket.starts_at, by=Canceller.STAFF)
    assert found.tickets[0].begun
    assert found.passes[0].validity is ValidityChange.UNCHANGED
    assert words(found, Canceller.STAFF) == [
        "The class has begun.",
        "The use of the 10-class pass is not returned.",
        "The class has begun, so the validity of the 10-class pass stays as it is: it ends on 8 Jan 2027.",
    ]


def test_staff_decide_otherwise_than_the_preferences() -> None:
    owned = a_pass(uses_left=9, booked=["10 Dec"])
    ticket = a_ticket(by=owned)
    late = ticket.starts_at - timedelta(minutes=5)
    kindly = Overrides(returns_use=True)
    assert cancelling(ticket, passes=[owned], overrides=kindly, now=late).tickets[0].use_returned
    strictly = Overrides(returns_use=False)
    assert not cancelling(ticket, passes=[owned], overrides=strictly).tickets[0].use_returned
    paid = a_ticket(card=1200)
    assert cancelling(paid, overrides=Overrides(refund_to=RefundTo.ACCOUNT), now=late).to_account == 1200
    assert cancelling(paid, overrides=Overrides(refund_to=RefundTo.NONE)).tickets[0].kept == 1200


def test_an_unlimited_pass_has_no_use_to_return_and_its_validity_resets() -> None:
    owned = an_unlimited_pass(booked=["10 Dec"])
    found = cancelling(a_ticket(by=owned), passes=[owned])
    assert (found.tickets[0].use, found.tickets[0].use_returned) == (UseOutcome.UNLIMITED, False)
    assert words(found) == [
        "Your Unlimited month is unlimited: there is no use to return.",
        "The validity of your Unlimited month resets: it is valid for 1 month from the next class booked.",
    ]


@pytest.mark.parametrize("valid", [from_purchase(days(91)), between("1 Dec", "31 Jan 2027")], ids=str)
def test_validity_that_no_class_starts_is_not_changed_by_cancelling_one(valid: object) -> None:
    owned = a_pass(uses_left=9, valid=valid, booked=["10 Dec"])  # type: ignore[arg-type]
    found = cancelling(a_ticket(by=owned), passes=[owned])
    assert found.passes[0].validity is ValidityChange.UNCHANGED
    assert "stays as it is: it ends on 31 Jan 2027." in words(found)[-1]


def test_days_that_staff_set_stand_whatever_is_cancelled() -> None:
    started = a_pass(uses_left=9, booked=["10 Dec"], starts_set="5 Dec")
    assert cancelling(a_ticket(by=started), passes=[started]).passes[0].validity is ValidityChange.UNCHANGED
    ending = a_pass(uses_left=9, booked=["10 Dec"], expires_set="24 Dec")
    found = cancelling(a_ticket(by=ending), passes=[ending])
    assert words(found)[-1] == (
        "The validity of your 10-class pass starts again with the next class booked;"
        " it still ends on 24 Dec 2026."
    )


def test_days_that_staff_added_stay_on_top_of_the_period() -> None:
    owned = a_pass(uses_left=9, booked=["10 Dec"], added_days=5)
    found = cancelling(a_ticket(by=owned), passes=[owned])
    assert words(found)[-1].endswith("resets: it is valid for 35 days from the next class booked.")


def test_the_last_day_that_staff_set_is_the_end_that_is_told() -> None:
    owned = a_pass(uses_left=8, booked=["10 Dec", "14 Dec"], deactivated_from="20 Dec")
    found = cancelling(a_ticket("14 Dec", by=owned), passes=[owned])
    assert words(found)[-1].endswith("stays as it is: it ends on 19 Dec 2026.")


def test_c5_a_use_goes_back_to_an_expired_pass_which_stays_so() -> None:
    owned = a_pass(uses_left=3, booked=["10 Dec"], expires_set="30 Nov")
    found = cancelling(a_ticket(by=owned), passes=[owned])
    assert (found.passes[0].status, found.passes[0].after.uses_left) == (PassStatus.EXPIRED, 4)
    assert words(found) == [
        "One use goes back to your 10-class pass.",
        "Your 10-class pass then has 4 uses left.",
        "Your 10-class pass has expired and stays so.",
    ]


def test_c5_a_use_goes_back_to_a_deactivated_pass_which_stays_so() -> None:
    owned = a_pass(uses_left=3, booked=["10 Dec"], deactivated_from="1 Dec")
    found = cancelling(a_ticket(by=owned), passes=[owned])
    assert found.passes[0].status is PassStatus.DEACTIVATED
    assert "Your 10-class pass is deactivated and stays so." in words(found)
    withdrawn = a_pass(uses_left=3, booked=["10 Dec"], withdrawn=True)
    found = cancelling(a_ticket(by=withdrawn), passes=[withdrawn])
    assert "The 10-class pass is withdrawn, as all of its kind are, and stays so." in words(
        found, Canceller.STAFF
    )


def test_a_pass_that_had_to_start_before_today_lapses_with_its_last_ticket_and_the_page_warns() -> None:
    owned = a_pass(uses_left=9, booked=["10 Dec"], start_by="30 Nov")
    found = cancelling(a_ticket(by=owned), passes=[owned])
    assert found.passes[0].lapses
    assert words(found)[-1] == (
        "Nothing else is booked on your 10-class pass, and it had to start by 30 Nov 2026:"
        " it cannot be used any more."
    )


def test_a_pass_that_must_start_soon_says_by_when() -> None:
    owned = a_pass(uses_left=9, booked=["10 Dec"], start_by="15 Dec")
    assert words(cancelling(a_ticket(by=owned), passes=[owned]))[-1] == "It must start by 15 Dec 2026."


def test_money_goes_where_the_studio_prefers() -> None:
    ticket = a_ticket(card=1200)
    to_card = cancelling(ticket)
    assert (to_card.to_card, to_card.to_account) == (1200, 0)
    assert words(to_card) == ["£12.00 goes back to the card that paid."]
    to_account = cancelling(ticket, preferences=Preferences(refund_to=RefundTo.ACCOUNT))
    assert (to_account.to_card, to_account.to_account) == (0, 1200)
    assert words(to_account) == ["£12.00 goes to your account balance."]
    assert words(to_account, Canceller.STAFF) == ["£12.00 goes to the client's account balance."]
    none = cancelling(ticket, preferences=Preferences(refund_to=RefundTo.NONE))
    assert (none.to_card, none.to_account, none.tickets[0].refund_to) == (0, 0, RefundTo.NONE)
    assert words(none) == ["The £12.00 paid for it is not returned."]


def test_what_the_account_paid_goes_back_to_the_account() -> None:
    found = cancelling(a_ticket(card=700, account=500))
    assert (found.to_card, found.to_account) == (700, 500)
    assert found.tickets[0].refund_to is RefundTo.CARD
    assert cancelling(a_ticket(account=500)).tickets[0].refund_to is RefundTo.ACCOUNT


def test_a_guest_has_no_account_so_the_card_gets_it_back() -> None:
    found = cancelling(
        a_ticket(card=1200), preferences=Preferences(refund_to=RefundTo.ACCOUNT), has_account=False
    )
    assert (found.to_card, found.to_account) == (1200, 0)


def test_a_ticket_that_was_free_says_that_there_is_no_money() -> None:
    assert words(cancelling(a_ticket())) == ["There is no money to return."]


def test_what_went_back_already_does_not_go_back_again() -> None:
    found = cancelling(a_ticket(card=1200), left=MoneyLeft(card=500, total=500))
    assert found.to_card == 500
    found = cancelling(a_ticket(card=1200), a_ticket(card=1200), left=MoneyLeft(card=1500, total=1500))
    assert [ticket.to_card for ticket in found.tickets] == [1200, 300]
    to_account = Preferences(refund_to=RefundTo.ACCOUNT)
    found = cancelling(
        a_ticket(card=1200), a_ticket(card=1200), left=MoneyLeft(2400, 1200), preferences=to_account
    )
    assert found.to_account == 1200


def test_what_the_card_has_no_room_for_goes_to_the_account() -> None:
    """Its payment was refunded otherwise, out of an account balance."""
    found = cancelling(a_ticket(card=1200), left=MoneyLeft(card=200, total=1200))
    assert (found.to_card, found.to_account) == (200, 1000)
    found = cancelling(a_ticket(card=1200), left=MoneyLeft(card=200, total=1200), has_account=False)
    assert (found.to_card, found.to_account, found.tickets[0].kept) == (200, 0, 1000)


def test_money_that_went_back_in_stripes_own_dashboard_is_said_to_have_gone() -> None:
    found = cancelling(a_ticket(card=1200), left=MoneyLeft(0, 0))
    assert words(found) == ["The money for it has gone back already."]


def test_d4_three_tickets_under_ten_pounds_go_back_by_their_own_shares() -> None:
    prices = [1200 - 334, 1200 - 333, 1200 - 333]
    assert paid_per_line(prices, by_card=2600, by_account=0) == (
        LinePaid(866, 0),
        LinePaid(867, 0),
        LinePaid(867, 0),
    )


@given(
    prices=st.lists(st.integers(0, 5000), min_size=1, max_size=8),
    account=st.integers(0, 40000),
    waived=st.integers(0, 40000),
)
def test_what_paid_for_the_lines_adds_up_to_what_was_paid(
    prices: list[int], account: int, waived: int
) -> None:
    account = min(account, sum(prices))
    card = max(sum(prices) - account - waived, 0)
    lines = paid_per_line(prices, by_card=card, by_account=account)
    assert (sum(line.card for line in lines), sum(line.account for line in lines)) == (card, account)
    for price, line in zip(prices, lines, strict=True):
        assert line.card >= 0
        assert line.account >= 0
        assert line.card + line.account <= price


@given(
    paid=st.lists(st.tuples(st.integers(0, 3000), st.integers(0, 3000)), min_size=1, max_size=5),
    card_left=st.integers(0, 15000),
    more_left=st.integers(0, 15000),
    to=st.sampled_from(RefundTo),
)
def test_never_more_goes_back_than_is_left(
    paid: list[tuple[int, int]], card_left: int, more_left: int, to: RefundTo
) -> None:
    tickets = [a_ticket(card=card, account=account) for card, account in paid]
    left = MoneyLeft(card_left, card_left + more_left)
    found = cancelling(*tickets, left=left, preferences=Preferences(refund_to=to))
    assert found.to_card <= left.card
    assert found.to_card + found.to_account <= left.total
    for outcome in found.tickets:
        assert outcome.refund <= outcome.ticket.paid.card + outcome.ticket.paid.account


def test_the_digest_changes_with_what_would_happen_and_with_nothing_else() -> None:
    owned = a_pass(uses_left=9, booked=["10 Dec"])
    ticket = a_ticket(by=owned)
    shown = cancelling(ticket, passes=[owned])
    a_minute_later = cancelling(ticket, passes=[owned], now=NOW + timedelta(minutes=1))
    assert a_minute_later.digest == shown.digest
    not_returned = cancelling(ticket, passes=[owned], preferences=Preferences(returns_use=False))
    late = cancelling(ticket, passes=[owned], now=ticket.starts_at - timedelta(hours=1))
    another = cancelling(a_ticket("10 Dec", by=owned), passes=[owned])
    also = a_pass(uses_left=8, booked=["10 Dec", "14 Dec"])
    moved = cancelling(a_ticket(by=also), passes=[also])
    digests = {it.digest for it in (shown, not_returned, late, another, moved)}
    assert len(digests) == 5


def test_a_period_in_months_reads_as_one() -> None:
    owned = a_pass(uses_left=9, booked=["10 Dec"], valid=from_first_class(months(3)))
    found = cancelling(a_ticket(by=owned), passes=[owned])
    assert words(found)[-1].endswith("resets: it is valid for 3 months from the next class booked.")
