"""A client at a glance (address: /staff/clients/<id>; S1)."""

from uuid import UUID

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from portal.models.account_pages import passes_of
from portal.models.audit_pages import AuditAsked, audit_lines
from portal.models.client_visits import upcoming_visits
from portal.rules.roles import Capability
from portal.web.pass_cards import pass_cards
from portal.web.staff.audit_words import told
from portal.web.staff.client_shown import client_shown
from portal.web.staff.visit_words import paid_words
from portal.web.visitor import business, now, staff_needed
from portal.web.wording import wording

ON_OVERVIEW = 3

pages = Blueprint("staff_clients", __name__)


@pages.get("/staff/clients/<uuid:client_id>")
@staff_needed(Capability.CLIENTS)
def overview(client_id: UUID) -> ResponseReturnValue:
    """Who the client is and what they owe, what comes next, what may pay for it, and what was done last."""
    client = client_shown(client_id)
    visits = upcoming_visits(business().id, client_id, now=now(), most=ON_OVERVIEW + 1)
    cards = pass_cards(passes_of(business().id, client_id), wording().today)
    current = [card for card in cards if card.is_current]
    lines = audit_lines(business().id, AuditAsked(client_id=client_id), most=ON_OVERVIEW)
    starts = [visit.starts_at for visit in visits]
    return render_template(
        "staff/clients/overview.html",
        client=client,
        visits=[(visit, paid_words(visit, business().currency)) for visit in visits[:ON_OVERVIEW]],
        more_visits=len(visits) > ON_OVERVIEW,
        cards=current[:ON_OVERVIEW],
        more_cards=len(cards) > len(current[:ON_OVERVIEW]),
        entries=[told(line) for line in lines],
        zone_sentence=wording().zone_sentence(min(starts, default=now()), max(starts, default=now())),
    )
