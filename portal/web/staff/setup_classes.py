"""Setup › Classes: the list of series, a new one, and what one is called (addresses: /staff/setup/classes and
below).
"""

from collections import defaultdict
from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from flask import Blueprint, abort, redirect, render_template, request
from flask.typing import ResponseReturnValue
from wtforms import RadioField, SelectChoice

from portal.models.classes import ClassSeries
from portal.models.database import transaction
from portal.models.setup_classes import (
    SORTS,
    schedules_of,
    series_listed,
    series_of,
    ticket_types_of,
    used_before,
)
from portal.models.staff_class_pages import ClassesAsked, classes_of_staff
from portal.operations.class_setup import SeriesDetails, change_series
from portal.operations.schedules import add_schedule
from portal.operations.timetable import NewSeries, NewTicketType, add_series, schedule_classes
from portal.rules.roles import Capability
from portal.rules.sentences import Sentence
from portal.rules.weekly import EndsBeforeItBegins, Weekly
from portal.web.forms import UNPROCESSABLE, PageForm, errors_of
from portal.web.notices import tell
from portal.web.paging import neighbours, page_asked
from portal.web.staff.act_forms import acting, day, optional_day
from portal.web.staff.class_fields import (
    LONGEST_TICKET_NAME,
    capacity_field,
    chosen_days,
    closes_field,
    days_field,
    description_field,
    length_words,
    minutes_field,
    opens_field,
    price_field,
    refuse_day_long_past,
    short_text,
    slot_of,
    starts_field,
    weeks_field,
    window_of,
)
from portal.web.staff.csv_export import amount, csv_address, csv_file, wants_csv
from portal.web.visitor import business, now, staff_needed
from portal.web.wording import say, wording

ADDRESS = "/staff/setup/classes"
SERIES_A_PAGE = 25
MOST_IN_A_FILE = 10_000
DATES_SHOWN = 8
WEEKLY, ONCE = "weekly", "once"

pages = Blueprint("staff_setup_classes", __name__)


class DetailsForm(PageForm):
    """What a series is called, and when its classes may be booked."""

    name = short_text("Name of the class", "Enter a name, like Morning Yoga.")
    description = description_field()
    opens_days = opens_field()
    closes_minutes = closes_field()


class TimesForm(PageForm):
    """When a class takes place, with whom, where and for how many."""

    rhythm = RadioField(
        "It takes place",
        choices=[SelectChoice(WEEKLY, "Every week, or every few weeks"), SelectChoice(ONCE, "Once")],
        default=WEEKLY,
    )
    days = days_field()
    every_weeks = weeks_field()
    first_on = day("First day", "Enter the first day.")
    last_on = optional_day("Last day")
    starts = starts_field()
    minutes = minutes_field()
    capacity = capacity_field()
    teacher = short_text("Teacher", "Enter who teaches it.", suggests="teachers")
    place = short_text("Place", "Enter where it takes place.", suggests="places")

    def validate_first_on(self, field: object) -> None:
        """Not long past."""
        refuse_day_long_past(self, field)

    def is_good(self) -> bool:
        """Whether all of it can be done; a weekly one needs its days."""
        good = self.validate_on_submit()
        if self.rhythm.data == WEEKLY and not self.days.data:
            self.days.errors = [*self.days.errors, "Choose the days of the week."]
            return False
        if good and self.rhythm.data == ONCE and self.first_on.data < wording().today:
            self.first_on.errors = ["Enter a day that is not past."]
            return False
        if good and self.rhythm.data == WEEKLY and self.last_on.data and not self._weekly():
            return False
        return bool(good)

    def _weekly(self) -> Weekly | None:
        try:
            return self.weekly
        except EndsBeforeItBegins as refusal:
            self.refuse(self.last_on, refusal)
            return None

    @property
    def weekly(self) -> Weekly:
        """The rhythm that was asked for."""
        return Weekly(chosen_days(self), self.first_on.data, self.last_on.data, self.every_weeks.data)

    def put_on(self, series_id: UUID) -> None:
        """Put the classes on the timetable."""
        slot, at, who = slot_of(self), now(), acting()
        if self.rhythm.data == ONCE:
            days = [self.first_on.data]
            schedule_classes(business(), series_id=series_id, days=days, slot=slot, actor=who, now=at)
        else:
            add_schedule(business(), series_id=series_id, weekly=self.weekly, slot=slot, actor=who, now=at)


