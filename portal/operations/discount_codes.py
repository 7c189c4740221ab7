"""Discount codes that a studio hands out."""

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select

from portal.models.business import BusinessFacts
from portal.models.database import db
from portal.models.discount_codes import DiscountCode
from portal.models.purchase_options import Coverage
from portal.operations.auditing import Actor, write_audit
from portal.rules.discounts import normalise_code
from portal.rules.facts import DiscountKind, Reduces
from portal.rules.sentences import Refusal


class CodeTaken(Refusal):
    """The studio has such a code already, whatever its case (D3)."""

    def __init__(self, code: str) -> None:
        super().__init__("You already have a code {code}.", code=code)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDiscountCode:
    """A code and all its limits (D3), as in DiscountTerms; ``value`` is whole percent or minor units."""

    code: str
    kind: DiscountKind
    value: int
    reduces: Reduces = Reduces.TICKETS
    series_ids: frozenset[UUID] = field(default_factory=frozenset)
    ticket_type_ids: frozenset[UUID] = field(default_factory=frozenset)
    class_from: date | None = None
    class_to: date | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    bookings_limit: int | None = None
    per_person_limit: int | None = None
    least_spend: int | None = None


def add_discount_code(business: BusinessFacts, new: NewDiscountCode, *, actor: Actor, now: datetime) -> UUID:
    """Add a code, limited to what is the studio's own (B1); raises CodeTaken where it has it already."""
    key = normalise_code(new.code)
    if db.session.scalar(
        select(DiscountCode.id).where(DiscountCode.business_id == business.id, DiscountCode.code_key == key)
    ):
        raise CodeTaken(new.code)
    code = DiscountCode(
        business_id=business.id,
        code=new.code.strip(),
        code_key=key,
        kind=new.kind,
        value=new.value,
        reduces=new.reduces,
        class_from=new.class_from,
        class_to=new.class_to,
        starts_at=new.starts_at,
        ends_at=new.ends_at,
        bookings_limit=new.bookings_limit,
        per_person_limit=new.per_person_limit,
        least_spend=new.least_spend,
    )
    db.session.add(code)
    db.session.flush()
    db.session.add_all(
        [
            *(
                Coverage(business_id=business.id, discount_code_id=code.id, series_id=series_id)
                for series_id in new.series_ids
            ),
            *(
                Coverage(business_id=business.id, discount_code_id=code.id, ticket_type_id=ticket_type_id)
                for ticket_type_id in new.ticket_type_ids
            ),
        ]
    )
    write_audit(actor, "discount_code.added", code, now=now, after={"code": code.code, "value": new.value})
    db.session.flush()
    return code.id
