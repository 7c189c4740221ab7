"""Passes in the shop, and passes that the studio gives out itself."""

from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portal.models.account_pages import passes_of
from portal.models.business import Plan
from portal.models.class_passes import ClassPass, PassUse, UseKind
from portal.models.database import db, transaction
from portal.models.purchase_options import Coverage, PurchaseOption, validity_of
from portal.operations.auditing import SYSTEM
from portal.operations.businesses import set_plan
from portal.operations.pass_shop import PassesNotOnPlan
from portal.rules.validity import FixedDates, FromFirstClass, FromPurchase, Period, Unit, Validity
from tests.soundness import assert_sound
from tests.studio import NOW, APass, APerson, a_business, a_class, a_customer, a_pass_of, a_purchase_option

pytestmark = pytest.mark.usefixtures("app")


@pytest.mark.parametrize(
    "validity",
    [
        FromFirstClass(Period(30, Unit.DAYS)),
        FromPurchase(Period(1, Unit.MONTHS)),
        FixedDates(date(2027, 1, 11), date(2027, 3, 26)),
    ],
)
def test_every_kind_of_validity_comes_back_as_it_was_put_in(validity: Validity) -> None:
    a_purchase_option(a_business(), validity=validity)
    row = db.session.scalars(select(PurchaseOption)).one()
    kept = validity_of(row.validity_kind, row.period_length, row.period_unit, row.first_day, row.last_day)
    assert kept == validity


def test_a_pass_covers_the_series_that_it_names() -> None:
    studio = a_business()
    yoga = a_class(studio)
    option = a_purchase_option(studio, covers=yoga)
    covered = db.session.scalars(select(Coverage).where(Coverage.purchase_option_id == option.id)).one()
    assert (covered.series_id, covered.ticket_type_id) == (yoga.series_id, None)


def test_a_pass_cannot_cover_another_studios_classes() -> None:
    theirs = a_class(a_business("Theirs"))
    with pytest.raises(IntegrityError):
        a_purchase_option(a_business("Mine"), covers=theirs)


def test_an_issued_pass_has_its_uses_in_its_ledger() -> None:
    ten_classes = a_pass_of(a_customer(a_business()), uses=10)
    entry = db.session.scalars(select(PassUse).where(PassUse.class_pass_id == ten_classes.id)).one()
    assert (entry.kind, entry.change, entry.reason) == (UseKind.ISSUED, 10, "Given by the studio")
    assert _row(ten_classes).uses_left == 10
    assert_sound()


def test_an_unlimited_pass_is_issued_without_a_number_of_uses() -> None:
    unlimited = a_pass_of(a_customer(a_business()), uses=None)
    assert _row(unlimited).uses_left is None
    assert_sound()


def test_an_issued_pass_must_start_within_the_days_that_its_option_gives() -> None:
    ten_classes = a_pass_of(a_customer(a_business()), start_within_days=60)
    assert _row(ten_classes).start_by == date(2027, 1, 30)


def test_no_pass_is_issued_on_a_plan_without_passes() -> None:
    studio = a_business()
    option = a_purchase_option(studio)
    with transaction():
        lowered = set_plan(studio, plan=Plan.FREE, actor=SYSTEM, now=NOW)
    ada = a_customer(lowered)
    with pytest.raises(PassesNotOnPlan, match="Passes are on the Standard plan or above"):
        a_pass_of(ada, option)
    assert passes_of(studio.id, ada.id) == []


def test_no_pass_is_issued_to_another_studios_customer() -> None:
    option = a_purchase_option(a_business("Mine"))
    theirs = a_customer(a_business("Theirs"))
    with pytest.raises(IntegrityError):
        a_pass_of(APerson(option.business, theirs.id, theirs.name, theirs.email), option)


def _row(of: APass) -> ClassPass:
    pass_id: UUID = of.id
    return db.session.scalars(select(ClassPass).where(ClassPass.id == pass_id)).one()
