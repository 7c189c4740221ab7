"""Do the migrations lead to what the models say? Asked of an empty database of each kind."""

import tempfile
from pathlib import Path

import flask_migrate

from e2e.postgres import Cluster
from portal import create_app
from portal.settings import Settings


def check(url: str) -> None:
    """Migrate an empty database, and stop with Alembic's own words where the models want more, or less."""
    app = create_app(
        Settings(
            database_url=url,
            secret_key="a key for migrations, long enough",
            stripe_secret_key="sk_test_x",
            stripe_webhook_secret="whsec_x",
        )
    )
    with app.app_context():
        flask_migrate.upgrade()
        flask_migrate.check()


def main() -> None:
    """Check both kinds."""
    with tempfile.TemporaryDirectory() as folder:
        check(f"sqlite:///{Path(folder) / 'portal.sqlite'}")
    with Cluster() as cluster:
        check(cluster.url())
    print("The migrations lead to what the models say, on SQLite and on PostgreSQL.")


if __name__ == "__main__":
    main()
