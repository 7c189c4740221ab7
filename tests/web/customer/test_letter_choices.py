"""Whether one gets reminders: by the letter's own link, in one click, or in the account."""

from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import select

from portal.gateways.letter_tokens import Addressee, LetterTokens, Reader
from portal.jobs.morning_letters import write_due_morning_letters
from portal.models.audit import AuditEntry
from portal.models.business import BusinessFacts
from portal.models.database import db
from portal.models.letters import ReminderRefusal
from portal.operations.reminder_choices import wants_reminders
from portal.outside import outside
from tests.studio import a_booking, a_business, a_class, a_customer
from tests.web.browser import Browser
from tests.web.people import a_customer_with_password
from tests.web.signed_in import signed_in_browser

DAY_BEFORE = datetime(2026, 12, 9, 8, tzinfo=UTC)
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


def _link(site: Flask, business: BusinessFacts, addressee: Addressee) -> str:
    with site.app_context():
        return f"/letters/{outside().letter_tokens.token_of(business.id, addressee)}"


def _wants(site: Flask, business: BusinessFacts, address: str) -> bool:
    with site.app_context():
        return wants_reminders(business.id, address)


def test_a_letters_link_says_how_it_stands_and_changes_it(site: Flask, studio: BusinessFacts) -> None:
    with site.app_context():
        ada = a_customer(studio, email="ada@example.com")
    browser = Browser(site, studio)
    page = browser.open(_link(site, studio, Addressee(Reader.CUSTOMER, ada.id)))
    assert "Reminders are on" in page.text
    assert "writes to ada@example.com the day before a class" in page.text
    assert _wants(site, studio, ada.email)
    page = browser.press("Stop reminders")
    assert "Reminders are off for ada@example.com." in page.text
    assert not _wants(site, studio, ada.email)
    browser.press("Turn reminders on")
    assert _wants(site, studio, ada.email)


def test_a_guests_link_refuses_for_their_address(site: Flask, studio: BusinessFacts) -> None:
    with site.app_context():
        booking = a_booking(studio, a_class(studio), email="Gil@Example.com")
    browser = Browser(site, studio)
    browser.open(_link(site, studio, Addressee(Reader.GUEST, booking.id)))
    browser.press("Stop reminders")
    assert not _wants(site, studio, "gil@example.com")
    with site.app_context():
        assert write_due_morning_letters(now=DAY_BEFORE) == 0


def test_one_click_of_a_mail_program_refuses_without_cookie_form_or_redirect(
    site: Flask, studio: BusinessFacts
) -> None:
    with site.app_context():
        ada = a_customer(studio)
    link = _link(site, studio, Addressee(Reader.CUSTOMER, ada.id))
    for _ in range(2):
        answer = site.test_client().post(link, base_url=studio.public_address, data=ONE_CLICK)
        assert answer.status_code == 200
        assert not _wants(site, studio, ada.email)


def test_one_click_as_a_form_with_parts_refuses_too(site: Flask, studio: BusinessFacts) -> None:
    with site.app_context():
        ada = a_customer(studio)
    answer = site.test_client().post(
        _link(site, studio, Addressee(Reader.CUSTOMER, ada.id)),
        base_url=studio.public_address,
        data=ONE_CLICK,
        content_type="multipart/form-data",
    )
    assert answer.status_code == 200
    assert not _wants(site, studio, ada.email)


def test_a_guest_who_refused_stays_refused_when_they_open_an_account_until_they_choose(
    site: Flask, studio: BusinessFacts
) -> None:
    with site.app_context():
        booking = a_booking(studio, a_class(studio), email="gil@example.com")
    link = _link(site, studio, Addressee(Reader.GUEST, booking.id))
    site.test_client().post(link, base_url=studio.public_address, data=ONE_CLICK)
    with site.app_context():
        gil = a_customer_with_password(studio, "Gil Guest", email="gil@example.com")
    browser = signed_in_browser(site, gil)
    page = browser.open("/account/details")
    assert "checked" not in page.part("#reminders").attrs
    browser.press("Save reminders", reminders="yes")
    assert _wants(site, studio, "gil@example.com")
    with site.app_context():
        assert db.session.scalars(select(ReminderRefusal)).all() == []


def test_the_account_keeps_the_choice(site: Flask, studio: BusinessFacts) -> None:
    with site.app_context():
        ada = a_customer_with_password(studio)
    browser = signed_in_browser(site, ada)
    page = browser.open("/account/details")
    assert "checked" in page.part("#reminders").attrs
    page = browser.press("Save reminders")  # a box that is not ticked sends nothing
    assert "Reminders are off." in page.text
    assert "checked" not in page.part("#reminders").attrs
    browser.press("Save reminders", reminders="yes")
    assert _wants(site, studio, ada.email)


def test_a_choice_is_on_record_once(site: Flask, studio: BusinessFacts) -> None:
    with site.app_context():
        ada = a_customer(studio)
    link = _link(site, studio, Addressee(Reader.CUSTOMER, ada.id))
    for _ in range(2):
        site.test_client().post(link, base_url=studio.public_address, data=ONE_CLICK)
    with site.app_context():
        entry = db.session.scalars(
            select(AuditEntry).where(AuditEntry.act == "customer.reminders_chosen")
        ).one()
        assert (entry.customer_id, entry.after) == (ada.id, {"wants_reminders": False})


def test_looking_changes_nothing(site: Flask, studio: BusinessFacts) -> None:
    with site.app_context():
        ada = a_customer(studio)
    Browser(site, studio).open(_link(site, studio, Addressee(Reader.CUSTOMER, ada.id)))
    assert _wants(site, studio, ada.email)


def test_the_account_wants_a_sign_in(site: Flask, studio: BusinessFacts) -> None:
    with site.app_context():
        ada = a_customer(studio)
    answer = Browser(site, studio).post("/account/details/reminders")
    assert answer.location.startswith("/sign-in")
    assert _wants(site, studio, ada.email)


@pytest.mark.parametrize("spoil", ["another key", "another studio", "cut short", "nonsense", "nobody"])
def test_no_other_token_opens_anything(site: Flask, studio: BusinessFacts, spoil: str) -> None:
    with site.app_context():
        ada = a_customer(studio)
        elsewhere = a_business()
        tokens = outside().letter_tokens
    of_ada = Addressee(Reader.CUSTOMER, ada.id)
    token = {
        "another key": LetterTokens("another key").token_of(studio.id, of_ada),
        "another studio": tokens.token_of(elsewhere.id, of_ada),
        "cut short": tokens.token_of(studio.id, of_ada)[:-4],
        "nonsense": "nonsense",
        "nobody": tokens.token_of(studio.id, Addressee(Reader.CUSTOMER, elsewhere.id)),
    }[spoil]
    Browser(site, studio).open(f"/letters/{token}", status=404)
    answer = site.test_client().post(f"/letters/{token}", base_url=studio.public_address, data=ONE_CLICK)
    assert answer.status_code == 404
    assert _wants(site, studio, ada.email)
