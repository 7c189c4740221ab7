"""Make, copy, change and delete what the studio sells as a pass (P6, B2; addresses:
/staff/purchase-options/new, …/<id>/edit and …/<id>/deletion).
"""

from uuid import UUID

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue
from wtforms import Field

from portal.models.coverable import coverable_series
from portal.models.database import new_id, transaction
from portal.models.option_pages import ListedOption, all_options, option_row
from portal.models.option_sales import OptionSales, option_sales
from portal.operations.changed_options import (
    change_option,
    covers_of_option,
    delete_option,
    place_option,
    refuse_option_terms,
)
from portal.operations.pass_shop import add_purchase_option
from portal.rules.option_limits import (
    DescriptionTooLong,
    FixedDatesTurnedRound,
    InstalmentsOutOfRange,
    InstalmentsTooSmall,
    OptionNameWrong,
    PerDayOutOfRange,
    PeriodOutOfRange,
    PerWeekOutOfRange,
    PriceOutOfRange,
    StartOutOfRange,
    UnlimitedForOne,
    UsesOutOfRange,
)
from portal.rules.roles import Capability
from portal.rules.sentences import Refusal, Sentence
from portal.web.forms import errors_of
from portal.web.notices import tell
from portal.web.staff.act_forms import ActForm, acting, refusals_shown
from portal.web.staff.option_effects import of_changing
from portal.web.staff.option_forms import OptionForm, filled_in
from portal.web.staff.purchase_options import ADDRESS, option_shown
from portal.web.visitor import business, now, staff_needed

pages = Blueprint("staff_option_edit", __name__)


@pages.get(f"{ADDRESS}/new")
@staff_needed(Capability.SETUP)
def ask_for_new() -> ResponseReturnValue:
    """An empty form, or one filled in from another purchase option (``copy``)."""
    copied = _copied()
    form = _offered(OptionForm(data=_as_a_copy(copied) if copied else None))
    if copied:
        form.show(covers_of_option(business().id, copied.id))
    return _page(form)


@pages.post(f"{ADDRESS}/new")
@staff_needed(Capability.SETUP)
def add() -> ResponseReturnValue:
    """Save."""
    form = _offered(OptionForm())
    if form.validate_on_submit():
        with refusals_shown(form, _beside(form)):
            with transaction():
                _add(form)
            tell(Sentence("{name} is saved.", {"name": form.name.data}))
            return redirect(ADDRESS, code=303)
    return _page(form), form.status


@pages.get(f"{ADDRESS}/<uuid:option_id>/edit")
@staff_needed(Capability.SETUP)
def ask(option_id: UUID) -> ResponseReturnValue:
    """The form as it stands; leaving it changes nothing."""
    option = option_shown(option_id)
    row = option_row(business().id, option_id)
    form = _offered(OptionForm(data=filled_in(row)), editing=option_id)
    form.show(covers_of_option(business().id, option_id))
    form.look_at(option_id)
    return _page(form, option)


@pages.post(f"{ADDRESS}/<uuid:option_id>/edit")
@staff_needed(Capability.SETUP)
def save(option_id: UUID) -> ResponseReturnValue:
    """Save."""
    option = option_shown(option_id)
    form = _offered(OptionForm(), editing=option_id)
    if form.validate_on_submit():
        with refusals_shown(form, _beside(form)):
            with transaction():
                changed = _change(form, option_id)
            told = "{name} is saved." if changed else "Nothing was changed."
            tell(Sentence(told, {"name": form.name.data}))
            return redirect(ADDRESS, code=303)
    return _page(form, option), form.status


@pages.get(f"{ADDRESS}/<uuid:option_id>/deletion")
@staff_needed(Capability.SETUP)
def ask_about_deleting(option_id: UUID) -> ResponseReturnValue:
    """The confirmation, or why it cannot be."""
    return _deletion_page(option_shown(option_id), ActForm())


@pages.post(f"{ADDRESS}/<uuid:option_id>/deletion")
@staff_needed(Capability.SETUP)
def delete(option_id: UUID) -> ResponseReturnValue:
    """Delete."""
    option = option_shown(option_id)
    form = ActForm()
    if form.validate_on_submit():
        with refusals_shown(form):
            with transaction():
                name = delete_option(business(), option_id=option_id, actor=acting(), now=now())
            tell(Sentence("{name} is deleted.", {"name": name}))
            return redirect(ADDRESS, code=303)
    return _deletion_page(option, form), form.status


def _add(form: OptionForm) -> None:
    new = form.wanted()
    refuse_option_terms(new, business().currency)
    option_id = add_purchase_option(business(), new, actor=acting(), now=now(), option_id=form.option_id)
    if form.moves:
        place_option(business(), option_id=option_id, after=form.after, actor=acting(), now=now())


def _change(form: OptionForm, option_id: UUID) -> bool:
    changed = change_option(
        business(),
        option_id=option_id,
        wanted=form.wanted(),
        seen=form.seen_entry,
        actor=acting(),
        now=now(),
    )
    if not form.moves:
        return changed
    moved = place_option(business(), option_id=option_id, after=form.after, actor=acting(), now=now())
    return changed or moved


def _copied() -> ListedOption | None:
    option_id = request.args.get("copy", type=UUID)
    return option_shown(option_id) if option_id else None


def _as_a_copy(option: ListedOption) -> dict[str, object]:
    return {**filled_in(option_row(business().id, option.id)), "name": f"{option.name} (copy)"}


def _offered(form: OptionForm, *, editing: UUID | None = None) -> OptionForm:
    """A form that knows which classes there are to tick, and behind what it could stand."""
    form.offer(coverable_series(business().id))
    form.offer_places(all_options(business().id), editing=editing)
    form.new_option.data = str(form.option_id or new_id())
    return form


def _beside(form: OptionForm) -> dict[type[Refusal], Field]:
    """Which field each "no" of an operation belongs to."""
    return {
        OptionNameWrong: form.name,
        DescriptionTooLong: form.description,
        PriceOutOfRange: form.price,
        UsesOutOfRange: form.uses,
        PeriodOutOfRange: form.period_length,
        FixedDatesTurnedRound: form.last_day,
        StartOutOfRange: form.start_within_days,
        PerDayOutOfRange: form.uses_per_day,
        PerWeekOutOfRange: form.uses_per_week,
        UnlimitedForOne: form.several_per_class,
        InstalmentsOutOfRange: form.instalments,
        InstalmentsTooSmall: form.instalments,
    }


def _page(form: OptionForm, option: ListedOption | None = None) -> str:
    sales = option_sales(business().id, option.id) if option else None
    return render_template(
        "staff/purchase_options/form.html",
        form=form,
        errors=errors_of(form),
        option=option,
        effects=of_changing(sales) if sales else (),
        address=f"{ADDRESS}/{option.id}/edit" if option else f"{ADDRESS}/new",
        back=ADDRESS,
    )


def _deletion_page(option: ListedOption, form: ActForm) -> str:
    sales: OptionSales = option_sales(business().id, option.id)
    return render_template(
        "staff/purchase_options/deletion.html",
        option=option,
        sales=sales,
        form=form,
        address=f"{ADDRESS}/{option.id}/deletion",
        back=ADDRESS,
    )
