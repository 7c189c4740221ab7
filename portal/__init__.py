"""Punchcard: a class-booking portal for studios."""

from pathlib import Path

from flask import Flask
from flask_migrate import Migrate
from jinja2 import StrictUndefined

from portal import cli, web
from portal.models.database import db, engine_options
from portal.operations.demo import holds_demo_accounts
from portal.outside import connect_outside
from portal.settings import Settings, UnsafeSettings

HOUSE = Path(__file__).resolve().parent.parent


def create_app(settings: Settings | None = None) -> Flask:
    """The portal, ready to serve; settings come from the environment unless they are given."""
    settings = settings or Settings.from_environment()
    app = Flask(__name__, template_folder=str(HOUSE / "templates"), static_folder=None)
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(settings.database_url),
    )
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    db.init_app(app)
    Migrate(app, db, directory=str(HOUSE / "migrations"), compare_type=True)
    connect_outside(app, settings)
    web.register(app)
    cli.register(app)
    if settings.takes_real_money:
        _refuse_demo_accounts(app)
    return app


def _refuse_demo_accounts(app: Flask) -> None:
    """Raise UnsafeSettings where anybody could sign in as a demo account, beside a live Stripe key.

    Connections made to find out are let go of, so that no worker process inherits one.
    """
    with app.app_context():
        has_demo_accounts = holds_demo_accounts()
        db.session.remove()
        db.engine.dispose()
    if has_demo_accounts:
        raise UnsafeSettings(
            "Everybody knows the password of the demo accounts here: a live key needs another database."
        )
