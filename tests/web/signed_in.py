"""A browser in which a customer is signed in already."""

from datetime import timedelta

from flask import Flask

from portal.models.database import db, new_id, transaction
from portal.models.people import SignIn
from tests.studio import NOW, APerson
from tests.web.browser import Browser


def signed_in_browser(site: Flask, person: APerson) -> Browser:
    """What signing in leaves behind: a live row, and a cookie that names it and its business."""
    sign_in = SignIn(
        business_id=person.business.id,
        id=new_id(),
        customer_id=person.id,
        started_at=NOW,
        lasts_until=NOW + timedelta(days=30),
    )
    with site.app_context(), transaction():
        db.session.add(sign_in)
    browser = Browser(site, person.business)
    with browser.client.session_transaction(base_url=person.business.public_address) as kept:
        kept["business"] = str(person.business.id)
        kept["customer_sign_in"] = str(sign_in.id)
    return browser
