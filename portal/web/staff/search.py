"""Clients, found by name, e-mail or phone (address: /staff/search; S1)."""

from collections.abc import Iterator
from datetime import date
from urllib.parse import urlencode
from uuid import UUID

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from portal.models.client_search import FoundClient, Place, clients_found, newest_clients
from portal.rules.roles import Capability
from portal.web.staff.csv_export import csv_address, csv_file, wants_csv
from portal.web.visitor import business, must_be_able, staff_needed

CLIENTS_A_PAGE = 25
CLIENTS_A_BATCH = 500
LONGEST_TEXT = 120

pages = Blueprint("staff_search", __name__)


@pages.get("/staff/search")
@staff_needed(Capability.CLIENTS)
def search() -> ResponseReturnValue:
    """Those whom the address's ``q`` finds; without it all clients, the newest first.

    The next page begins after the last one's end (``after``), so that no page takes longer than the first.
    """
    text = request.args.get("q", "").strip()[:LONGEST_TEXT]
    if wants_csv():
        must_be_able(Capability.RECORDS)
        return csv_file("clients", ("Name", "E-mail", "Phone", "Client since"), _rows(text))
    found = _clients(text, _place(request.args.get("after", "")), most=CLIENTS_A_PAGE + 1)
    shown = found[:CLIENTS_A_PAGE]
    return render_template(
        "staff/clients/search.html",
        text=text,
        clients=shown,
        later=_address(text, shown[-1]) if len(found) > CLIENTS_A_PAGE else None,
        is_first="after" not in request.args,
        csv=csv_address(),
    )


def _clients(text: str, after: Place | None, *, most: int) -> list[FoundClient]:
    if text:
        return clients_found(business().id, text, after=after, most=most)
    return newest_clients(business().id, after=after, most=most)


def _rows(text: str) -> Iterator[tuple[str, str, str, date]]:
    place: Place | None = None
    while batch := _clients(text, place, most=CLIENTS_A_BATCH):
        for client in batch:
            yield client.name, client.email, client.phone, business().day_of(client.since)
        place = Place(batch[-1].word, batch[-1].id)


def _address(text: str, last: FoundClient) -> str:
    kept = {"q": text} if text else {}
    return "/staff/search?" + urlencode({**kept, "after": f"{last.id.hex}{last.word}"})


def _place(after: str) -> Place | None:
    """Where a page ended, as its address says it; what nobody's page ended with is the beginning."""
    try:
        return Place(after[32:], UUID(after[:32]))
    except ValueError:
        return None
