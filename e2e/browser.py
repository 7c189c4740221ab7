"""The browser that journeys drive: one that is there already, or one that is installed for them.

``python -m e2e.browser`` makes sure that there is one (``make browser``).
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Browser, Playwright, sync_playwright

from e2e.packages import install_from_debian, stop

NAMES = (
    "chromium-headless-shell",  # first: it opens a window with a third of the work
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)
DEBIAN_PACKAGES = ("chromium-headless-shell", "chromium")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
HOW_TO_INSTALL = (
    "No Chromium was found for the browser journeys. Debian, Ubuntu: sudo apt-get install chromium;"
    " or name one: PUNCHCARD_CHROMIUM=/path/to/chromium make test"
)


def launch(playwright: Playwright) -> Browser:
    """A headless Chromium that speaks to nobody but the pages it is shown."""
    found = find_chromium(playwright) or stop(HOW_TO_INSTALL)
    return playwright.chromium.launch(executable_path=found, args=list(FLAGS))


def chromium() -> str:
    """Where Chromium is; installs one where there is none, and stops with a sentence where that cannot be."""
    with sync_playwright() as playwright:
        found = find_chromium(playwright)
        if found is None and (any(map(install_from_debian, DEBIAN_PACKAGES)) or download()):
            found = find_chromium(playwright)
    return found or stop(HOW_TO_INSTALL)


def find_chromium(playwright: Playwright) -> str | None:
    """A Chromium of this machine: the one that is named, one on the path, or Playwright's own."""
    named = os.environ.get("PUNCHCARD_CHROMIUM")
    own = playwright.chromium.executable_path
    on_path = (shutil.which(name) for name in NAMES)
    return named or next(filter(None, on_path), None) or (own if Path(own).exists() else None)


def download() -> bool:
    """Let Playwright fetch its own; False where it cannot be reached."""
    print("Fetching Playwright's Chromium …", flush=True)
    fetch = [sys.executable, "-m", "playwright", "install", "chromium"]
    try:
        fetched = subprocess.run(fetch, capture_output=True, check=False, timeout=300)
    except subprocess.TimeoutExpired:
        return False
    return fetched.returncode == 0


if __name__ == "__main__":
    print(f"Chromium: {chromium()}")
