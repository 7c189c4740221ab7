"""Forms: what they share, and how a refusal becomes an error beside its field."""

from dataclasses import dataclass
from typing import Any

from flask_wtf import FlaskForm
from wtforms import Field

from portal.rules.sentences import Refusal
from portal.web.wording import say

UNPROCESSABLE = 422


class PageForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is untyped
    """A form of one page; its field names are the ids of its inputs."""

    def refuse(self, field: Field, refusal: Refusal) -> None:
        """Put a refusal's sentence beside a field, as if the field had found it itself."""
        field.errors = [*field.errors, say(refusal.sentence)]


@dataclass(frozen=True, slots=True)
class FieldError:
    """A line of the error summary: the field's id and its sentence."""

    field_id: str
    sentence: str


def errors_of(form: Any) -> tuple[FieldError, ...]:
    """Every error of a form in the order of its fields, for ``error_summary`` and the page's title."""
    return tuple(
        FieldError(field.id, sentence)
        for field in form
        for sentence in field.errors
        if field.type != "CSRFTokenField"
    )


def stripped(text: str | None) -> str | None:
    """A filter for fields: without surrounding space."""
    return text.strip() if text else text
