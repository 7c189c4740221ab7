"""A client at a glance (addresses: /staff/clients and below; S1)."""

from uuid import UUID

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from portal.models.account_pages import passes_of
from portal.web.pass_cards import pass_cards
from portal.web.staff.client_shown import client_shown
from portal.web.visitor import business, now, staff_needed
from portal.web.wording import wording

ON_OVERVIEW = 3

pages = Blueprint("staff_clients", __name__)


@pages.get("/staff/clients/<uuid:client_id>")
@staff_needed
def overview(client_id: UUID) -> ResponseReturnValue:
    """Who the client is, and the passes that may pay for something."""
    client = client_shown(client_id)
    cards = [
        card for card in pass_cards(passes_of(business().id, client_id), wording().today) if card.is_current
    ]
    return render_template(
        "staff/clients/overview.html",
        client=client,
        cards=cards[:ON_OVERVIEW],
        zone_sentence=wording().zone_sentence(now()),
    )
