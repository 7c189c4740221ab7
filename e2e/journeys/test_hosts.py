"""Each studio has its own host: nothing of one is to be seen at the other (B1)."""

from playwright.sync_api import Page, expect

from e2e.journeys.devices import SCRIPT_ON_DESK_PLAIN_ON_PHONE
from e2e.journeys.signing_in import sign_in
from e2e.pages.class_list import ClassList
from e2e.pages.class_page import ClassPage
from e2e.pages.errors import NoStudio, NotFound
from e2e.pages.menu import Menu
from e2e.pages.sign_in import SignIn
from e2e.shop import Shop
from e2e.studio import Studio

pytestmark = SCRIPT_ON_DESK_PLAIN_ON_PHONE


def at_harbour(shop: Shop) -> str:
    return shop.url.replace("//localhost", "//harbour.localhost")


def test_a_host_that_nobody_claims_is_refused(page: Page, shop: Shop) -> None:
    answer = page.goto(shop.url.replace("//localhost", "//nobody.localhost"))

    assert answer is not None
    assert answer.status == 421
    NoStudio(page).does_not_say("Riverside")


def test_harbour_shows_harbour_pottery_only(page: Page, shop: Shop, studio: Studio, harbour: Studio) -> None:
    yoga, clay = studio.puts_on("Morning Yoga"), harbour.puts_on("Sunday Clay")

    page.goto(at_harbour(shop))

    ClassList(page).lists("Sunday Clay", "Owen Pascoe").does_not_say("Morning Yoga")
    expect(page.get_by_role("banner")).to_contain_text("Harbour Pottery")
    page.goto(f"{at_harbour(shop)}/classes/{clay.id}")
    ClassPage(page)
    page.goto(f"{at_harbour(shop)}/classes/{yoga.id}")
    NotFound(page)


def test_whoever_is_signed_in_at_riverside_is_nobody_at_harbour(
    page: Page, shop: Shop, studio: Studio, harbour: Studio
) -> None:
    ada = studio.knows("Ada Park")
    sign_in(page, ada)
    (session,) = page.context.cookies()

    page.context.add_cookies(
        [{"name": session["name"], "value": session["value"], "domain": "harbour.localhost", "path": "/"}]
    )
    page.goto(at_harbour(shop))

    Menu(ClassList(page)).knows_nobody()
    page.goto(f"{at_harbour(shop)}/sign-in")
    SignIn(page).sign_in_in_vain(ada.email, ada.password)
    Menu(ClassList.open(page)).knows_somebody()
