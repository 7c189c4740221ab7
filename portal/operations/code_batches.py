"""Many codes in one go, each for one booking, that nobody guesses (D3)."""

import secrets
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, insert, select

from portal.models.business import BusinessFacts
from portal.models.database import db, new_id, table_of
from portal.models.discount_codes import CodeBatch, DiscountCode
from portal.operations.auditing import Actor, write_audit
from portal.operations.covering import write_coverage
from portal.operations.discount_codes import NewDiscountCode, refuse_terms, told_terms
from portal.rules.code_limits import (
    BATCH_ALPHABET,
    BATCH_SUFFIX,
    LONGEST_PREFIX,
    MOST_IN_BATCH,
    BatchSizeOutOfRange,
    PrefixSpeltWrong,
    is_spelt_right,
)
from portal.rules.discounts import normalise_code

_code = table_of(DiscountCode)

_KEYS_LIKE = select(_code.c.code_key).where(
    _code.c.business_id == bindparam("business_id"), _code.c.code_key.startswith(bindparam("prefix"))
)


def add_code_batch(
    business: BusinessFacts,
    *,
    prefix: str,
    size: int,
    like: NewDiscountCode,
    actor: Actor,
    now: datetime,
    batch_id: UUID | None = None,
) -> UUID:
    """Make so many codes with the terms of ``like``, "SUMMER-7K3M-9QXP", each for one booking.

    ``batch_id`` is the id that the form has for it, so that the same form sent twice makes one batch. Raises
    PrefixSpeltWrong, BatchSizeOutOfRange and what ``refuse_terms`` raises.
    """
    prefix = prefix.strip()
    if not is_spelt_right(prefix, LONGEST_PREFIX):
        raise PrefixSpeltWrong
    if not 1 <= size <= MOST_IN_BATCH:
        raise BatchSizeOutOfRange
    refuse_terms(like, business.currency)
    batch_id = batch_id or new_id()
    if db.session.get(CodeBatch, (business.id, batch_id)) is not None:
        return batch_id
    batch = CodeBatch(business_id=business.id, id=batch_id, prefix=prefix, size=size, made_at=now)
    db.session.add(batch)
    db.session.flush()
    texts = _new_texts(business.id, prefix, size)
    rows = [_row(business.id, batch_id, text, like) for text in texts]
    db.session.execute(insert(_code), rows)
    write_coverage(business.id, like.covers, code_ids=[row["id"] for row in rows])
    first = db.session.get_one(DiscountCode, (business.id, rows[0]["id"]))
    told = told_terms(business, first, like.covers)
    after = {name: it for name, it in told.items() if it not in (None, [])}
    write_audit(actor, "code_batch.added", batch, now=now, after={"codes": size, **after})
    db.session.flush()
    return batch_id


def _new_texts(business_id: UUID, prefix: str, size: int) -> list[str]:
    """Texts that the studio has no code of yet."""
    taken = set(
        db.session.scalars(_KEYS_LIKE, {"business_id": business_id, "prefix": f"{normalise_code(prefix)}-"})
    )
    texts: list[str] = []
    while len(texts) < size:
        text = "-".join((prefix, *(_part(length) for length in BATCH_SUFFIX)))
        if normalise_code(text) not in taken:
            taken.add(normalise_code(text))
            texts.append(text)
    return texts


def _part(length: int) -> str:
    return "".join(secrets.choice(BATCH_ALPHABET) for _ in range(length))


def _row(business_id: UUID, batch_id: UUID, text: str, like: NewDiscountCode) -> dict[str, Any]:
    return {
        "business_id": business_id,
        "id": new_id(),
        "code": text,
        "code_key": normalise_code(text),
        "bookings_count": 0,
        "batch_id": batch_id,
        "switched_off_at": None,
        **like.columns,
        "bookings_limit": 1,
    }
