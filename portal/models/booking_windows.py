"""Whether a class may be booked, for statements over ``class_session`` that give the moment as ``now``."""

from sqlalchemy import bindparam, or_

from portal.models.classes import ClassSession
from portal.models.database import table_of

_class = table_of(ClassSession)

IS_CLOSED = or_(_class.c.closes_at <= bindparam("now"), _class.c.opens_at > bindparam("now"))
"""It is too late to book the class, or too early."""
