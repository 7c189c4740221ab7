"""Staff charge and credit a client: with a reason, once, on record (M5)."""

import pytest
from sqlalchemy import select

from portal.models.audit import AuditEntry
from portal.models.database import db, end_reading, new_id, transaction
from portal.operations.account_charges import (
    LARGEST_AMOUNT,
    AmountNeeded,
    AmountTooLarge,
    AnotherEntry,
    NoSuchClient,
    charge_account,
    credit_account,
)
from portal.operations.reasons import ReasonNeeded, ReasonTooLong
from tests.accounts import balance_of, entries_of, entry_for, in_debt, in_favour, staff_actor
from tests.soundness import assert_sound
from tests.studio import NOW, a_business, a_customer, a_staff_member

pytestmark = pytest.mark.usefixtures("app")


def test_a_charge_and_a_credit_move_the_balance_and_leave_who_when_and_why() -> None:
    studio = a_business()
    ada, olive = a_customer(studio), a_staff_member(studio)
    in_debt(ada, 2000, by=olive)
    in_favour(ada, 500, by=olive)
    assert balance_of(ada) == (-1500, 0)
    told = db.session.scalars(
        select(AuditEntry).where(AuditEntry.act.like("account.%")).order_by(AuditEntry.id)
    ).all()
    assert [(it.act, it.customer_id, it.actor_id, it.before, it.after, it.reason) for it in told] == [
        (
            "account.charged",
            ada.id,
            olive.id,
            {"balance": 0},
            {"balance": -2000, "amount": 2000},
            "Agreed at the desk",
        ),
        (
            "account.credited",
            ada.id,
            olive.id,
            {"balance": -2000},
            {"balance": -1500, "amount": 500},
            "Agreed at the desk",
        ),
    ]
    end_reading()
    assert_sound()


def test_a_second_press_is_the_first_one_again() -> None:
    studio = a_business()
    ada, olive = a_customer(studio), a_staff_member(studio)
    wanted = entry_for(ada, 2000)
    for _ in range(2):
        with transaction():
            charge_account(studio, wanted, actor=staff_actor(olive), now=NOW)
    assert entries_of(ada) == [("charge", -2000)]
    assert_sound()


def test_a_form_that_was_sent_before_is_not_taken_for_something_else() -> None:
    studio = a_business()
    ada, ben, olive = a_customer(studio), a_customer(studio, "Ben Osei"), a_staff_member(studio)
    form = new_id()
    with transaction():
        charge_account(studio, entry_for(ada, 2000, entry_id=form), actor=staff_actor(olive), now=NOW)
    for client, amount, act in (
        (ada, 2001, charge_account),
        (ada, 2000, credit_account),
        (ben, 2000, charge_account),
    ):
        with pytest.raises(AnotherEntry), transaction():
            act(studio, entry_for(client, amount, entry_id=form), actor=staff_actor(olive), now=NOW)
    assert (balance_of(ada), balance_of(ben)) == ((-2000, 0), (0, 0))


@pytest.mark.parametrize(
    ("amount", "reason", "refusal"),
    [
        (0, "Why not", AmountNeeded),
        (-5, "Why not", AmountNeeded),
        (LARGEST_AMOUNT + 1, "Why not", AmountTooLarge),
        (500, "  ", ReasonNeeded),
        (500, "x" * 501, ReasonTooLong),
    ],
)
def test_what_is_not_said_right_changes_nothing(amount: int, reason: str, refusal: type[Exception]) -> None:
    studio = a_business()
    ada, olive = a_customer(studio), a_staff_member(studio)
    for act in (charge_account, credit_account):
        with pytest.raises(refusal), transaction():
            act(studio, entry_for(ada, amount, reason), actor=staff_actor(olive), now=NOW)
    assert entries_of(ada) == []


def test_nobody_of_another_studio_is_charged() -> None:
    studio = a_business()
    olive, cleo = a_staff_member(studio), a_customer(a_business("Harbour Pottery"))
    with pytest.raises(NoSuchClient), transaction():
        charge_account(studio, entry_for(cleo, 500), actor=staff_actor(olive), now=NOW)
    assert balance_of(cleo) == (0, 0)
