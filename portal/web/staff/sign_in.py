"""Staff sign in and out (addresses: /staff/sign-in, /staff/sign-out)."""

from typing import cast
from urllib.parse import quote
from uuid import UUID

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from portal.operations.sign_ins import WrongPassword, staff_credentials
from portal.operations.throttling import TooManyTries
from portal.web.addresses import safe_next
from portal.web.forms import UNPROCESSABLE, PageForm, errors_of
from portal.web.notices import tell
from portal.web.person_fields import email_field, password_field
from portal.web.sessions import STAFF_SIGN_IN
from portal.web.signing_in import TOO_MANY, ask_for_code, let_out, let_staff_in, person_with
from portal.web.visitor import open_to_strangers, visit

HOME = "/staff"
CODE = "/staff/sign-in/code"

pages = Blueprint("staff_sign_in", __name__)


class StaffSignInForm(PageForm):
    """Who comes to work."""

    email = email_field()
    password = password_field()


@pages.get("/staff/sign-in")
@open_to_strangers
def ask() -> ResponseReturnValue:
    """The form; whoever is signed in already is sent on."""
    if visit().staff:
        return redirect(next_page(), code=303)
    return _page(StaffSignInForm())


@pages.post("/staff/sign-in")
@open_to_strangers
def sign_in() -> ResponseReturnValue:
    """Let in whoever has the password of a member of staff."""
    form = StaffSignInForm()
    if not form.validate_on_submit():
        return _page(form), UNPROCESSABLE
    try:
        found = person_with(staff_credentials, form.email.data, form.password.data)
    except (WrongPassword, TooManyTries) as refusal:
        form.refuse(form.password, refusal)
        return _page(form), TOO_MANY if isinstance(refusal, TooManyTries) else UNPROCESSABLE
    member_id = cast("UUID", found.person_id)
    if found.has_second_factor:
        return ask_for_code(member_id, f"{CODE}?next={quote(next_page(), safe='/')}")
    return let_staff_in(member_id, next_page())


@pages.post("/staff/sign-out")
@open_to_strangers
def sign_out() -> ResponseReturnValue:
    """End this browser's staff sign-in."""
    let_out(STAFF_SIGN_IN)
    tell("You are signed out.")
    return redirect("/staff/sign-in", code=303)


def next_page() -> str:
    """Where a sign-in leads: a page of staff's that the address names, or the first one."""
    target = safe_next(request.values.get("next"), HOME)
    return target if target == HOME or target.startswith(f"{HOME}/") else HOME


def _page(form: StaffSignInForm) -> str:
    return render_template("staff/sign_in.html", form=form, errors=errors_of(form), next_page=next_page())
