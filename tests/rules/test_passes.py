"""What a pass is today, in P10's order."""

from dataclasses import replace

import pytest

from portal.rules.facts import OwnedPass
from portal.rules.passes import PassStatus, decided_words, status
from tests.rules.builders import TODAY, a_pass, between, day, from_purchase, months


@pytest.mark.parametrize(
    ("owned", "expected"),
    [
        (a_pass(), PassStatus.NOT_STARTED),
        (a_pass(booked=["10 Dec"]), PassStatus.ACTIVE),
        (a_pass(booked=["2 Nov"]), PassStatus.ACTIVE),
        (a_pass(booked=["1 Nov"]), PassStatus.EXPIRED),
        (a_pass(uses_left=0, booked=["1 Dec"]), PassStatus.USED_UP),
        (a_pass(withdrawn=True), PassStatus.WITHDRAWN),
        (a_pass(deactivated_from="1 Dec"), PassStatus.DEACTIVATED),
        (a_pass(deactivated_from="2 Dec", booked=["1 Dec"]), PassStatus.ACTIVE),
        (a_pass(valid=between("11 Jan 2027", "26 Mar 2027")), PassStatus.ACTIVE),
        (a_pass(valid=between("1 Nov", "1 Dec")), PassStatus.ACTIVE),
        (a_pass(valid=between("1 Nov", "30 Nov")), PassStatus.EXPIRED),
        (a_pass(valid=from_purchase(months(1)), bought="2 Nov"), PassStatus.ACTIVE),
        (a_pass(valid=from_purchase(months(1)), bought="1 Nov"), PassStatus.EXPIRED),
        (a_pass(start_by="30 Nov"), PassStatus.EXPIRED),
        (a_pass(start_by="30 Nov", booked=["20 Nov"]), PassStatus.ACTIVE),
        (a_pass(start_by="1 Dec"), PassStatus.NOT_STARTED),
        (a_pass(starts_set="10 Dec"), PassStatus.ACTIVE),
        (a_pass(expires_set="31 Jan 2027"), PassStatus.NOT_STARTED),
        (a_pass(start_by="30 Nov", expires_set="31 Jan 2027"), PassStatus.NOT_STARTED),
        (a_pass(booked=["10 Dec"], expires_set="30 Nov"), PassStatus.EXPIRED),
        (a_pass(booked=["1 Nov"], added_days=1), PassStatus.ACTIVE),
    ],
)
def test_the_status_is_derived_p10(owned: OwnedPass, expected: PassStatus) -> None:
    assert status(owned, TODAY) is expected


def test_the_first_status_that_is_true_is_shown_p10() -> None:
    everything = a_pass(uses_left=0, booked=["1 Oct"], withdrawn=True, deactivated_from="1 Nov")
    assert status(everything, TODAY) is PassStatus.DEACTIVATED
    not_deactivated = a_pass(uses_left=0, booked=["1 Oct"], withdrawn=True)
    assert status(not_deactivated, TODAY) is PassStatus.WITHDRAWN
    used_up_and_over = a_pass(uses_left=0, booked=["1 Oct"])
    assert status(used_up_and_over, TODAY) is PassStatus.USED_UP


def test_inactive_is_the_filter_for_the_first_four_p10() -> None:
    assert [one for one in PassStatus if one.inactive] == [
        PassStatus.DEACTIVATED,
        PassStatus.WITHDRAWN,
        PassStatus.USED_UP,
        PassStatus.EXPIRED,
    ]


def _paused(first_day: str, last_day: str) -> OwnedPass:
    return replace(a_pass(), paused_from=day(first_day), paused_to=day(last_day))


@pytest.mark.parametrize(
    ("owned", "expected"),
    [
        (a_pass(), None),
        (a_pass(deactivated_from="2 Dec"), None),
        (a_pass(deactivated_from="1 Dec"), "Deactivated on 1 Dec 2026"),
        (a_pass(withdrawn=True), "The studio has withdrawn all passes of this kind"),
        (_paused("3 Dec", "10 Dec"), "Paused from 3 Dec to 10 Dec"),
        (_paused("20 Nov", "1 Dec"), "Paused from 20 Nov to 1 Dec"),
        (_paused("20 Nov", "30 Nov"), None),
    ],
)
def test_what_staff_decided_is_said_in_words(owned: OwnedPass, expected: str | None) -> None:
    told = decided_words(owned, TODAY)
    assert (told and str(told)) == expected
