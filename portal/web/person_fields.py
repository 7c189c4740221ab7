"""Fields about a person, under the labels that help articles and screen readers know (DESIGN §5)."""

import re
from typing import Any
from unicodedata import category

from email_validator import EmailNotValidError, validate_email
from wtforms import EmailField, PasswordField, StringField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Length

from portal.operations.passwords import WeakPassword, refuse_weak_password
from portal.web.forms import stripped
from portal.web.wording import say

LONGEST_EMAIL = 254
LONGEST_NAME = 120

WEB_ADDRESS = re.compile(r"://|\bwww\.", re.IGNORECASE)
TURNS_TEXT_ROUND = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def email_field(missing: str = "Enter your e-mail address.") -> EmailField:
    """E-mail: an address that a letter could reach; whether it does is not asked of the network. ``missing``
    asks for one.

    It is kept in ASCII, its domain as the mail system writes it ("straße.de" is xn--strae-oqa.de): so two
    addresses that only look alike, or that fold to the same letters, are never taken for each other.
    """
    return EmailField(
        "E-mail",
        filters=[stripped],
        validators=[DataRequired(missing), _is_address],
    )


def name_field(missing: str = "Enter your name.") -> StringField:
    """Name: whatever a person is called, on one line; nothing that would make our letters say or link what a
    stranger wants, nor letters and lists of staff look other than they are. ``missing`` asks for one.
    """
    return StringField(
        "Name",
        filters=[_on_one_line],
        validators=[
            DataRequired(missing),
            Length(max=LONGEST_NAME, message=f"Enter a name of at most {LONGEST_NAME} characters."),
            _is_name,
        ],
    )


def password_field(label: str = "Password") -> PasswordField:
    """Password, to sign in with."""
    return PasswordField(label, validators=[InputRequired("Enter your password.")])


def new_password_field(label: str = "Password") -> PasswordField:
    """Password, to be chosen: what is too weak is refused beside the field."""
    return PasswordField(label, validators=[InputRequired("Choose a password."), _is_strong])


def _is_address(_form: Any, field: Any) -> None:
    try:
        checked = validate_email(
            field.data or "", check_deliverability=False, test_environment=True, allow_smtputf8=False
        )
    except EmailNotValidError:
        raise ValidationError("Enter an e-mail address like name@example.com.") from None
    field.data = checked.ascii_email or checked.normalized
    if len(field.data) > LONGEST_EMAIL:
        raise ValidationError("Enter a shorter e-mail address.")


def _on_one_line(text: str | None) -> str | None:
    return " ".join(text.split()) if text else text


def _is_name(_form: Any, field: Any) -> None:
    text = field.data or ""
    if any(category(character) == "Cc" or character in TURNS_TEXT_ROUND for character in text):
        raise ValidationError("Enter a name without hidden characters.")
    if WEB_ADDRESS.search(text):
        raise ValidationError("Enter a name, not a web address.")


def _is_strong(form: Any, field: Any) -> None:
    email = form.email.data if "email" in form else ""
    try:
        refuse_weak_password(field.data or "", email=email or "")
    except WeakPassword as weak:
        raise ValidationError(say(weak.sentence)) from None
