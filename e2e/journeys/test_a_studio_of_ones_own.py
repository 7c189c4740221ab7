"""A stranger opens a studio as the README says, puts a class on sale, and somebody books it."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page

from e2e.journeys.devices import SCRIPT_ON_PHONE_PLAIN_ON_DESK
from e2e.pages.class_list import ClassList
from e2e.pages.staff import StaffSignIn
from e2e.pages.staff_setup import FirstSteps, NewClass
from e2e.shop import Shop
from e2e.studio import PASSWORD

pytestmark = SCRIPT_ON_PHONE_PLAIN_ON_DESK

OWNER = "olive@example.com"


def a_studio_of_ones_own(shop: Shop, host: str, folder: Path) -> str:
    """The command of the README; the address that it prints."""
    (folder / "password").write_text(PASSWORD)
    told = shop.flask(
        "create-business",
        *("--name", "Hill Yoga", "--host", host, "--address", shop.url.replace("//localhost", f"//{host}")),
        *("--zone", "Europe/London", "--currency", "GBP", "--locale", "en_GB", "--plan", "standard"),
        *("--stripe-account", "", "--owner-name", "Olive Owen", "--owner-email", OWNER),
        *("--password-file", str(folder / "password")),
    )
    (address,) = [line.split()[1] for line in told.splitlines() if line.startswith("Shop")]
    return address


def test_from_nothing_to_the_first_booking(
    page: Page, new_visitor: Callable[[], Page], shop: Shop, tmp_path: Path
) -> None:
    own = a_studio_of_ones_own(
        shop, f"{tmp_path.name.replace('_', '-')[-40:].strip('-')}.localhost", tmp_path
    )
    page.goto(f"{own}/staff/sign-in")
    StaffSignIn(page).sign_in(OWNER, PASSWORD)
    steps = FirstSteps(page).says("0 of 5 done").to_details().save(address="1 Hill Road, London")

    a_class = steps.to_new_class().put_on_sale_in_vain()
    a_class.has_wrong("Starts at", "Enter when it starts, like 07:30.")
    yoga = (
        NewClass(page)
        .fill_in(
            days=("Tuesday", "Thursday"),
            Name_of_the_class="Morning Yoga",
            Starts_at="07:30",
            Places="12",
            Teacher="Maya Lindqvist",
            Place="River Room",
            Price="12",
        )
        .put_on_sale()
    )
    yoga.announces("Morning Yoga is on sale.").says("Tuesdays and Thursdays, 07:30")
    yoga.to_today().has_done("Say where you are", "Put the first class on sale").to_shop()

    guest = new_visitor()
    guest.goto(own)
    review = ClassList(guest).pick("Morning Yoga").add_to_basket().check_out()
    booking = review.as_guest("Gil Guest", "gil@example.com").pay("£12.00").pay()
    booking.says("Morning Yoga")

    page.goto(f"{own}/staff")
    FirstSteps(page).has_done("Say where you are", "Put the first class on sale", "Make the first booking")
    FirstSteps(page).put_away().does_not_say("Make the first booking")
