"""What passes and codes are limited to (P6, D3)."""

from sqlalchemy import or_, select

from portal.models.purchase_options import Coverage
from portal.operations.verification.invariant import Invariant, count_of

COVERAGE = (
    Invariant(
        "Each limit of a pass or a code has one owner, and names a series or a ticket type",
        count_of(Coverage),
        select(
            Coverage.id.label("coverage"),
            Coverage.purchase_option_id,
            Coverage.discount_code_id,
            Coverage.series_id,
            Coverage.ticket_type_id,
        ).where(
            or_(
                Coverage.purchase_option_id.is_(None) == Coverage.discount_code_id.is_(None),
                Coverage.series_id.is_(None) == Coverage.ticket_type_id.is_(None),
            )
        ),
    ),
)
