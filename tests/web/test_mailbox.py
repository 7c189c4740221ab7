"""The demo's mailbox: a business's letters with working links, and no mailbox where letters really go out."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from portal.gateways.clock import Clock
from portal.gateways.post import FolderPost
from portal.jobs.letters import send_due_letters
from portal.models.business import BusinessFacts
from portal.models.database import transaction
from portal.models.letters import LetterKind
from portal.operations.letters import write_letter
from portal.outside import outside
from tests.databases import Database, another_portal, settings_for
from tests.studio import NOW, a_business
from tests.web.browser import Browser


@pytest.fixture
def demo(database: Database, tmp_path: Path, still_clock: Path) -> Iterator[Flask]:
    folder = tmp_path / "mail"
    settings = replace(settings_for(database.url), smtp_url=f"folder:{folder}")
    with another_portal(settings) as portal:
        portal.extensions["punchcard"] = replace(portal.extensions["punchcard"], clock=Clock(still_clock))
        yield portal


def _send(demo: Flask, business: BusinessFacts, to_email: str, *, nth: int = 0) -> None:
    with demo.app_context():
        with transaction():
            write_letter(
                business.id,
                LetterKind.CONFIRM_EMAIL,
                to_email=to_email,
                to_name="",
                facts={"token": f"t0ken{nth}"},
                now=NOW + timedelta(minutes=nth),
            )
        send_due_letters(outside().post, outside().letter_tokens, now=NOW + timedelta(minutes=nth))


def test_letters_go_to_the_folder_and_are_read_in_the_mailbox(demo: Flask, studio: BusinessFacts) -> None:
    _send(demo, studio, "ada@example.com")
    page = Browser(demo, studio).open("/mailbox")
    assert "Finish your account at Riverside Studio" in page.text
    assert "To ada@example.com, Tue 1 Dec 09:00" in page.text
    assert f"{studio.public_address}/register/t0ken0" in page.links()


def test_the_newest_come_first_a_page_at_a_time(demo: Flask, studio: BusinessFacts) -> None:
    for nth in range(22):
        _send(demo, studio, f"{nth}@example.com", nth=nth)
    browser = Browser(demo, studio)
    text = browser.open("/mailbox").text
    assert text.index("To 21@example.com") < text.index("To 20@example.com")
    assert "To 1@example.com" not in text
    assert "To 1@example.com" in browser.open("/mailbox?page=2").text


def test_another_businesss_letters_are_not_shown(demo: Flask, studio: BusinessFacts) -> None:
    with demo.app_context():
        elsewhere = a_business()
    _send(demo, elsewhere, "zoe@example.com")
    assert "No e-mails yet" in Browser(demo, studio).open("/mailbox").text


def test_whoever_registers_is_shown_the_way_to_the_mailbox(demo: Flask, studio: BusinessFacts) -> None:
    browser = Browser(demo, studio)
    browser.open("/register")
    page = browser.press("Register", name="Ada", email="ada@example.com", password="a few good words")
    assert "/mailbox" in page.links()


def test_it_does_not_exist_where_letters_go_out(site: Flask, studio: BusinessFacts) -> None:
    browser = Browser(site, studio)
    browser.open("/mailbox", status=404)
    browser.open("/register")
    page = browser.press("Register", name="Ada", email="ada@example.com", password="a few good words")
    assert "/mailbox" not in page.links()


def test_the_post_of_such_a_setting_is_the_folder(demo: Flask, tmp_path: Path) -> None:
    with demo.app_context():
        assert outside().post == FolderPost(tmp_path / "mail")
