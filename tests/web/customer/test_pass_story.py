"""A pass tells its owner everything that happened with it, in words (P4, P8, C3, C5)."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask

from portal.models.business import BusinessFacts
from portal.rules.validity import FixedDates, FromFirstClass, Period, Unit
from tests.cancellations import cancelled, with_preferences
from tests.desk import WHY, Desk, a_desk
from tests.studio import NOW, AClass, APass, APerson, a_booking, a_class, a_customer, a_pass_of
from tests.web.browser import Browser
from tests.web.signed_in import signed_in_browser

FIRST, SECOND = date(2026, 12, 10), date(2026, 12, 17)
LATER = NOW + timedelta(hours=2)


@pytest.fixture
def ada(site: Flask, studio: BusinessFacts) -> APerson:
    with site.app_context():
        return a_customer(studio)


@pytest.fixture
def desk(site: Flask, studio: BusinessFacts) -> Desk:
    with site.app_context():
        return a_desk(studio, now=NOW + timedelta(hours=1))


@pytest.fixture
def yoga(site: Flask, studio: BusinessFacts) -> AClass:
    """Morning Yoga on 10 Dec."""
    with site.app_context():
        return a_class(studio, on=FIRST)


def story(site: Flask, of: APass, owner: APerson) -> list[str]:
    """The newest first, without the moment."""
    page = signed_in_browser(site, owner).open(f"/account/passes/{of.id}")
    return [
        " ".join(entry.select("span")[-1].get_text(" ").split()) for entry in page.soup.select(".ledger li")
    ]


def card(site: Flask, owner: APerson) -> str:
    return " ".join(
        signed_in_browser(site, owner).open("/account/passes").part("article").get_text(" ").split()
    )


def test_a_use_returned_says_that_the_days_start_again(site: Flask, ada: APerson, yoga: AClass) -> None:
    with site.app_context():
        owned = a_pass_of(ada)
        booking = a_booking(ada, yoga)
        cancelled(booking, now=LATER)
    assert story(site, owned, ada)[0] == (
        "Use returned: you cancelled Morning Yoga on 10 Dec. Your 30 days start again with your next class."
        f" Booking {booking.reference}"
    )
    assert "Not started Valid for 30 days from your first class" in card(site, ada)


def test_a_use_that_is_not_returned_says_the_same_of_the_days(
    site: Flask, ada: APerson, yoga: AClass
) -> None:
    with site.app_context():
        with_preferences(ada.business, returns_use=False)
        owned = a_pass_of(ada)
        cancelled(a_booking(ada, yoga), now=LATER)
    assert story(site, owned, ada)[0].startswith(
        "You cancelled Morning Yoga on 10 Dec. Your 30 days start again with your next class."
    )


def test_months_and_added_days_are_named_as_they_are(
    site: Flask, ada: APerson, yoga: AClass, desk: Desk
) -> None:
    with site.app_context():
        owned = a_pass_of(ada, days=30)
        desk.extend(owned, 7)
        cancelled(a_booking(ada, yoga, now=LATER), now=LATER)
    assert "Your 37 days start again with your next class." in story(site, owned, ada)[0]
    with site.app_context():
        bo = a_customer(ada.business, "Bo Lee")
        monthly = a_pass_of(bo, validity=FromFirstClass(Period(1, Unit.MONTHS)))
        cancelled(a_booking(bo, yoga), now=LATER)
    assert "Your 1 month start again" not in story(site, monthly, bo)[0]
    assert "Your 1 month starts again with your next class." in story(site, monthly, bo)[0]


def test_a_pass_with_fixed_dates_says_nothing_of_its_days(site: Flask, ada: APerson, yoga: AClass) -> None:
    with site.app_context():
        owned = a_pass_of(ada, validity=FixedDates(FIRST, SECOND))
        booking = a_booking(ada, yoga)
        cancelled(booking, now=LATER)
    assert story(site, owned, ada)[0] == (
        f"Use returned: you cancelled Morning Yoga on 10 Dec Booking {booking.reference}"
    )


def test_a_date_that_staff_set_stands(site: Flask, ada: APerson, yoga: AClass, desk: Desk) -> None:
    with site.app_context():
        owned = a_pass_of(ada)
        booking = a_booking(ada, yoga)
        desk.set_dates(owned, None, SECOND)
        cancelled(booking, now=LATER)
    told = story(site, owned, ada)
    assert "start again" not in told[0]
    assert told[1] == "Riverside Studio set the dates of this pass: it expires on 17 Dec 2026"
    assert "Expires 17 Dec 2026" in card(site, ada)


def test_a_pass_deactivated_meanwhile_gets_its_use_and_stays_so(
    site: Flask, ada: APerson, yoga: AClass, desk: Desk
) -> None:
    with site.app_context():
        owned = a_pass_of(ada)
        booking = a_booking(ada, yoga)
        desk.deactivate(owned)
        cancelled(booking, now=LATER)
    told = story(site, owned, ada)
    assert told[0].startswith(
        "Use returned: you cancelled Morning Yoga on 10 Dec. The pass stays deactivated."
    )
    assert told[1] == "Riverside Studio deactivated this pass. What it had paid for stays booked."
    assert "Deactivated" in card(site, ada)
    assert "10 of 10 uses left" in card(site, ada)


def test_giving_up_a_place_late_is_told_as_that(
    site: Flask, ada: APerson, yoga: AClass, still_clock: Path
) -> None:
    with site.app_context():
        owned = a_pass_of(ada)
        cancelled(a_booking(ada, yoga), now=yoga.starts_at - timedelta(hours=1))
    assert story(site, owned, ada)[0].startswith(
        "You gave up your place in Morning Yoga on 10 Dec after the cut-off. Your 30 days start again"
    )


def test_an_unlimited_pass_tells_of_the_cancellation(site: Flask, ada: APerson, yoga: AClass) -> None:
    with site.app_context():
        owned = a_pass_of(ada, uses=None)
        cancelled(a_booking(ada, yoga), now=LATER)
    assert story(site, owned, ada)[0].startswith(
        "You cancelled Morning Yoga on 10 Dec. Your 30 days start again"
    )


def test_everything_that_staff_do_with_it_is_told_without_their_reasons(
    site: Flask, ada: APerson, desk: Desk
) -> None:
    with site.app_context():
        owned = a_pass_of(ada)
        desk.adjust(owned, 2)
        desk.adjust(owned, -1)
        desk.extend(owned, 7)
        desk.pause(owned, FIRST, SECOND)
        desk.end_pause(owned)
        desk.set_dates(owned, FIRST, SECOND)
        desk.set_dates(owned, None, None)
        desk.terminate(owned, SECOND)
        desk.clear(owned)
        desk.deactivate(owned)
        desk.reactivate(owned)
        desk.undo(owned)
    told = story(site, owned, ada)
    assert [entry.removeprefix("Riverside Studio ") for entry in reversed(told)] == [
        "gave you this pass: Given by the studio",
        f"added 2 uses: {WHY}",
        f"took 1 use away: {WHY}",
        "added 7 days",
        "paused this pass from 10 Dec 2026 to 17 Dec 2026. It goes on for as many days longer.",
        "ended the pause of this pass",
        "set the dates of this pass: it starts on 10 Dec 2026 and it expires on 17 Dec 2026",
        "took back the dates that it had set for this pass",
        "set this pass to end: last day 16 Dec 2026",
        "took back the day on which this pass was to end",
        "deactivated this pass. What it had paid for stays booked.",
        "made this pass usable again",
        "took back what it had changed last",
    ]


def test_a_long_story_goes_on_overleaf(site: Flask, ada: APerson, desk: Desk) -> None:
    with site.app_context():
        owned = a_pass_of(ada)
        for nth in range(51):
            desk.at(NOW + timedelta(hours=1, minutes=nth)).extend(owned, 1)
    browser: Browser = signed_in_browser(site, ada)
    page = browser.open(f"/account/passes/{owned.id}")
    assert len(page.soup.select(".ledger li")) == 50
    older = browser.open(next(link for link in page.links() if "page=2" in link))
    assert [
        entry.get_text(" ", strip=True).split(" Riverside Studio ")[1]
        for entry in older.soup.select(".ledger li")
    ] == [
        "added 1 day",
        "gave you this pass: Given by the studio +10",
    ]
