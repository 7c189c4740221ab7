"""What a discount code is reckoned from: its row, and what of its limits is left (D3, D6)."""

from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, func, select

from portal.models.coverage_facts import Covered
from portal.models.database import read, table_of
from portal.models.discount_codes import CodeRedemption, DiscountCode
from portal.rules.facts import DiscountTerms

_code = table_of(DiscountCode)
_redemption = table_of(CodeRedemption)

_CODE = select(_code).where(
    _code.c.business_id == bindparam("business_id"), _code.c.id == bindparam("code_id")
)

_CODE_BY_KEY = select(_code).where(
    _code.c.business_id == bindparam("business_id"), _code.c.code_key == bindparam("code_key")
)

_PERSON_REDEMPTIONS = select(func.count()).where(
    _redemption.c.business_id == bindparam("business_id"),
    _redemption.c.discount_code_id == bindparam("code_id"),
    _redemption.c.person_key == bindparam("person_key"),
    _redemption.c.nth.is_not(None),
)


def code_row(business_id: UUID, *, code_id: UUID | None = None, code_key: str | None = None) -> Any:
    """The row of a discount code by its id or by its key; None where there is none."""
    if code_id is not None:
        return read(_CODE, {"business_id": business_id, "code_id": code_id}).first()
    return read(_CODE_BY_KEY, {"business_id": business_id, "code_key": code_key}).first()


def redemptions_of_person(business_id: UUID, code_id: UUID, person_key: str) -> int:
    """How many live redemptions of a code a person has, by the key of their e-mail address (D3)."""
    key = {"business_id": business_id, "code_id": code_id, "person_key": person_key}
    return int(read(_PERSON_REDEMPTIONS, key).scalar_one())


def discount_terms(
    row: Any, covered: Covered, *, person_redemptions: int, own_claims: int = 0
) -> DiscountTerms:
    """The rules' value of a code and what its limits leave; one's own pending claim is not spent (R7)."""
    return DiscountTerms(
        id=row.id,
        code=row.code,
        kind=row.kind,
        value=row.value,
        reduces=row.reduces,
        series_ids=covered.series_ids,
        ticket_type_ids=covered.ticket_type_ids,
        class_from=row.class_from,
        class_to=row.class_to,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        bookings_left=None
        if row.bookings_limit is None
        else row.bookings_limit - row.bookings_count + own_claims,
        person_left=None
        if row.per_person_limit is None
        else row.per_person_limit - person_redemptions + own_claims,
        least_spend=row.least_spend,
        switched_off=row.switched_off_at is not None,
    )
