"""More times of a class, the end of a weekly one, and a date taken off the timetable (addresses:
/staff/setup/classes/<id>/times and below, /staff/classes/<id>/removal).
"""

from uuid import UUID

from flask import Blueprint, abort, redirect, render_template
from flask.typing import ResponseReturnValue

from portal.models.classes import ClassSeries
from portal.models.database import transaction
from portal.models.setup_classes import schedules_of, used_before
from portal.operations.class_setup import SomebodyIsIn, end_schedule, remove_class
from portal.rules.roles import Capability
from portal.rules.sentences import Count, Sentence
from portal.rules.weekly import EndsBeforeItBegins
from portal.web.forms import UNPROCESSABLE, errors_of
from portal.web.notices import tell, warn
from portal.web.staff.act_forms import ActForm, acting, day, refusals_shown
from portal.web.staff.classes import ADDRESS as DATED
from portal.web.staff.classes import class_shown
from portal.web.staff.setup_classes import ADDRESS, TimesForm, series_shown, time_words
from portal.web.visitor import business, now, staff_needed
from portal.web.wording import wording

pages = Blueprint("staff_class_times", __name__)


class EndForm(ActForm):
    """The last day of a weekly time."""

    last_on = day("Last day", "Enter the last day.")


@pages.get(f"{ADDRESS}/<uuid:series_id>/times/new")
@staff_needed(Capability.SETUP)
def ask_for_time(series_id: UUID) -> ResponseReturnValue:
    """Another time, filled in as the class is otherwise."""
    series = series_shown(series_id)
    others = schedules_of(business().id, [series.id])
    form = TimesForm(
        formdata=None,
        first_on=wording().today,
        minutes=others[-1].minutes if others else 60,
        capacity=others[-1].capacity if others else None,
        teacher=series.teacher,
        place=series.place,
    )
    return _time_page(series, form)


@pages.post(f"{ADDRESS}/<uuid:series_id>/times/new")
@staff_needed(Capability.SETUP)
def add_time(series_id: UUID) -> ResponseReturnValue:
    """Put it on the timetable."""
    series = series_shown(series_id)
    form = TimesForm()
    if not form.is_good():
        return _time_page(series, form), UNPROCESSABLE
    with transaction():
        form.put_on(series.id)
    tell("The time is on the timetable.")
    return redirect(f"{ADDRESS}/{series.id}", code=303)


@pages.get(f"{ADDRESS}/<uuid:series_id>/times/<uuid:schedule_id>/end")
@staff_needed(Capability.SETUP)
def ask_for_end(series_id: UUID, schedule_id: UUID) -> ResponseReturnValue:
    """The last day of a weekly time."""
    return _end_page(series_shown(series_id), schedule_id, EndForm(formdata=None))


@pages.post(f"{ADDRESS}/<uuid:series_id>/times/<uuid:schedule_id>/end")
@staff_needed(Capability.SETUP)
def end(series_id: UUID, schedule_id: UUID) -> ResponseReturnValue:
    """End it: what nobody has booked goes, what somebody has stays until it is cancelled."""
    series = series_shown(series_id)
    page = _end_page(series, schedule_id, form := EndForm())
    if form.validate_on_submit():
        with refusals_shown(form, {EndsBeforeItBegins: form.last_on}):
            with transaction():
                booked = end_schedule(
                    business(), schedule_id=schedule_id, last_on=form.last_on.data, actor=acting(), now=now()
                )
            tell(Sentence("The last day is {day}.", {"day": form.last_on.data}))
            if booked:
                tell(
                    Sentence(
                        "{classes} after it {have} bookings, baskets or people in line and stay on. Cancel"
                        " them one by one.",
                        {
                            "classes": Count(len(booked), "class", "classes"),
                            "have": "has" if len(booked) == 1 else "have",
                        },
                    )
                )
            return redirect(f"{ADDRESS}/{series.id}", code=303)
    page = _end_page(series, schedule_id, form)
    return page, UNPROCESSABLE


@pages.post(f"{DATED}/<uuid:class_session_id>/removal")
@staff_needed(Capability.SETUP)
def remove(class_session_id: UUID) -> ResponseReturnValue:
    """Take a class that nobody has to do with off the timetable."""
    shown = class_shown(class_session_id)
    try:
        with transaction():
            remove_class(business(), class_session_id=shown.id, actor=acting(), now=now())
    except SomebodyIsIn as refusal:
        warn(refusal)
        return redirect(shown.address, code=303)
    tell(Sentence("{name} on {day} is off the timetable.", {"name": shown.name, "day": shown.on_date}))
    return redirect(DATED, code=303)


def _time_page(series: ClassSeries, form: TimesForm) -> str:
    return render_template(
        "staff/setup/classes/time.html",
        series=series,
        back=f"{ADDRESS}/{series.id}",
        form=form,
        errors=errors_of(form),
        used=used_before(business().id),
        zone_sentence=wording().zone_sentence(now()),
    )


def _end_page(series: ClassSeries, schedule_id: UUID, form: EndForm) -> str:
    schedule = next((it for it in schedules_of(business().id, [series.id]) if it.id == schedule_id), None)
    if schedule is None:
        abort(404)
    return render_template(
        "staff/setup/classes/end.html",
        series=series,
        when=time_words(schedule.weekly, schedule.starts),
        back=f"{ADDRESS}/{series.id}",
        address=f"{ADDRESS}/{series.id}/times/{schedule_id}/end",
        form=form,
        errors=errors_of(form),
    )
