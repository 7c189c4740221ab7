"""One's own page: name, password, browsers, second factor (address: /staff/profile and below)."""

from flask import Blueprint, redirect, render_template
from flask.typing import ResponseReturnValue
from wtforms import PasswordField
from wtforms.validators import InputRequired

from portal.models.database import end_reading, transaction
from portal.models.staff_members import (
    StaffPerson,
    member_by_id,
    password_hash_of_member,
    recovery_codes_left,
)
from portal.operations.passwords import hash_password, is_password
from portal.operations.sign_ins import TRIES_PER_ADDRESS, WINDOW
from portal.operations.staff_members import change_member_password, rename_member, sign_out_everywhere
from portal.operations.throttling import TooManyTries, slow_down
from portal.rules.roles import ROLE_NAMES, Capability
from portal.rules.sentences import Refusal
from portal.web.forms import UNPROCESSABLE, PageForm, errors_of
from portal.web.notices import tell
from portal.web.person_fields import name_field, new_password_field
from portal.web.sessions import STAFF_SIGN_IN, id_in_session
from portal.web.visitor import business, now, staff, staff_needed

ADDRESS = "/staff/profile"

pages = Blueprint("staff_profile", __name__)


class NameForm(PageForm):
    """What colleagues and the audit call one."""

    name = name_field()


class PasswordForm(PageForm):
    """The password as it is, and as it is to be."""

    password = PasswordField("Current password", validators=[InputRequired("Enter your password.")])
    new_password = new_password_field("New password")


@pages.get(ADDRESS)
@staff_needed(Capability.OWN)
def show() -> ResponseReturnValue:
    """Everything about one's own sign-in."""
    return _page(NameForm(name=staff().name), PasswordForm())


@pages.post(f"{ADDRESS}/name")
@staff_needed(Capability.OWN)
def rename() -> ResponseReturnValue:
    """Keep a new name."""
    form = NameForm()
    if not form.validate_on_submit():
        return _page(form, PasswordForm(formdata=None)), UNPROCESSABLE
    with transaction():
        rename_member(business(), staff().id, name=form.name.data, now=now())
    tell("Your name is changed.")
    return redirect(ADDRESS, code=303)


@pages.post(f"{ADDRESS}/password")
@staff_needed(Capability.OWN)
def choose_password() -> ResponseReturnValue:
    """Keep a new password, if the present one is right; every other browser is signed out."""
    form = PasswordForm()
    if not form.validate_on_submit() or not password_is_right(form, form.password):
        return _page(NameForm(formdata=None, name=staff().name), form), UNPROCESSABLE
    password_hash = hash_password(form.new_password.data)
    with transaction():
        change_member_password(
            business(),
            staff().id,
            password_hash=password_hash,
            staying=id_in_session(STAFF_SIGN_IN),
            now=now(),
        )
    tell("Your password is changed. Every other browser is signed out.")
    return redirect(ADDRESS, code=303)


@pages.post(f"{ADDRESS}/sign-out-everywhere")
@staff_needed(Capability.OWN)
def sign_out_of_all() -> ResponseReturnValue:
    """End every sign-in, this one too."""
    with transaction():
        sign_out_everywhere(business(), staff().id, now=now())
    tell("You are signed out everywhere.")
    return redirect("/staff/sign-in", code=303)


def own() -> StaffPerson:
    """Whoever is signed in, as the list of staff has them."""
    found = member_by_id(business().id, staff().id)
    if found is None:
        raise Refusal("This person is no longer on the list.")
    return found


def password_is_right(form: PageForm, field: PasswordField) -> bool:
    """Whether one's own password is right; guessing it is slowed down."""
    try:
        with transaction():
            slow_down(
                business().id,
                "staff_password",
                str(staff().id),
                limit=TRIES_PER_ADDRESS,
                window=WINDOW,
                now=now(),
            )
    except TooManyTries as refusal:
        form.refuse(field, refusal)
        return False
    kept = password_hash_of_member(business().id, staff().id)
    end_reading()
    if is_password(field.data, kept):
        return True
    form.refuse(field, Refusal("That is not your password."))
    return False


def _page(name_form: NameForm, password_form: PasswordForm) -> str:
    me = own()
    return render_template(
        "staff/profile/page.html",
        me=me,
        role=ROLE_NAMES[me.role],
        codes_left=recovery_codes_left(business().id, me.id),
        name_form=name_form,
        password_form=password_form,
        errors=(*errors_of(name_form), *errors_of(password_form)),
        address=ADDRESS,
    )
