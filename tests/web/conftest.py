"""Pages are tested at a moment that stands still."""

from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from portal.gateways.clock import Clock
from portal.models.business import BusinessFacts
from tests.studio import NOW, a_business


@pytest.fixture(autouse=True)
def still_clock(site: Flask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The clock's file: it says NOW until a test writes another moment."""
    file = tmp_path / "clock"
    file.write_text(NOW.isoformat())
    outside = replace(site.extensions["punchcard"], clock=Clock(file))
    monkeypatch.setitem(site.extensions, "punchcard", outside)
    return file


@pytest.fixture
def studio(site: Flask) -> BusinessFacts:
    """A studio that is open."""
    with site.app_context():
        return a_business()
