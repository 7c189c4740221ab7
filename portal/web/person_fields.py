"""Fields about a person, under the labels that help articles and screen readers know (DESIGN §5)."""

from typing import Any

from email_validator import EmailNotValidError, validate_email
from wtforms import EmailField, PasswordField, StringField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Length

from portal.operations.passwords import WeakPassword, refuse_weak_password
from portal.web.forms import stripped
from portal.web.wording import say

LONGEST_EMAIL = 254
LONGEST_NAME = 120


def email_field() -> EmailField:
    """E-mail: an address that a letter could reach; whether it does is not asked of the network."""
    return EmailField(
        "E-mail",
        filters=[stripped],
        validators=[DataRequired("Enter your e-mail address."), _is_address],
    )


def name_field() -> StringField:
    """Name: whatever a person is called."""
    return StringField(
        "Name",
        filters=[stripped],
        validators=[
            DataRequired("Enter your name."),
            Length(max=LONGEST_NAME, message=f"Enter a name of at most {LONGEST_NAME} characters."),
        ],
    )


def password_field(label: str = "Password") -> PasswordField:
    """Password, to sign in with."""
    return PasswordField(label, validators=[InputRequired("Enter your password.")])


def new_password_field(label: str = "Password") -> PasswordField:
    """Password, to be chosen: what is too weak is refused beside the field."""
    return PasswordField(label, validators=[InputRequired("Choose a password."), _is_strong])


def _is_address(_form: Any, field: Any) -> None:
    text = field.data or ""
    try:
        validate_email(text, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        raise ValidationError("Enter an e-mail address like name@example.com.") from None
    if len(text) > LONGEST_EMAIL:
        raise ValidationError("Enter a shorter e-mail address.")


def _is_strong(form: Any, field: Any) -> None:
    email = form.email.data if "email" in form else ""
    try:
        refuse_weak_password(field.data or "", email=email or "")
    except WeakPassword as weak:
        raise ValidationError(say(weak.sentence)) from None
