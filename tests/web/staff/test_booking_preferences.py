"""Settings › Booking preferences: how cancellations and refunds go, and what customers see (C2, B10–B14)."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.models.audit import AuditEntry
from portal.models.business import BusinessFacts
from portal.models.database import db
from portal.operations.preferences import preferences_of
from portal.rules.cancelling import NO_OVERRIDES, CancellationFacts, Canceller, TicketToCancel, forecast
from portal.rules.cancelling_words import told
from portal.rules.facts import BookedClass, OwnedPass, PassTerms
from portal.rules.line_money import LinePaid, MoneyLeft
from portal.rules.preferences import Preferences, RefundTo
from portal.rules.validity import FromFirstClass, Period, Unit
from portal.web.staff.preference_words import REFUNDS
from tests.studio import NOW, a_business
from tests.web.browser import Browser, Page
from tests.web.people import PASSWORD, a_customer_with_password, a_staff_member_with_password

ADDRESS = "/staff/settings/booking-preferences"
ID = UUID(int=1)
DAY = date(2026, 12, 10)
AS_IT_IS = {
    "returns_use": "y",
    "customers_may_cancel": "y",
    "cancel_hours": "12",
    "customers_may_transfer": "y",
    "transfer_hours": "12",
    "refund_to": "card",
}
WAITING_LISTS = f"{ADDRESS}/waiting-lists"


@pytest.fixture
def browser(site: Flask, studio: BusinessFacts) -> Browser:
    with site.app_context():
        a_staff_member_with_password(studio)
    browser = Browser(site, studio)
    browser.sign_in_as_staff("olive@example.com", PASSWORD)
    return browser


def saved(site: Flask, studio: BusinessFacts) -> Preferences:
    with site.app_context():
        return preferences_of(studio.id)


def save(browser: Browser, fields: Mapping[str, str], *, status: int = 200) -> Page:
    browser.open(f"{ADDRESS}/edit")
    return browser.press("Save", status=status, **fields)


def test_b11_settings_leads_to_booking_preferences_at_the_left(browser: Browser) -> None:
    top = browser.open("/staff").part("nav[aria-label=Main]")
    assert f'href="{ADDRESS}"' in str(top)
    page = browser.open("/staff/settings")
    assert page.path == ADDRESS
    menu = page.part("nav[aria-labelledby=settings]")
    current = menu.select_one("[aria-current=page]")
    assert page.part("#settings").get_text() == "Settings"
    assert current is not None
    assert current.get_text() == "Booking preferences"


def test_b12_the_section_has_edit(browser: Browser) -> None:
    page = browser.open(ADDRESS)
    assert page.part("section h2").get_text() == "Cancellations, Transfers & Refunds"
    assert page.part("section header a").get_text() == "Edit"
    edit = browser.open(str(page.part("section header a")["href"]))
    assert edit.heading == "Cancellations, Transfers & Refunds"


def test_b13_the_checkbox_reads_as_it_should_and_is_ticked_from_the_start(browser: Browser) -> None:
    page = browser.open(f"{ADDRESS}/edit")
    assert page.part("label[for=returns_use]").get_text() == "Return use to pass upon ticket cancellation"
    assert page.part("#returns_use").has_attr("checked")


def test_b14_save_keeps_it(browser: Browser, site: Flask, studio: BusinessFacts) -> None:
    page = save(browser, {"customers_may_cancel": "y", "cancel_hours": "24", "refund_to": "account"})
    assert page.path == ADDRESS
    assert "Your booking preferences are saved." in page.text
    assert "Return use to pass upon ticket cancellation No" in page.text
    assert "24 hours before" in page.text
    assert saved(site, studio) == Preferences(
        returns_use=False, cancel_hours=24, customers_may_transfer=False, refund_to=RefundTo.ACCOUNT
    )
    assert not browser.open(f"{ADDRESS}/edit").part("#returns_use").has_attr("checked")


def test_b14_leaving_without_save_changes_nothing(
    browser: Browser, site: Flask, studio: BusinessFacts
) -> None:
    before = saved(site, studio)
    page = browser.open(f"{ADDRESS}/edit")
    assert page.part("form a").get_text() == "Leave without saving"
    browser.open(str(page.part("form a")["href"]))
    assert saved(site, studio) == before
    with site.app_context():
        acts = select(func.count()).where(AuditEntry.act == "preferences.changed")
        assert db.session.scalar(acts.where(AuditEntry.business_id == studio.id)) == 0


@pytest.mark.parametrize(
    ("hours", "error"),
    [
        ("", "Enter a number of hours; 0 is until the class starts."),
        ("a day", "Enter a whole number."),
        ("721", "Choose a number of hours from 0 to 720."),
        ("-1", "Choose a number of hours from 0 to 720."),
    ],
)
def test_hours_that_are_none_are_refused_beside_their_field_and_what_was_typed_stays(
    browser: Browser, site: Flask, studio: BusinessFacts, hours: str, error: str
) -> None:
    page = save(browser, {"cancel_hours": hours, "refund_to": "none"}, status=422)
    assert page.errors == [error]
    assert page.part("#cancel_hours-error").get_text() == error
    assert page.part("#cancel_hours")["value"] == hours
    assert page.part("input[name=refund_to][value=none]").has_attr("checked")
    assert not page.part("#returns_use").has_attr("checked")
    assert saved(site, studio) == Preferences()


def test_the_section_holds_transfers_as_well(browser: Browser, site: Flask, studio: BusinessFacts) -> None:
    page = browser.open(f"{ADDRESS}/edit")
    assert page.part("#customers_may_transfer").has_attr("checked")
    page = save(browser, {**AS_IT_IS, "transfer_hours": "36"})
    assert "How many hours before the class they may move 36 hours before" in page.text
    assert saved(site, studio) == Preferences(transfer_hours=36)


def test_both_cut_offs_are_refused_beside_their_own_fields(browser: Browser) -> None:
    page = save(browser, {**AS_IT_IS, "cancel_hours": "-1", "transfer_hours": "721"}, status=422)
    assert len(page.errors) == 2
    assert page.part("#transfer_hours-error").get_text() == "Choose a number of hours from 0 to 720."
    assert page.part("#transfer_hours")["value"] == "721"


def test_waiting_lists_have_a_section_with_the_time_of_an_offer(
    browser: Browser, site: Flask, studio: BusinessFacts
) -> None:
    page = browser.open(ADDRESS)
    assert page.part("section[aria-labelledby=waiting-lists] strong").get_text() == "120 minutes"
    browser.open(str(page.part("section[aria-labelledby=waiting-lists] header a")["href"]))
    page = browser.press("Save", offer_minutes="45")
    assert page.path == ADDRESS
    assert "45 minutes" in page.text
    assert saved(site, studio) == Preferences(offer_minutes=45)


@pytest.mark.parametrize("minutes", ["", "soon", "14", "2881"])
def test_an_offer_that_is_too_short_or_too_long_is_refused_and_what_was_typed_stays(
    browser: Browser, site: Flask, studio: BusinessFacts, minutes: str
) -> None:
    browser.open(WAITING_LISTS)
    page = browser.press("Save", status=422, offer_minutes=minutes)
    assert page.part("#offer_minutes-error").get_text() == page.errors[0]
    assert page.part("#offer_minutes")["value"] == minutes
    assert saved(site, studio) == Preferences()


def test_a_section_leaves_what_a_colleague_saved_in_the_other(
    browser: Browser, site: Flask, studio: BusinessFacts
) -> None:
    colleague = browser.copy()
    browser.open(WAITING_LISTS)
    save(colleague, {**AS_IT_IS, "cancel_hours": "48"})
    browser.press("Save", offer_minutes="60")
    assert saved(site, studio) == Preferences(cancel_hours=48, offer_minutes=60)


def test_a_refund_that_is_not_offered_is_refused(browser: Browser) -> None:
    page = save(browser, {**AS_IT_IS, "refund_to": "voucher"}, status=422)
    assert page.errors == ["Not a valid choice."]


def test_what_a_colleague_saved_meanwhile_is_not_overwritten(
    browser: Browser, site: Flask, studio: BusinessFacts
) -> None:
    colleague = browser.copy()
    browser.open(f"{ADDRESS}/edit")
    save(colleague, {**AS_IT_IS, "cancel_hours": "48"})
    mine = {**AS_IT_IS, "cancel_hours": "6"}
    page = browser.press("Save", status=409, **mine)
    assert "This has been changed since you opened the page." in page.text
    assert page.part("#cancel_hours")["value"] == "6"
    assert saved(site, studio).cancel_hours == 48


def test_customers_do_not_get_there(site: Flask, studio: BusinessFacts) -> None:
    with site.app_context():
        a_customer_with_password(studio)
    browser = Browser(site, studio)
    browser.sign_in("ada@example.com", PASSWORD)
    assert browser.open(ADDRESS).path.startswith("/staff/sign-in")
    assert browser.post(f"{ADDRESS}/edit", **AS_IT_IS).status_code == 303
    assert saved(site, studio) == Preferences()


def test_another_studios_preferences_stay(browser: Browser, site: Flask) -> None:
    with site.app_context():
        other = a_business("Harbour Pottery")
    save(browser, {"cancel_hours": "1", "refund_to": "none"})
    assert saved(site, other) == Preferences()


@pytest.mark.parametrize("refund_to", RefundTo)
@pytest.mark.parametrize("returns_use", [True, False])
def test_the_page_quotes_what_customers_will_read(
    browser: Browser, refund_to: RefundTo, *, returns_use: bool
) -> None:
    preferences = Preferences(returns_use=returns_use, refund_to=refund_to)
    ticked = {"returns_use": "y"} if returns_use else {}
    answers = {"customers_may_cancel": "y", "cancel_hours": "12", "refund_to": refund_to.value}
    page = save(browser, answers | ticked)
    assert REFUNDS[refund_to] in page.text
    for sentence in (_told_of_pass(preferences), _told_of_money(preferences)):
        assert f"“{sentence}”" in page.text


def _told_of_pass(preferences: Preferences) -> str:
    owned = OwnedPass(
        id=ID,
        name="10-class pass",
        terms=PassTerms(validity=FromFirstClass(Period(30, Unit.DAYS)), uses=10),
        bought_at=NOW,
        bought_on=NOW.date(),
        uses_left=9,
        booked=(BookedClass(ID, DAY),),
    )
    return str(told(forecast(_facts(preferences, LinePaid(0, 0), (owned,))))[0])


def _told_of_money(preferences: Preferences) -> str:
    return str(told(forecast(_facts(preferences, LinePaid(1200, 0), ())))[0])


def _facts(preferences: Preferences, paid: LinePaid, passes: tuple[OwnedPass, ...]) -> CancellationFacts:
    ticket = TicketToCancel(
        id=ID,
        class_session_id=ID,
        class_name="Morning Yoga",
        ticket_name="Adult",
        starts_at=datetime(2026, 12, 10, 9, 30, tzinfo=UTC),
        on_date=DAY,
        pass_id=ID if passes else None,
        paid=paid,
    )
    return CancellationFacts(
        now=NOW,
        today=NOW.date(),
        currency="GBP",
        by=Canceller.CLIENT,
        preferences=preferences,
        overrides=NO_OVERRIDES,
        tickets=(ticket,),
        passes=passes,
        left=MoneyLeft(paid.card, paid.card + paid.account),
        has_account=True,
    )
