"""Staff deactivate a pass that is paid in instalments: nothing more is charged, and what failed is decided
upon (W6, W7, W17).

Iris Vaughan of the demo bought a half-year pass in four instalments; the second was declined.
"""

import pytest
from playwright.sync_api import Page

from e2e.journeys.devices import SCRIPT_ON_DESK_PLAIN_ON_PHONE
from e2e.journeys.signing_in import sign_in_as_staff
from e2e.pages.staff_menu import ClientMenu, StaffMenu
from e2e.pages.staff_pass_acts import Deactivation
from e2e.pages.staff_passes import ClientPasses
from e2e.shop import Shop
from e2e.studio import Studio

pytestmark = SCRIPT_ON_DESK_PLAIN_ON_PHONE

IRIS = "instalments@example.com"
HALF_YEAR = "Half-year pass"


def passes_of_iris(page: Page, studio: Studio) -> ClientPasses:
    """Come to work, find Iris, and open her Passes & Memberships."""
    found = StaffMenu(sign_in_as_staff(page, studio.employs("Fran Desk"))).search("iris vaughan")
    return ClientMenu(found.look_at("Iris Vaughan")).to_passes()


@pytest.mark.parametrize(
    ("answer", "told", "debits"),
    [
        (
            "Yes, charge £78.00 to the client’s account",
            "£78.00 was charged to the client’s account.",
            ["−£78.00"],
        ),
        ("No, do not collect it", "£78.00 is closed as not collected.", []),
    ],
    ids=["yes", "no"],
)
def test_w7_w17_what_is_outstanding_is_asked_about_and_charged_once_or_not_at_all(
    page: Page, studio: Studio, answer: str, told: str, debits: list[str]
) -> None:
    passes = passes_of_iris(page, studio)
    passes.row(HALF_YEAR).says("£78.00")
    confirmation = passes.row(HALF_YEAR).deactivate().because("Moved to Paris").asks_about("£78.00")
    unanswered = confirmation.deactivate_in_vain().wants_an_answer().asks_about("£78.00")

    passes = unanswered.answer(answer).deactivate().announces(told)

    passes.row(HALF_YEAR).says("Deactivated").does_not_offer("Deactivate")
    assert ClientMenu(passes).to_account().amounts() == debits


def test_w6_after_the_deactivation_no_auto_payment_is_attempted(
    page: Page, studio: Studio, shop: Shop
) -> None:
    confirmation = passes_of_iris(page, studio).row(HALF_YEAR).deactivate()
    confirmation.will("Auto-payments", "1 auto-payment to come is not attempted.", "£78.00 on")
    tried = studio.tries_to_charge(IRIS)
    Deactivation(page).because("Moved to Paris").answer("No, do not collect it").deactivate()

    for later in ("+30d", "+60d", "+90d"):
        shop.set_clock(later)
        shop.work()

    assert studio.tries_to_charge(IRIS) == tried
