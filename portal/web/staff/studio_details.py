"""Setup › Studio details: how the studio presents itself (address: /staff/setup/studio)."""

from typing import Any

from flask import Blueprint, redirect, render_template
from flask.typing import ResponseReturnValue
from wtforms import StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from portal.models.database import transaction
from portal.operations.businesses import StudioDetails, change_details
from portal.rules.roles import Capability
from portal.web.forms import UNPROCESSABLE, PageForm, errors_of, stripped
from portal.web.notices import tell
from portal.web.person_fields import email_field
from portal.web.staff.act_forms import acting
from portal.web.visitor import business, now, staff_needed
from portal.web.wording import wording

ADDRESS = "/staff/setup/studio"
LONGEST_NAME, LONGEST_TAGLINE, LONGEST_ADDRESS = 120, 200, 300

pages = Blueprint("staff_studio_details", __name__)


def _at_most(length: int) -> Any:
    return Length(max=length, message=f"Use at most {length} characters.")


def on_one_line(text: str | None) -> str | None:
    """A filter for fields: every run of space is one space."""
    return " ".join(text.split()) if text else text


class StudioForm(PageForm):
    """What shop, letters and receipts say."""

    name = StringField(
        "Name of the studio",
        filters=[on_one_line],
        validators=[DataRequired("Enter the studio’s name."), _at_most(LONGEST_NAME)],
    )
    tagline = StringField("In one line", filters=[on_one_line], validators=[_at_most(LONGEST_TAGLINE)])
    postal_address = TextAreaField("Address", filters=[stripped], validators=[_at_most(LONGEST_ADDRESS)])
    email = email_field()

    @property
    def details(self) -> StudioDetails:
        """What was typed."""
        return StudioDetails(
            self.name.data, self.tagline.data or "", self.postal_address.data or "", self.email.data
        )


@pages.get(ADDRESS)
@staff_needed(Capability.SETUP)
def ask() -> ResponseReturnValue:
    """The details as they stand."""
    it = business()
    return _page(
        StudioForm(
            formdata=None,
            name=it.name,
            tagline=it.tagline,
            postal_address=it.postal_address,
            email=it.contact_email,
        )
    )


@pages.post(ADDRESS)
@staff_needed(Capability.SETUP)
def save() -> ResponseReturnValue:
    """Save."""
    form = StudioForm()
    if not form.validate_on_submit():
        return _page(form), UNPROCESSABLE
    with transaction():
        change_details(business(), form.details, actor=acting(), now=now())
    tell("The studio’s details are saved.")
    return redirect(ADDRESS if business().set_up_at else "/staff", code=303)


def _page(form: StudioForm) -> str:
    return render_template(
        "staff/setup/studio.html",
        form=form,
        errors=errors_of(form),
        fixed=(
            ("Address of the shop", business().public_address),
            ("Time zone", business().zone.replace("_", " ")),
            ("Currency", business().currency),
            ("Dates and money", f"{wording().day_year(wording().today)}, {wording().money(1250)}"),
        ),
    )
