"""Opening a studio on its hosts, and what the platform sets on it."""

import pytest
from sqlalchemy import select

from portal.models.audit import AuditEntry
from portal.models.business import Plan
from portal.models.businesses import business_at, business_of, every_business
from portal.models.database import db, transaction
from portal.operations.auditing import SYSTEM
from portal.operations.businesses import HostTaken, set_plan, set_public_address
from tests.studio import NOW, a_business

pytestmark = pytest.mark.usefixtures("app")


def test_a_studio_answers_on_its_host_and_no_other() -> None:
    studio = a_business(host="yoga.example")
    assert business_at("yoga.example") == studio
    assert business_at("else.example") is None


def test_a_host_belongs_to_one_studio() -> None:
    a_business(host="yoga.example")
    with pytest.raises(HostTaken, match="already belongs to another studio"):
        a_business("Another", host="yoga.example")
    assert len(every_business()) == 1


def test_every_studio_is_listed_the_oldest_first() -> None:
    first, second = a_business("First"), a_business("Second")
    assert every_business() == (first, second)


def test_a_plan_is_set_with_before_and_after_on_record() -> None:
    studio = a_business()
    with transaction():
        set_plan(studio, plan=Plan.FREE, actor=SYSTEM, now=NOW)
    assert business_of(studio.id).plan is Plan.FREE
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.act == "business.plan_set")).one()
    assert (entry.before, entry.after) == ({"plan": "standard"}, {"plan": "free"})


def test_the_address_in_letters_moves_once() -> None:
    studio = a_business()
    for _ in range(2):
        with transaction():
            set_public_address(studio, address="https://new.example", actor=SYSTEM, now=NOW)
    assert business_of(studio.id).public_address == "https://new.example"
    assert len(db.session.scalars(select(AuditEntry).where(AuditEntry.act == "business.moved")).all()) == 1
