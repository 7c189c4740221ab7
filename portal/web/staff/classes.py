"""The studio's classes, and any one of them: who comes, who waits (addresses: /staff/classes and below)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import attrgetter
from urllib.parse import urlencode
from uuid import UUID

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue

from portal.models.attendees import Attendee, attendees_of
from portal.models.staff_class_pages import (
    CancelledClass,
    ClassesAsked,
    StaffClass,
    cancelled_class,
    class_of_staff,
    classes_of_staff,
    every_series,
)
from portal.models.waiting_pages import waiting_list_of
from portal.rules.roles import Capability
from portal.web.paging import neighbours, page_asked
from portal.web.staff.csv_export import Cell, amount, csv_address, csv_file, wants_csv
from portal.web.staff.visit_words import CAME, paid_words
from portal.web.visitor import business, must_be_able, now, staff, staff_needed
from portal.web.wording import say, wording

ADDRESS = "/staff/classes"
CLASSES_A_PAGE = 30
ATTENDEES_A_PAGE = 50
MOST_IN_A_FILE = 100_000

pages = Blueprint("staff_classes", __name__)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for; what it asks for in nonsense is not asked for."""

    past: bool
    series: UUID | None
    day: date | None

    @property
    def is_narrowed(self) -> bool:
        """Whether anything is left out of the list."""
        return bool(self.series or self.day)

    @property
    def everything(self) -> str:
        """The list without its filters."""
        return self.address(past=self.past)

    def address(self, *, past: bool) -> str:
        """The list of what is to come, or of what is past, with the filters that fit both."""
        query = urlencode({"show": "past"} if past else {})
        return f"{ADDRESS}?{query}" if query else ADDRESS


@pages.get(ADDRESS)
@staff_needed(Capability.CLASSES)
def class_list() -> ResponseReturnValue:
    """Classes to come by day, or past ones, filtered as the address says (``show``, ``series``, ``day``)."""
    asked = _asked()
    if wants_csv():
        return _file_of_classes(_found(asked, most=MOST_IN_A_FILE))
    page = page_asked()
    found = _found(asked, most=CLASSES_A_PAGE + 1, skipped=(page - 1) * CLASSES_A_PAGE)
    shown = found[:CLASSES_A_PAGE]
    starts = [it.starts_at for it in shown] or [now()]
    return render_template(
        "staff/classes/list.html",
        days=[(day, list(classes)) for day, classes in groupby(shown, attrgetter("on_date"))],
        asked=asked,
        series=every_series(business().id),
        csv=csv_address(),
        zone_sentence=wording().zone_sentence(min(starts), max(starts)),
        **neighbours(page, more=len(found) > CLASSES_A_PAGE),
    )


@pages.get(f"{ADDRESS}/<uuid:class_session_id>")
@staff_needed(Capability.CLASSES)
def class_page(class_session_id: UUID) -> ResponseReturnValue:
    """One class: how full it is, who comes and who waits, and how its cancelling stands."""
    shown = class_shown(class_session_id)
    if wants_csv():
        must_be_able(Capability.CLIENTS)  # it holds addresses, and what was paid
        return _file_of_attendees(attendees_of(business().id, shown.id, most=MOST_IN_A_FILE))
    page = page_asked()
    found = attendees_of(
        business().id, shown.id, most=ATTENDEES_A_PAGE + 1, skipped=(page - 1) * ATTENDEES_A_PAGE
    )
    return render_template(
        "staff/classes/page.html",
        shown=shown,
        cancelled=cancelled_of(shown),
        is_over=shown.ends_at <= now(),
        check_in_is_open=shown.on_date <= wording().today and not shown.cancelled_at,
        attendees=[(it, paid_words(it, business().currency)) for it in found[:ATTENDEES_A_PAGE]],
        waiting=waiting_list_of(business().id, shown.id),
        csv=csv_address(),
        zone_sentence=wording().zone_sentence(shown.starts_at),
        **neighbours(page, more=len(found) > ATTENDEES_A_PAGE),
    )


def class_shown(class_session_id: UUID) -> StaffClass:
    """The class of the address; 404 where the studio has no such one, or somebody else teaches it and
    whoever asks sees their own alone.
    """
    found = class_of_staff(business().id, class_session_id, now=now()) or abort(404)
    return found if staff().taught_by in {None, found.teacher} else abort(404)


def cancelled_of(shown: StaffClass) -> CancelledClass | None:
    """How its cancelling stands, for a class that is cancelled."""
    return cancelled_class(business().id, shown.id) if shown.cancelled_at else None


def _asked() -> Asked:
    return Asked(
        past=request.args.get("show") == "past",
        series=request.args.get("series", type=UUID),
        day=request.args.get("day", type=date.fromisoformat),
    )


def _found(asked: Asked, *, most: int, skipped: int = 0) -> list[StaffClass]:
    return classes_of_staff(
        business().id,
        now=now(),
        past=asked.past,
        only=ClassesAsked(asked.series, asked.day, staff().taught_by),
        most=most,
        skipped=skipped,
    )


def _file_of_classes(classes: Iterable[StaffClass]) -> ResponseReturnValue:
    head = (
        "Starts",
        "Ends",
        "Class",
        "Teacher",
        "Place",
        "Places",
        "Booked",
        "In baskets",
        "Waiting",
        "Cancelled",
    )
    rows = (
        (
            it.starts_at,
            it.ends_at,
            it.name,
            it.teacher,
            it.place,
            it.capacity,
            it.booked,
            it.held,
            it.waiting,
            it.cancelled_at,
        )
        for it in classes
    )
    return csv_file("classes", head, rows)


def _file_of_attendees(attendees: Iterable[Attendee]) -> ResponseReturnValue:
    paid = f"To pay ({business().currency})"
    head = ("Name", "E-mail", "Ticket", "Booking", "Payment", paid, "Cancelled", "Came")
    return csv_file("who-comes", head, _rows(attendees))


def _rows(attendees: Iterable[Attendee]) -> Iterator[tuple[Cell, ...]]:
    for it in attendees:
        yield (
            it.name,
            it.email,
            it.ticket_name,
            it.reference,
            say(paid_words(it, business().currency)),
            amount(it.to_pay),
            it.cancelled_at,
            CAME[it.attendance] if it.attendance else None,
        )
