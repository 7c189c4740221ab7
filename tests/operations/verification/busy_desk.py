"""What a busy studio's front desk has done: everything that verification looks at about passes' standing."""

from datetime import UTC, date, datetime
from uuid import UUID

from sqlalchemy import select, update

from portal.models.business import BusinessFacts
from portal.models.database import db, transaction
from portal.models.instalments import Instalment, SavedCard
from portal.operations.auto_payments import intend_charge
from tests.desk import a_desk
from tests.instalments import sold_on_paper
from tests.studio import a_customer, a_pass_of

A_WEEK_LATER = datetime(2026, 12, 9, 9, 0, tzinfo=UTC)


def a_busy_desk(business: BusinessFacts) -> None:
    """A pass deactivated with its outstanding balance charged, and others that end, pause, grow or are
    withdrawn with their kind.
    """
    desk = a_desk(business)
    eve = a_customer(business, "Eve Moss")
    ending, paused, withdrawn = (a_pass_of(eve) for _ in range(3))
    desk.terminate(ending, date(2026, 12, 20))
    desk.adjust(ending, 2)
    desk.pause(paused, date(2026, 12, 12), date(2026, 12, 18))
    desk.extend(paused, 7)
    desk.withdraw(withdrawn.purchase_option_id)
    sold = sold_on_paper(business)
    an_instalment_fails(sold.own.id, business)
    desk.at(A_WEEK_LATER).deactivate(sold.own, charge=True)


def an_instalment_fails(pass_id: UUID, business: BusinessFacts) -> None:
    """The first auto-payment of a pass finds no card on file."""
    with transaction():
        db.session.execute(update(SavedCard).values(replaced_at=A_WEEK_LATER))
        of_pass = select(Instalment.id).where(Instalment.class_pass_id == pass_id)
        first = db.session.scalars(of_pass.order_by(Instalment.nth)).first()
        assert first is not None
        assert intend_charge(business, first, now=A_WEEK_LATER) is None
