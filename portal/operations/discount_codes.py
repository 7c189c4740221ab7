"""Discount codes that a studio hands out: made, and changed (D3)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, exists, select
from sqlalchemy.exc import IntegrityError

from portal.models.business import BusinessFacts
from portal.models.coverage_facts import EVERYTHING, coverage
from portal.models.database import db, insert_if_absent, new_id
from portal.models.discount_codes import CodeRedemption, DiscountCode
from portal.operations.auditing import Actor, write_audit
from portal.operations.covering import Covers, told_coverage, write_coverage
from portal.operations.locked_passes import refuse_if_changed
from portal.rules.code_limits import (
    LONGEST_CODE,
    CodeSpeltWrong,
    DaysTurnedRound,
    LimitBelowUse,
    is_spelt_right,
    refuse_class_limits,
    refuse_discount,
    refuse_limits,
)
from portal.rules.discounts import normalise_code
from portal.rules.facts import DiscountKind, Reduces
from portal.rules.sentences import Money, Refusal

TERMS_OF_CODE = (
    "kind",
    "value",
    "reduces",
    "class_from",
    "class_to",
    "starts_at",
    "ends_at",
    "bookings_limit",
    "per_person_limit",
    "least_spend",
)
"""The columns in which ``DiscountCode`` keeps a ``NewDiscountCode``'s terms, by the same names."""


class CodeTaken(Refusal):
    """The studio has such a code already, whatever its case (D3)."""

    def __init__(self, code: str) -> None:
        super().__init__("You already have a code {code}.", code=code)


class NoSuchCode(Refusal):
    """The studio has no such code, or batch of codes."""

    def __init__(self) -> None:
        super().__init__("There is no such discount code.")


class UsedCodeKeepsItsText(Refusal):
    """Somebody booked with it: the text stands on their booking, and on whatever the studio printed."""

    def __init__(self) -> None:
        super().__init__("This code has been used, so its text stays. Make another code instead.")


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

    @property
    def covers(self) -> Covers:
        """What its tickets are limited to."""
        return Covers(self.series_ids, self.ticket_type_ids)

    @property
    def columns(self) -> dict[str, Any]:
        """Its terms, by the names of their columns."""
        return {name: getattr(self, name) for name in TERMS_OF_CODE}


_LOCK = (
    select(DiscountCode)
    .where(DiscountCode.business_id == bindparam("business_id"), DiscountCode.id == bindparam("code_id"))
    .with_for_update()
    .execution_options(populate_existing=True)
)

_EVER_USED = select(
    exists().where(
        CodeRedemption.business_id == bindparam("business_id"),
        CodeRedemption.discount_code_id == bindparam("code_id"),
    )
)


def add_discount_code(business: BusinessFacts, new: NewDiscountCode, *, actor: Actor, now: datetime) -> UUID:
    """Add a code, limited to what is the studio's own (B1).

    Raises CodeTaken where the studio has it already, CodeSpeltWrong, and what ``refuse_terms`` raises.
    """
    text = _spelt(new.code)
    refuse_terms(new, business.currency)
    code_id = new_id()
    if not insert_if_absent(
        DiscountCode,
        business_id=business.id,
        id=code_id,
        code=text,
        code_key=normalise_code(text),
        bookings_count=0,
        **new.columns,
    ):
        raise CodeTaken(text)
    write_coverage(business.id, new.covers, code_ids=[code_id])
    code = db.session.get_one(DiscountCode, (business.id, code_id))
    after = {name: it for name, it in told_terms(business, code, new.covers).items() if it not in (None, [])}
    write_audit(actor, "discount_code.added", code, now=now, after={"code": text, **after})
    db.session.flush()
    return code_id


def change_discount_code(
    business: BusinessFacts,
    *,
    code_id: UUID,
    wanted: NewDiscountCode,
    actor: Actor,
    now: datetime,
    seen: UUID | None = None,
) -> bool:
    """Let a code have other terms from now on; says whether anything changed.

    Bookings that used it, and those that are being paid, keep what they claimed; baskets are reckoned anew
    (D6). ``seen`` is the latest audit entry of the code that the form was filled in from. Raises NoSuchCode,
    ChangedMeanwhile, UsedCodeKeepsItsText, LimitBelowUse, and what ``add_discount_code`` raises.
    """
    text = _spelt(wanted.code)
    refuse_terms(wanted, business.currency)
    code = lock_discount_code(business.id, code_id)
    refuse_if_changed(business.id, code_id, seen)
    if wanted.bookings_limit is not None and wanted.bookings_limit < code.bookings_count:
        raise LimitBelowUse(code.bookings_count)
    if text != code.code and db.session.scalar(_EVER_USED, {"business_id": business.id, "code_id": code_id}):
        raise UsedCodeKeepsItsText
    before = {"code": code.code} | told_terms(business, code, covers_of(business.id, [code_id]))
    code.code, code.code_key = text, normalise_code(text)
    _set_terms(code, wanted)
    _flush_unless_taken(text)
    write_coverage(business.id, wanted.covers, code_ids=[code_id])
    return _record_change(business, code, before, wanted.covers, actor=actor, now=now)


