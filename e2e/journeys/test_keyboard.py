"""With the keyboard alone: Tab, Space, Enter and what is typed."""

from playwright.sync_api import Locator, Page, expect

from e2e.journeys.devices import SCRIPT_ON_PHONE_PLAIN_ON_DESK
from e2e.pages.basket import Basket
from e2e.pages.booking import Booking
from e2e.pages.checkout import CheckOut
from e2e.pages.class_list import ClassList
from e2e.pages.class_page import ClassPage
from e2e.pages.stripe_page import GOOD_CARD, PayPage
from e2e.studio import Studio

pytestmark = SCRIPT_ON_PHONE_PLAIN_ON_DESK

MOST_TABS = 80
UNSEEN = """() => {
  const element = document.activeElement;
  if (element.type === "date") return null; // the browser marks the day, the month or the year in it
  const style = getComputedStyle(element);
  const box = element.getBoundingClientRect();
  const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  const inside = box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight;
  return outlined && inside ? null : element.outerHTML.slice(0, 200);
}"""


def tab_to(page: Page, wanted: Locator) -> None:
    """Press Tab until that has the focus; on the way every stop shows that it has it."""
    expect(wanted).to_be_visible()
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        unseen = page.evaluate(UNSEEN)
        assert unseen is None, f"no focus to be seen on {unseen}"
        if wanted.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"{wanted} is not to be reached")


def type_into(page: Page, field: Locator, text: str) -> None:
    tab_to(page, field)
    page.keyboard.type(text)


def press(page: Page, wanted: Locator) -> None:
    tab_to(page, wanted)
    page.keyboard.press("Enter")


def test_a_class_is_booked_with_the_keyboard_alone(page: Page, studio: Studio) -> None:
    studio.puts_on("Wheel Throwing", in_days=9)
    classes = ClassList.open(page, f"?day={studio.date(in_days=9)}&teacher=Hannah+Adeyemi")
    press(page, classes.link("Wheel Throwing"))
    press(page, ClassPage(page).button("Add to basket"))
    basket = Basket(page)
    type_into(page, basket.field("Discount code"), "SPRING20")
    page.keyboard.press("Enter")
    basket.comes_to("£27.20")
    press(page, basket.link("Check out"))
    review = CheckOut(page)
    type_into(page, review.field("Name"), "Kim Keys")
    type_into(page, review.field("E-mail"), "kim@example.com")
    press(page, review.button("Pay £27.20"))
    at_stripe = PayPage(page, "£27.20")
    type_into(page, page.get_by_label("Card number"), GOOD_CARD)
    type_into(page, page.get_by_label("Expiry"), "12/34")
    type_into(page, page.get_by_label("CVC"), "123")
    press(page, at_stripe.button("Pay"))

    Booking(page).has_paid("£27.20")


def test_the_first_tab_skips_the_menu(page: Page, studio: Studio) -> None:
    ClassList.open(page)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the page")).to_be_focused()

    page.keyboard.press("Enter")

    expect(page.get_by_role("main")).to_be_focused()


def test_what_went_wrong_is_focused_or_at_the_top(page: Page, studio: Studio) -> None:
    yoga = studio.puts_on("Morning Yoga")
    basket = ClassPage.of(page, yoga.id).add_to_basket()

    refused = basket.apply_in_vain("NOSUCHCODE")

    expect(page).to_have_title("Problem: Basket · Riverside Studio")
    summary = refused.main.get_by_role("alert")
    summary.get_by_role("link", name="There is no code NOSUCHCODE").click()
    expect(refused.field("Discount code")).to_be_focused()
