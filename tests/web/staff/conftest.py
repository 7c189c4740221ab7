"""Staff pages are seen by somebody who works at the studio."""

import pytest
from flask import Flask

from portal.models.business import BusinessFacts
from tests.desk import Desk, a_desk
from tests.studio import APass, APerson, a_customer, a_pass_of
from tests.web.browser import Browser
from tests.web.people import PASSWORD, a_staff_member_with_password


@pytest.fixture
def browser(site: Flask, studio: BusinessFacts) -> Browser:
    """Olive Owen's browser, signed in."""
    with site.app_context():
        a_staff_member_with_password(studio)
    browser = Browser(site, studio)
    browser.sign_in_as_staff("olive@example.com", PASSWORD)
    return browser


@pytest.fixture
def desk(site: Flask, studio: BusinessFacts) -> Desk:
    """Somebody else at the desk, whose acts go past the pages."""
    with site.app_context():
        return a_desk(studio)


@pytest.fixture
def ada(site: Flask, studio: BusinessFacts) -> APerson:
    """A client."""
    with site.app_context():
        return a_customer(studio, "Ada Park")


@pytest.fixture
def ten_classes(site: Flask, ada: APerson) -> APass:
    """Ada's 10-class pass."""
    with site.app_context():
        return a_pass_of(ada)
