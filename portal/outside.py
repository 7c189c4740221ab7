"""The outside world as one application meets it: its clock, its Stripe, its post."""

from dataclasses import dataclass
from typing import cast

from flask import Flask, current_app

from portal.gateways.authenticators import Authenticators
from portal.gateways.card_payments import CardPayments
from portal.gateways.clock import Clock
from portal.gateways.letter_tokens import LetterTokens
from portal.gateways.post import Post, post_at
from portal.settings import Settings


@dataclass(frozen=True, slots=True)
class Outside:
    """What doors ask: settings, the one clock (T2), and the gateways."""

    settings: Settings
    clock: Clock
    card_payments: CardPayments
    post: Post
    letter_tokens: LetterTokens
    authenticators: Authenticators


def connect_outside(app: Flask, settings: Settings) -> None:
    """Give an application its outside world."""
    app.extensions["punchcard"] = Outside(
        settings=settings,
        clock=Clock(settings.clock_file),
        card_payments=CardPayments(
            secret_key=settings.stripe_secret_key,
            webhook_secret=settings.stripe_webhook_secret,
            api_base=settings.stripe_api_base,
        ),
        post=post_at(settings.smtp_url),
        letter_tokens=LetterTokens(settings.secret_key),
        authenticators=Authenticators(settings.secret_key),
    )


def outside() -> Outside:
    """The current application's outside world."""
    return cast("Outside", current_app.extensions["punchcard"])
