"""Settings from the environment, checked at start-up: an unsafe or impossible set is refused in words."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from portal import logs

LEAST_SECRET_LENGTH = 32
LEAST_TOKEN_LENGTH = 16


class UnsafeSettings(RuntimeError):  # noqa: N818  it is a refusal to start, with a sentence for the operator
    """The portal does not start like this; the message says what to change."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What the environment says. ``smtp_url`` is ``smtp://…``, ``smtps://…``, or ``folder:<path>`` for a
    readable mailbox folder (demo and tests); ``trusted_proxies`` is how many proxies in front may say who
    the visitor is. With ``plan_page`` a studio's owner changes its plan on a page (B3), else whoever is at
    ``plan_contact`` does it for them. ``metrics_token`` opens /metrics, which is not there without one;
    ``log_format`` is json (without personal data) or plain (for a person who tries the portal out).
    """

    database_url: str
    secret_key: str
    stripe_secret_key: str
    stripe_webhook_secret: str
    stripe_api_base: str | None = None
    smtp_url: str | None = None
    clock_file: Path | None = None
    trusted_proxies: int = 0
    plan_page: bool = True
    plan_contact: str = ""
    metrics_token: str = ""
    log_format: str = logs.JSON

    @property
    def takes_real_money(self) -> bool:
        """Whether the Stripe key is a live one."""
        return self.stripe_secret_key.startswith(("sk_live_", "rk_live_"))

    @property
    def mailbox_folder(self) -> Path | None:
        """The folder that letters are written to instead of being sent, if so set."""
        if self.smtp_url and self.smtp_url.startswith("folder:"):
            return Path(self.smtp_url.removeprefix("folder:"))
        return None

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> "Settings":
        """Read and check the settings; raises UnsafeSettings with a sentence that says what to set."""
        env = os.environ if environment is None else environment
        clock = env.get("PUNCHCARD_CLOCK")
        plan_page, plan_contact = _plan_page(env.get("PUNCHCARD_PLAN_PAGE", "on"))
        settings = cls(
            database_url=_database_url(
                _needed(env, "DATABASE_URL", "sqlite:////srv/punchcard/punchcard.sqlite")
            ),
            secret_key=_needed(env, "SECRET_KEY", "the output of: openssl rand -hex 32"),
            stripe_secret_key=_needed(env, "STRIPE_SECRET_KEY", "sk_live_…"),
            stripe_webhook_secret=_needed(env, "STRIPE_WEBHOOK_SECRET", "whsec_…"),
            stripe_api_base=env.get("STRIPE_API_BASE") or None,
            smtp_url=env.get("SMTP_URL") or None,
            clock_file=Path(clock) if clock else None,
            trusted_proxies=int(env.get("TRUSTED_PROXIES", "0")),
            plan_page=plan_page,
            plan_contact=plan_contact,
            metrics_token=env.get("METRICS_TOKEN", ""),
            log_format=env.get("LOG_FORMAT") or logs.JSON,
        )
        settings.refuse_if_unsafe()
        return settings

    def refuse_if_unsafe(self) -> None:
        """Raise UnsafeSettings where something would endanger people's money or accounts."""
        if len(self.secret_key) < LEAST_SECRET_LENGTH:
            raise UnsafeSettings(
                f"SECRET_KEY is too short: it needs at least {LEAST_SECRET_LENGTH} characters."
            )
        if 0 < len(self.metrics_token) < LEAST_TOKEN_LENGTH:
            raise UnsafeSettings(
                f"METRICS_TOKEN is too short: it needs at least {LEAST_TOKEN_LENGTH} characters."
            )
        if self.log_format not in logs.KINDS:
            raise UnsafeSettings("LOG_FORMAT must be json or plain.")
        if self.takes_real_money and self.clock_file is not None:
            raise UnsafeSettings(
                "PUNCHCARD_CLOCK moves the clock and must not be set together with a live Stripe key."
            )
        if self.takes_real_money and self.stripe_api_base is not None:
            raise UnsafeSettings("STRIPE_API_BASE must not be set together with a live Stripe key.")
        if self.takes_real_money and self.mailbox_folder is not None:
            raise UnsafeSettings(
                "SMTP_URL names a folder, so no letter would be sent: name a mail server with a live key."
            )


def _needed(env: Mapping[str, str], name: str, example: str) -> str:
    value = env.get(name)
    if not value:
        raise UnsafeSettings(f"{name} is not set. For example: {name}={example}")
    return value


def _plan_page(value: str) -> tuple[bool, str]:
    """Whether owners have the page that changes the plan; where not, the address of whom to ask."""
    value = value.strip()
    if value in {"", "on"}:
        return True, ""
    if value == "off":
        return False, ""
    if value.startswith("https://") or ("@" in value and " " not in value):
        return False, value
    raise UnsafeSettings(
        "PUNCHCARD_PLAN_PAGE must be on, off, or the e-mail address or https:// page of whom owners ask."
    )


def _database_url(url: str) -> str:
    """PostgreSQL addresses as people write them, with the driver that the portal uses."""
    for scheme in ("postgres://", "postgresql://"):
        if url.startswith(scheme):
            return "postgresql+psycopg://" + url.removeprefix(scheme)
    return url
