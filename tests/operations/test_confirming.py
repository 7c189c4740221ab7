"""What a confirmed booking leaves in the basket (R7, P7)."""

import pytest
from sqlalchemy import select, update

from portal.models.baskets import BasketLine
from portal.models.classes import TicketType
from portal.models.database import db, transaction
from portal.operations.basket_lines import choose_payment
from portal.rules.facts import PayWithPass
from tests.studio import (
    NOW,
    a_basket,
    a_business,
    a_class,
    a_customer,
    a_purchase_option,
    check_out,
    stripe_tells,
)

pytestmark = pytest.mark.usefixtures("app")


def test_a_line_that_stays_forgets_the_pass_that_was_bought_beside_it() -> None:
    studio = a_business()
    ada = a_customer(studio)
    yoga, barre = a_class(studio), a_class(studio, name="Barre")
    basket_id = a_basket(ada, a_purchase_option(studio), yoga, barre)
    bought, _, stays = db.session.scalars(
        select(BasketLine.id).where(BasketLine.basket_id == basket_id).order_by(BasketLine.id)
    ).all()
    with transaction():
        choose_payment(studio, basket_id=basket_id, line_id=stays, choice=PayWithPass(bought), now=NOW)
        db.session.execute(
            update(TicketType).where(TicketType.id == barre.ticket_type_id).values(on_sale=False)
        )
    stripe_tells(check_out(ada, basket_id), paid=True)
    left = db.session.scalars(select(BasketLine).where(BasketLine.basket_id == basket_id)).one()
    assert (left.id, left.pays_with_line_id) == (stays, None)
