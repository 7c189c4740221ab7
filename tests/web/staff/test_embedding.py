"""Settings › Embedding keeps the sites that were typed, and says which line is none."""

from flask import Flask

from portal.models.business import BusinessFacts
from tests.web.browser import Browser
from tests.web.people import PASSWORD, a_staff_member_with_password


def test_sites_are_saved_and_a_wrong_line_is_kept_with_its_error(site: Flask, studio: BusinessFacts) -> None:
    with site.app_context():
        olive = a_staff_member_with_password(studio)
    browser = Browser(site, studio)
    browser.sign_in_as_staff(olive.email, PASSWORD)
    browser.open("/staff/settings/embedding")
    page = browser.press("Save", sites="www.studio.example\nhttps://studio.example")
    assert "Saved: these sites may show your classes." in page.text
    assert page.part("textarea").get_text().split() == [
        "https://studio.example",
        "https://www.studio.example",
    ]
    assert f'src="{studio.public_address}/embed/classes"' in page.text
    page = browser.press("Save", status=422, sites="https://studio.example/classes")
    assert "is not the address of a site" in page.errors[0]
    assert page.part("textarea").get_text().strip() == "https://studio.example/classes"
