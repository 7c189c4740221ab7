"""Everything that is in a database, row for row, so that a test can say that nothing was touched."""

from collections import Counter
from collections.abc import Mapping

from sqlalchemy import select

from portal.models.database import db, end_reading

Tables = Mapping[str, Counter[str]]


def all_tables() -> Tables:
    """Every row of every table that has any."""
    found = {table.name: db.session.execute(select(table)).all() for table in db.metadata.sorted_tables}
    end_reading()
    return {name: Counter(repr(row) for row in rows) for name, rows in found.items() if rows}
