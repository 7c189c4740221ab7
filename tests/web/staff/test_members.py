"""Settings › Staff: invited by e-mail, accepted, another role, deactivated; an instructor's own classes."""

from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, update

from portal.models.business import BusinessFacts
from portal.models.classes import ClassSeries, ClassSession
from portal.models.database import db, transaction
from portal.models.letters import Letter, LetterKind
from portal.models.people import StaffMember
from portal.operations.second_factors import reset_second_factor
from portal.rules.roles import Role
from tests.staff_access import acting, apps_of, with_second_factor
from tests.studio import NOW, APerson, a_business, a_class
from tests.web.browser import Browser
from tests.web.people import PASSWORD, a_staff_member_with_password
from tests.web.staff.who_comes_in import browser_of

STAFF = "/staff/settings/staff"
INVITED: dict[str, Any] = {"name": "Flo Dunn", "email": "flo@example.com", "role": "front_desk"}


def link_in_letter(site: Flask) -> str:
    with site.app_context():
        letters = db.session.scalars(
            select(Letter).where(Letter.kind == LetterKind.STAFF_INVITATION).order_by(Letter.id)
        ).all()
        return f"/staff/invitations/{letters[-1].facts['token']}"


def id_of(site: Flask, email: str) -> UUID:
    with site.app_context():
        return db.session.scalars(select(StaffMember.id).where(StaffMember.email == email)).one()


def rows(browser: Browser) -> list[str]:
    page = browser.open(STAFF)
    return [" ".join(row.get_text(" ").split()) for row in page.soup.select("tbody tr")]


def test_somebody_is_invited_and_accepts(browser: Browser, site: Flask, studio: BusinessFacts) -> None:
    browser.open(f"{STAFF}/invitation")
    done = browser.press("Send invitation", **INVITED)
    assert "Flo Dunn is invited. An e-mail with a link is on its way to flo@example.com." in done.text
    assert rows(browser)[0] == "Flo Dunn Invited flo@example.com Front desk Off Link works until 8 Dec"
    theirs = Browser(site, studio)
    page = theirs.open(link_in_letter(site))
    assert "You are invited as front desk" in page.text
    assert theirs.press("Accept and sign in", status=422, password="short").errors
    assert theirs.press("Accept and sign in", password=PASSWORD).heading == "Tuesday 1 December"
    assert rows(browser)[0] == "Flo Dunn flo@example.com Front desk Off 1 Dec, 09:00"
    assert Browser(site, studio).open(link_in_letter(site), status=410).heading == (
        "This invitation has ended"
    )


def test_looking_at_an_invitation_accepts_nothing(
    browser: Browser, site: Flask, studio: BusinessFacts
) -> None:
    browser.open(f"{STAFF}/invitation")
    browser.press("Send invitation", **INVITED)
    for _ in range(2):
        Browser(site, studio).open(link_in_letter(site))
    assert rows(browser)[0].startswith("Flo Dunn Invited")


def test_what_was_typed_is_kept_beside_what_is_wrong(browser: Browser) -> None:
    browser.open(f"{STAFF}/invitation")
    page = browser.press("Send invitation", status=422, **{**INVITED, "email": "olive@example.com"})
    assert page.errors == ["Olive Owen has this e-mail address, and is on the list already."]
    assert page.part("#name")["value"] == "Flo Dunn"
    assert page.part("input[value=front_desk]").has_attr("checked")


def test_an_invitation_is_sent_again_or_withdrawn(
    browser: Browser, site: Flask, studio: BusinessFacts
) -> None:
    browser.open(f"{STAFF}/invitation")
    browser.press("Send invitation", **INVITED)
    first = link_in_letter(site)
    at = f"{STAFF}/{id_of(site, 'flo@example.com')}"
    browser.open(f"{at}/invitation")
    assert "A new link is on its way to flo@example.com." in browser.press("Send again").text
    Browser(site, studio).open(first, status=410)
    browser.open(f"{at}/withdrawal")
    assert "Flo Dunn’s invitation is withdrawn." in browser.press("Withdraw").text
    Browser(site, studio).open(link_in_letter(site), status=410)
    browser.open(at, status=404)


def test_another_role_counts_from_the_next_click(
    browser: Browser, site: Flask, studio: BusinessFacts
) -> None:
    flo = browser_of(site, studio, Role.FRONT_DESK)
    flo.open("/staff/search")
    browser.open(f"{STAFF}/{id_of(site, 'front_desk@example.com')}")
    done = browser.press("Save", role="instructor", teaches_as="")
    assert "Olive Owen’s role is instructor." in done.text
    flo.open("/staff/search", status=403)
    assert "Changed a role" in browser.open("/staff/audit?about=people").text


