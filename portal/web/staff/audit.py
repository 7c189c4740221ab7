"""The audit, of the whole studio and of one client (addresses: /staff/audit, /staff/clients/<id>/audit)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from portal.models.audit import ActorKind
from portal.models.audit_pages import About, AuditAsked, AuditLine, AuditPlace, audit_lines
from portal.rules.roles import Capability
from portal.web.staff.audit_words import change_words, told
from portal.web.staff.client_shown import client_shown
from portal.web.staff.csv_export import Cell, csv_address, csv_file, wants_csv
from portal.web.visitor import business, now, staff_needed
from portal.web.wording import wording

ENTRIES_A_PAGE = 30
ENTRIES_A_BATCH = 500
ABOUT = {
    About.PASSES: "Passes",
    About.PURCHASE_OPTIONS: "Purchase options and codes",
    About.BOOKINGS: "Bookings and classes",
    About.MONEY: "Money",
    About.PEOPLE: "People",
    About.SETTINGS: "Settings",
}
BY = {
    ActorKind.STAFF: "Staff",
    ActorKind.CUSTOMER: "Clients",
    ActorKind.GUEST: "Guests",
    ActorKind.SYSTEM: "The portal itself",
}
HEAD = ("When", "Who", "What", "Client", "Why", "Before → after")

pages = Blueprint("staff_audit", __name__)


@pages.get("/staff/audit")
@staff_needed(Capability.RECORDS)
def everything() -> ResponseReturnValue:
    """What anybody did at the studio, the latest first."""
    asked = _asked()
    return _file(asked) if wants_csv() else _page("staff/audit/list.html", asked)


@pages.get("/staff/clients/<uuid:client_id>/audit")
@staff_needed(Capability.CLIENTS)
def of_client(client_id: UUID) -> ResponseReturnValue:
    """What concerns one client, whoever did it."""
    client = client_shown(client_id)
    asked = replace(_asked(), client_id=client_id)
    return _file(asked) if wants_csv() else _page("staff/clients/audit.html", asked, client=client)


def _asked() -> AuditAsked:
    """What the address asks for; what it says wrongly is not asked."""
    first, last = _day("from"), _day("to")
    return AuditAsked(
        about=[about for about in About if about.name.lower() in request.args.getlist("about")],
        by=[kind for kind in ActorKind if kind.value in request.args.getlist("by")],
        since=_midnight(first) if first else None,
        until=_midnight(last + timedelta(days=1)) if last else None,
    )


def _page(template: str, asked: AuditAsked, **facts: Any) -> str:
    found = audit_lines(business().id, asked, before=_place(), most=ENTRIES_A_PAGE + 1)
    shown = found[:ENTRIES_A_PAGE]
    return render_template(
        template,
        entries=[told(line) for line in shown],
        about=[(about.name.lower(), words, about in asked.about) for about, words in ABOUT.items()],
        by=[(kind.value, words, kind in asked.by) for kind, words in BY.items()],
        first_day=_day("from"),
        last_day=_day("to"),
        narrowed=len(asked.about) + len(asked.by) + bool(asked.since) + bool(asked.until),
        beginning=_address() if request.args.get("before") else None,
        earlier=_address(shown[-1]) if len(found) > ENTRIES_A_PAGE else None,
        csv=csv_address(),
        zone_sentence=wording().zone_sentence(shown[-1].at if shown else now(), now()),
        **facts,
    )


def _file(asked: AuditAsked) -> ResponseReturnValue:
    return csv_file("audit", HEAD, _rows(asked))


def _rows(asked: AuditAsked) -> Iterator[tuple[Cell, ...]]:
    place: AuditPlace | None = None
    while batch := audit_lines(business().id, asked, before=place, most=ENTRIES_A_BATCH):
        for entry in map(told, batch):
            changes = "; ".join(map(change_words, entry.changes))
            yield entry.line.at, entry.who, entry.what, entry.line.client, entry.line.reason, changes
        place = AuditPlace(batch[-1].at, batch[-1].id)


def _day(name: str) -> date | None:
    try:
        return date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), business().zone_info)


def _address(last: AuditLine | None = None) -> str:
    """The same list with its filters, from the beginning or from before an entry."""
    kept = [pair for pair in request.args.items(multi=True) if pair[0] != "before" and pair[1]]
    if last is not None:
        kept.append(("before", f"{last.at.isoformat()}~{last.id.hex}"))
    return f"{request.path}?{urlencode(kept)}".removesuffix("?")


def _place() -> AuditPlace | None:
    """Where the page before ended, as the address says it; nonsense is the beginning."""
    at, _, key = request.args.get("before", "").partition("~")
    try:
        place = AuditPlace(datetime.fromisoformat(at), UUID(key))
    except ValueError:
        return None
    return place if place.at.tzinfo else None
