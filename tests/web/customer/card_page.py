"""Stripe behind the pages of a test: the stand-in, which the portal reaches as it reaches Stripe."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from e2e.stripe_stand_in.testing import Controls, running_stand_in
from portal.gateways.card_payments import CardPayments


@contextmanager
def stripe_behind(site: Flask, clock_file: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Controls]:
    """Let the portal speak to a stand-in of its own, which goes by the same clock and sends no webhooks."""
    with running_stand_in(clock_file=clock_file) as stand_in:
        outside = site.extensions["punchcard"]
        speaking = CardPayments(
            secret_key="sk_test_stand_in",
            webhook_secret=outside.settings.stripe_webhook_secret,
            api_base=stand_in.url,
        )
        monkeypatch.setitem(site.extensions, "punchcard", replace(outside, card_payments=speaking))
        yield stand_in
