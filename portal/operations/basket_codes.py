"""The discount code of a basket: one at most, and only one that does something (D3, D5)."""

from datetime import datetime
from uuid import UUID

from portal.models.business import BusinessFacts
from portal.models.code_facts import code_row
from portal.models.database import db
from portal.operations.basket_lines import lock_open_basket
from portal.operations.quoting import quoted_basket
from portal.rules.discounts import CodeRefused, CodeUnknown, normalise_code


def apply_discount_code(
    business: BusinessFacts,
    *,
    basket_id: UUID,
    customer_id: UUID | None,
    person_key: str | None,
    text: str,
    now: datetime,
) -> None:
    """Put a code into the basket in place of any other; a refused one changes nothing (D5).

    Unknown, expired, used-up and pointless codes are refused, each with its own sentence.
    """
    basket = lock_open_basket(business.id, basket_id)
    key = normalise_code(text)
    code = code_row(business.id, code_key=key)
    if code is None:
        raise CodeUnknown(text.strip())
    basket.discount_code_id = code.id
    basket.code_applied_at = now
    basket.changed_at = now
    db.session.flush()
    tried = quoted_basket(
        business, basket_id=basket_id, customer_id=customer_id, now=now, person_key=person_key
    )
    if tried.quote.dropped_code is not None:
        raise CodeRefused(tried.quote.dropped_code.text, **tried.quote.dropped_code.values)


def remove_discount_code(business: BusinessFacts, *, basket_id: UUID, now: datetime) -> None:
    """Take the code out; everything comes back as it was, the customer's own choices included (D2)."""
    basket = lock_open_basket(business.id, basket_id)
    basket.discount_code_id = None
    basket.code_applied_at = None
    basket.changed_at = now
    db.session.flush()
