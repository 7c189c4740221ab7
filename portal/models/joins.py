"""Ways from table to table, by the columns with which rows name each other, within one business (B1)."""

from typing import Any

from sqlalchemy import and_


def joined(found: Any, *steps: tuple[Any, Any]) -> Any:
    """A statement joined with other tables, aliased ones too: each step goes from a column of one to the
    column of another that has the same in it, such as ``(Ticket.booking_id, Booking.id)``. Rows without such
    another are left out.
    """
    for left, right in steps:
        found = found.join(right.parent.entity, _same(left, right))
    return found


def joined_if_there(found: Any, *steps: tuple[Any, Any]) -> Any:
    """The same, keeping rows that name nothing."""
    for left, right in steps:
        found = found.outerjoin(right.parent.entity, _same(left, right))
    return found


def _same(left: Any, right: Any) -> Any:
    of_one_business = right.parent.entity.business_id == left.parent.entity.business_id
    return and_(of_one_business, right == left)
