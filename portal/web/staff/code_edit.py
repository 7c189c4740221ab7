"""Make a discount code, and give it other terms (D3; addresses: /staff/discount-codes/new and
…/<id>/edit).
"""

from uuid import UUID

from flask import Blueprint, redirect, render_template
from flask.typing import ResponseReturnValue
from wtforms import Field

from portal.models.code_pages import ListedCode, code_reach
from portal.models.coverable import coverable_series
from portal.models.database import transaction
from portal.operations.discount_codes import (
    CodeTaken,
    UsedCodeKeepsItsText,
    add_discount_code,
    change_discount_code,
    covers_of,
)
from portal.rules.code_limits import (
    BookingsOutOfRange,
    ClassDatesTurnedRound,
    CodeSpeltWrong,
    DaysTurnedRound,
    DiscountOutOfRange,
    LeastSpendOutOfRange,
    LimitBelowUse,
    NoTicketsToLimit,
    PerPersonOutOfRange,
)
from portal.rules.roles import Capability
from portal.rules.sentences import Refusal, Sentence
from portal.web.forms import errors_of
from portal.web.notices import tell, warn
from portal.web.staff.act_forms import acting, refusals_shown
from portal.web.staff.code_forms import CodeForm, filled_in
from portal.web.staff.code_words import reach_of_change
from portal.web.staff.discount_codes import ADDRESS, code_shown
from portal.web.visitor import business, now, staff_needed

OF_A_BATCH = "The codes of a batch share their terms. Switch the batch off and make another one instead."

pages = Blueprint("staff_code_edit", __name__)


@pages.get(f"{ADDRESS}/new")
@staff_needed(Capability.SETUP)
def ask_for_new() -> ResponseReturnValue:
    """An empty form."""
    return _page(form_offered(CodeForm()))


@pages.post(f"{ADDRESS}/new")
@staff_needed(Capability.SETUP)
def add() -> ResponseReturnValue:
    """Save."""
    form = form_offered(CodeForm())
    if form.validate_on_submit():
        with refusals_shown(form, refused_beside(form)):
            with transaction():
                code_id = add_discount_code(business(), form.wanted(), actor=acting(), now=now())
            tell(Sentence("{code} can be used from now on, within its limits.", {"code": form.code.data}))
            return redirect(f"{ADDRESS}/{code_id}", code=303)
    return _page(form), form.status


@pages.get(f"{ADDRESS}/<uuid:code_id>/edit")
@staff_needed(Capability.SETUP)
def ask(code_id: UUID) -> ResponseReturnValue:
    """The form as the terms stand; leaving it changes nothing."""
    code = code_shown(code_id)
    if code.batch_id is not None:
        return _of_a_batch(code)
    form = form_offered(CodeForm(data=filled_in(code)))
    form.show(covers_of(business().id, [code.id]))
    form.look_at(code.id)
    return _page(form, code)


@pages.post(f"{ADDRESS}/<uuid:code_id>/edit")
@staff_needed(Capability.SETUP)
def save(code_id: UUID) -> ResponseReturnValue:
    """Save."""
    code = code_shown(code_id)
    if code.batch_id is not None:
        return _of_a_batch(code)
    form = form_offered(CodeForm())
    if form.validate_on_submit():
        with refusals_shown(form, refused_beside(form)):
            with transaction():
                changed = change_discount_code(
                    business(),
                    code_id=code_id,
                    wanted=form.wanted(code),
                    seen=form.seen_entry,
                    actor=acting(),
                    now=now(),
                )
            tell("The discount code is saved." if changed else "Nothing was changed.")
            return redirect(code.address, code=303)
    return _page(form, code), form.status


def form_offered(form: CodeForm) -> CodeForm:
    """A form that knows which classes there are to tick."""
    form.offer(coverable_series(business().id))
    return form


def refused_beside(form: CodeForm) -> dict[type[Refusal], Field]:
    """Which field each "no" of an operation belongs to."""
    beside: dict[type[Refusal], Field] = {
        DiscountOutOfRange: form.value,
        NoTicketsToLimit: form.reduces,
        ClassDatesTurnedRound: form.class_to,
        DaysTurnedRound: form.valid_to,
        PerPersonOutOfRange: form.per_person_limit,
        LeastSpendOutOfRange: form.least_spend,
    }
    if form.code is not None:
        beside |= dict.fromkeys((CodeTaken, CodeSpeltWrong, UsedCodeKeepsItsText), form.code)
        beside |= dict.fromkeys((BookingsOutOfRange, LimitBelowUse), form.bookings_limit)
    return beside


def _of_a_batch(code: ListedCode) -> ResponseReturnValue:
    warn(OF_A_BATCH)
    return redirect(f"{ADDRESS}/batches/{code.batch_id}", code=303)


def _page(form: CodeForm, code: ListedCode | None = None) -> str:
    return render_template(
        "staff/discount_codes/form.html",
        form=form,
        errors=errors_of(form),
        code=code,
        reach=reach_of_change(code_reach(business().id, code_id=code.id)) if code else (),
        address=f"{code.address}/edit" if code else f"{ADDRESS}/new",
        back=code.address if code else ADDRESS,
    )
