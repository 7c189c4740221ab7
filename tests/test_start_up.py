"""The portal does not start where demo accounts and real money would meet."""

from pathlib import Path

import pytest
from flask import Flask

from portal import create_app
from portal.models.database import transaction
from portal.operations.demo import load_demo
from portal.outside import outside
from portal.settings import Settings, UnsafeSettings
from tests.cli.commands import run
from tests.databases import another_portal
from tests.studio import NOW, a_business, a_customer


def _with_a_live_key(database_url: str) -> Settings:
    return Settings(
        database_url=database_url,
        secret_key="s" * 40,
        stripe_secret_key="sk_live_real",
        stripe_webhook_secret="whsec_real",
    )


def test_a_database_with_demo_accounts_is_refused_beside_a_live_key(app: Flask) -> None:
    with transaction():
        load_demo(port=8000, password_hash="hash", now=NOW)
    with pytest.raises(UnsafeSettings, match="demo accounts"):
        create_app(_with_a_live_key(outside().settings.database_url))


def test_a_database_with_real_accounts_starts_beside_a_live_key(app: Flask) -> None:
    a_customer(a_business())
    create_app(_with_a_live_key(outside().settings.database_url))


def test_an_empty_database_starts_beside_a_live_key_so_that_it_can_be_upgraded(tmp_path: Path) -> None:
    create_app(_with_a_live_key(f"sqlite:///{tmp_path}/new.sqlite"))


def test_the_demo_is_not_loaded_beside_a_live_key(app: Flask) -> None:
    with another_portal(_with_a_live_key(outside().settings.database_url)) as real, real.app_context():
        told = run(real, "demo")
    assert told.exit_code == 1
    assert "not with a live Stripe key" in told.output