def test_deactivated_they_are_out_at_once(browser: Browser, site: Flask, studio: BusinessFacts) -> None:
    flo = browser_of(site, studio, Role.FRONT_DESK)
    at = f"{STAFF}/{id_of(site, 'front_desk@example.com')}"
    browser.open(f"{at}/deactivation")
    assert "is deactivated." in browser.press("Deactivate").text
    assert flo.open("/staff").path.startswith("/staff/sign-in")
    page = flo.press("Sign in", status=422, email="front_desk@example.com", password=PASSWORD)
    assert page.errors == ["No account has this e-mail address and this password."]
    browser.open(f"{at}/activation")
    browser.press("Reactivate")
    assert flo.sign_in_as_staff("front_desk@example.com", PASSWORD).path == "/staff"


def test_the_last_owner_is_told_why_not(browser: Browser, site: Flask) -> None:
    at = f"{STAFF}/{id_of(site, 'olive@example.com')}"
    browser.open(at)
    page = browser.press("Save", status=422, role="manager", teaches_as="")
    assert page.errors == ["A studio always has an owner: make somebody else one first."]
    browser.open(f"{at}/deactivation")
    assert "A studio always has an owner" in browser.press("Deactivate", status=409).text


def test_an_owner_who_gives_it_up_is_led_to_today(
    browser: Browser, site: Flask, studio: BusinessFacts
) -> None:
    with site.app_context():
        a_staff_member_with_password(studio, email="rosa@example.com")
    browser.open(f"{STAFF}/{id_of(site, 'olive@example.com')}")
    assert browser.press("Save", role="manager", teaches_as="").path == "/staff"
    browser.open(STAFF, status=403)


def test_staff_of_another_studio_are_not_to_be_found(browser: Browser, site: Flask) -> None:
    with site.app_context():
        zoe = a_staff_member_with_password(a_business("Harbour Pottery"), email="zoe@example.com")
    for ending in ("", "/deactivation", "/two-factor-reset"):
        browser.open(f"{STAFF}/{zoe.id}{ending}", status=404)
    assert "zoe@example.com" not in browser.open(STAFF).text
    assert browser.post(f"{STAFF}/{zoe.id}/deactivation").status_code == 404


def test_a_colleagues_second_factor_is_reset(browser: Browser, site: Flask, studio: BusinessFacts) -> None:
    flo = browser_of(site, studio, Role.FRONT_DESK)
    member = APerson(studio, id_of(site, "front_desk@example.com"), "Olive Owen", "front_desk@example.com")
    with site.app_context():
        with_second_factor(member, authenticators=apps_of(site))
    browser.open(f"{STAFF}/{member.id}/two-factor-reset")
    assert "is reset, and an e-mail says so." in browser.press("Reset two-factor").text
    assert flo.open("/staff").path.startswith("/staff/sign-in")
    assert flo.sign_in_as_staff("front_desk@example.com", PASSWORD).path == "/staff"


def test_the_list_is_a_file_too(browser: Browser, studio: BusinessFacts) -> None:
    link = next(link for link in browser.open(STAFF).links() if link.endswith("format=csv"))
    file = browser.client.get(link, base_url=studio.public_address).text
    assert "Olive Owen,olive@example.com,Owner,off" in file


def test_an_instructor_sees_the_classes_that_they_teach(
    browser: Browser, site: Flask, studio: BusinessFacts
) -> None:
    with site.app_context():
        hers = a_class(studio, on=NOW.date(), now=NOW, name="Noon Yoga")
        other = a_class(studio, on=NOW.date(), now=NOW, name="Clay")
        with transaction():
            for model, key in ((ClassSession, ClassSession.id), (ClassSeries, ClassSeries.id)):
                her_id = hers.id if model is ClassSession else hers.series_id
                db.session.execute(update(model).where(key == her_id).values(teacher="Tomás Herrera"))
    maya = browser_of(site, studio, Role.INSTRUCTOR)
    assert "Noon Yoga" not in maya.open("/staff").text
    assert "An owner says whose classes you see" in maya.open("/staff/classes").text
    browser.open(f"{STAFF}/{id_of(site, 'instructor@example.com')}")
    browser.press("Save", role="instructor", teaches_as="Tomás Herrera")
    for address in ("/staff", "/staff/classes"):
        led_to = maya.open(address).links()
        assert f"/staff/classes/{hers.id}" in led_to
        assert f"/staff/classes/{other.id}" not in led_to
    maya.open(f"/staff/classes/{hers.id}")
    maya.open(f"/staff/classes/{other.id}", status=404)
    assert "Clay" in browser.open("/staff/classes").text


@pytest.mark.usefixtures("app")
def test_nobody_resets_what_is_off(studio: BusinessFacts) -> None:
    olive = a_staff_member_with_password(studio)
    with transaction():
        reset_second_factor(studio, member_id=olive.id, actor=acting(olive), now=NOW)
    assert db.session.scalars(select(Letter)).all() == []
