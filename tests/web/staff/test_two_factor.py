"""Two-factor sign-in: set up, asked for, lost, needed by the studio; and one's own profile."""

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from portal.models.business import BusinessFacts
from portal.operations.second_factors import TRIES
from portal.rules.roles import Role
from tests.staff_access import AnApp
from tests.studio import NOW
from tests.web.browser import Browser
from tests.web.people import PASSWORD
from tests.web.staff.who_comes_in import browser_of

PROFILE = "/staff/profile"
SET_UP = f"{PROFILE}/two-factor"
OLIVE = "olive@example.com"
WRONG = "This code is not right, or was used before. Wait for the next one, and try that."


def set_up(browser: Browser) -> tuple[AnApp, list[str]]:
    """Scan, type the first code, keep the recovery codes."""
    page = browser.open(SET_UP)
    app = AnApp(page.part(".secret-key").get_text().replace(" ", ""))
    page = browser.press("Turn it on", code=app.shows(NOW))
    assert page.heading == "Your recovery codes"
    return app, [code.get_text() for code in page.soup.select(".recovery-codes li")]


def half_way(site: Flask, studio: BusinessFacts, next_page: str = "/staff") -> Browser:
    """A browser with the password right, asked for the code."""
    browser = Browser(site, studio)
    browser.open(f"/staff/sign-in?next={next_page}")
    page = browser.press("Sign in", email=OLIVE, password=PASSWORD)
    assert page.path.startswith("/staff/sign-in/code")
    return browser


def later(clock: Path, **by: int) -> None:
    clock.write_text((NOW + timedelta(**by)).isoformat())


def test_set_up_then_asked_for_at_the_next_sign_in(
    browser: Browser, site: Flask, studio: BusinessFacts, still_clock: Path
) -> None:
    app, codes = set_up(browser)
    assert len(codes) == 10
    assert "10 recovery codes are left" in browser.open(PROFILE).text
    later(still_clock, seconds=60)
    other = half_way(site, studio, "/staff/baskets")
    assert other.open("/staff").path.startswith("/staff/sign-in?")  # the password alone opens nothing
    other = half_way(site, studio, "/staff/baskets")
    page = other.press("Sign in", code=app.shows(NOW + timedelta(seconds=60)))
    assert page.path == "/staff/baskets"


def test_a_code_is_not_taken_twice(
    browser: Browser, site: Flask, studio: BusinessFacts, still_clock: Path
) -> None:
    app, _ = set_up(browser)
    later(still_clock, seconds=60)
    code = app.shows(NOW + timedelta(seconds=60))
    half_way(site, studio).press("Sign in", code=code)
    assert half_way(site, studio).press("Sign in", status=422, code=code).errors == [WRONG]


def test_a_recovery_code_lets_in_once(browser: Browser, site: Flask, studio: BusinessFacts) -> None:
    _, codes = set_up(browser)
    assert half_way(site, studio).press("Sign in", code=codes[3]).path == "/staff"
    assert half_way(site, studio).press("Sign in", status=422, code=codes[3]).errors == [WRONG]
    assert "9 recovery codes are left" in browser.open(PROFILE).text


def test_guessing_codes_is_slowed_down(browser: Browser, site: Flask, studio: BusinessFacts) -> None:
    set_up(browser)
    guesser = half_way(site, studio)
    for _ in range(TRIES):
        guesser.press("Sign in", status=422, code="000000")
    assert "Too many tries" in guesser.press("Sign in", status=429, code="000000").errors[0]


@pytest.mark.parametrize("code", ["１２３４５６", "x" * 41, " "])
def test_nonsense_is_no_code(browser: Browser, site: Flask, studio: BusinessFacts, code: str) -> None:
    set_up(browser)
    assert half_way(site, studio).press("Sign in", status=422, code=code).errors


def test_after_ten_minutes_one_begins_again(
    browser: Browser, site: Flask, studio: BusinessFacts, still_clock: Path
) -> None:
    app, _ = set_up(browser)
    slow = half_way(site, studio)
    later(still_clock, minutes=10)
    page = slow.press("Sign in", code=app.shows(NOW + timedelta(minutes=10)))
    assert page.path == "/staff/sign-in"
    assert "That took longer than ten minutes." in page.text


