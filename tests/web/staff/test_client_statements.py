"""A client's pages cost a handful of statements, however many clients, passes, visits and acts there are."""

from datetime import date, timedelta

import pytest
from flask import Flask

from portal.models.business import BusinessFacts
from tests.desk import Desk, scheduled_instalments
from tests.studio import APass, APerson, a_basket, a_booking, a_class, a_code, a_customer, a_pass_of
from tests.web.browser import Browser, statements
from tests.web.test_statements import MOST_TO_LOOK

SOON = date(2026, 12, 10)


def more_of_everything(studio: BusinessFacts, ada: APerson, desk: Desk, number: int) -> APass:
    """So many clients, passes, instalments, visits, acts and lines in the basket; gives the last pass."""
    for nth in range(number):
        a_customer(studio, f"Ada {nth}")
        own = a_pass_of(ada, name=f"Pass {nth}")
        a_booking(ada, a_class(studio, name=f"Yoga {nth}", on=SOON + timedelta(days=nth)))
        scheduled_instalments(own, 3000, 3000, on=[SOON, SOON + timedelta(days=30)])
        desk.adjust(own, 1)
        desk.deactivate(own, charge=None)
    a_basket(ada, *(a_class(studio, name=f"Late {nth}") for nth in range(number)))
    return own


@pytest.mark.parametrize(
    "path",
    [
        "/staff/search?q=ada",
        "/staff/search?q=ada example",
        "/staff/search",
        "/staff/audit",
        "/staff/audit?about=passes&by=staff&from=2026-01-01",
        "/staff/clients/{client}",
        "/staff/clients/{client}/schedule",
        "/staff/clients/{client}/schedule?show=past",
        "/staff/clients/{client}/passes",
        "/staff/clients/{client}/passes?status=inactive&q=pass",
        "/staff/clients/{client}/passes/{own}",
        "/staff/clients/{client}/basket",
        "/staff/clients/{client}/audit",
    ],
)
def test_looking_costs_few_statements_and_as_many_with_more_in_the_database(
    browser: Browser, site: Flask, studio: BusinessFacts, ada: APerson, desk: Desk, path: str
) -> None:
    with site.app_context():
        a_code(studio, "SPRING20")
    costs = []
    for number in (1, 6):
        with site.app_context():
            own = more_of_everything(studio, ada, desk, number)
        address = path.format(client=ada.id, own=own.id)
        browser.open(address)
        with statements(site) as sent:
            browser.open(address)
        costs.append(len(sent))
    assert costs[0] == costs[1]
    assert costs[0] <= MOST_TO_LOOK, "\n".join(sent)