def lock_discount_code(business_id: UUID, code_id: UUID) -> DiscountCode:
    """A code, locked as check-out locks it (D6); raises NoSuchCode."""
    code = db.session.scalars(_LOCK, {"business_id": business_id, "code_id": code_id}).one_or_none()
    if code is None:
        raise NoSuchCode
    return code


def refuse_terms(new: NewDiscountCode, currency: str) -> None:
    """Raise DiscountOutOfRange, BookingsOutOfRange, PerPersonOutOfRange, LeastSpendOutOfRange,
    NoTicketsToLimit, ClassDatesTurnedRound or DaysTurnedRound for terms that no code can have.
    """
    refuse_discount(new.kind, new.value, currency)
    refuse_limits(
        bookings=new.bookings_limit,
        per_person=new.per_person_limit,
        least_spend=new.least_spend,
        currency=currency,
    )
    refuse_class_limits(
        new.reduces,
        class_from=new.class_from,
        class_to=new.class_to,
        covers_some=new.covers != Covers(),
    )
    if new.starts_at is not None and new.ends_at is not None and new.ends_at <= new.starts_at:
        raise DaysTurnedRound


def covers_of(business_id: UUID, code_ids: Sequence[UUID]) -> Covers:
    """What a code, or the first of a batch, is limited to now."""
    found = coverage(business_id, option_ids=(), code_id=code_ids[0]).get(code_ids[0], EVERYTHING)
    return Covers(found.series_ids or frozenset(), found.ticket_type_ids or frozenset())


def told_terms(business: BusinessFacts, code: DiscountCode, covers: Covers) -> dict[str, Any]:
    """A code's terms in the words of the audit page; days are the studio's."""
    amount = str(Money(code.value, business.currency))
    last = None if code.ends_at is None else business.day_of(code.ends_at - timedelta(microseconds=1))
    days = {
        "class_from": code.class_from,
        "class_to": code.class_to,
        "valid_from": None if code.starts_at is None else business.day_of(code.starts_at),
        "valid_to": last,
    }
    return {
        "off": {
            DiscountKind.PERCENT: f"{code.value}%",
            DiscountKind.AMOUNT_EACH: f"{amount} off each",
            DiscountKind.AMOUNT_BASKET: f"{amount} off the basket",
        }[code.kind],
        "reduces": code.reduces.value,
        "covers": told_coverage(business.id, covers),
        **{name: day and day.isoformat() for name, day in days.items()},
        "bookings_limit": code.bookings_limit,
        "per_person_limit": code.per_person_limit,
        "least_spend": code.least_spend,
    }


def _spelt(text: str) -> str:
    text = text.strip()
    if not is_spelt_right(text, LONGEST_CODE):
        raise CodeSpeltWrong
    return text


def _set_terms(code: DiscountCode, wanted: NewDiscountCode) -> None:
    for name, value in wanted.columns.items():
        setattr(code, name, value)


def _flush_unless_taken(text: str) -> None:
    """Write a changed code; its text may be another's. What else the database could refuse was asked
    before.
    """
    try:
        db.session.flush()
    except IntegrityError:
        raise CodeTaken(text) from None


def _record_change(
    business: BusinessFacts,
    code: DiscountCode,
    before: dict[str, Any],
    covers: Covers,
    *,
    actor: Actor,
    now: datetime,
) -> bool:
    stands = {"code": code.code} | told_terms(business, code, covers)
    differs = [name for name in stands if before[name] != stands[name]]
    if differs:
        write_audit(
            actor,
            "discount_code.changed",
            code,
            now=now,
            before={name: before[name] for name in differs},
            after={name: stands[name] for name in differs},
        )
    db.session.flush()
    return bool(differs)
