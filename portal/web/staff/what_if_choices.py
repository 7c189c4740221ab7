"""What goes into a what-if: a client, a class with its ticket, a pass (addresses: /staff/what-if/clients,
/staff/what-if/classes and /staff/what-if/passes). Each is a link back to the what-if, with one line more.
"""

from datetime import date
from itertools import groupby
from operator import attrgetter
from uuid import UUID

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from portal.models.class_pages import class_choices
from portal.models.class_picker import pickable_classes
from portal.models.client_search import clients_found, newest_clients
from portal.models.shop_pages import passes_on_sale
from portal.rules.roles import Capability
from portal.rules.sentences import Count
from portal.rules.validity import terms_words
from portal.web.paging import neighbours, page_asked
from portal.web.staff.asked_basket import WHAT_IF, asked_basket
from portal.web.visitor import business, now, staff_needed
from portal.web.wording import say, wording

CLASSES_A_PAGE = 15
CLIENTS_SHOWN = 25
LONGEST_TEXT = 120

pages = Blueprint("staff_what_if_choices", __name__)


@pages.get(f"{WHAT_IF}/classes")
@staff_needed(Capability.CLIENTS)
def classes() -> ResponseReturnValue:
    """Classes to come with their tickets, from a day on (``from``), of all series or one (``series``)."""
    asked, page = asked_basket(), page_asked()
    from_day = request.args.get("from", type=date.fromisoformat)
    series_id = request.args.get("series", type=UUID)
    found = pickable_classes(
        business().id,
        now=now(),
        from_day=from_day or business().day_of(now()),
        series_id=series_id,
        most=CLASSES_A_PAGE + 1,
        skipped=(page - 1) * CLASSES_A_PAGE,
    )
    shown = found[:CLASSES_A_PAGE]
    starts = [pickable.starts_at for pickable in shown] or [now()]
    return render_template(
        "staff/what_if/classes.html",
        asked=asked,
        days=[(day, list(of_day)) for day, of_day in groupby(shown, attrgetter("on_date"))],
        choices=class_choices(business().id, now=now()),
        from_day=from_day,
        series_id=series_id,
        zone_sentence=wording().zone_sentence(min(starts), max(starts)),
        **neighbours(page, more=len(found) > CLASSES_A_PAGE),
    )


@pages.get(f"{WHAT_IF}/passes")
@staff_needed(Capability.CLIENTS)
def passes() -> ResponseReturnValue:
    """The passes on sale."""
    sold = passes_on_sale(business().id) if business().plan.has_passes else []
    return render_template(
        "staff/what_if/passes.html",
        asked=asked_basket(),
        passes=[(option, _uses(option.uses), say(terms_words(option.validity))) for option in sold],
    )


@pages.get(f"{WHAT_IF}/clients")
@staff_needed(Capability.CLIENTS)
def clients() -> ResponseReturnValue:
    """Clients, found as Search finds them (``q``); the newest without it."""
    text = request.args.get("q", "").strip()[:LONGEST_TEXT]
    most = CLIENTS_SHOWN + 1
    found = (
        clients_found(business().id, text, after=None, most=most)
        if text
        else newest_clients(business().id, after=None, most=most)
    )
    return render_template(
        "staff/what_if/clients.html",
        asked=asked_basket(),
        text=text,
        clients=found[:CLIENTS_SHOWN],
        more=len(found) > CLIENTS_SHOWN,
    )


def _uses(uses: int | None) -> str:
    return "Unlimited" if uses is None else str(Count(uses, "use", "uses"))
