"""The classes to come, by day, and a page for each (addresses: / and /classes/<id>)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import groupby
from operator import attrgetter
from typing import cast
from urllib.parse import urlencode
from uuid import UUID

from flask import Blueprint, abort, current_app, make_response, render_template, request
from markupsafe import Markup
from werkzeug.wrappers import Response

from portal.gateways.wording import Wording
from portal.models.class_pages import (
    ListedClass,
    class_choices,
    listed_classes,
    other_dates,
    shown_class,
    tickets_on_sale,
)
from portal.web.customer.event_facts import event_facts
from portal.web.customer.waiting_lists import offer_words, standing_of_visitor
from portal.web.security import let_browsers_keep
from portal.web.visitor import business, now
from portal.web.wording import wording

CLASSES_A_PAGE = 20
OTHER_DATES = 5
DAYS_IN_STRIP = 7
LAST_PAGE = 500
ROWS_REMEMBERED = 4096

pages = Blueprint("classes", __name__)


@dataclass(frozen=True, slots=True)
class ClassFilter:
    """What the address asks for; what it asks for in nonsense is not asked for."""

    series: UUID | None
    teacher: str | None
    day: date | None
    page: int

    @property
    def is_set(self) -> bool:
        """Whether anything is left out of the list."""
        return bool(self.series or self.teacher or self.day)

    def address(self, **changed: object) -> str:
        """The list with some of it changed; from its first page unless ``page`` is given."""
        asked = {"series": self.series, "teacher": self.teacher, "day": self.day} | changed
        query = urlencode({name: value for name, value in asked.items() if value})
        return f"/?{query}" if query else "/"


@dataclass(frozen=True, slots=True)
class StripDay:
    """A day in the strip above the list."""

    date: date
    address: str
    chosen: bool


@lru_cache(ROWS_REMEMBERED)
def drawn_row(listed: ListedClass, _wording: Wording, *, by_date: bool = False) -> Markup:
    """A row of a list of classes: drawn from these facts and words alone, so the same ones are drawn once."""
    rows = current_app.jinja_env.get_template("customer/classes/_row.html").module
    title = wording().long_day(listed.on_date) if by_date else listed.name
    return cast("Markup", rows.class_row(listed, title, priced=not by_date))  # type: ignore[attr-defined]


@pages.get("/")
def class_list() -> Response:
    """The classes that have not started, 20 a page, filtered as the address says."""
    asked = _asked()
    found = listed_classes(
        business().id,
        now=now(),
        series_id=asked.series,
        teacher=asked.teacher,
        day=asked.day,
        most=CLASSES_A_PAGE + 1,
        skipped=(asked.page - 1) * CLASSES_A_PAGE,
    )
    shown = found[:CLASSES_A_PAGE]
    page = render_template(
        "customer/classes/list.html",
        days=_by_day(shown),
        asked=asked,
        choices=class_choices(business().id, now=now()),
        strip=_strip(asked),
        zone_sentence=_zone_sentence(shown),
        earlier=asked.address(page=asked.page - 1) if asked.page > 1 else None,
        later=asked.address(page=asked.page + 1) if len(found) > CLASSES_A_PAGE else None,
    )
    return let_browsers_keep(make_response(page))


@pages.get("/classes/<uuid:class_session_id>")
def class_page(class_session_id: UUID) -> Response:
    """One dated class: when, where, with whom, places left, and its tickets."""
    shown = shown_class(business().id, class_session_id, now=now()) or abort(404)
    has_started = shown.starts_at <= now()
    opens_at = shown.opens_at if shown.opens_at is not None and shown.opens_at > now() else None
    is_closed = shown.closes_at <= now()
    is_open = not has_started and not shown.is_cancelled and not is_closed and opens_at is None
    standing = standing_of_visitor(shown) if is_open else None
    tickets = tickets_on_sale(business().id, shown.series_id)
    page = render_template(
        "customer/classes/page.html",
        shown=shown,
        has_started=has_started,
        opens_at=opens_at,
        is_closed=is_closed,
        standing=standing,
        offer_length=offer_words() if is_open and shown.places_left < 1 else "",
        tickets=tickets,
        others=[
            drawn_row(other, wording(), by_date=True)
            for other in other_dates(shown, business().id, now=now(), most=OTHER_DATES)
        ],
        zone_sentence=wording().zone_sentence(shown.starts_at),
        event=event_facts(shown, tickets, has_started=has_started),
    )
    response = make_response(page)
    return response if standing else let_browsers_keep(response)


def _asked() -> ClassFilter:
    return ClassFilter(
        series=request.args.get("series", type=UUID),
        teacher=request.args.get("teacher") or None,
        day=request.args.get("day", type=date.fromisoformat),
        page=min(max(request.args.get("page", 1, type=int), 1), LAST_PAGE),
    )


def by_day(shown: Sequence[ListedClass]) -> list[tuple[date, list[ListedClass]]]:
    """Classes under their days."""
    return [(day, list(classes)) for day, classes in groupby(shown, attrgetter("on_date"))]


def _by_day(shown: Sequence[ListedClass]) -> list[tuple[date, list[Markup]]]:
    words = wording()
    return [(day, [drawn_row(listed, words) for listed in classes]) for day, classes in by_day(shown)]


def _strip(asked: ClassFilter) -> list[StripDay]:
    today = wording().today
    days = [today + timedelta(days=ahead) for ahead in range(DAYS_IN_STRIP)]
    return [StripDay(day, asked.address(day=day), day == asked.day) for day in days]


def _zone_sentence(shown: Sequence[ListedClass]) -> str:
    """The zone, named once for every time on the page (T1)."""
    if not shown:
        return wording().zone_sentence(now())
    return wording().zone_sentence(shown[0].starts_at, shown[-1].starts_at)
