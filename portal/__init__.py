"""Punchcard: a class-booking portal for studios."""

from pathlib import Path

from flask import Flask
from flask_migrate import Migrate
from jinja2 import StrictUndefined

from portal import cli, web
from portal.models.database import db, engine_options
from portal.outside import connect_outside
from portal.settings import Settings

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
    return app
