"""Whether the portal lives, and whether it can serve: for whoever watches it, on any host (B1)."""

from flask import Blueprint
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from portal.models.database import db
from portal.web.visitor import on_any_host

pages = Blueprint("health", __name__)


@pages.get("/healthz")
@on_any_host
def healthz() -> tuple[str, dict[str, str]]:
    """The process answers."""
    return "ok\n", {"Content-Type": "text/plain; charset=utf-8"}


@pages.get("/readyz")
@on_any_host
def readyz() -> tuple[str, int, dict[str, str]]:
    """The database answers too, and has our tables; else 503."""
    try:
        db.session.execute(text("SELECT 1 FROM business LIMIT 1"))
    except SQLAlchemyError:
        db.session.rollback()
        return (
            "The database does not answer, or has no tables yet.\n",
            503,
            {"Content-Type": "text/plain; charset=utf-8"},
        )
    return "ok\n", 200, {"Content-Type": "text/plain; charset=utf-8"}
