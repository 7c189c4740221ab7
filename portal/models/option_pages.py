"""What staff see of the studio's purchase options: Setup's list, and what can be issued (S8, S9)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, bindparam, select

from portal.models.database import db
from portal.models.deactivations import PurchaseOptionDeactivation
from portal.models.people import StaffMember
from portal.models.purchase_options import PurchaseOption, validity_of
from portal.rules.instalments import Rhythm
from portal.rules.sentences import Sentence
from portal.rules.validity import Validity, terms_words


@dataclass(frozen=True, slots=True)
class OptionDeactivation:
    """Who deactivated a purchase option, when and why (S8)."""

    decided_at: datetime
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class ListedOption:
    """A purchase option; ``price`` is minor units, ``uses`` None is unlimited.

    With ``instalments`` the price is paid in so many parts. ``deactivation`` is the one that stands, if any.
    """

    id: UUID
    name: str
    price: int
    uses: int | None
    validity: Validity
    on_sale: bool
    instalments: int | None
    rhythm: Rhythm | None
    deactivation: OptionDeactivation | None

    @property
    def terms(self) -> Sentence:
        """When its passes count (P4, P6)."""
        return terms_words(self.validity)


_OPTIONS = (
    select(
        PurchaseOption.id,
        PurchaseOption.name,
        PurchaseOption.price,
        PurchaseOption.uses,
        PurchaseOption.validity_kind,
        PurchaseOption.period_length,
        PurchaseOption.period_unit,
        PurchaseOption.first_day,
        PurchaseOption.last_day,
        PurchaseOption.on_sale,
        PurchaseOption.instalments,
        PurchaseOption.instalment_rhythm,
        PurchaseOptionDeactivation.decided_at,
        PurchaseOptionDeactivation.reason,
        StaffMember.name.label("by"),
    )
    .outerjoin(
        PurchaseOptionDeactivation,
        and_(
            PurchaseOptionDeactivation.business_id == PurchaseOption.business_id,
            PurchaseOptionDeactivation.purchase_option_id == PurchaseOption.id,
            PurchaseOptionDeactivation.ended_at.is_(None),
        ),
    )
    .outerjoin(
        StaffMember,
        and_(
            StaffMember.business_id == PurchaseOptionDeactivation.business_id,
            StaffMember.id == PurchaseOptionDeactivation.staff_member_id,
        ),
    )
    .where(PurchaseOption.business_id == bindparam("business_id"))
    .order_by(PurchaseOption.position, PurchaseOption.name, PurchaseOption.id)
)

_OPTION = _OPTIONS.where(PurchaseOption.id == bindparam("option_id"))
_TO_ISSUE = _OPTIONS.where(PurchaseOptionDeactivation.id.is_(None))


def all_options(business_id: UUID) -> list[ListedOption]:
    """Every purchase option, in the shop's own order, whether on sale or not: one statement."""
    return [_listed(row) for row in db.session.execute(_OPTIONS, {"business_id": business_id})]


def options_to_issue(business_id: UUID) -> list[ListedOption]:
    """The purchase options of which staff may give a pass: off sale too, deactivated ones not (S8, S9)."""
    return [_listed(row) for row in db.session.execute(_TO_ISSUE, {"business_id": business_id})]


def option_by_id(business_id: UUID, option_id: UUID) -> ListedOption | None:
    """One of them; None where this business has no such purchase option."""
    row = db.session.execute(_OPTION, {"business_id": business_id, "option_id": option_id}).first()
    return _listed(row) if row else None


def option_row(business_id: UUID, option_id: UUID) -> PurchaseOption:
    """All that there is of one, which is there: for its form."""
    return db.session.get_one(PurchaseOption, (business_id, option_id))


def _listed(row: Any) -> ListedOption:
    validity = validity_of(row.validity_kind, row.period_length, row.period_unit, row.first_day, row.last_day)
    return ListedOption(
        id=row.id,
        name=row.name,
        price=row.price,
        uses=row.uses,
        validity=validity,
        on_sale=row.on_sale,
        instalments=row.instalments,
        rhythm=row.instalment_rhythm,
        deactivation=OptionDeactivation(row.decided_at, row.by, row.reason) if row.decided_at else None,
    )
