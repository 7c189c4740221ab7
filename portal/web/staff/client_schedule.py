"""A client's schedule: visits to come and past ones, each with what paid for it (S1, S3)."""

from collections.abc import Iterator
from uuid import UUID

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from portal.models.client_visits import Visit, past_visits, upcoming_visits
from portal.rules.roles import Capability
from portal.web.paging import neighbours, page_asked
from portal.web.staff.client_shown import client_shown
from portal.web.staff.csv_export import Cell, amount, csv_address, csv_file, wants_csv
from portal.web.staff.visit_words import CAME, paid_words
from portal.web.visitor import business, now, staff_needed
from portal.web.wording import say, wording

VISITS_A_PAGE = 25
MOST_IN_A_FILE = 100_000

pages = Blueprint("staff_client_schedule", __name__)


@pages.get("/staff/clients/<uuid:client_id>/schedule")
@staff_needed(Capability.CLIENTS)
def schedule(client_id: UUID) -> ResponseReturnValue:
    """Visits to come, or past ones (the address's ``show=past``), a page at a time."""
    client = client_shown(client_id)
    past = request.args.get("show") == "past"
    listed = past_visits if past else upcoming_visits
    if wants_csv():
        return _file(listed(business().id, client_id, now=now(), most=MOST_IN_A_FILE))
    page = page_asked()
    found = listed(
        business().id, client_id, now=now(), most=VISITS_A_PAGE + 1, skipped=(page - 1) * VISITS_A_PAGE
    )
    shown = found[:VISITS_A_PAGE]
    starts = [visit.starts_at for visit in shown]
    return render_template(
        "staff/clients/schedule.html",
        client=client,
        past=past,
        visits=[(visit, paid_words(visit, business().currency)) for visit in shown],
        csv=csv_address(),
        now=now(),
        zone_sentence=wording().zone_sentence(min(starts, default=now()), max(starts, default=now())),
        **neighbours(page, more=len(found) > VISITS_A_PAGE),
    )


def _file(visits: list[Visit]) -> ResponseReturnValue:
    paid = f"To pay ({business().currency})"
    head = (
        "Starts",
        "Class",
        "Ticket",
        "Place",
        "Teacher",
        "Booking",
        "Payment",
        paid,
        "Cancelled",
        "Moved",
        "Came",
    )
    return csv_file("schedule", head, _rows(visits))


def _rows(visits: list[Visit]) -> Iterator[tuple[Cell, ...]]:
    for visit in visits:
        yield (
            visit.starts_at,
            visit.class_name,
            visit.ticket_name,
            visit.place,
            visit.teacher,
            visit.reference,
            say(paid_words(visit, business().currency)),
            amount(visit.to_pay),
            visit.cancelled_at,
            "Yes" if visit.is_moved else "",
            CAME[visit.attendance] if visit.attendance else None,
        )
