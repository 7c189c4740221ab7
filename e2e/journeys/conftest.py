"""What journeys may ask for beside a browser: the studios that they visit, to arrange things beforehand."""

import pytest
from flask import Flask

from e2e.shop import Shop
from e2e.studio import Studio


@pytest.fixture
def studio(shop: Shop, inside: Flask) -> Studio:
    """Riverside Studio."""
    return Studio(inside)


@pytest.fixture
def harbour(shop: Shop, inside: Flask) -> Studio:
    """Harbour Pottery, the other studio of the same portal."""
    return Studio(inside, host="harbour.localhost")
