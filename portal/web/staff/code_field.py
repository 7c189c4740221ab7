"""The field for a code of the second factor."""

from wtforms import StringField
from wtforms.validators import InputRequired, Length

from portal.web.forms import stripped

LONGEST_CODE = 40


def code_field(label: str = "Code") -> StringField:
    """Code: six digits of the app, or a recovery code, with or without spaces and dashes."""
    return StringField(
        label,
        filters=[stripped],
        validators=[
            InputRequired("Enter the code."),
            Length(max=LONGEST_CODE, message="That is too long for a code."),
        ],
    )
