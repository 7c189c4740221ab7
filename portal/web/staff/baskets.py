"""Open baskets, and each as its customer sees it (addresses: /staff/baskets and below; S10)."""

from uuid import UUID

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue

from portal.models.staff_pages import basket_owner, open_baskets
from portal.operations.quoting import quoted_basket
from portal.rules.roles import Capability
from portal.web.customer.shown_basket import shown_basket
from portal.web.visitor import business, now, staff_needed
from portal.web.wording import wording

BASKETS_A_PAGE = 30
LAST_PAGE = 500

pages = Blueprint("staff_baskets", __name__)


@pages.get("/staff/baskets")
@staff_needed(Capability.CLIENTS)
def basket_list() -> ResponseReturnValue:
    """Baskets with something in them, the one changed last first."""
    page = min(max(request.args.get("page", 1, type=int), 1), LAST_PAGE)
    found = open_baskets(
        business().id, now=now(), most=BASKETS_A_PAGE + 1, skipped=(page - 1) * BASKETS_A_PAGE
    )
    return render_template(
        "staff/baskets/list.html",
        baskets=found[:BASKETS_A_PAGE],
        earlier=f"/staff/baskets?page={page - 1}" if page > 1 else None,
        later=f"/staff/baskets?page={page + 1}" if len(found) > BASKETS_A_PAGE else None,
        zone_sentence=wording().zone_sentence(now()),
    )


@pages.get("/staff/baskets/<uuid:basket_id>")
@staff_needed(Capability.CLIENTS)
def preview(basket_id: UUID) -> ResponseReturnValue:
    """One basket, read-only, by the same quote and the same partial: looking holds nothing (S10)."""
    owner = basket_owner(business().id, basket_id) or abort(404)
    quoted = quoted_basket(
        business(),
        basket_id=basket_id,
        customer_id=owner.customer_id,
        now=now(),
        person_key=owner.email_key,
    )
    return render_template("staff/baskets/preview.html", owner=owner, shown=shown_basket(quoted, now=now()))
