"""The watch itself: each thing that must happen on no page is seen when it happens."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from e2e.accessibility import assert_accessible
from e2e.watch import Watch

HEAD = "<!doctype html><html lang=en><title>A page</title>"
STRICT = {"Content-Security-Policy": "default-src 'self'"}


@pytest.fixture
def window(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context()
    yield context.new_page()
    context.close()


def show(page: Page, body: str, *, status: int = 200, headers: dict[str, str] | None = None) -> Watch:
    """Have the window show this page, and watch it; everything else that it asks for is not there."""
    watch = Watch(page.context)
    page.route("**/*", lambda route: route.fulfill(status=404))
    page.route(
        "http://localhost/",
        lambda route: route.fulfill(
            status=status, body=HEAD + body, content_type="text/html", headers=headers or {}
        ),
    )
    page.goto("http://localhost/")
    page.wait_for_load_state("networkidle")
    return watch


@pytest.mark.parametrize(
    ("seen", "body", "headers"),
    [
        ("Content Security Policy", "<h1 style='color: red'>Red</h1>", STRICT),
        ("Content Security Policy", "<script>document.title = 'Changed'</script>", STRICT),
        ("script error", "<script>nothing()</script>", None),
        ("console error: oh dear", "<script>console.error('oh dear')</script>", None),
        ("asked another host", "<img src='http://pictures.example/a.png' alt='A'>", None),
        ("404: GET http://localhost/gone.css", "<link rel=stylesheet href=/gone.css>", None),
    ],
)
def test_a_fault_is_seen(window: Page, seen: str, body: str, headers: dict[str, str] | None) -> None:
    watch = show(window, body, headers=headers)
    with pytest.raises(AssertionError, match=seen):
        watch.assert_nothing_seen()


def test_a_page_that_the_server_cannot_answer_is_seen(window: Page) -> None:
    watch = show(window, "<h1>Sorry</h1>", status=500)
    with pytest.raises(AssertionError, match="500: GET"):
        watch.assert_nothing_seen()


def test_a_page_that_is_refused_to_a_person_is_no_fault(window: Page) -> None:
    show(window, "<h1>Not found</h1>", status=404).assert_nothing_seen()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_that_cannot_be_read_in_one_of_the_colours_are_found(window: Page, scheme: str) -> None:
    rule = f"@media (prefers-color-scheme: {scheme}) {{ h1 {{ color: #777; background: #666 }} }}"
    show(window, f"<style>{rule}</style><main><h1>Hard to read</h1></main>")
    with pytest.raises(AssertionError, match=f"{scheme}: color-contrast"):
        assert_accessible(window)


def test_a_field_without_a_name_is_found(window: Page) -> None:
    show(window, "<main><h1>Sign in</h1><input></main>")
    with pytest.raises(AssertionError, match="label"):
        assert_accessible(window)


FAINT = "<style>.faint { color: #777; background: #666 }</style>"
GOOD = f"{FAINT}<main><h1>Sign in</h1><label for=a1>Name</label><input id=a1><input aria-label=Q></main>"


@pytest.mark.parametrize(
    ("good", "bad", "rule"),
    [
        ("<h1>", "<h1 class=faint>", "dark: color-contrast"),
        (".faint {", "h1 {", "light: color-contrast"),
        ("for=a1", "for=a2", "label"),
        ("aria-label=Q", "aria-label=''", "label"),
        ("</main>", "<img src='data:,'></main>", "image-alt"),
    ],
)
def test_a_page_that_differs_in_more_than_words_from_a_good_one_is_looked_at(
    window: Page, good: str, bad: str, rule: str
) -> None:
    show(window, GOOD)
    assert_accessible(window)
    show(window, GOOD.replace(good, bad))
    with pytest.raises(AssertionError, match=rule):
        assert_accessible(window)


def test_a_page_that_differs_in_words_and_numbers_only_is_looked_at_once(window: Page) -> None:
    show(window, GOOD)
    assert_accessible(window)
    show(window, GOOD.replace("Sign in", "Register").replace("a1", "a7"))
    window.evaluate("window.axe = null")

    assert_accessible(window)

    assert window.evaluate("axe") is None
