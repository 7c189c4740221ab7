"""What staff look at before they change a pass, in three statements (S3–S7)."""

from datetime import date, time

import pytest
from flask import Flask

from portal.models.pass_outlook import StandingDeactivation, outlook_of
from tests.accounts import failed_instalments
from tests.desk import WHY, a_desk, scheduled_instalments
from tests.studio import (
    NOW,
    a_basket,
    a_booking,
    a_business,
    a_class,
    a_customer,
    a_pass_of,
    a_placed_booking,
    a_series,
)
from tests.web.browser import statements

pytestmark = pytest.mark.usefixtures("app")


def test_visits_to_come_are_listed_those_being_paid_too() -> None:
    desk = a_desk(a_business())
    ada = a_customer(desk.business)
    series = a_series(desk.business)
    past, today, soon = (
        a_class(series, on=date(2026, 12, day), at=time(hour)) for day, hour in ((2, 7), (2, 18), (4, 9))
    )
    pass_ = a_pass_of(ada, covers=series)
    a_booking(ada, past)
    a_booking(ada, today)
    a_placed_booking(ada, soon, a_class(desk.business, name="Clay"))
    outlook = desk.at(past.starts_at).outlook(pass_)
    assert [(it.class_name, it.starts_at, it.is_claimed) for it in outlook.visits] == [
        ("Morning Yoga", today.starts_at, False),
        ("Morning Yoga", soon.starts_at, True),
    ]


def test_money_is_told_as_outstanding_and_to_come() -> None:
    desk = a_desk(a_business())
    pass_ = a_pass_of(a_customer(desk.business))
    failed_instalments(pass_, 3000, 2500)
    scheduled_instalments(pass_, 2000, on=[date(2026, 12, 20)])
    outlook = desk.outlook(pass_)
    assert outlook.outstanding == 5500
    assert [(it.due_on, it.amount) for it in outlook.scheduled] == [(date(2026, 12, 20), 2000)]


def test_what_stands_is_told_with_its_author() -> None:
    desk = a_desk(a_business())
    pass_ = a_pass_of(a_customer(desk.business))
    assert (desk.outlook(pass_).deactivation, desk.outlook(pass_).pause) == (None, None)
    desk.terminate(pass_, date(2026, 12, 20))
    desk.pause(pass_, date(2026, 12, 3), date(2026, 12, 4))
    desk.withdraw(pass_.purchase_option_id)
    outlook = desk.outlook(pass_)
    assert outlook.deactivation == StandingDeactivation(date(2026, 12, 20), NOW, WHY, "Olive Owen", None)
    assert outlook.terminates_after(date(2026, 12, 19))
    assert not outlook.terminates_after(date(2026, 12, 20))
    assert outlook.pause is not None
    assert (outlook.pause.first_day, outlook.pause.last_day) == (date(2026, 12, 3), date(2026, 12, 4))
    assert outlook.withdrawn


def test_the_clients_basket_counts_where_the_pass_may_be_paying() -> None:
    desk = a_desk(a_business())
    ada, ben = a_customer(desk.business), a_customer(desk.business, "Ben Osei")
    pass_ = a_pass_of(ada)
    a_basket(ben, a_class(desk.business))
    assert desk.outlook(pass_).baskets == 0
    a_basket(ada, a_class(desk.business, name="Clay"))
    assert desk.outlook(pass_).baskets == 1


def test_three_statements_tell_it_all(app: Flask) -> None:
    desk = a_desk(a_business())
    ada = a_customer(desk.business)
    pass_ = a_pass_of(ada)
    series = a_series(desk.business)
    for nth in range(4):
        a_booking(ada, a_class(series, on=date(2026, 12, 10 + nth)))
    failed_instalments(pass_, 3000)
    desk.terminate(pass_, date(2026, 12, 20), charge=True)
    with statements(app) as sent:
        found = outlook_of(desk.business.id, pass_.id, now=NOW)
    assert len(found.visits) == 4
    assert len(sent) <= 3
