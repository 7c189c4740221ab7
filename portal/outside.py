"""The outside world as one application meets it: its clock, its Stripe, its post."""

from dataclasses import dataclass
from typing import cast

from flask import Flask, current_app

from portal.gateways.clock import Clock
from portal.gateways.post import Post, post_at
from portal.settings import Settings


@dataclass(frozen=True, slots=True)
class Outside:
    """What doors ask: settings, the one clock (T2), and the gateways."""

    settings: Settings
    clock: Clock
    post: Post


def connect_outside(app: Flask, settings: Settings) -> None:
    """Give an application its outside world."""
    app.extensions["punchcard"] = Outside(
        settings=settings, clock=Clock(settings.clock_file), post=post_at(settings.smtp_url)
    )


def outside() -> Outside:
    """The current application's outside world."""
    return cast("Outside", current_app.extensions["punchcard"])
