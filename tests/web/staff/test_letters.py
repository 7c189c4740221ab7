"""Letters as staff see them: each kind to read, those that did not arrive, and sending one again."""

from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from portal.gateways.letter_tokens import LetterTokens
from portal.gateways.post import PostFailed
from portal.jobs.letters import send_due_letters
from portal.models.audit import AuditEntry
from portal.models.business import BusinessFacts
from portal.models.database import db, end_reading, transaction
from portal.models.letters import Letter, LetterKind
from portal.operations.letters import WAITS, write_letter
from portal.rules.roles import Role
from portal.web.staff.letter_words import WORDS
from tests.jobs.test_letters import APost
from tests.studio import NOW, a_business
from tests.web.browser import Browser, statements
from tests.web.people import PASSWORD, a_staff_member_with_password

LETTERS = "/staff/letters"
TOKENS = LetterTokens("a key")


@pytest.fixture
def browser(site: Flask, studio: BusinessFacts) -> Browser:
    with site.app_context():
        a_staff_member_with_password(studio, role=Role.MANAGER)
    browser = Browser(site, studio)
    browser.sign_in_as_staff("olive@example.com", PASSWORD)
    return browser


def _in_trouble(
    site: Flask,
    business: BusinessFacts,
    *,
    tries: int = len(WAITS) + 1,
    kind: LetterKind = LetterKind.NO_ACCOUNT,
    to: str = "gone@example.com",
) -> UUID:
    """A letter that the mail server would not take, so many times."""
    facts = {"token": "t0ken"} if kind is LetterKind.CONFIRM_EMAIL else {}
    with site.app_context():
        with transaction():
            write_letter(business.id, kind, to_email=to, to_name="Gil Gone", facts=facts, now=NOW)
        moment = NOW
        for wait in (*WAITS, None)[:tries]:
            send_due_letters(APost(PostFailed("550 no such mailbox")), TOKENS, now=moment)
            moment += wait or WAITS[0]
        letter = db.session.scalars(select(Letter).where(Letter.to_email == to)).one()
        end_reading()
        return letter.id


@pytest.mark.parametrize("kind", LetterKind, ids=lambda kind: kind.value)
def test_every_kind_of_letter_can_be_looked_at(browser: Browser, kind: LetterKind) -> None:
    name = kind.value.replace("_", "-")
    assert f"{LETTERS}/{name}" in browser.open(LETTERS).links()
    page = browser.open(f"{LETTERS}/{name}")
    assert page.heading == WORDS[kind].name
    assert page.part("#subject").get_text(strip=True)
    text = page.part(".letter-text").get_text()
    assert "Riverside Studio" in text
    assert "Ada Park" in text
    html = browser.client.get(f"{LETTERS}/{name}/html", base_url=_base(browser))
    assert "<h1>" in html.text


def _base(browser: Browser) -> str:
    return browser._base


def test_a_letters_html_may_use_its_own_style_and_run_nothing(browser: Browser) -> None:
    answer = browser.client.get(f"{LETTERS}/reminder/html", base_url=_base(browser))
    (policy,) = answer.headers.getlist("Content-Security-Policy")
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert policy.endswith("sandbox")
    assert "unsafe-" not in policy


def test_reminders_say_that_they_can_be_turned_off(browser: Browser) -> None:
    assert "Choose to get no more" in browser.open(f"{LETTERS}/reminder").text
    assert "Choose to get no more" not in browser.open(f"{LETTERS}/balance-due").text


def test_an_unknown_kind_is_not_to_be_found(browser: Browser) -> None:
    browser.open(f"{LETTERS}/love-letter", status=404)


def test_what_could_not_be_delivered_says_what_the_mail_server_said(
    browser: Browser, site: Flask, studio: BusinessFacts
) -> None:
    _in_trouble(site, studio)
    page = browser.open(LETTERS)
    assert "gone@example.com (Gil Gone) No account, given up" in page.text
    assert "550 no such mailbox" in page.text


def test_what_is_being_tried_again_says_when(browser: Browser, site: Flask, studio: BusinessFacts) -> None:
    _in_trouble(site, studio, tries=1)
    page = browser.open(LETTERS)
    assert "Every letter got out, or is still being tried." in page.text
    assert "Being tried again" in page.text
    assert "next try 1 Dec, 09:01" in page.text


def test_sent_again_it_goes_under_the_same_id(browser: Browser, site: Flask, studio: BusinessFacts) -> None:
    letter_id = _in_trouble(site, studio)
    browser.open(LETTERS)
    page = browser.press("Send again")
    assert "The letter to gone@example.com is being sent again." in page.text
    assert "Every letter got out" in page.text
    post = APost()
    with site.app_context():
        assert send_due_letters(post, TOKENS, now=NOW) == 1
    assert [sheet.letter_id for sheet in post.sent] == [letter_id]
    with site.app_context():
        entry = db.session.scalars(select(AuditEntry).where(AuditEntry.act == "letter.sent_again")).one()
        assert entry.before == {"tries": len(WAITS) + 1, "error": "550 no such mailbox"}


def test_pressed_twice_it_is_sent_once(browser: Browser, site: Flask, studio: BusinessFacts) -> None:
    letter_id = _in_trouble(site, studio)
    browser.open(LETTERS)
    for _ in range(2):
        assert browser.post(f"{LETTERS}/{letter_id}/sending").status_code == 303
    assert "This letter is being sent again already." in browser.open(LETTERS).text
    post = APost()
    with site.app_context():
        assert send_due_letters(post, TOKENS, now=NOW) == 1


def test_a_letter_whose_link_has_ended_is_not_sent_again(
    browser: Browser, site: Flask, studio: BusinessFacts
) -> None:
    letter_id = _in_trouble(site, studio, kind=LetterKind.CONFIRM_EMAIL)
    page = browser.open(LETTERS)
    assert "The link in it has ended." in page.text
    assert not page.has_button("Send again")
    browser.post(f"{LETTERS}/{letter_id}/sending")
    assert "The link in this letter has ended." in browser.open(LETTERS).text


def test_another_studios_letters_are_its_own(browser: Browser, site: Flask) -> None:
    with site.app_context():
        elsewhere = a_business("Elsewhere")
    letter_id = _in_trouble(site, elsewhere)
    assert "gone@example.com" not in browser.open(LETTERS).text
    browser.post(f"{LETTERS}/{letter_id}/sending")
    with site.app_context():
        assert db.session.scalars(select(Letter)).one().given_up_at is not None


def test_many_are_paged_and_cost_few_statements(
    browser: Browser, site: Flask, studio: BusinessFacts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.web.staff.letters.LETTERS_A_PAGE", 2)
    for nth in range(3):
        _in_trouble(site, studio, to=f"gone-{nth}@example.com")
    with statements(site) as sent:
        page = browser.open(LETTERS)
    assert len(sent) <= 8
    assert len(page.soup.select(".letters-in-trouble > li")) == 2
    assert len(browser.open(f"{LETTERS}?page=2").soup.select(".letters-in-trouble > li")) == 1


def test_today_leads_to_letters_that_did_not_arrive(
    browser: Browser, site: Flask, studio: BusinessFacts
) -> None:
    _in_trouble(site, studio)
    with site.app_context(), transaction():
        db.session.scalars(select(Letter)).one().given_up_at = NOW
    assert LETTERS in browser.open("/staff").links()


def test_customers_do_not_see_them(site: Flask, studio: BusinessFacts) -> None:
    assert Browser(site, studio).open(LETTERS).path.startswith("/staff/sign-in")
