"""The forms in which staff set what a discount code does, alone or for a batch (D3)."""

import re
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from wtforms import HiddenField, RadioField, SelectChoice, StringField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from portal.models.code_pages import ListedCode
from portal.operations.discount_codes import NewDiscountCode
from portal.rules.facts import DiscountKind, Reduces
from portal.rules.money import minor_digits
from portal.web.forms import stripped
from portal.web.money_field import NOT_AN_AMOUNT, MoneyField, read, written
from portal.web.staff.act_forms import DayField, WholeNumberField, optional_day, whole_number
from portal.web.staff.covers_field import CoversForm
from portal.web.visitor import business

KINDS = {
    DiscountKind.PERCENT: "A percentage",
    DiscountKind.AMOUNT_EACH: "An amount off each ticket or pass",
    DiscountKind.AMOUNT_BASKET: "An amount across the basket",
}
LOWERS = {
    Reduces.TICKETS: "Tickets",
    Reduces.PASSES: "Passes",
    Reduces.BOTH: "Tickets and passes",
}
NOT_A_PERCENTAGE = "Enter a whole percentage, like 20."
LONGEST_TYPED = 60


def optional_number(label: str) -> WholeNumberField:
    """A whole number that may be left empty."""
    return WholeNumberField(label, validators=[Optional()])


class CodeForm(CoversForm):
    """A code and all its limits; days are the studio's, both ends counting."""

    code: Any = StringField(
        "Discount code",
        filters=[stripped],
        validators=[
            DataRequired("Enter a code, like SPRING20."),
            Length(max=LONGEST_TYPED, message="Enter a shorter code."),
        ],
    )
    kind = RadioField(
        "What it takes off",
        choices=[SelectChoice(kind.value, words) for kind, words in KINDS.items()],
        default=DiscountKind.PERCENT.value,
        validators=[InputRequired("Choose what it takes off.")],
    )
    value = StringField(
        "How much", filters=[stripped], validators=[DataRequired("Enter how much it takes off.")]
    )
    reduces = RadioField(
        "What it lowers",
        choices=[SelectChoice(one.value, words) for one, words in LOWERS.items()],
        default=Reduces.TICKETS.value,
        validators=[InputRequired("Choose what it lowers.")],
    )
    minor_or_percent = 0
    class_from = optional_day("First class date")
    class_to = optional_day("Last class date")
    valid_from = optional_day("First day")
    valid_to = optional_day("Last day")
    bookings_limit: Any = optional_number("Bookings in all")
    per_person_limit = optional_number("Bookings per customer")
    least_spend = MoneyField("Least spend", validators=[Optional()])

    def validate_value(self, field: Any) -> None:
        """Read "20" or "20%", or an amount in the studio's currency, as the kind asks."""
        self.minor_or_percent = self._read(field.data or "")

    def _read(self, text: str) -> int:
        if self.kind.data == DiscountKind.PERCENT.value:
            found = re.fullmatch(r"(\d{1,6})\s*%?", text, re.ASCII)
            if found is None:
                raise ValidationError(NOT_A_PERCENTAGE)
            return int(found.group(1))
        currency = business().currency
        amount = read(text, currency)
        if amount is None:
            example = written(12 * 10 ** minor_digits(currency), currency)
            raise ValidationError(NOT_AN_AMOUNT.format(example=example))
        return amount

    def wanted(self, stands: ListedCode | None = None) -> NewDiscountCode:
        """The code as it is to be. A day that was not changed keeps the instant that ``stands``."""
        covers = self.covered()
        return NewDiscountCode(
            code=self._text(),
            kind=DiscountKind(self.kind.data),
            value=self.minor_or_percent,
            reduces=Reduces(self.reduces.data),
            series_ids=covers.series_ids,
            ticket_type_ids=covers.ticket_type_ids,
            class_from=self.class_from.data,
            class_to=self.class_to.data,
            starts_at=_midnight(self.valid_from, stands.starts_at if stands else None),
            ends_at=_midnight_after(self.valid_to, stands.ends_at if stands else None),
            bookings_limit=self._bookings_limit(),
            per_person_limit=self.per_person_limit.data,
            least_spend=self.least_spend.data,
        )

    def _text(self) -> str:
        return self.code.data or ""

    def _bookings_limit(self) -> int | None:
        limit: int | None = self.bookings_limit.data
        return limit


class BatchForm(CodeForm):
    """Many codes with the same terms, each for one booking. ``new_batch`` is the id that the batch will
    have, so that the form acts once.
    """

    code = None
    bookings_limit = None
    prefix = StringField(
        "Prefix",
        filters=[stripped],
        validators=[
            DataRequired("Enter what each code begins with, like SUMMER."),
            Length(max=LONGEST_TYPED, message="Enter a shorter prefix."),
        ],
    )
    size = whole_number("How many", "Enter how many codes to make.")
    new_batch = HiddenField()

    @property
    def batch_id(self) -> UUID | None:
        """The id that the form brought along; None where it brought none."""
        try:
            return UUID(self.new_batch.data or "")
        except ValueError:
            return None

    def _text(self) -> str:
        return ""

    def _bookings_limit(self) -> int | None:
        return 1


def filled_in(code: ListedCode) -> dict[str, Any]:
    """A code's terms as its form shows them."""
    percent = code.kind is DiscountKind.PERCENT
    return {
        "code": code.code,
        "kind": code.kind.value,
        "value": str(code.value) if percent else written(code.value, business().currency),
        "reduces": code.reduces.value,
        "class_from": code.class_from,
        "class_to": code.class_to,
        "valid_from": first_day_of(code.starts_at),
        "valid_to": last_day_of(code.ends_at),
        "bookings_limit": code.bookings_limit,
        "per_person_limit": code.per_person_limit,
        "least_spend": code.least_spend,
    }


def first_day_of(starts_at: datetime | None) -> date | None:
    """The studio's day on which a code begins."""
    return None if starts_at is None else business().day_of(starts_at)


def last_day_of(ends_at: datetime | None) -> date | None:
    """The last day on which a code can be used; ``ends_at`` is the first instant at which it cannot."""
    return None if ends_at is None else business().day_of(ends_at - timedelta(microseconds=1))


def _midnight(field: DayField, stands: datetime | None) -> datetime | None:
    day: date | None = field.data
    if day is None or day == first_day_of(stands):
        return stands if day is not None else None
    return datetime.combine(day, time(), business().zone_info)


def _midnight_after(field: DayField, stands: datetime | None) -> datetime | None:
    day: date | None = field.data
    if day is None or day == last_day_of(stands):
        return stands if day is not None else None
    return datetime.combine(day + timedelta(days=1), time(), business().zone_info)
