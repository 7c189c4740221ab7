"""A stand-in for each test, and the SDK that speaks to it."""

from collections.abc import Iterator

import pytest
import stripe

from e2e.stripe_stand_in.testing import RunningStandIn, running_stand_in

from .shop import Inbox


@pytest.fixture(autouse=True)
def _no_telemetry(monkeypatch: pytest.MonkeyPatch) -> None:
    """The SDK would otherwise write an id of this machine into its owner's home."""
    monkeypatch.setattr(stripe, "enable_telemetry", False)


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def stand_in(inbox: Inbox) -> Iterator[RunningStandIn]:
    with running_stand_in(receiver=inbox) as running:
        yield running


@pytest.fixture
def client(stand_in: RunningStandIn) -> stripe.StripeClient:
    return stand_in.client()
