"""What a journey may ask for: a running shop as it was when the demo was loaded, and a visitor's browser.

A journey that asks for ``page`` runs four times, with and without JavaScript, on a phone and on a desk; one
that names a pair of ``journeys/devices.py`` runs twice.
"""

import re
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from e2e.accessibility import assert_accessible
from e2e.browser import launch
from e2e.shop import Shop
from e2e.watch import Watch
from portal.settings import Settings
from tests.databases import another_portal
from tests.soundness import assert_sound

SCREENSHOTS = Path(__file__).resolve().parent.parent / "var" / "screenshots"
PATIENCE = 15_000  # milliseconds; two cores serve the shop and everything else
FAILED = pytest.StashKey[bool]()


@dataclass(frozen=True, slots=True)
class Device:
    """What a visitor holds."""

    javascript: bool
    width: int
    height: int

    def __str__(self) -> str:
        return f"{'script' if self.javascript else 'plain'}-{self.width}"


DEVICES = (
    Device(javascript=True, width=1280, height=900),
    Device(javascript=True, width=390, height=844),
    Device(javascript=False, width=1280, height=900),
    Device(javascript=False, width=390, height=844),
)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remember a failure, so that the pages can be kept as pictures."""
    report = yield
    if report.failed:
        item.stash[FAILED] = True
    return report


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for all journeys of this worker."""
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def running_shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """One shop for all journeys of this worker."""
    with Shop(tmp_path_factory.mktemp("shop")) as shop:
        yield shop


@pytest.fixture(scope="session")
def inside(running_shop: Shop) -> Iterator[Flask]:
    """The portal on the shop's database, in this process, to look at what the journey left."""
    with another_portal(Settings.from_environment(running_shop.environment)) as portal:
        yield portal


@pytest.fixture
def shop(running_shop: Shop, inside: Flask) -> Iterator[Shop]:
    """The shop as it was when the demo was loaded; every journey leaves it sound (``flask verify``)."""
    running_shop.begin_anew()
    yield running_shop
    with inside.app_context():
        assert_sound()


@pytest.fixture(params=DEVICES, ids=str)
def device(request: pytest.FixtureRequest) -> Device:
    """What the visitors of this journey hold."""
    device: Device = request.param
    return device


@pytest.fixture
def new_visitor(
    shop: Shop, chromium: Browser, device: Device, request: pytest.FixtureRequest
) -> Iterator[Callable[[], Page]]:
    """Open a browser of its own for one more person; the journey fails on what is seen in any (``Watch``)."""
    opened: list[tuple[BrowserContext, Watch]] = []

    def open_browser() -> Page:
        context = chromium.new_context(
            base_url=shop.url,
            java_script_enabled=device.javascript,
            viewport={"width": device.width, "height": device.height},
            locale="en-GB",
            timezone_id="Europe/London",
            reduced_motion="reduce",
        )
        context.set_default_timeout(PATIENCE)
        opened.append((context, Watch(context)))
        return context.new_page()

    yield open_browser
    if request.node.stash.get(FAILED, False):
        _keep_pictures(opened, request.node.nodeid)
    for context, _ in opened:
        context.close()
    for _, watch in opened:
        watch.assert_nothing_seen()


@pytest.fixture
def page(new_visitor: Callable[[], Page]) -> Page:
    """A visitor's browser, empty."""
    return new_visitor()


@pytest.fixture
def check_accessibility() -> Callable[[Page], None]:
    """Hold what is shown to WCAG 2.2 AA, as every screen does when it arrives: for states that come later."""
    return assert_accessible


def _keep_pictures(opened: list[tuple[BrowserContext, Watch]], test: str) -> None:
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    name = re.sub(r"[^\w-]+", "-", test.rpartition("/")[2])
    shown = [page for context, _ in opened for page in context.pages]
    for number, page in enumerate(shown):
        page.screenshot(path=SCREENSHOTS / f"{name}-{number}.png", full_page=True)
