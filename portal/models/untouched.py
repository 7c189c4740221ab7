"""Classes that nobody has to do with: no ticket, basket, waiting list or cancellation names them."""

from typing import Any

from sqlalchemy import ColumnElement, and_, select

from portal.models.classes import ClassSession
from portal.models.database import Base, table_of

_class = table_of(ClassSession)


def _naming(table: Any) -> list[ColumnElement[bool]]:
    """That a row of the table names the class, once for each reference to it."""
    return [
        select(table.c.id)
        .where(and_(*(element.parent == element.column for element in reference.elements)))
        .correlate(_class)
        .exists()
        for reference in table.foreign_key_constraints
        if reference.referred_table is _class
    ]


def is_untouched() -> ColumnElement[bool]:
    """For statements over ``class_session``: it may go without anybody noticing. Asked under its lock."""
    return and_(*(~named for table in Base.metadata.tables.values() for named in _naming(table)))
