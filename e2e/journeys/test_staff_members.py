"""An owner invites somebody, who accepts, sets up a second factor, and signs in with it."""

from collections.abc import Callable

from playwright.sync_api import Page

from e2e.journeys.devices import SCRIPT_ON_PHONE_PLAIN_ON_DESK
from e2e.journeys.signing_in import sign_in_as_staff
from e2e.pages.mailbox import Mailbox
from e2e.pages.staff import StaffSignIn, Today
from e2e.pages.staff_members import AnApp, JoinStaff, SecondStep, SetUpTwoFactor, StaffList
from e2e.studio import Studio
from portal.rules.roles import Role

pytestmark = SCRIPT_ON_PHONE_PLAIN_ON_DESK

PASSWORD = "a password of her own"


def test_invited_accepted_and_signed_in_with_a_second_factor(
    page: Page, studio: Studio, new_visitor: Callable[[], Page]
) -> None:
    flo = studio.somebody("Flo Dunn")
    sign_in_as_staff(page, studio.employs("Olive Owen", Role.OWNER))
    listed = StaffList.open(page).to_invitation().invite("Flo Dunn", flo.email, "Front desk")
    listed.announces(f"Flo Dunn is invited. An e-mail with a link is on its way to {flo.email}.")
    studio.worker_looks_round()

    hers = new_visitor()
    Mailbox.open(hers).letter(flo.email, "Work with us at Riverside Studio").follow("/staff/invitations/")
    JoinStaff(hers).accept(PASSWORD)
    Today(hers).announces("Welcome. You are signed in.")

    set_up = SetUpTwoFactor.open(hers)
    app = AnApp(set_up.secret)
    codes = set_up.turn_on(app.shows())
    assert len(codes) == 10

    again = new_visitor()
    StaffSignIn.open(again).send(flo.email, PASSWORD)
    code = app.shows(steps=1)
    today = SecondStep(again).enter(code)
    today.sign_out().send(flo.email, PASSWORD)
    refused = SecondStep(again).enter_in_vain(code)
    refused.has_wrong(
        "Code", "This code is not right, or was used before. Wait for the next one, and try that."
    )
    refused.enter(codes[0]).says("Today’s classes")
