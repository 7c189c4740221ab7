"""An entry of the audit names its client, also where the row is about money that came and went for them."""

from datetime import timedelta

from flask import Flask
from sqlalchemy import select

from portal.models.audit import AuditEntry
from portal.models.database import db, end_reading, transaction
from portal.operations.refunding import due_refunds, fail_refund
from tests.cancellations import cancelled
from tests.instalments import auto_payment_on_paper, sold_on_paper
from tests.studio import NOW, APerson, a_booking, a_business, a_class, a_customer

A_WEEK = timedelta(days=7)


def acts_on_record_of(person: APerson | None, subject: str) -> list[str]:
    """What was done with rows of one table, on record of one client or, without one, of nobody."""
    client = AuditEntry.customer_id.is_(None) if person is None else AuditEntry.customer_id == person.id
    found = db.session.scalars(
        select(AuditEntry.act).where(AuditEntry.subject == subject, client).order_by(AuditEntry.id)
    ).all()
    end_reading()
    return list(found)


def test_an_instalment_that_fails_and_is_paid_is_on_record_of_the_pass_holder(app: Flask) -> None:
    sold = sold_on_paper(a_business())
    auto_payment_on_paper(sold, declined="insufficient_funds", now=NOW + A_WEEK)
    auto_payment_on_paper(sold, nth=3, now=NOW + 2 * A_WEEK)
    assert acts_on_record_of(sold.ada, "instalment") == ["instalment.failed", "instalment.paid"]
    assert acts_on_record_of(None, "instalment") == []


def test_a_refund_that_fails_is_on_record_of_who_paid(app: Flask) -> None:
    ada = a_customer(a_business())
    cancelled(a_booking(ada, a_class(ada.business)))
    _fail_all()
    assert acts_on_record_of(ada, "refund") == ["refund.failed"]


def test_a_guests_refund_is_on_record_of_nobody(app: Flask) -> None:
    studio = a_business()
    cancelled(a_booking(studio, a_class(studio)))
    _fail_all()
    assert acts_on_record_of(None, "refund") == ["refund.failed"]


def _fail_all() -> None:
    due = due_refunds(now=NOW)
    end_reading()
    assert due
    for refund in due:
        with transaction():
            fail_refund(refund, reason="The card is closed.", now=NOW)
