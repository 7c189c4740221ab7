"""Staff ask what a basket would cost a client, and book it for them at the desk (S10)."""

from collections.abc import Callable

from playwright.sync_api import Page

from e2e.journeys.devices import SCRIPT_ON_DESK_PLAIN_ON_PHONE
from e2e.journeys.signing_in import sign_in, sign_in_as_staff
from e2e.pages.account import Account
from e2e.pages.staff_menu import StaffMenu
from e2e.pages.staff_what_if import WhatIf
from e2e.studio import Studio

pytestmark = SCRIPT_ON_DESK_PLAIN_ON_PHONE


def test_what_is_asked_about_is_booked_and_paid_at_the_desk(
    page: Page, new_visitor: Callable[[], Page], studio: Studio
) -> None:
    yoga, clay = studio.puts_on("Morning Yoga"), studio.puts_on("Wheel Throwing")
    ada = studio.knows("Ada Park", passes=("10-class pass",))
    desk = sign_in_as_staff(page, studio.employs("Fran Desk"))
    client = StaffMenu(desk).search("Ada Park").look_at("Ada Park")

    asked = WhatIf.of(client, "Ada Park").add_class("Morning Yoga", yoga.on_date.isoformat())
    asked.comes_to("£0.00").says("Pass use")
    asked = asked.add_class("Wheel Throwing", clay.on_date.isoformat()).asks_with("SPRING20")
    asked.comes_to("£36.80").says("You pay £9.60 and keep 1 pass use.")
    assert (studio.places_left(yoga), studio.places_left(clay)) == (10, 10)

    booking = asked.book("Ada Park").paid("At the desk, in cash").book("Ada Park")
    booking.announces("Booked for Ada Park.").says("Paid at the desk in cash")
    assert (studio.places_left(yoga), studio.places_left(clay)) == (9, 9)

    hers = new_visitor()
    sign_in(hers, ada)
    Account.open(hers).to_bookings().says("Morning Yoga").says("Wheel Throwing")