def test_nobody_gets_to_the_second_step_without_the_first(site: Flask, studio: BusinessFacts) -> None:
    assert Browser(site, studio).open("/staff/sign-in/code").path == "/staff/sign-in"


def test_a_wrong_first_code_keeps_the_secret_on_the_page(browser: Browser) -> None:
    secret = browser.open(SET_UP).part(".secret-key").get_text()
    page = browser.press("Turn it on", status=422, code="000000")
    assert page.errors == [WRONG]
    assert page.part(".secret-key").get_text() == secret


def test_looking_at_the_set_up_turns_nothing_on(browser: Browser) -> None:
    browser.open(SET_UP)
    assert "Set it up" in browser.open(PROFILE).text


def test_turning_it_off_wants_password_and_code(browser: Browser, still_clock: Path) -> None:
    app, codes = set_up(browser)
    later(still_clock, seconds=60)
    fresh = app.shows(NOW + timedelta(seconds=60))
    browser.open(f"{SET_UP}/removal")
    page = browser.press("Turn it off", status=422, password="not this one", code=fresh)
    assert page.errors == ["That is not your password."]
    assert browser.press("Turn it off", status=422, password=PASSWORD, code="1").errors == [WRONG]
    done = browser.press("Turn it off", password=PASSWORD, code=codes[0])
    assert "Two-factor sign-in is off." in done.text


def test_new_recovery_codes_are_shown_once(browser: Browser, site: Flask, studio: BusinessFacts) -> None:
    _, old = set_up(browser)
    browser.open(f"{SET_UP}/codes")
    page = browser.press("Make new codes", password=PASSWORD, code=old[0])
    new = [code.get_text() for code in page.soup.select(".recovery-codes li")]
    assert not set(old) & set(new)
    assert half_way(site, studio).press("Sign in", code=new[0]).path == "/staff"


def test_where_the_studio_needs_it_it_comes_first(
    browser: Browser, site: Flask, studio: BusinessFacts
) -> None:
    flo = browser_of(site, studio, Role.FRONT_DESK)
    set_up(browser)
    browser.open("/staff/settings/staff")
    browser.press("Save", needed="yes")
    for address in ("/staff", "/staff/search", "/staff/audit"):
        page = flo.open(address)
        assert page.path == SET_UP
        assert "Your studio wants all staff to use it." in page.text
    flo.open(PROFILE)
    set_up(flo)
    assert flo.open("/staff").path == "/staff"
    flo.open(f"{SET_UP}/removal")
    assert "so it stays on" in flo.press("Turn it off", status=409, password=PASSWORD, code="1").text


def test_the_name_is_ones_own_to_change(browser: Browser) -> None:
    browser.open(PROFILE)
    assert browser.press("Save name", status=422, name=" ").errors == ["Enter your name."]
    browser.press("Save name", name="Olive O’Wen")
    assert "Signed in as Olive O’Wen" in str(browser.open("/staff").soup.get_text(" ", strip=True))


def test_a_new_password_signs_the_others_out(browser: Browser, site: Flask, studio: BusinessFacts) -> None:
    other = Browser(site, studio)
    other.sign_in_as_staff(OLIVE, PASSWORD)
    browser.open(PROFILE)
    page = browser.press(
        "Change password", status=422, password="not this one", new_password="quite another one"
    )
    assert page.errors == ["That is not your password."]
    browser.press("Change password", password=PASSWORD, new_password="quite another one")
    assert browser.open("/staff").path == "/staff"
    assert other.open("/staff").path.startswith("/staff/sign-in")


def test_signing_out_everywhere(browser: Browser, site: Flask, studio: BusinessFacts) -> None:
    other = Browser(site, studio)
    other.sign_in_as_staff(OLIVE, PASSWORD)
    browser.open(PROFILE)
    assert browser.press("Sign out everywhere").path == "/staff/sign-in"
    for each in (browser, other):
        assert each.open("/staff").path.startswith("/staff/sign-in")
