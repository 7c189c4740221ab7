"""What journeys may ask for beside a browser: the studios that they visit, and a clock that stands still."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from e2e.shop import Shop
from e2e.studio import Studio

LONDON = ZoneInfo("Europe/London")


class StoppedClock:
    """The shop's clock, stopped at a time of tomorrow: for journeys that read a clock time on a page."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self._tomorrow = datetime.now(LONDON).date() + timedelta(days=1)

    def shows(self, clock: str) -> None:
        """Set it, in the studio's zone: "09:15"."""
        moment = datetime.combine(self._tomorrow, time.fromisoformat(clock), LONDON)
        self._shop.set_clock(moment.isoformat())


@pytest.fixture
def clock(shop: Shop) -> StoppedClock:
    """The shop's clock, to be stopped."""
    return StoppedClock(shop)


@pytest.fixture
def studio(shop: Shop, inside: Flask) -> Studio:
    """Riverside Studio."""
    return Studio(inside)


@pytest.fixture
def harbour(shop: Shop, inside: Flask) -> Studio:
    """Harbour Pottery, the other studio of the same portal."""
    return Studio(inside, host="harbour.localhost")
