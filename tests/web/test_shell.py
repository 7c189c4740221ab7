"""The shell around every page: whose host it is, the cookie, the headers, and errors in plain words."""

from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from bs4 import BeautifulSoup
from flask import Flask, abort

from portal.models.business import Business, BusinessFacts
from portal.models.database import db, transaction
from portal.settings import Settings
from portal.web.addresses import safe_next
from portal.web.security import content_policy
from tests.studio import NOW, a_business, a_class, a_customer
from tests.web.browser import Browser


def test_a_studio_is_found_by_its_host_whatever_the_port(site: Flask, studio: BusinessFacts) -> None:
    client = site.test_client()
    assert studio.name in client.get("/", base_url=f"{studio.public_address}:8443").text


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]"])
def test_an_address_of_this_machine_is_a_host_like_any(site: Flask, host: str) -> None:
    with site.app_context():
        a_business(host=host)
    assert site.test_client().get("/", base_url=f"http://{host}:8000").status_code == 200


@pytest.mark.parametrize("path", ["/", "/basket", "/nothing-here", "/account"])
def test_an_unclaimed_host_is_refused_in_plain_words(site: Flask, studio: BusinessFacts, path: str) -> None:
    refused = site.test_client().get(path, base_url="http://elsewhere.example")
    assert refused.status_code == 421
    assert "No studio answers at this address" in refused.text
    assert studio.name not in refused.text


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_health_answers_on_any_host(site: Flask, path: str) -> None:
    assert site.test_client().get(path, base_url="http://elsewhere.example").status_code == 200


def test_looking_at_classes_sets_no_cookie(site: Flask, studio: BusinessFacts) -> None:
    looked = site.test_client().get("/", base_url=studio.public_address)
    assert "Set-Cookie" not in looked.headers


def test_the_cookie_is_of_this_host_alone(site: Flask, studio: BusinessFacts) -> None:
    cookie = site.test_client().get("/sign-in", base_url=studio.public_address).headers["Set-Cookie"]
    assert "Domain=" not in cookie
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))


def test_on_plain_http_the_cookie_is_not_marked_secure(site: Flask, studio: BusinessFacts) -> None:
    with site.app_context(), transaction():
        db.session.get_one(Business, studio.id).public_address = "http://studio.test"
    cookie = site.test_client().get("/sign-in", base_url=studio.public_address).headers["Set-Cookie"]
    assert "Secure" not in cookie.split("; ")


def test_a_session_of_another_studio_is_dropped(site: Flask, studio: BusinessFacts) -> None:
    with site.app_context():
        other = a_business("Harbour Pottery")
        yoga = a_class(studio)
    browser = Browser(site, studio)
    browser.open(f"/classes/{yoga.id}")
    browser.press("Add to basket")
    stolen = browser.session
    elsewhere = Browser(site, other)
    with elsewhere.client.session_transaction(base_url=other.public_address) as kept:
        kept.update(stolen)
    assert "Your basket is empty" in elsewhere.open("/basket").text
    assert elsewhere.session.get("business") != stolen["business"]


def test_the_policy_allows_only_our_own_files(site: Flask, studio: BusinessFacts) -> None:
    policy = site.test_client().get("/", base_url=studio.public_address).headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize(
    ("api_base", "allowed"),
    [(None, "https://checkout.stripe.com"), ("http://127.0.0.1:12111/v1", "http://127.0.0.1:12111")],
)
def test_forms_lead_to_us_and_to_where_cards_are_typed(api_base: str | None, allowed: str) -> None:
    settings = Settings(
        database_url="sqlite://",
        secret_key="s" * 40,
        stripe_secret_key="sk_test_x",
        stripe_webhook_secret="whsec_x",
        stripe_api_base=api_base,
    )
    assert f"form-action 'self' {allowed};" in content_policy(settings)


def test_https_is_remembered_by_browsers(site: Flask, studio: BusinessFacts) -> None:
    answer = site.test_client().get("/", base_url=studio.public_address)
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"


@pytest.mark.parametrize("path", ["/basket", "/sign-in", "/nothing-here"])
def test_what_is_personal_is_never_stored(site: Flask, studio: BusinessFacts, path: str) -> None:
    answer = site.test_client().get(path, base_url=studio.public_address)
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_form_without_proof_is_refused_and_changes_nothing(site: Flask, studio: BusinessFacts) -> None:
    refused = site.test_client().post("/basket/hold", base_url=studio.public_address)
    assert refused.status_code == 400
    assert "Please send that again" in refused.text


def test_a_form_of_ours_can_be_sent_again_with_what_was_typed(site: Flask, studio: BusinessFacts) -> None:
    answer = site.test_client().post(
        "/basket/code",
        data={"code": "SPRING20", "csrf_token": "old"},
        headers={"Sec-Fetch-Site": "same-origin"},
        base_url=studio.public_address,
    )
    soup = BeautifulSoup(answer.text, "html.parser")
    assert soup.select('form[action="/basket/code"] input[name=code][value=SPRING20]')
    assert len(soup.select("input[name=csrf_token]")) == 1


