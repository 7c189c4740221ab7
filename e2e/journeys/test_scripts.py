"""What scripts add: a warning before places are let go of, and reading first what went wrong."""

from playwright.sync_api import Page, expect

from e2e.journeys.conftest import StoppedClock
from e2e.journeys.devices import SCRIPT_ONLY
from e2e.pages.class_page import ClassPage
from e2e.studio import Studio

pytestmark = SCRIPT_ONLY


def test_the_page_warns_before_it_lets_go_of_places(page: Page, studio: Studio, clock: StoppedClock) -> None:
    yoga = studio.puts_on("Morning Yoga")
    clock.shows("09:00")
    basket = ClassPage.of(page, yoga.id).add_to_basket().keeps_places_until("09:15")
    basket.does_not_warn()

    clock.shows("09:14")
    basket.reload().announces("We let go of your place at 09:15: keep it, or check out now.")


def test_a_refused_code_is_read_first_and_the_page_stays(page: Page, studio: Studio) -> None:
    yoga = studio.puts_on("Morning Yoga")
    basket = ClassPage.of(page, yoga.id).add_to_basket()
    loaded = page.evaluate("performance.timeOrigin")

    refused = basket.apply_in_vain("NOSUCHCODE")

    expect(refused.main.get_by_role("alert", name="There is a problem")).to_be_focused()
    refused.apply("SPRING20").comes_to("£9.60")
    assert page.evaluate("performance.timeOrigin") == loaded
