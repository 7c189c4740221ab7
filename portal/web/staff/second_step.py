"""The second step of signing in: a code of the app, or a recovery code (address: /staff/sign-in/code)."""

from uuid import UUID

from flask import Blueprint, redirect, render_template
from flask.typing import ResponseReturnValue

from portal.models.database import end_reading, transaction
from portal.operations.second_factors import WrongCode, count_code_try, take_code
from portal.operations.staff_sign_ins import whose_code_is_awaited
from portal.operations.throttling import TooManyTries
from portal.outside import outside
from portal.web.forms import UNPROCESSABLE, PageForm, errors_of
from portal.web.notices import warn
from portal.web.sessions import STAFF_HALF_WAY, id_in_session
from portal.web.signing_in import TOO_MANY, let_staff_in
from portal.web.staff.code_field import code_field
from portal.web.staff.sign_in import CODE, next_page
from portal.web.visitor import business, now, open_to_strangers

WAITED_TOO_LONG = "That took longer than ten minutes. Please sign in again."

pages = Blueprint("staff_second_step", __name__)


class CodeForm(PageForm):
    """What the app shows."""

    code = code_field()


@pages.get(CODE)
@open_to_strangers
def ask() -> ResponseReturnValue:
    """The form, for whoever has just had the password right."""
    return _page(CodeForm()) if _whose() else _sent_back()


@pages.post(CODE)
@open_to_strangers
def sign_in() -> ResponseReturnValue:
    """Let in whoever has the code."""
    member_id, form = _whose(), CodeForm()
    end_reading()
    if member_id is None:
        return _sent_back()
    if not form.validate_on_submit():
        return _page(form), UNPROCESSABLE
    try:
        with transaction():
            count_code_try(business().id, member_id, now=now())
        with transaction():
            take_code(
                business(), member_id, form.code.data, authenticators=outside().authenticators, now=now()
            )
    except (WrongCode, TooManyTries) as refusal:
        form.refuse(form.code, refusal)
        return _page(form), TOO_MANY if isinstance(refusal, TooManyTries) else UNPROCESSABLE
    return let_staff_in(member_id, next_page())


def _whose() -> UUID | None:
    half_way = id_in_session(STAFF_HALF_WAY)
    return whose_code_is_awaited(business().id, half_way, now=now()) if half_way else None


def _sent_back() -> ResponseReturnValue:
    if id_in_session(STAFF_HALF_WAY):
        warn(WAITED_TOO_LONG)
    return redirect("/staff/sign-in", code=303)


def _page(form: CodeForm) -> str:
    return render_template(
        "staff/second_step.html", form=form, errors=errors_of(form), next_page=next_page(), address=CODE
    )
