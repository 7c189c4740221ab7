"""A week of classes as a calendar, with how full each is (address: /staff/week)."""

from datetime import date, datetime, time, timedelta

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from portal.models.staff_class_pages import StaffClass, classes_between
from portal.rules.roles import Capability
from portal.web.visitor import business, now, staff, staff_needed
from portal.web.wording import wording

ADDRESS = "/staff/week"
WEEK = timedelta(days=7)
FIRST_SHOWN, LAST_SHOWN = date(2000, 1, 3), date(2999, 12, 30)
"""Mondays: a calendar goes no further."""

pages = Blueprint("staff_week", __name__)


@pages.get(ADDRESS)
@staff_needed(Capability.CLASSES)
def week() -> ResponseReturnValue:
    """The week in which the day of the address lies (``day``), Monday to Sunday; this week without one."""
    monday = _monday_of(request.args.get("day", type=date.fromisoformat) or wording().today)
    found = classes_between(business().id, since=_midnight(monday), until=_midnight(monday + WEEK), now=now())
    classes = [it for it in found if staff().taught_by in {None, it.teacher}]
    return render_template(
        "staff/classes/week.html",
        days=[(day, [it for it in classes if it.on_date == day]) for day in _days(monday)],
        takes_place=[it for it in classes if it.cancelled_at is None],
        fill=_fill([it for it in classes if it.cancelled_at is None]),
        before=_address(monday - WEEK) if monday > FIRST_SHOWN else None,
        after=_address(monday + WEEK) if monday < LAST_SHOWN else None,
        asked=None,  # the list's tabs ask for it
        today=wording().today,
        is_this_week=monday == _monday_of(wording().today),
        zone_sentence=wording().zone_sentence(_midnight(monday), _midnight(monday + WEEK)),
    )


def _monday_of(day: date) -> date:
    nearest = min(max(day, FIRST_SHOWN), LAST_SHOWN)
    return nearest - timedelta(days=nearest.weekday())


def _days(monday: date) -> list[date]:
    return [monday + timedelta(days=nth) for nth in range(7)]


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), business().zone_info)


def _address(monday: date) -> str:
    return f"{ADDRESS}?day={monday.isoformat()}"


def _fill(classes: list[StaffClass]) -> int:
    """How full the classes are together, in whole per cent."""
    places = sum(it.capacity for it in classes)
    return round(100 * sum(it.booked for it in classes) / places) if places else 0
