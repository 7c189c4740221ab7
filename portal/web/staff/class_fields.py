"""Fields of the forms that set up classes."""

from datetime import date, time
from typing import Any

from wtforms import (
    Field,
    Form,
    IntegerField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError
from wtforms.widgets import TimeInput

from portal.operations.timetable import Slot
from portal.rules.booking_window import MOST_DAYS, MOST_MINUTES, BookingWindow, NeverOpen
from portal.rules.weekly import MOST_WEEKS, Weekday
from portal.web.forms import stripped
from portal.web.money_field import MoneyField
from portal.web.staff.act_forms import WholeNumberField
from portal.web.staff.studio_details import on_one_line
from portal.web.wording import wording

LONGEST_NAME, LONGEST_DESCRIPTION, LONGEST_TICKET_NAME = 120, 2000, 80
MOST_PLACES, MOST_MINUTES_LONG = 10_000, 24 * 60
DEAREST = 10_000_000

_UNITS = ((24 * 60, "days"), (60, "hours"), (1, "minutes"))


class ClockField(Field):  # type: ignore[misc]  # WTForms is untyped
    """A time of day by the clock on the studio's wall; what is none stays in the field."""

    widget = TimeInput()
    data: Any

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return f"{self.data:%H:%M}" if self.data else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read "07:30", "7:30" or "7.30"."""
        self.data = None
        text = valuelist[0].strip().replace(".", ":") if valuelist else ""
        if text:
            try:
                hours, minutes, *_ = (int(part) for part in text.split(":"))
                self.data = time(hours, minutes)
            except ValueError:
                raise ValueError("Enter a time like 07:30.") from None


def short_text(
    label: str, missing: str, longest: int = LONGEST_NAME, *, suggests: str | None = None
) -> StringField:
    """A text on one line that must be there; ``suggests`` is the id of a list of what was typed before."""
    return StringField(
        label,
        filters=[on_one_line],
        validators=[DataRequired(missing), at_most(longest)],
        render_kw={"list": suggests} if suggests else None,
    )


def at_most(length: int) -> Length:
    """A text of at most so many characters."""
    return Length(max=length, message=f"Use at most {length} characters.")


def description_field() -> TextAreaField:
    """What visitors read on the class's page."""
    return TextAreaField("Description", filters=[stripped], validators=[at_most(LONGEST_DESCRIPTION)])


def days_field() -> SelectMultipleField:
    """The days of the week."""
    return SelectMultipleField("On", choices=[SelectChoice(day.value, day.words) for day in Weekday])


def weeks_field() -> SelectField:
    """How often."""
    choices = [SelectChoice(1, "Every week")]
    choices += [SelectChoice(weeks, f"Every {weeks} weeks") for weeks in range(2, MOST_WEEKS + 1)]
    return SelectField("How often", choices=choices, coerce=int, default=1)


def number_within(label: str, missing: str, least: int, most: int) -> WholeNumberField:
    """A whole number within limits that must be there."""
    return WholeNumberField(label, validators=[InputRequired(missing), _within(least, most)])


def optional_number(label: str, least: int, most: int) -> WholeNumberField:
    """A whole number within limits, or nothing."""
    return WholeNumberField(label, validators=[Optional(), _within(least, most)])


def starts_field() -> ClockField:
    """When a class starts."""
    return ClockField("Starts at", validators=[InputRequired("Enter when it starts, like 07:30.")])


def minutes_field() -> IntegerField:
    """How long a class lasts."""
    return number_within("Lasts (minutes)", "Enter how many minutes it lasts.", 1, MOST_MINUTES_LONG)


def capacity_field() -> IntegerField:
    """How many may come."""
    return number_within("Places", "Enter how many people may come.", 0, MOST_PLACES)


def price_field() -> MoneyField:
    """What a ticket costs."""
    return MoneyField("Price", validators=[InputRequired("Enter a price; 0 is free."), _affordable])


def opens_field() -> IntegerField:
    """From when a class may be booked."""
    return optional_number("Booking opens (days before)", 1, MOST_DAYS)


def closes_field() -> IntegerField:
    """Until when a class may be booked."""
    return WholeNumberField(
        "Booking closes (minutes before)", validators=[Optional(), _within(0, MOST_MINUTES), _after_it_opens]
    )


def window_of(form: Any) -> BookingWindow:
    """The booking window that a form with both fields asks for."""
    return BookingWindow(form.opens_days.data, form.closes_minutes.data or 0)


def slot_of(form: Any) -> Slot:
    """When and for how many, as a form with these fields asks for."""
    return Slot(
        at=form.starts.data,
        minutes=form.minutes.data,
        capacity=form.capacity.data,
        teacher=form.teacher.data,
        place=form.place.data,
    )


def chosen_days(form: Any) -> tuple[Weekday, ...]:
    """The days of the week that are ticked."""
    return tuple(Weekday(value) for value in form.days.data or ())


def length_words(minutes: int) -> str:
    """Reads "2 hours" for 120 minutes."""
    for unit, name in _UNITS:
        if minutes and minutes % unit == 0:
            number = minutes // unit
            return f"{number} {name if number != 1 else name[:-1]}"
    return "0 minutes"


def refuse_day_long_past(_form: Form, field: Field) -> None:
    """A slip of the finger: a first day of years ago would be counted from."""
    if field.data is not None and field.data < date(2000, 1, 1):
        raise ValidationError("Enter a day of this century.")


def not_past(_form: Form, field: Field) -> None:
    """What was, was."""
    if field.data is not None and field.data < wording().today:
        raise ValidationError("Enter a day that is not past.")


def _within(least: int, most: int) -> Any:
    def check(_form: Form, field: Field) -> None:
        if field.data is not None and not least <= field.data <= most:
            raise ValidationError(f"Enter a number from {least} to {most}.")

    return check


def _after_it_opens(form: Any, field: Field) -> None:
    """Asked where the days before are a number that can be."""
    if form.opens_days.data in range(1, MOST_DAYS + 1):
        try:
            BookingWindow(form.opens_days.data, field.data or 0)
        except NeverOpen as refusal:
            raise ValidationError(str(refusal)) from None


def _affordable(_form: Form, field: Field) -> None:
    if field.data is not None and field.data > DEAREST:
        raise ValidationError("Enter a lower price.")
