"""The floor: as little as a Flask page can do and still be one (``gunicorn bench.floor:app``).

One indexed SELECT through Flask-SQLAlchemy and one Jinja loop of its 20 rows: no session, no sign-in, no
headers, no compression. It runs on the same server and database as the portal.
"""

import os

from flask import Flask, render_template
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

SHELVES = 50
ROWS_A_SHELF = 20


class FloorBase(DeclarativeBase):
    """The floor's own table, and none of the portal's."""


db = SQLAlchemy(model_class=FloorBase)


class FloorRow(db.Model):  # type: ignore[name-defined,misc]  # made at run time
    """A row of the list."""

    id: Mapped[int] = mapped_column(primary_key=True)
    shelf: Mapped[int] = mapped_column(index=True)
    words: Mapped[str]


def create_floor(database_url: str) -> Flask:
    """The floor on a database."""
    floor = Flask(__name__)
    floor.config["SQLALCHEMY_DATABASE_URI"] = database_url
    db.init_app(floor)

    @floor.get("/")
    def page() -> str:
        rows = db.session.execute(db.select(FloorRow.id, FloorRow.words).where(FloorRow.shelf == 7)).all()
        return render_template("floor.html", rows=rows)

    return floor


def lay_floor(database_url: str) -> None:
    """Make its table and fill it."""
    with create_floor(database_url).app_context():
        db.create_all()
        db.session.add_all(
            FloorRow(shelf=shelf, words=f"Row {row} of shelf {shelf}")
            for shelf in range(SHELVES)
            for row in range(ROWS_A_SHELF)
        )
        db.session.commit()
        db.engine.dispose()


if "DATABASE_URL" in os.environ:
    app = create_floor(os.environ["DATABASE_URL"])
