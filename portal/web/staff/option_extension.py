"""Extend all passes of a purchase option: first who and to when, then the button (S9; address:
/staff/purchase-options/<id>/extension).
"""

from uuid import UUID

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue
from wtforms.validators import InputRequired

from portal.models.database import transaction
from portal.models.option_pages import ListedOption
from portal.operations.pass_dates import DaysNeeded, ExtendedPass, extend_passes_of, extension_preview
from portal.rules.roles import Capability
from portal.rules.sentences import Count, Sentence
from portal.web.forms import errors_of
from portal.web.notices import tell
from portal.web.staff.act_forms import (
    SeenForm,
    WholeNumberField,
    acting,
    reason_field,
    refusals_shown,
    whole_number,
)
from portal.web.staff.csv_export import csv_file, wants_csv
from portal.web.staff.purchase_options import ADDRESS, option_shown
from portal.web.visitor import business, now, staff_needed

MOST_SHOWN = 200

pages = Blueprint("staff_option_extension", __name__)


class DaysForm(SeenForm):
    """How many days; sent with the address, so that a preview can be gone back to."""

    class Meta:
        """A form that only looks."""

        csrf = False

    days = whole_number("Days to add", "Enter how many days to add.")


class ExtensionForm(SeenForm):
    """How many days, as previewed, and why."""

    days = WholeNumberField("Days to add", validators=[InputRequired("Enter how many days to add.")])
    reason = reason_field()


@pages.get(f"{ADDRESS}/<uuid:option_id>/extension")
@staff_needed(Capability.SETUP)
def ask(option_id: UUID) -> ResponseReturnValue:
    """How many days; with days in the address, whose passes and to when."""
    option = option_shown(option_id)
    if "days" not in request.args:
        return _ask(option, DaysForm())
    form = DaysForm(request.args)
    if form.validate():
        with refusals_shown(form, {DaysNeeded: form.days}):
            days: int = form.days.data
            extended = extension_preview(business(), option.id, days, now())
            if wants_csv():
                return _file(extended)
            return _preview(option, days, ExtensionForm(formdata=None, days=days), extended)
    return _ask(option, form), form.status


@pages.post(f"{ADDRESS}/<uuid:option_id>/extension")
@staff_needed(Capability.SETUP)
def extend(option_id: UUID) -> ResponseReturnValue:
    """Extend all."""
    option = option_shown(option_id)
    form = ExtensionForm()
    if not form.validate_on_submit() and form.days.errors:
        return _ask(option, DaysForm(request.form)), form.status
    if not form.errors:
        with refusals_shown(form):
            with transaction():
                extended = extend_passes_of(
                    business(),
                    option_id=option_id,
                    days=form.days.data,
                    reason=form.reason.data,
                    actor=acting(),
                    now=now(),
                    seen=form.seen_entry,
                )
            tell(_told(option, extended, form.days.data))
            return redirect(ADDRESS, code=303)
    extended_to = extension_preview(business(), option.id, form.days.data, now())
    return _preview(option, form.days.data, form, extended_to), form.status


def _ask(option: ListedOption, form: DaysForm) -> str:
    return render_template(
        "staff/purchase_options/extension.html",
        option=option,
        form=form,
        errors=errors_of(form),
        address=f"{ADDRESS}/{option.id}/extension",
        back=ADDRESS,
    )


def _preview(option: ListedOption, days: int, form: ExtensionForm, extended: list[ExtendedPass]) -> str:
    form.look_at(option.id)
    return render_template(
        "staff/purchase_options/extension_preview.html",
        option=option,
        days=Count(days, "day", "days"),
        passes=extended[:MOST_SHOWN],
        more=max(len(extended) - MOST_SHOWN, 0),
        clients=len({it.customer_id for it in extended}),
        total=len(extended),
        form=form,
        errors=errors_of(form),
        address=f"{ADDRESS}/{option.id}/extension",
        csv=f"{ADDRESS}/{option.id}/extension?days={days}&format=csv",
        back=ADDRESS,
    )


def _file(extended: list[ExtendedPass]) -> ResponseReturnValue:
    head = ("Client", "Pass", "Last day now", "New last day")
    rows = ((one.client_name, one.pass_name, one.old_last_day, one.new_last_day) for one in extended)
    return csv_file("extension", head, rows)


def _told(option: ListedOption, extended: int, days: int) -> Sentence:
    return Sentence(
        "{passes} of {name} extended by {days}.",
        {
            "passes": Count(extended, "pass", "passes"),
            "name": option.name,
            "days": Count(days, "day", "days"),
        },
    )