@pytest.mark.parametrize(
    ("told", "links"),
    [("https://{host}/register", ["https://{host}/register"]), ("https://elsewhere.example/register", [])],
)
def test_a_form_with_a_password_is_not_kept_but_its_page_can_be_opened_anew(
    site: Flask, studio: BusinessFacts, told: str, links: list[str]
) -> None:
    host = urlsplit(studio.public_address).netloc
    answer = site.test_client().post(
        "/register",
        data={"password": "a few good words", "csrf_token": "old"},
        headers={"Sec-Fetch-Site": "same-origin", "Referer": told.format(host=host)},
        base_url=studio.public_address,
    )
    soup = BeautifulSoup(answer.text, "html.parser")
    assert "a few good words" not in answer.text
    assert [link["href"] for link in soup.select("main a")] == [link.format(host=host) for link in links]


@pytest.mark.parametrize("from_where", ["cross-site", "same-site", None])
def test_a_form_from_elsewhere_is_not_offered_again(
    site: Flask, studio: BusinessFacts, from_where: str | None
) -> None:
    answer = site.test_client().post(
        "/basket/code",
        data={"code": "SPRING20"},
        headers={"Sec-Fetch-Site": from_where} if from_where else {},
        base_url=studio.public_address,
    )
    assert "SPRING20" not in answer.text


def test_a_password_is_never_written_into_a_page(site: Flask, studio: BusinessFacts) -> None:
    answer = site.test_client().post(
        "/sign-in",
        data={"email": "ada@example.com", "password": "correct horse"},
        headers={"Sec-Fetch-Site": "same-origin"},
        base_url=studio.public_address,
    )
    assert "correct horse" not in answer.text


def test_a_form_left_open_for_hours_still_works(
    site: Flask, studio: BusinessFacts, still_clock: Path
) -> None:
    with site.app_context():
        yoga = a_class(studio)
    browser = Browser(site, studio)
    browser.open(f"/classes/{yoga.id}")
    still_clock.write_text((NOW + timedelta(hours=9)).isoformat())
    assert browser.press("Add to basket").heading == "Basket"


def test_what_is_not_there_is_said_in_the_studios_frame(site: Flask, studio: BusinessFacts) -> None:
    assert Browser(site, studio).open("/nothing-here", status=404).heading == "Page not found"


def test_a_fault_is_ours_and_tells_nothing(
    site: Flask, studio: BusinessFacts, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_down() -> None:
        raise RuntimeError("the secret of the fault")

    monkeypatch.setitem(site.view_functions, "classes.class_list", break_down)
    monkeypatch.setitem(site.config, "PROPAGATE_EXCEPTIONS", False)
    answer = site.test_client().get("/", base_url=studio.public_address)
    assert answer.status_code == 500
    assert "The fault is ours" in answer.text
    assert "secret of the fault" not in answer.text


@pytest.mark.parametrize(
    ("code", "heading"), [(400, "That did not work"), (403, "Not for you"), (413, "Too much at once")]
)
def test_each_error_has_its_own_words(
    site: Flask, studio: BusinessFacts, monkeypatch: pytest.MonkeyPatch, code: int, heading: str
) -> None:
    monkeypatch.setitem(site.view_functions, "classes.class_list", lambda: abort(code))
    assert Browser(site, studio).open("/", status=code).heading == heading


def test_static_files_have_names_of_their_own_and_are_kept_for_ever(
    site: Flask, studio: BusinessFacts
) -> None:
    page = Browser(site, studio).open("/")
    sheet = str(page.part("link[rel=stylesheet]")["href"])
    with site.test_client().get(sheet, headers={"Accept-Encoding": "br"}) as kept:
        assert "immutable" in kept.headers["Cache-Control"]
        assert kept.headers["Content-Encoding"] == "br"


def test_another_customers_basket_is_not_seen(site: Flask, studio: BusinessFacts) -> None:
    with site.app_context():
        a_customer(studio)
    assert "Your basket is empty" in Browser(site, studio).open("/basket").text


@pytest.mark.parametrize("target", ["/account", "/classes/1?x=y", "/"])
def test_next_is_a_path_of_this_site(target: str) -> None:
    assert safe_next(target, "/otherwise") == target


@pytest.mark.parametrize(
    "target",
    [
        None,
        "",
        "account",
        "//evil.example",
        "/\\evil.example",
        "https://evil.example",
        "/\t/evil.example",
        "/a\r\nSet-Cookie: x",
        "javascript:alert(1)",
        "/" + "long" * 400,
    ],
)
def test_next_never_leads_elsewhere(target: str | None) -> None:
    assert safe_next(target, "/otherwise") == "/otherwise"
