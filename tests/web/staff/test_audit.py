"""The audit: who did what, when, why, with before and after, for the studio and for one client (S9)."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from portal.models.business import BusinessFacts
from portal.models.database import transaction
from portal.operations.accounts import change_name
from portal.web.staff.audit import ENTRIES_A_PAGE
from portal.web.staff.audit_words import WHAT, what_words
from tests.desk import Desk
from tests.studio import NOW, APass, APerson, a_business, a_customer, a_pass_of
from tests.web.browser import Browser, Page

ROOT = Path(__file__).parents[3]
THINGS = "|".join(sorted({act.partition(".")[0] for act in WHAT}))
ACT = re.compile(rf'"((?:{THINGS})\.[a-z_]+)"|_audit\([^"()]*"([a-z_]+\.[a-z_]+)"')
"""The name of an act: of a thing that has acts, or whatever is written into the audit."""


def entries(page: Page) -> list[str]:
    return [" ".join(entry.get_text(" ").split()) for entry in page.soup.select(".records > li")]


def test_an_act_tells_who_when_what_why_and_what_changed(
    browser: Browser, site: Flask, ada: APerson, ten_classes: APass, desk: Desk
) -> None:
    with site.app_context():
        desk.at(NOW + timedelta(minutes=5)).adjust(ten_classes, -3)
    for address in ("/staff/audit?about=passes", f"/staff/clients/{ada.id}/audit?about=passes"):
        told = entries(browser.open(address))[0]
        assert told.startswith("1 Dec 2026 09:05 Adjusted the uses of 10-class pass"), told
        assert desk.staff.name in told
        assert "“Asked at the desk”" in told
        assert told.endswith("Uses left 10 → became 7"), told


def test_a_clients_audit_is_about_that_client_alone(
    browser: Browser, site: Flask, studio: BusinessFacts, ada: APerson
) -> None:
    with site.app_context():
        ben = a_customer(studio, "Ben Osei")
        a_pass_of(ben, name="Bens pass")
        elsewhere = a_customer(a_business(), "Zoe Elsewhere")
        a_pass_of(elsewhere, name="Zoes pass")
    assert entries(browser.open(f"/staff/clients/{ada.id}/audit")) == [
        "1 Dec 2026 09:00 Opened the account The portal E-mail " + ada.email
    ]
    everything = browser.open("/staff/audit").text
    assert "Issued Bens pass" in everything
    assert "Zoes pass" not in everything


def test_what_a_client_does_is_told_by_their_name(browser: Browser, site: Flask, ada: APerson) -> None:
    with site.app_context(), transaction():
        change_name(ada.business.id, ada.id, name="Ada Lovelace", now=NOW + timedelta(minutes=1))
    told = entries(browser.open(f"/staff/clients/{ada.id}/audit"))[0]
    assert told == "1 Dec 2026 09:01 Changed the name Ada Lovelace Name Ada Park → became Ada Lovelace"


@pytest.mark.parametrize(
    ("asked", "there"),
    [
        ("about=passes", {"Issued 10-class pass", "Deactivated 10-class pass"}),
        ("about=passes&by=staff", {"Deactivated 10-class pass"}),
        ("by=staff&about=people", {"Signed in"}),
        ("about=people&about=passes&by=staff", {"Signed in", "Deactivated 10-class pass"}),
        ("from=2026-12-02", {"Deactivated 10-class pass"}),
        ("to=2026-12-01&about=passes", {"Issued 10-class pass"}),
        ("from=2027-01-01", set()),
        ("about=passes&by=nonsense&from=soon", {"Issued 10-class pass", "Deactivated 10-class pass"}),
    ],
)
def test_it_is_narrowed_down_in_the_address(
    browser: Browser, site: Flask, ten_classes: APass, desk: Desk, asked: str, there: set[str]
) -> None:
    with site.app_context():
        desk.at(NOW + timedelta(days=1)).deactivate(ten_classes)
    page = browser.open(f"/staff/audit?{asked}")
    assert {what.get_text(strip=True) for what in page.soup.select(".records strong")} == there
    if not there:
        assert "Nothing like this" in page.text


def test_earlier_leads_through_all_of_it(
    browser: Browser, site: Flask, ada: APerson, ten_classes: APass, desk: Desk
) -> None:
    with site.app_context():
        for nth in range(ENTRIES_A_PAGE + 3):
            desk.at(NOW + timedelta(minutes=nth // 4)).adjust(ten_classes, 1)
    first = browser.open(f"/staff/clients/{ada.id}/audit?about=passes")
    then = browser.open(str(first.part("a[rel=next]")["href"]))
    changes = [entry.rpartition(" ")[2] for entry in entries(first) + entries(then)]
    assert changes[:-1] == [str(10 + nth) for nth in range(ENTRIES_A_PAGE + 3, 0, -1)]
    assert then.soup.select_one("a[rel=next]") is None


def test_it_is_exported_with_its_filters(
    browser: Browser, site: Flask, studio: BusinessFacts, ten_classes: APass, desk: Desk
) -> None:
    with site.app_context():
        desk.adjust(ten_classes, -3)
    answer = browser.client.get(
        "/staff/audit?about=passes&by=staff&format=csv", base_url=studio.public_address
    )
    head, *rows = answer.text.removeprefix("\ufeff").splitlines()
    assert head == "When,Who,What,Client,Why,Before → after"
    assert [row.split(",") for row in rows] == [
        [
            "2026-12-01 09:00",
            desk.staff.name,
            "Adjusted the uses of 10-class pass",
            "Ada Park",
            "Asked at the desk",
            "Uses left: 10 → 7",
        ]
    ]


def test_every_act_that_is_written_has_words() -> None:
    written = {
        named or written
        for room in ("operations", "exchanges", "web", "jobs")
        for path in (ROOT / "portal" / room).rglob("*.py")
        if path.name != "audit_words.py"
        for named, written in ACT.findall(path.read_text())
    }
    assert len(written) > len(WHAT) / 2, "the pattern finds too few"
    assert written - set(WHAT) == set()


def test_an_act_without_words_reads_as_it_is_named() -> None:
    assert what_words("gift_card.sent_out") == "Gift card: sent out"
