"""A client's basket as they see it themselves (address: /staff/clients/<id>/basket; S10)."""

from uuid import UUID

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from portal.operations.quoting import quoted_basket
from portal.rules.roles import Capability
from portal.web.customer.shown_basket import shown_basket
from portal.web.staff.client_shown import client_shown
from portal.web.visitor import business, now, staff_needed

pages = Blueprint("staff_client_basket", __name__)


@pages.get("/staff/clients/<uuid:client_id>/basket")
@staff_needed(Capability.CLIENTS)
def basket(client_id: UUID) -> ResponseReturnValue:
    """The basket by the same quote and the same partial, read-only: looking holds nothing."""
    client = client_shown(client_id)
    shown = None
    if client.basket_lines:
        quoted = quoted_basket(
            business(),
            basket_id=client.basket_id,
            customer_id=client_id,
            now=now(),
            person_key=client.email_key,
        )
        shown = shown_basket(quoted, now=now())
    return render_template("staff/clients/basket.html", client=client, shown=shown)
