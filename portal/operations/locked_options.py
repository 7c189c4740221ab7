"""A purchase option under its lock, and all its passes under theirs: in that order (S8)."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import bindparam, select

from portal.models.class_passes import ClassPass
from portal.models.database import db
from portal.models.purchase_options import PurchaseOption
from portal.rules.sentences import Refusal

_LOCK = (
    select(PurchaseOption)
    .where(
        PurchaseOption.business_id == bindparam("business_id"), PurchaseOption.id == bindparam("option_id")
    )
    .with_for_update(key_share=True)
    .execution_options(populate_existing=True)
)

_LOCK_PASSES = (
    select(ClassPass)
    .where(
        ClassPass.business_id == bindparam("business_id"),
        ClassPass.purchase_option_id == bindparam("option_id"),
    )
    .order_by(ClassPass.id)
    .with_for_update()
    .execution_options(populate_existing=True)
)


class NoSuchOption(Refusal):
    """The studio has no such purchase option."""

    def __init__(self) -> None:
        super().__init__("There is no such purchase option.")


def lock_option(business_id: UUID, option_id: UUID) -> PurchaseOption:
    """Lock a purchase option against other staff and the auto-payments; raises NoSuchOption.

    Whoever sells a pass of it, and thereby refers to its row, does not wait: they hold passes already.
    """
    option = db.session.scalars(_LOCK, {"business_id": business_id, "option_id": option_id}).one_or_none()
    if option is None:
        raise NoSuchOption
    return option


def lock_passes_of(business_id: UUID, option_id: UUID) -> Sequence[ClassPass]:
    """Lock every pass of a purchase option, in the order of their ids."""
    return db.session.scalars(_LOCK_PASSES, {"business_id": business_id, "option_id": option_id}).all()
