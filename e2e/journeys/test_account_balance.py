"""What a client owes and has: paid with Pay now, charged and credited by staff, used in a basket (M1, M5)."""

from collections.abc import Callable

from playwright.sync_api import Page

from e2e.journeys.devices import SCRIPT_ON_PHONE_PLAIN_ON_DESK
from e2e.journeys.signing_in import sign_in, sign_in_as_staff
from e2e.pages.balance import Balance
from e2e.pages.class_page import ClassPage
from e2e.pages.staff_account_acts import begin
from e2e.pages.staff_clients import ClientAccount
from e2e.pages.staff_menu import ClientMenu, StaffMenu
from e2e.studio import Person, Studio
from portal.operations.demo import PASSWORD

pytestmark = SCRIPT_ON_PHONE_PLAIN_ON_DESK

IRIS = Person("Iris Vaughan", "instalments@example.com", PASSWORD)
OUTSTANDING = "Half-year pass, outstanding balance"
MASTERCARD = "5555555555554444"
SAY_WHY = "Please say why: the reason is kept with what you do."


def account_of(page: Page, studio: Studio, client: Person) -> ClientAccount:
    """Come to work, find a client by Search, and open their account."""
    found = StaffMenu(sign_in_as_staff(page, studio.employs("Fran Desk"))).search(client.email)
    return ClientMenu(found.look_at(client.name)).to_account()


def test_an_outstanding_balance_is_paid_and_the_card_changed(page: Page, studio: Studio) -> None:
    sign_in(page, IRIS)
    balance = Balance.open(page).owes(OUTSTANDING, "£78.00").comes_to("£78.00")
    balance = balance.pay_now().back_to_balance().comes_to("£78.00")

    balance = balance.pay_now().pay_dues().announces("Thank you: £78.00 is paid.")

    balance.says("Your account is settled").comes_to("£0.00")
    balance.change_card().save(MASTERCARD).announces("Your new card is on file.").says("ending 4444")


def test_staff_charge_an_account_with_a_reason_and_the_client_pays_one_line(
    page: Page, new_visitor: Callable[[], Page], studio: Studio
) -> None:
    desk = new_visitor()
    charge = begin(account_of(desk, studio, IRIS), "Add charge")
    charge.fill("20", " ").send_in_vain("Add charge").has_wrong("Reason", SAY_WHY)
    account = charge.fill("20", "A broken mat").send("Add charge")
    account.announces("£20.00 is charged to Iris Vaughan’s account.").says("A broken mat")

    sign_in(page, IRIS)
    balance = (
        Balance.open(page).owes("Account balance", "£20.00").owes(OUTSTANDING, "£78.00").comes_to("£98.00")
    )
    balance = balance.pay_only("Account balance").pay_dues().announces("£20.00 is paid.")

    assert balance.comes_to("£78.00").amounts() == ["+£20.00", "−£20.00"]
    account.reload().says("Paid by card")


def test_a_credit_pays_in_the_basket_before_the_card(
    page: Page, new_visitor: Callable[[], Page], studio: Studio
) -> None:
    yoga, ada = studio.puts_on("Contemporary Dance"), studio.knows("Ada Lovelace")
    desk = new_visitor()
    credit = begin(account_of(desk, studio, ada), "Add credit")
    credit.fill("5.00", "Sorry for the cold room").send("Add credit").says("In the client’s favour")

    sign_in(page, ada)
    basket = ClassPage.of(page, yoga.id).add_to_basket().says("Account balance").comes_to("£8.00")
    booking = basket.check_out().pay("£8.00").pay()

    booking.says("Account balance").has_paid("£8.00")
    assert Balance.open(page).comes_to("£0.00").amounts() == ["−£5.00", "+£5.00"]
