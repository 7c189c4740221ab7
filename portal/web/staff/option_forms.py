"""The form in which staff set what they sell as a pass (P6, M1)."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from wtforms import (
    BooleanField,
    HiddenField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, Optional, StopValidation

from portal.models.option_pages import ListedOption
from portal.models.purchase_options import PurchaseOption, ValidityKind
from portal.operations.pass_shop import NewPurchaseOption
from portal.rules.facts import PassTerms
from portal.rules.instalments import InstalmentTerms, Rhythm
from portal.rules.option_limits import LONGEST_DESCRIPTION, LONGEST_NAME
from portal.rules.validity import FixedDates, FromFirstClass, FromPurchase, Period, Unit, Validity
from portal.web.forms import stripped
from portal.web.money_field import MoneyField
from portal.web.staff.act_forms import NO, YES, DayField, WholeNumberField
from portal.web.staff.covers_field import CoversForm

WEEKS, DAYS_IN_WEEK = "weeks", 7
FIRST = "first"
STAYS = "stays"

VALIDITIES = {
    ValidityKind.FROM_FIRST_CLASS: "A period from the first class",
    ValidityKind.FROM_PURCHASE: "A period from the day of purchase",
    ValidityKind.FIXED_DATES: "Fixed dates",
}
FIXED = frozenset({ValidityKind.FIXED_DATES.value})
PERIODS = frozenset(kind.value for kind in VALIDITIES) - FIXED
RHYTHMS = {Rhythm.WEEKLY: "Every week", Rhythm.MONTHLY: "Every month"}
UNITS = {Unit.DAYS.value: "days", WEEKS: "weeks", Unit.MONTHS.value: "months"}


def optional_number(label: str) -> WholeNumberField:
    """A whole number that may be left empty."""
    return WholeNumberField(label, validators=[Optional()])


class AskedWhere:
    """A field that must be filled in where another's answer is one of those, and may be empty elsewhere."""

    def __init__(self, name: str, answers: frozenset[str], missing: str) -> None:
        self.name, self.answers, self.missing = name, answers, missing

    def __call__(self, form: Any, field: Any) -> None:
        """Ask for it, or stop asking."""
        if field.raw_data and field.raw_data[0].strip():
            return
        field.errors = []
        raise StopValidation(self.missing if form[self.name].data in self.answers else "")


def _asked(name: str, answers: Iterable[str], missing: str) -> list[Any]:
    return [AskedWhere(name, frozenset(answers), missing)]


