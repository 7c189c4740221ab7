"""Every row within one business: the database refuses all else (B1), and this looks again by id alone."""

from collections.abc import Iterator

from sqlalchemy import ColumnElement, Table, and_, func, literal, or_, select, union_all

from portal.models.business import Business
from portal.models.database import Base
from portal.operations.verification.invariant import AnySelect, Invariant


def _references() -> Iterator[tuple[Table, str, Table]]:
    """Each column that refers to a row of a business, with the table that it refers to."""
    for table in Base.metadata.sorted_tables:
        for constraint in sorted(table.foreign_key_constraints, key=lambda key: list(key.column_keys)):
            column = next((name for name in constraint.column_keys if name != "business_id"), "business_id")
            yield table, column, constraint.referred_table


def _astray(table: Table, column: str, target: Table) -> AnySelect:
    """References to rows that are not there, or that are another business's."""
    other = target.alias("target")
    astray: ColumnElement[bool] = other.c.id.is_(None)
    if target.name != Business.__tablename__:
        astray = or_(astray, other.c.business_id != table.c.business_id)
    own_key = table.c.id if "id" in table.c else table.c.business_id
    return (
        select(literal(f"{table.name}.{column}").label("reference"), own_key.label("of_row"))
        .select_from(table.outerjoin(other, other.c.id == table.c[column]))
        .where(and_(table.c[column].is_not(None), astray))
    )


def _count(table: Table, column: str) -> AnySelect:
    return select(func.count(table.c[column]).label("references"))


_ASTRAY = union_all(*(_astray(*reference) for reference in _references())).subquery()
_COUNTS = union_all(*(_count(table, column) for table, column, _ in _references())).subquery()

REFERENCES = (
    Invariant(
        "Every row refers within its own business",
        select(func.sum(_COUNTS.c.references)),
        select(_ASTRAY.c.reference, _ASTRAY.c.of_row),
    ),
)
