"""The way back after signing in: within the site, and no longer than a cookie can carry."""

import pytest
from flask import Flask

from portal.models.business import BusinessFacts
from portal.web.addresses import LONGEST_NEXT, safe_next
from tests.web.browser import Browser
from tests.web.people import PASSWORD


@pytest.mark.parametrize("target", ["/" + "a" * LONGEST_NEXT, "/\u2028" + "a" * 5000])
def test_an_endless_way_back_is_forgotten(target: str) -> None:
    assert safe_next(target, "/account") == "/account"


def test_an_endless_way_back_does_not_cost_a_visitor_the_cookie(site: Flask, studio: BusinessFacts) -> None:
    browser = Browser(site, studio)
    browser.open("/sign-in")
    browser.post("/register", name="Ada", email="ada@example.com", password=PASSWORD, next="/" + "a" * 5000)
    assert browser.session["registration"]
    assert browser.session["registration_next"] == ""
