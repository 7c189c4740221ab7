"""Taking a purchase option off sale, deactivating it with all its passes, extending them all (S8, S9)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from portal.models.database import transaction
from portal.models.option_passes import OptionReach, option_reach
from portal.models.shop_pages import passes_on_sale
from portal.operations.basket_lines import NotOnSale
from portal.operations.locked_options import NoSuchOption
from portal.operations.locked_passes import ChangedMeanwhile, latest_entry
from portal.operations.option_withdrawal import NothingToChange, put_on_sale, take_off_sale
from portal.operations.pass_dates import DaysNeeded, NothingToExtend, extension_preview
from portal.operations.pass_shop import PurchaseOptionWithdrawn, issue_pass
from portal.operations.reasons import ReasonNeeded
from portal.rules.passes import PassStatus
from portal.rules.quote import MoneyPays, PassPays, Standing
from tests.accounts import failed_instalments, instalments_of
from tests.desk import WHY, Desk, a_desk, acts_on, scheduled_instalments
from tests.soundness import assert_sound
from tests.studio import (
    NOW,
    APerson,
    APurchaseOption,
    a_basket,
    a_booking,
    a_business,
    a_class,
    a_customer,
    a_pass_of,
    a_purchase_option,
)

pytestmark = pytest.mark.usefixtures("app")


def a_shop() -> tuple[Desk, APerson, APurchaseOption]:
    desk = a_desk(a_business())
    return desk, a_customer(desk.business), a_purchase_option(desk.business)


def sell(desk: Desk, option: APurchaseOption, *, on: bool) -> None:
    act = put_on_sale if on else take_off_sale
    with transaction():
        act(desk.business, option_id=option.id, reason=desk.reason, actor=desk.actor, now=desk.now)


def reach_of(desk: Desk, option: APurchaseOption) -> OptionReach:
    return option_reach(desk.business.id, option.id, now=desk.now, today=desk.today)


def test_off_sale_nobody_buys_it_and_owners_keep_using_theirs() -> None:
    desk, ada, option = a_shop()
    a_pass_of(ada, option)
    yoga = a_class(desk.business)
    basket_id = a_basket(ada, yoga, option)
    sell(desk, option, on=False)
    ticket, sale = desk.lines(ada, basket_id)
    assert isinstance(ticket.pays, PassPays)
    assert sale.standing is Standing.OFF_SALE
    sell(desk, option, on=True)
    assert desk.lines(ada, basket_id)[1].counts
    acts = [(it.act, it.reason) for it in acts_on(option.id)[1:]]
    assert acts == [("purchase_option.taken_off_sale", WHY), ("purchase_option.put_on_sale", WHY)]


def test_what_is_so_already_is_refused() -> None:
    desk, _, option = a_shop()
    with pytest.raises(NothingToChange, match="on sale already"):
        sell(desk, option, on=True)
    sell(desk, option, on=False)
    with pytest.raises(NothingToChange, match="off sale already"):
        sell(desk, option, on=False)
    with pytest.raises(NothingToChange, match="active already"):
        desk.bring_back(option.id)
    desk.withdraw(option.id)
    with pytest.raises(NothingToChange, match="deactivated already"):
        desk.withdraw(option.id)


def test_another_studios_purchase_option_is_not_there() -> None:
    _, _, option = a_shop()
    elsewhere = a_desk(a_business("Harbour Pottery"))
    with pytest.raises(NoSuchOption):
        elsewhere.withdraw(option.id)


def test_it_says_why() -> None:
    desk, _, option = a_shop()
    silent = replace(desk, reason=" ")
    for act in (
        lambda: sell(silent, option, on=False),
        lambda: silent.withdraw(option.id),
        lambda: silent.bring_back(option.id),
        lambda: silent.extend_all(option, 3),
    ):
        with pytest.raises(ReasonNeeded):
            act()


def test_deactivated_nobody_can_use_theirs_from_that_moment_on() -> None:
    desk, ada, option = a_shop()
    pass_ = a_pass_of(ada, option)
    basket_id = a_basket(ada, a_class(desk.business))
    desk.withdraw(option.id)
    (line,) = desk.lines(ada, basket_id)
    assert isinstance(line.pays, MoneyPays)
    assert str(line.why_not[0].sentence) == "Your 10-class pass has been withdrawn by the studio."
    assert desk.status(pass_) is PassStatus.WITHDRAWN
    desk.bring_back(option.id)
    (line,) = desk.lines(ada, basket_id)
    assert isinstance(line.pays, PassPays)
    assert_sound()


def test_visits_that_its_passes_paid_for_stay() -> None:
    desk, ada, option = a_shop()
    pass_ = a_pass_of(ada, option)
    a_booking(ada, a_class(desk.business))
    desk.withdraw(option.id)
    assert len(desk.outlook(pass_).visits) == 1
    assert desk.outlook(pass_).withdrawn
    assert_sound()


def test_one_in_a_basket_is_not_sold_any_more() -> None:
    desk, ada, option = a_shop()
    basket_id = a_basket(ada, a_class(desk.business), option)
    desk.withdraw(option.id)
    ticket, sale = desk.lines(ada, basket_id)
    assert isinstance(ticket.pays, MoneyPays)
    assert sale.standing is Standing.OFF_SALE


def test_passes_deactivated_one_by_one_stay_so() -> None:
    desk, ada, option = a_shop()
    alone, with_all = a_pass_of(ada, option), a_pass_of(ada, option)
    desk.deactivate(alone)
    desk.withdraw(option.id)
    desk.bring_back(option.id)
    assert desk.status(alone) is PassStatus.DEACTIVATED
    assert desk.status(with_all) is PassStatus.NOT_STARTED


def test_instalments_whose_day_passed_meanwhile_are_skipped() -> None:
    desk, ada, option = a_shop()
    pass_, other = a_pass_of(ada, option), a_pass_of(ada)
    days = [date(2026, 12, 1), date(2026, 12, 14), date(2026, 12, 15)]
    for it in (pass_, other):
        scheduled_instalments(it, 1, 2, 3, on=days)
    failed_instalments(pass_, 9, on=[date(2026, 12, 1)])
    desk.withdraw(option.id)
    desk.at(datetime(2026, 12, 15, 9, 0, tzinfo=UTC)).bring_back(option.id)
    skipped = [("failed", 9), ("skipped", 1), ("skipped", 2), ("scheduled", 3)]
    assert instalments_of(pass_) == skipped
    assert instalments_of(other) == [("scheduled", 1), ("scheduled", 2), ("scheduled", 3)]
    assert acts_on(option.id)[-1].after == {"status": "active", "instalments_skipped": 1 + 2}


def test_a_deactivated_one_is_not_given_out() -> None:
    desk, ada, option = a_shop()
    desk.withdraw(option.id)
    with pytest.raises(PurchaseOptionWithdrawn), transaction():
        issue_pass(
            desk.business,
            customer_id=ada.id,
            purchase_option_id=option.id,
            actor=desk.actor,
            now=NOW,
            reason=WHY,
        )


def test_it_says_before_how_many_it_touches() -> None:
    desk, ada, option = a_shop()
    ben = a_customer(desk.business, "Ben Osei")
    used = a_pass_of(ada, option)
    yoga, swing = a_class(desk.business), a_class(desk.business, on=date(2026, 12, 12))
    a_booking(ada, yoga, swing)
    a_pass_of(ada, option)
    a_pass_of(ben, option)
    a_pass_of(ben)
    assert reach_of(desk, option) == OptionReach(clients=2, usable_passes=3, upcoming_visits=2)
    desk.deactivate(used)
    assert reach_of(desk, option) == OptionReach(clients=2, usable_passes=2, upcoming_visits=2)
    desk.withdraw(option.id)
    assert reach_of(desk, option) == OptionReach(clients=2, usable_passes=2, upcoming_visits=2)


def test_all_passes_in_use_are_extended_as_the_preview_said() -> None:
    desk, ada, option = a_shop()
    zoe = a_customer(desk.business, "Zoe Quinn")
    ben = a_customer(desk.business, "Ben Osei")
    started = a_pass_of(zoe, option)
    a_booking(zoe, a_class(desk.business))
    unstarted, gone = a_pass_of(ben, option), a_pass_of(ada, option)
    desk.deactivate(gone)
    other = a_pass_of(ada)
    seen = extension_preview(desk.business, option.id, 14, desk.now)
    assert [(it.client_name, it.old_last_day, it.new_last_day) for it in seen] == [
        ("Ben Osei", None, None),
        ("Zoe Quinn", date(2027, 1, 8), date(2027, 1, 22)),
    ]
    assert desk.extend_all(option, 14) == 2
    assert desk.last_day(started) == date(2027, 1, 22)
    assert [desk.owned(it).added_days for it in (unstarted, gone, other)] == [14, 0, 0]
    assert acts_on(started.id)[-1].after == {"added_days": 14, "last_day": "2027-01-22"}
    assert acts_on(option.id)[-1].after == {"days": 14, "passes": 2}
    assert_sound()


def test_all_are_extended_once_by_a_form_sent_twice() -> None:
    desk, ada, option = a_shop()
    pass_ = a_pass_of(ada, option)
    seen = latest_entry(desk.business.id, option.id)
    desk.extend_all(option, 14, seen=seen)
    with pytest.raises(ChangedMeanwhile):
        desk.extend_all(option, 14, seen=seen)
    assert desk.owned(pass_).added_days == 14


def test_an_extension_of_nothing_is_refused() -> None:
    desk, ada, option = a_shop()
    with pytest.raises(NothingToExtend):
        desk.extend_all(option, 3)
    for days in (0, 3651):
        with pytest.raises(DaysNeeded):
            extension_preview(desk.business, option.id, days, desk.now)
    month = a_pass_of(ada, option, now=NOW)
    desk.set_dates(month, None, desk.today)
    with pytest.raises(NothingToExtend):
        desk.at(NOW + timedelta(days=1)).extend_all(option, 3)


def test_a_deactivated_option_is_neither_in_the_shop_nor_put_into_a_basket() -> None:
    desk, ada, option = a_shop()
    desk.withdraw(option.id)
    assert passes_on_sale(desk.business.id) == []
    with pytest.raises(NotOnSale):
        a_basket(ada, option)
    desk.bring_back(option.id)
    assert [one.id for one in passes_on_sale(desk.business.id)] == [option.id]
    a_basket(ada, option)
