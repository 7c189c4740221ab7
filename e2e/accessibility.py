"""Whether everybody can use a page: axe-core's rules for WCAG 2.2 AA, in light and in dark."""

from typing import Literal

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
SCHEMES: tuple[Literal["light", "dark"], ...] = ("dark", "light")
CAN_RUN_SCRIPTS = "() => matchMedia('(scripting: enabled)').matches"
SHAPE = """
() => innerWidth + document.documentElement.outerHTML
  .replace(/>([^<]*)</g, (_, text) => text.trim() ? ">text<" : "><")
  .replace(/[0-9a-f-]{36}|[0-9]+/g, "0")
"""
RUN = """
tags => axe.run(document, {runOnly: {type: "tag", values: tags}, resultTypes: ["violations"]})
  .then(results => results.violations)
"""

_shapes_found_good: set[str] = set()


def assert_accessible(page: Page) -> None:
    """Fail with each rule that the page breaks, where, and in which colours.

    A page of the same shape (all but its words and numbers) is looked at once. axe is a script: where scripts
    are off it cannot run, and where they are on it sees the same page. The page's Content-Security-Policy
    concerns the page's scripts, not those that a test evaluates.
    """
    if not page.evaluate(CAN_RUN_SCRIPTS):
        return
    shape = page.evaluate(SHAPE)
    if shape in _shapes_found_good:
        return
    page.evaluate(AXE_SCRIPT)
    found = [line for scheme in SCHEMES for line in _violations(page, scheme)]
    assert not found, f"{page.url} is not for everybody:\n" + "\n".join(found)
    _shapes_found_good.add(shape)


def _violations(page: Page, scheme: Literal["light", "dark"]) -> list[str]:
    page.emulate_media(color_scheme=scheme)
    return [
        f"  {scheme}: {violation['id']} ({violation['help']}): {node['html']}\n    {node['failureSummary']}"
        for violation in page.evaluate(RUN, TAGS)
        for node in violation["nodes"]
    ]