class OptionForm(CoversForm):
    """A pass for the shop. ``new_option`` is the id that a new one will have, so that the form acts once."""

    new_option = HiddenField()
    name = StringField(
        "Name",
        filters=[stripped],
        validators=[
            DataRequired("Enter a name, like 10-class pass."),
            Length(max=LONGEST_NAME, message=f"Enter a name of at most {LONGEST_NAME} characters."),
        ],
    )
    description = TextAreaField(
        "Description",
        filters=[stripped],
        validators=[
            Length(max=LONGEST_DESCRIPTION, message=f"Say it in {LONGEST_DESCRIPTION} characters or fewer.")
        ],
    )
    price = MoneyField("Price", validators=[InputRequired("Enter a price; 0 is free.")])
    counted = RadioField(
        "Uses",
        choices=[SelectChoice(YES, "A number of classes"), SelectChoice(NO, "Unlimited")],
        default=YES,
        validators=[InputRequired("Choose how many classes it is for.")],
    )
    uses = WholeNumberField(
        "How many", validators=_asked("counted", [YES], "Enter how many classes it is for.")
    )
    validity = RadioField(
        "Valid for",
        choices=[SelectChoice(kind.value, words) for kind, words in VALIDITIES.items()],
        default=ValidityKind.FROM_FIRST_CLASS.value,
        validators=[InputRequired("Choose how long it is valid.")],
    )
    period_length = WholeNumberField(
        "Length of the period", validators=_asked("validity", PERIODS, "Enter how long it is valid.")
    )
    period_unit = SelectField(
        "Unit of the period",
        choices=[SelectChoice(unit, words) for unit, words in UNITS.items()],
        default=Unit.DAYS.value,
    )
    first_day = DayField("First day", validators=_asked("validity", FIXED, "Enter the first day."))
    last_day = DayField("Last day", validators=_asked("validity", FIXED, "Enter the last day."))
    start_within_days = optional_number("Must start within")
    uses_per_day = optional_number("Classes a day")
    uses_per_week = optional_number("Classes a week")
    several_per_class = BooleanField("It pays for more than one ticket of the same class")
    paid = RadioField(
        "How it is paid",
        choices=[SelectChoice(NO, "All at once"), SelectChoice(YES, "In instalments")],
        default=NO,
        validators=[InputRequired("Choose how it is paid.")],
    )
    instalments = WholeNumberField(
        "Number of instalments",
        validators=_asked("paid", [YES], "Enter in how many instalments it is paid."),
    )
    rhythm = SelectField(
        "Rhythm",
        choices=[SelectChoice(rhythm.value, words) for rhythm, words in RHYTHMS.items()],
        default=Rhythm.MONTHLY.value,
    )
    place = SelectField("Place in the shop", validate_choice=False, default=STAYS)
    on_sale = BooleanField("Put it on sale at once", default=True)

    def offer_places(self, options: list[ListedOption], *, editing: UUID | None = None) -> None:
        """Say behind which others it could stand; one that is new stands last unless it is put elsewhere."""
        others = [option for option in options if option.id != editing]
        stays = "Where it is now" if editing else "Last"
        self.place.choices = [
            SelectChoice(STAYS, stays),
            SelectChoice(FIRST, "First"),
            *(SelectChoice(str(option.id), f"After {option.name}") for option in others),
        ]

    @property
    def option_id(self) -> UUID | None:
        """The id that the form brought along; None where it brought none."""
        return _uuid(self.new_option.data)

    @property
    def moves(self) -> bool:
        """Whether it is to be put elsewhere in the shop."""
        return self.place.data not in {STAYS, None}

    @property
    def after(self) -> UUID | None:
        """Behind which it is to stand; None is first."""
        return _uuid(self.place.data)

    def wanted(self) -> NewPurchaseOption:
        """The pass as it is to be sold."""
        covers = self.covered()
        terms = PassTerms(
            validity=self._validity(),
            uses=self.uses.data if self.counted.data == YES else None,
            uses_per_day=self.uses_per_day.data,
            uses_per_week=self.uses_per_week.data,
            series_ids=covers.series_ids or None,
            ticket_type_ids=covers.ticket_type_ids or None,
            several_per_class=self.several_per_class.data,
        )
        return NewPurchaseOption(
            name=self.name.data or "",
            description=self.description.data or "",
            price=self.price.data,
            terms=terms,
            start_within_days=self.start_within_days.data,
            on_sale=self.on_sale.data,
            instalments=self._instalments(),
        )

    def _validity(self) -> Validity:
        kind = ValidityKind(self.validity.data)
        if kind is ValidityKind.FIXED_DATES:
            return FixedDates(self.first_day.data, self.last_day.data)
        weeks = self.period_unit.data == WEEKS
        period = Period(
            self.period_length.data * (DAYS_IN_WEEK if weeks else 1),
            Unit.DAYS if weeks else Unit(self.period_unit.data),
        )
        return FromFirstClass(period) if kind is ValidityKind.FROM_FIRST_CLASS else FromPurchase(period)

    def _instalments(self) -> InstalmentTerms | None:
        if self.paid.data != YES:
            return None
        return InstalmentTerms(self.instalments.data, Rhythm(self.rhythm.data))


def filled_in(option: PurchaseOption) -> dict[str, Any]:
    """A purchase option as its form shows it."""
    same = ("name", "description", "price", "uses", "period_length", "first_day", "last_day")
    limits = ("start_within_days", "uses_per_day", "uses_per_week", "several_per_class", "instalments")
    rhythm = option.instalment_rhythm
    return {
        **{name: getattr(option, name) for name in (*same, *limits)},
        "counted": YES if option.uses is not None else NO,
        "validity": option.validity_kind.value,
        "period_unit": (option.period_unit or Unit.DAYS).value,
        "paid": YES if option.instalments is not None else NO,
        "rhythm": (rhythm or Rhythm.MONTHLY).value,
    }


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None
