"""An outstanding balance ends in one of three ways: on the account, not collected, or skipped (S5, S7)."""

from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import update

from portal.models.class_passes import ClassPass
from portal.models.database import db, new_id, transaction
from portal.models.deactivations import PassDeactivation
from portal.models.instalments import (
    AttemptStatus,
    Instalment,
    InstalmentAttempt,
    InstalmentStatus,
    SavedCard,
)
from portal.operations.outstanding import charge_outstanding, close_outstanding, outstanding_of, skip_missed
from tests.accounts import balance_of, entries_of, failed_instalments, instalments_of, staff_actor
from tests.studio import NOW, APass, APerson, a_business, a_customer, a_pass_of, a_staff_member

pytestmark = pytest.mark.usefixtures("app")


def a_deactivation(of: APass, by: APerson) -> PassDeactivation:
    """The row that S5's answer hangs on; within the caller's transaction."""
    row = PassDeactivation(
        business_id=of.business.id,
        id=new_id(),
        class_pass_id=of.id,
        from_day=date(2026, 12, 1),
        decided_at=NOW,
        staff_member_id=by.id,
        reason="Injured",
        charges_balance=True,
    )
    db.session.add(row)
    db.session.flush()
    return row


def the_pass(of: APass) -> ClassPass:
    """Its row."""
    found = db.session.get(ClassPass, (of.business.id, of.id))
    assert found is not None
    return found


def try_now(instalment_id: UUID, of: APass) -> None:
    """An attempt whose answer is not known yet."""
    with transaction():
        card = SavedCard(
            business_id=of.business.id,
            id=new_id(),
            customer_id=of.customer_id,
            stripe_customer="cus_1",
            payment_method="pm_1",
            brand="visa",
            last4="4242",
            exp_month=12,
            exp_year=2030,
            consent="Yes",
            saved_at=NOW,
        )
        db.session.add(card)
        db.session.flush()
        db.session.add(
            InstalmentAttempt(
                business_id=of.business.id,
                id=new_id(),
                instalment_id=instalment_id,
                saved_card_id=card.id,
                amount=3000,
                currency="GBP",
                created_at=NOW,
                asked_at=NOW,
                status=AttemptStatus.PENDING,
            )
        )


def test_yes_moves_it_to_the_account_in_one_entry() -> None:
    studio = a_business()
    ada, olive = a_customer(studio), a_staff_member(studio)
    month = a_pass_of(ada)
    failed_instalments(month, 3000, 2500)
    with transaction():
        row = a_deactivation(month, olive)
        assert charge_outstanding(the_pass(month), row, actor=staff_actor(olive), now=NOW) == 5500
        assert charge_outstanding(the_pass(month), row, actor=staff_actor(olive), now=NOW) == 0
    assert entries_of(ada) == [("instalments", -5500)]
    assert balance_of(ada) == (-5500, 0)
    assert instalments_of(month) == [("charged", 3000), ("charged", 2500)]


def test_no_closes_it_as_not_collected() -> None:
    ada = a_customer(a_business())
    month = a_pass_of(ada)
    failed_instalments(month, 3000)
    with transaction():
        assert close_outstanding(the_pass(month), now=NOW) == 3000
    assert (entries_of(ada), instalments_of(month)) == ([], [("not_collected", 3000)])


def test_what_is_being_tried_this_moment_is_left_alone() -> None:
    studio = a_business()
    ada, olive = a_customer(studio), a_staff_member(studio)
    month = a_pass_of(ada)
    tried, _ = failed_instalments(month, 3000, 2500)
    try_now(tried, month)
    with transaction():
        charge_outstanding(the_pass(month), a_deactivation(month, olive), actor=staff_actor(olive), now=NOW)
    assert instalments_of(month) == [("failed", 3000), ("charged", 2500)]
    assert balance_of(ada) == (-2500, 0)


def test_instalments_to_come_are_neither_outstanding_nor_charged() -> None:
    ada = a_customer(a_business())
    month = a_pass_of(ada)
    (coming,) = failed_instalments(month, 3000, on=[date(2026, 12, 20)])
    with transaction():
        db.session.execute(
            update(Instalment)
            .where(Instalment.id == coming)
            .values(status=InstalmentStatus.SCHEDULED, try_on=date(2026, 12, 20))
        )
        assert list(outstanding_of(ada.business.id, month.id)) == []
        assert close_outstanding(the_pass(month), now=NOW) == 0
    assert instalments_of(month) == [("scheduled", 3000)]


def test_what_came_due_while_nobody_could_use_it_is_skipped() -> None:
    ada = a_customer(a_business())
    month = a_pass_of(ada)
    days = [date(2026, 11, 1), date(2026, 11, 15), date(2026, 12, 1)]
    failed_instalments(month, 1000, 2000, 3000, on=days)
    with transaction():
        skipped = skip_missed(the_pass(month), since=date(2026, 11, 15), today=date(2026, 12, 1), now=NOW)
    assert skipped == 2000
    assert instalments_of(month) == [("failed", 1000), ("skipped", 2000), ("failed", 3000)]
