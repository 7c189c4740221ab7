"""For the fork server: a portal has been made in this process, so that the next one is made quickly.

The first on a kind of database takes 0.3 to 0.4 s of a core, mostly for mappers, templates and drivers, each
further one 0.06. Nothing here opens a connection or starts a thread.
"""

from sqlalchemy.orm import configure_mappers

from portal import create_app
from tests.databases import settings_for

configure_mappers()
for nowhere in ("sqlite://", "postgresql+psycopg://"):
    create_app(settings_for(nowhere))
