"""Clients of a busy studio whose accounts have done everything that verification looks at about money."""

from datetime import timedelta

from portal.models.business import BusinessFacts
from portal.models.database import new_id, transaction
from portal.models.pass_refunds import RefundedTo
from portal.models.staff_bookings import HowPaid
from portal.operations.account_refunds import refund_to_card
from portal.operations.pass_refunding import WantedRefund, refund_pass
from tests.accounts import entry_for, in_debt, in_favour, staff_actor
from tests.booked_by_staff import booked_by
from tests.instalments import auto_payment_on_paper, pass_of, sold_on_paper
from tests.paper_dues import dues_paid
from tests.studio import (
    NOW,
    APerson,
    a_booking,
    a_class,
    a_customer,
    a_placed_booking,
    a_purchase_option,
    a_staff_member,
)

A_WEEK_LATER = NOW + timedelta(days=7)


def a_busy_account(business: BusinessFacts) -> None:
    """One pays from a balance and is about to, one pays what is owed, one gets money back in every way."""
    owner = a_staff_member(business)
    _spends(a_customer(business, "Dora Lind"), owner)
    _pays_what_is_owed(business, owner)
    _gets_money_back(a_customer(business, "Gus Abara"), owner)
    _is_booked_by_staff(a_customer(business, "Hal Stone"), owner)


def _is_booked_by_staff(hal: APerson, owner: APerson) -> None:
    for how in (*HowPaid, None):
        price = 1200 if how else 0
        booked_by(owner, hal, a_class(hal.business, name="Slip", price=price), how=how, note="At the desk")


def _spends(dora: APerson, owner: APerson) -> None:
    in_favour(dora, 5000, by=owner)
    a_booking(dora, a_class(dora.business, name="Glaze", price=2800))
    a_placed_booking(dora, a_class(dora.business, name="Kiln", price=3400))


def _pays_what_is_owed(business: BusinessFacts, owner: APerson) -> None:
    sold = sold_on_paper(business)
    auto_payment_on_paper(sold, declined="expired_card", now=A_WEEK_LATER)
    in_debt(sold.ada, 2000, by=owner)
    dues_paid(sold.ada, sold.own, account=True, amount=5000, now=A_WEEK_LATER)


def _gets_money_back(gus: APerson, owner: APerson) -> None:
    option = a_purchase_option(gus.business, name="20-class pass", price=10000)
    a_booking(gus, option)
    own = pass_of(gus, option.id, option.name)
    for amount, to in ((3000, RefundedTo.ACCOUNT), (2000, RefundedTo.CARD)):
        wanted = WantedRefund(id=new_id(), pass_id=own.id, amount=amount, to=to, reason="Injured")
        with transaction():
            refund_pass(gus.business, wanted, actor=staff_actor(owner), now=NOW)
    with transaction():
        refund_to_card(gus.business, entry_for(gus, 1000), actor=staff_actor(owner), now=NOW)
