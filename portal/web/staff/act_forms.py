"""Forms of what staff do: every one says why, and shows each "no" where it belongs (S9)."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import Any
from uuid import UUID

from wtforms import DateField, Field, HiddenField, IntegerField, RadioField, SelectChoice, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from portal.models.audit import ActorKind
from portal.operations.auditing import Actor
from portal.operations.locked_passes import latest_entry
from portal.operations.reasons import LONGEST_REASON, ReasonNeeded, ReasonTooLong
from portal.rules.sentences import Refusal, Sentence
from portal.web.forms import UNPROCESSABLE, PageForm, stripped
from portal.web.visitor import business, staff
from portal.web.wording import say

CONFLICT = 409
YES, NO = "yes", "no"
NOT_COLLECTED = SelectChoice(NO, "No, do not collect it")


class DayField(DateField):  # type: ignore[misc]  # WTForms is untyped
    """A date as browsers send it; what cannot be one stays in the field, and the error says how it is."""

    data: Any

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read "2027-01-19"; years before 1900 and after 2199 are slips of the finger."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError("Enter a date: year, month and day, like 2027-01-19.") from None
        if self.data is not None and not date(1900, 1, 1) <= self.data <= date(2199, 12, 31):
            self.data = None
            raise ValueError("Enter a date with its whole year, like 2027-01-19.")


class WholeNumberField(IntegerField):  # type: ignore[misc]  # WTForms is untyped
    """A whole number; what is none stays in the field."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read a number of at most six digits."""
        try:
            super().process_formdata([text.strip()[:7] for text in valuelist])
        except ValueError:
            raise ValueError("Enter a whole number.") from None


class ActForm(PageForm):
    """What staff do. ``refused`` is a "no" that belongs to no field: the page says it on top."""

    refused = ""

    @property
    def status(self) -> int:
        """The HTTP status of the page that shows this form again."""
        return CONFLICT if self.refused else UNPROCESSABLE


class SeenForm(ActForm):
    """A form that acts on what its page showed: ``seen`` is the latest audit entry then, so that the same
    form sent twice acts once.
    """

    seen = HiddenField()

    @property
    def seen_entry(self) -> UUID | None:
        """The entry that the form brought along; None where it brought none."""
        try:
            return UUID(self.seen.data or "")
        except ValueError:
            return None

    def look_at(self, subject_id: UUID) -> None:
        """Carry along the latest entry about a pass or a purchase option, as the page shows it."""
        entry = latest_entry(business().id, subject_id)
        self.seen.data = str(entry) if entry else ""


@contextmanager
def refusals_shown(form: ActForm, beside: Mapping[type[Refusal], Field] | None = None) -> Iterator[None]:
    """Put what is refused within into the form: beside its field, or on top of the page."""
    try:
        yield
    except Refusal as refusal:
        field = (beside or {}).get(type(refusal))
        if field is None:
            form.refused = say(refusal.sentence)
        else:
            form.refuse(field, refusal)


def reason_field() -> TextAreaField:
    """Why it is done; asked of every act, last of its form unless the act asks for nothing else."""
    return TextAreaField(
        "Reason",
        filters=[stripped],
        validators=[
            DataRequired(str(ReasonNeeded().sentence)),
            Length(max=LONGEST_REASON, message=str(ReasonTooLong().sentence)),
        ],
    )


def optional_day(label: str) -> DayField:
    """A date that may be left empty."""
    return DayField(label, validators=[Optional()])


def day(label: str, missing: str) -> DayField:
    """A date that must be there; ``missing`` asks for it."""
    return DayField(label, validators=[InputRequired(missing)])


def whole_number(label: str, missing: str) -> WholeNumberField:
    """A number that must be there; ``missing`` asks for it."""
    return WholeNumberField(label, validators=[InputRequired(missing)])


def balance_question() -> RadioField:
    """S5's question: whether to charge the outstanding balance to the client's account. Nothing is chosen
    beforehand; ``answer_of`` reads it.
    """
    return RadioField(
        "Charge the outstanding balance to the client’s account?",
        choices=[SelectChoice(YES, "Yes"), NOT_COLLECTED],
        validate_choice=False,
    )


def name_the_amount(question: RadioField, yes: Sentence) -> None:
    """Let the first answer say how much it is."""
    question.choices = [SelectChoice(YES, say(yes)), NOT_COLLECTED]


def answer_of(question: RadioField) -> bool | None:
    """What was chosen; None where nothing was."""
    chosen: Any = question.data
    return {YES: True, NO: False}.get(chosen)


def acting() -> Actor:
    """The member of staff who is signed in, as the one who acts."""
    return Actor(ActorKind.STAFF, staff().id)
