"""Whatever is sent, the answer is never a fault of ours."""

from io import BytesIO

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from portal.models.business import BusinessFacts
from tests.studio import a_class, a_customer
from tests.web.browser import Browser
from tests.web.signed_in import signed_in_browser

NUL_IN_ADDRESSES = [
    "/?teacher=%00",
    "/?teacher=Maya%00",
    "/bookings/%00?secret=x",
    "/bookings/ABC?secret=%00",
    "/checkout/return?session_id=cs_%00",
    "/sign-in?next=/%00",
    "/register/%00",
    "/reset-password/a%00b",
]

FIELDS_AND_FORMS = [
    ("name", "/register", "/register"),
    ("email", "/sign-in", "/sign-in"),
    ("email", "/reset-password", "/reset-password"),
    ("code", "/sign-in", "/basket/code"),
    ("digest", "/sign-in", "/checkout"),
    ("pay_with", "/sign-in", "/basket/lines/01a2019d-ddeb-74cb-9771-74e408728400/payment"),
]


@pytest.mark.parametrize("address", NUL_IN_ADDRESSES)
def test_a_nul_in_an_address_is_refused(site: Flask, studio: BusinessFacts, address: str) -> None:
    assert Browser(site, studio).open(address, status=400).heading == "That did not work"


@pytest.mark.parametrize(("field", "page", "form"), FIELDS_AND_FORMS)
def test_a_nul_in_a_form_is_refused(
    site: Flask, studio: BusinessFacts, field: str, page: str, form: str
) -> None:
    browser = _with_a_basket(site, studio)
    browser.open(page)
    assert browser.post(form, **{field: "a\0b"}).status_code == 400


def test_a_nul_in_a_customers_new_name_is_refused(site: Flask, studio: BusinessFacts) -> None:
    with site.app_context():
        ada = a_customer(studio)
    browser = signed_in_browser(site, ada)
    browser.open("/account/details")
    assert browser.post("/account/details/name", name="Ada\0Park").status_code == 400


@pytest.mark.parametrize(("field", "page", "form"), FIELDS_AND_FORMS)
def test_a_file_is_no_text(site: Flask, studio: BusinessFacts, field: str, page: str, form: str) -> None:
    browser = _with_a_basket(site, studio)
    browser.open(page)
    assert _sent_a_file(browser, form, field).status_code == 400


@pytest.mark.parametrize(
    "asked",
    [
        "/?day=99999-01-01",
        "/?day=0000-00-00",
        "/?day=0001-01-01",
        "/?day=9999-12-31",
        "/?day=2026-W53-8",
        "/?series=%ff%fe",
        "/?page=" + "9" * 5000,
        "/?page=-1",
        "/?teacher=%ed%a0%80",
        "/?teacher=%e2%80%ae%27%22--",
    ],
)
def test_nonsense_in_a_filter_is_not_asked_for(site: Flask, studio: BusinessFacts, asked: str) -> None:
    with site.app_context():
        a_class(studio)
    Browser(site, studio).open(asked)


def test_a_body_beyond_the_limit_is_refused_in_words(site: Flask, studio: BusinessFacts) -> None:
    browser = Browser(site, studio)
    browser.open("/sign-in")
    assert browser.post("/sign-in", email="x" * 70_000).status_code == 413


def _with_a_basket(site: Flask, studio: BusinessFacts) -> Browser:
    """A guest with a ticket, so that every form gets as far as the database."""
    with site.app_context():
        yoga = a_class(studio)
    browser = Browser(site, studio)
    browser.open(f"/classes/{yoga.id}")
    browser.press("Add to basket")
    return browser


def _sent_a_file(browser: Browser, form: str, field: str) -> TestResponse:
    page = browser.page
    assert page is not None
    token = str(page.part("input[name=csrf_token]")["value"])
    return browser.client.post(
        form,
        base_url=f"https://{page.response.request.host}",
        data={"csrf_token": token, field: (BytesIO(b"text"), "file.txt")},
        content_type="multipart/form-data",
    )
