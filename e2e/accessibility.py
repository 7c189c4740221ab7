"""Whether everybody can use a page: axe-core's rules for WCAG 2.2 AA, in light and in dark."""

from pathlib import Path
from typing import Literal

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

Scheme = Literal["light", "dark"]
Rules = dict[str, object]

EVERY_RULE: Rules = {"type": "tag", "values": ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")}
COLOURS: Rules = {"type": "rule", "values": ("color-contrast",)}
LOOKS: tuple[tuple[Scheme, Rules], ...] = (("dark", EVERY_RULE), ("light", COLOURS))
"""Two schemes differ in colours alone, so the second look is at these."""

SHAPE = (Path(__file__).parent / "shape.js").read_text()
RUN = """
rules => axe.run(document, {runOnly: rules, resultTypes: ["violations"]}).then(results => results.violations)
"""

_shapes_found_good: set[str] = set()


def assert_accessible(page: Page) -> None:
    """Fail with each rule that the page breaks, where, and in which colours.

    A page of the same shape (all but its words, numbers and addresses) is looked at once. axe is a script:
    where scripts are off it cannot run, and where they are on it sees the same page. The page's
    Content-Security-Policy concerns the page's scripts, not those that a test evaluates.
    """
    shape = page.evaluate(SHAPE)
    if shape is None or shape in _shapes_found_good:
        return
    page.evaluate(AXE_SCRIPT)
    found = [line for scheme, rules in LOOKS for line in _violations(page, scheme, rules)]
    assert not found, f"{page.url} is not for everybody:\n" + "\n".join(found)
    _shapes_found_good.add(shape)


def _violations(page: Page, scheme: Scheme, rules: Rules) -> list[str]:
    page.emulate_media(color_scheme=scheme)
    return [
        f"  {scheme}: {violation['id']} ({violation['help']}): {node['html']}\n    {node['failureSummary']}"
        for violation in page.evaluate(RUN, rules)
        for node in violation["nodes"]
    ]
