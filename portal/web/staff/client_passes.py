"""A client's Passes & Memberships, and any one of them (addresses: /staff/clients/<id>/passes; S1)."""

from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from portal.models.client_pages import ClientPass, client_passes
from portal.models.client_words import words_asked, words_of
from portal.rules.passes import PassStatus
from portal.rules.roles import Capability
from portal.web.paging import neighbours, page_asked
from portal.web.pass_cards import STATUS_WORDS, PassCard, pass_card
from portal.web.staff.client_shown import client_shown
from portal.web.staff.csv_export import amount, csv_address, csv_file, wants_csv
from portal.web.staff.pass_acts_offered import Act, acts_for, pass_address
from portal.web.visitor import business, staff_needed
from portal.web.wording import say, wording

PASSES_A_PAGE = 25
INACTIVE = "inactive"
IN_THIS_ORDER = (
    PassStatus.ACTIVE,
    PassStatus.NOT_STARTED,
    PassStatus.USED_UP,
    PassStatus.EXPIRED,
    PassStatus.WITHDRAWN,
    PassStatus.DEACTIVATED,
)
STATUSES = {status.value: STATUS_WORDS[status] for status in IN_THIS_ORDER} | {INACTIVE: "Inactive"}
"""What the filter offers: every status of P10, and Inactive for the four that pay for nothing."""

pages = Blueprint("staff_client_passes", __name__)


@dataclass(frozen=True, slots=True)
class ListedPass:
    """One row of the list."""

    of: ClientPass
    card: PassCard
    address: str
    acts: list[Act]


@pages.get("/staff/clients/<uuid:client_id>/passes")
@staff_needed(Capability.CLIENTS)
def passes(client_id: UUID) -> ResponseReturnValue:
    """A client's passes, those that may still pay first; the address says which (``status``, ``q``)."""
    client = client_shown(client_id)
    text = request.args.get("q", "").strip()
    wanted = [status for status in request.args.getlist("status") if status in STATUSES]
    listed = _listed(client_passes(business().id, client))
    found = [row for row in listed if _is_wanted(row.card, wanted) and _is_called(row.card.name, text)]
    if wants_csv():
        return _file(found)
    page = page_asked()
    shown = found[(page - 1) * PASSES_A_PAGE : page * PASSES_A_PAGE]
    return render_template(
        "staff/clients/passes.html",
        client=client,
        rows=shown,
        has_any=bool(listed),
        text=text,
        wanted=wanted,
        statuses=STATUSES,
        without=[(STATUSES[status], _address(text, wanted, but=status)) for status in wanted],
        csv=csv_address(),
        **neighbours(page, more=len(found) > page * PASSES_A_PAGE),
    )


def _listed(passes: list[ClientPass]) -> list[ListedPass]:
    today = wording().today
    rows = [
        ListedPass(of, pass_card(of.in_account, today), pass_address(of), acts_for(of, today))
        for of in passes
    ]
    return sorted(rows, key=lambda row: not row.card.is_current)


def _is_wanted(card: PassCard, wanted: list[str]) -> bool:
    return not wanted or card.status.value in wanted or (INACTIVE in wanted and card.status.inactive)


def _is_called(name: str, text: str) -> bool:
    """Whether every word that was typed is the start of a word of the pass's name."""
    words = words_of(name=name, email="", phone="")
    return all(any(word.startswith(start) for word in words) for start in words_asked(text))


def _address(text: str, wanted: list[str], *, but: str) -> str:
    """The list without one of its filters."""
    kept = [("status", status) for status in wanted if status != but] + ([("q", text)] if text else [])
    return f"{request.path}?{urlencode(kept)}".removesuffix("?")


def _file(found: list[ListedPass]) -> ResponseReturnValue:
    head = (
        "Pass",
        "Status",
        "Uses left",
        "Validity",
        "Bought",
        f"Outstanding balance ({business().currency})",
    )
    rows = (
        (
            row.card.name,
            row.card.status_words,
            row.of.owned.uses_left if row.of.owned.uses_left is not None else "Unlimited",
            say(row.card.validity),
            row.card.bought_on,
            amount(row.of.outstanding),
        )
        for row in found
    )
    return csv_file("passes", head, rows)