class NewClassForm(DetailsForm, TimesForm):
    """A class from nothing to on sale."""

    ticket_name = short_text("Ticket", "Enter what the ticket is called, like Adult.", LONGEST_TICKET_NAME)
    price = price_field()


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address of the list asks for."""

    text: str
    sort: str

    def address(self, sort: str) -> str:
        """The list in another order."""
        asked = {"q": self.text, "sort": "" if sort == SORTS[0] else sort}
        query = urlencode({name: value for name, value in asked.items() if value})
        return f"{ADDRESS}?{query}" if query else ADDRESS


@pages.get(ADDRESS)
@staff_needed(Capability.SETUP)
def series_list() -> ResponseReturnValue:
    """Every class that the studio has set up, found by name, by name or by its next date."""
    sort = request.args.get("sort", SORTS[0])
    asked = Asked(request.args.get("q", "").strip()[:120], sort if sort in SORTS else SORTS[0])
    page = page_asked()
    most, skipped = (MOST_IN_A_FILE, 0) if wants_csv() else (SERIES_A_PAGE + 1, (page - 1) * SERIES_A_PAGE)
    found = series_listed(
        business().id, text=asked.text, sort=asked.sort, now=now(), most=most, skipped=skipped
    )
    times = defaultdict(list)
    for schedule in schedules_of(business().id, [it.id for it in found]):
        if schedule.last_on is None or schedule.last_on >= wording().today:
            times[schedule.series_id].append(time_words(schedule.weekly, schedule.starts))
    if wants_csv():
        return csv_file(
            "classes-set-up",
            ("Class", "Teacher", "Place", "When", "Next", "Dates to come", "Lowest price", "Highest price"),
            (
                (
                    it.name,
                    it.teacher,
                    it.place,
                    "; ".join(times[it.id]),
                    it.next_at,
                    it.coming,
                    None if it.lowest_price is None else amount(it.lowest_price),
                    None if it.highest_price is None else amount(it.highest_price),
                )
                for it in found
            ),
        )
    return render_template(
        "staff/setup/classes/list.html",
        series=found[:SERIES_A_PAGE],
        times=times,
        asked=asked,
        csv=csv_address(),
        zone_sentence=wording().zone_sentence(now()),
        **neighbours(page, more=len(found) > SERIES_A_PAGE),
    )


@pages.get(f"{ADDRESS}/new")
@staff_needed(Capability.SETUP)
def ask_for_new() -> ResponseReturnValue:
    """A new class: all it takes to be on sale on one page."""
    form = NewClassForm(
        formdata=None, first_on=wording().today, minutes=60, ticket_name="Adult", closes_minutes=None
    )
    return _new_page(form)


@pages.post(f"{ADDRESS}/new")
@staff_needed(Capability.SETUP)
def add() -> ResponseReturnValue:
    """Put it on sale."""
    form = NewClassForm()
    if not form.is_good():
        return _new_page(form), UNPROCESSABLE
    with transaction():
        made = add_series(
            business(),
            NewSeries(
                name=form.name.data,
                description=form.description.data or "",
                teacher=form.teacher.data,
                place=form.place.data,
                tickets=(NewTicketType(form.ticket_name.data, form.price.data),),
                window=window_of(form),
            ),
            actor=acting(),
            now=now(),
        )
        form.put_on(made.id)
    tell(Sentence("{name} is on sale.", {"name": form.name.data}))
    return redirect(f"{ADDRESS}/{made.id}", code=303)


@pages.get(f"{ADDRESS}/<uuid:series_id>")
@staff_needed(Capability.SETUP)
def series_page(series_id: UUID) -> ResponseReturnValue:
    """One class: its times, its tickets, when it may be booked and its next dates."""
    series = series_shown(series_id)
    dates = classes_of_staff(
        business().id, now=now(), only=ClassesAsked(series_id=series.id), most=DATES_SHOWN + 1
    )
    return render_template(
        "staff/setup/classes/page.html",
        series=series,
        address=f"{ADDRESS}/{series.id}",
        schedules=[
            (it, time_words(it.weekly, it.starts), it.last_on is not None and it.last_on < wording().today)
            for it in schedules_of(business().id, [series.id])
        ],
        tickets=ticket_types_of(business().id, series.id),
        dates=dates[:DATES_SHOWN],
        more_dates=len(dates) > DATES_SHOWN,
        window=window_words(series),
        zone_sentence=wording().zone_sentence(now()),
    )


@pages.get(f"{ADDRESS}/<uuid:series_id>/details")
@staff_needed(Capability.SETUP)
def ask_for_details(series_id: UUID) -> ResponseReturnValue:
    """What it is called, as it stands."""
    series = series_shown(series_id)
    form = DetailsForm(
        formdata=None,
        name=series.name,
        description=series.description,
        opens_days=series.opens_days,
        closes_minutes=series.closes_minutes or None,
    )
    return _details_page(series, form)


@pages.post(f"{ADDRESS}/<uuid:series_id>/details")
@staff_needed(Capability.SETUP)
def save_details(series_id: UUID) -> ResponseReturnValue:
    """Save; it counts for every class to come."""
    series = series_shown(series_id)
    form = DetailsForm()
    if not form.validate_on_submit():
        return _details_page(series, form), UNPROCESSABLE
    details = SeriesDetails(form.name.data, form.description.data or "", window_of(form))
    with transaction():
        change_series(business(), series_id=series.id, details=details, actor=acting(), now=now())
    tell("The class is saved.")
    return redirect(f"{ADDRESS}/{series.id}", code=303)


def series_shown(series_id: UUID) -> ClassSeries:
    """The series of the address; 404 where the studio has no such one."""
    return series_of(business().id, series_id) or abort(404)


def time_words(weekly: Weekly, starts: object) -> str:
    """Reads "Mondays and Thursdays, from 3 Dec, 07:30"."""
    return f"{say(weekly.words(wording().today))}, {starts:%H:%M}"


def window_words(series: ClassSeries) -> str:
    """From when until when its classes may be booked."""
    window = series.booking_window
    opens = "As soon as it is listed"
    if window.opens_days is not None:
        opens = f"From {window.opens_days} day{'s' if window.opens_days != 1 else ''} before"
    until = f"{length_words(window.closes_minutes)} before" if window.closes_minutes else "it starts"
    return f"{opens}, until {until}."


def _new_page(form: NewClassForm) -> str:
    return render_template(
        "staff/setup/classes/new.html",
        form=form,
        errors=errors_of(form),
        used=used_before(business().id),
        zone_sentence=wording().zone_sentence(now()),
    )


def _details_page(series: ClassSeries, form: DetailsForm) -> str:
    return render_template(
        "staff/setup/classes/details.html",
        series=series,
        back=f"{ADDRESS}/{series.id}",
        form=form,
        errors=errors_of(form),
    )
