"""Classes on other sites and in search engines: the frame, schema.org facts, sitemap and robots."""

from datetime import date
from xml.etree import ElementTree as ET

import pytest
from bs4 import BeautifulSoup, Tag
from flask import Flask

from portal.models.audit import AuditEntry
from portal.models.business import BusinessFacts
from portal.models.database import db, transaction
from portal.operations.auditing import SYSTEM
from portal.operations.embedding import MOST_SITES, NoOrigin, TooManySites, list_embedding_sites
from tests.class_cancellations import class_cancelled
from tests.studio import NOW, AClass, a_basket, a_business, a_class, a_customer, a_series, a_staff_member
from tests.web.browser import Browser
from tests.web.signed_in import signed_in_browser

SITEMAPS = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
SITE = "https://www.studio.example"


def lists(studio: BusinessFacts, *typed: str) -> tuple[str, ...]:
    with transaction():
        return list_embedding_sites(studio, typed, actor=SYSTEM, now=NOW)


def frame(site: Flask, studio: BusinessFacts) -> tuple[dict[str, str], BeautifulSoup]:
    """What a browser gets that shows the frame; it brings along no cookie."""
    told = site.test_client().get("/embed/classes", base_url=studio.public_address)
    assert told.status_code == 200
    policy = told.headers["Content-Security-Policy"]
    rules = dict(rule.strip().partition(" ")[::2] for rule in policy.split(";"))
    assert "Set-Cookie" not in told.headers
    return rules, BeautifulSoup(told.text, "html.parser")


def test_no_site_shows_the_classes_until_the_studio_lists_it(site: Flask, studio: BusinessFacts) -> None:
    assert frame(site, studio)[0]["frame-ancestors"] == "'none'"
    with site.app_context():
        lists(studio, SITE, "studio.example/")
        lists(a_business(), "https://elsewhere.example")
    assert frame(site, studio)[0]["frame-ancestors"] == f"'self' https://studio.example {SITE}"


def test_only_the_list_is_framed(site: Flask, studio: BusinessFacts) -> None:
    with site.app_context():
        lists(studio, SITE)
        yoga = a_class(studio)
    for path in ("/", f"/classes/{yoga.id}", "/basket", "/sign-in", "/staff/sign-in", "/embed"):
        told = site.test_client().get(path, base_url=studio.public_address)
        assert "frame-ancestors 'none'" in told.headers["Content-Security-Policy"], path


def test_the_frame_runs_no_script_sets_no_cookie_and_opens_tabs(site: Flask, studio: BusinessFacts) -> None:
    with site.app_context():
        yoga, ada = a_class(studio), a_customer(studio)
    rules, page = frame(site, studio)
    assert rules["default-src"] == "'none'"
    assert "script-src" not in rules
    assert page.select("script, form, [style]") == []
    links = page.select("a[href]")
    assert f"/classes/{yoga.id}" in {str(link["href"]) for link in links}
    assert {(str(link["target"]), str(link["rel"][0])) for link in links} == {("_blank", "noopener")}
    browser = signed_in_browser(site, ada)
    told = browser.client.get("/embed/classes", base_url=studio.public_address)
    assert "Set-Cookie" not in told.headers
    assert ada.name not in told.text


def test_sites_are_checked_counted_and_audited_once(app: Flask) -> None:
    studio = a_business()
    assert lists(studio, "", SITE, " WWW.studio.example ") == (SITE,)
    lists(studio, SITE)
    with pytest.raises(NoOrigin):
        lists(studio, "https://*.example")
    with pytest.raises(TooManySites):
        lists(studio, *(f"https://s{nth}.example" for nth in range(MOST_SITES + 1)))
    entries = db.session.query(AuditEntry).filter_by(act="business.embedding_set").all()
    assert [(entry.before, entry.after) for entry in entries] == [({"sites": []}, {"sites": [SITE]})]


def facts(page: Tag, name: str) -> list[str]:
    return [
        str(tag.get("content") or tag.get("href") or tag.get("datetime") or tag.get_text())
        for tag in page.select(f"[itemprop={name}]")
    ]


def _event(site: Flask, studio: BusinessFacts, yoga: AClass) -> Tag:
    return Browser(site, studio).open(f"/classes/{yoga.id}").part("[itemtype='https://schema.org/Event']")


def test_a_class_page_tells_search_engines_what_it_is(site: Flask, studio: BusinessFacts) -> None:
    with site.app_context():
        series = a_series(studio, tickets={"Adult": 1250, "Child": 600})
        yoga = a_class(series, on=date(2026, 12, 10), capacity=1)
    event = _event(site, studio, yoga)
    assert facts(event, "startDate") == ["2026-12-10T09:30:00+00:00"]
    assert facts(event, "endDate") == ["2026-12-10T10:30:00+00:00"]
    assert facts(event, "eventStatus") == ["https://schema.org/EventScheduled"]
    assert facts(event, "price") == ["12.50", "6.00"]
    assert set(facts(event, "priceCurrency")) == {"GBP"}
    assert set(facts(event, "availability")) == {"https://schema.org/InStock"}
    assert facts(event, "url")[0] == f"{studio.public_address}/classes/{yoga.id}"
    with site.app_context():
        a_basket(studio, yoga)
    assert set(facts(_event(site, studio, yoga), "availability")) == {"https://schema.org/SoldOut"}
    with site.app_context():
        class_cancelled(yoga, by=a_staff_member(studio))
    event = _event(site, studio, yoga)
    assert facts(event, "eventStatus") == ["https://schema.org/EventCancelled"]
    assert facts(event, "price") == []


def test_sitemap_and_robots_are_each_studios_own(site: Flask, studio: BusinessFacts) -> None:
    with site.app_context():
        yoga = a_class(studio)
        a_class(a_business())
    told = site.test_client().get("/sitemap.xml", base_url=f"{studio.public_address}:8443")
    places = [str(tag.text) for tag in ET.fromstring(told.text).iter(f"{SITEMAPS}loc")]
    home = studio.public_address
    assert places == [f"{home}/", f"{home}/passes", f"{home}/classes/{yoga.id}"]
    robots = site.test_client().get("/robots.txt", base_url=studio.public_address).text
    assert f"Sitemap: {home}/sitemap.xml" in robots
    assert "Disallow: /account" in robots
    assert "Disallow: /classes" not in robots
