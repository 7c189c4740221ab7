"""Setting a new password by a letter (addresses: /reset-password, and /reset-password/<token> from the
letter).
"""

from flask import Blueprint, redirect, render_template, session
from flask.typing import ResponseReturnValue

from portal.models.database import end_reading, transaction
from portal.models.people import LinkPurpose
from portal.operations.mailed_links import LinkEnded, link_behind
from portal.operations.password_resets import ask_for_reset, reset_password
from portal.operations.passwords import hash_password
from portal.operations.throttling import TooManyTries
from portal.web.customer.registration import GONE, SENT_TO, slow_down_letters
from portal.web.forms import UNPROCESSABLE, PageForm, errors_of
from portal.web.mailbox import mailbox_address
from portal.web.notices import tell
from portal.web.person_fields import email_field, new_password_field
from portal.web.signing_in import TOO_MANY, let_customer_in
from portal.web.visitor import business, now

pages = Blueprint("password_reset", __name__)


class ResetForm(PageForm):
    """Whose password was forgotten."""

    email = email_field()


class NewPasswordForm(PageForm):
    """The password to be."""

    password = new_password_field()


@pages.get("/reset-password")
def ask() -> ResponseReturnValue:
    """The form."""
    return _page(ResetForm())


@pages.post("/reset-password")
def send_letter() -> ResponseReturnValue:
    """Send the letter that this address is due, and say the same to everyone."""
    form = ResetForm()
    if not form.validate_on_submit():
        return _page(form), UNPROCESSABLE
    try:
        slow_down_letters("password_reset", form.email.data)
    except TooManyTries as refusal:
        form.refuse(form.email, refusal)
        return _page(form), TOO_MANY
    with transaction():
        ask_for_reset(business(), email=form.email.data, now=now())
    session[SENT_TO] = form.email.data
    return redirect("/reset-password/letter", code=303)


@pages.get("/reset-password/letter")
def letter() -> ResponseReturnValue:
    """What to do next: open the letter."""
    return render_template(
        "customer/password_reset/letter.html", sent_to=session.get(SENT_TO), mailbox=mailbox_address()
    )


@pages.get("/reset-password/<token>")
def link(token: str) -> ResponseReturnValue:
    """The letter's link: a page to choose the new password on."""
    try:
        link_behind(business().id, token, LinkPurpose.RESET_PASSWORD, now=now())
    except LinkEnded:
        return _ended()
    return _link_page(NewPasswordForm())


@pages.post("/reset-password/<token>")
def reset(token: str) -> ResponseReturnValue:
    """Set the password, end every sign-in, and let this browser in."""
    form = NewPasswordForm()
    try:
        link_behind(business().id, token, LinkPurpose.RESET_PASSWORD, now=now())
        end_reading()
        if not form.validate_on_submit():
            return _link_page(form), UNPROCESSABLE
        password_hash = hash_password(form.password.data)
        with transaction():
            customer_id = reset_password(business(), token=token, password_hash=password_hash, now=now())
    except LinkEnded:
        return _ended()
    response = let_customer_in(customer_id, "/account")
    tell("Your new password is set. Every other browser is signed out.")
    return response


def _page(form: ResetForm) -> str:
    return render_template("customer/password_reset/page.html", form=form, errors=errors_of(form))


def _link_page(form: NewPasswordForm) -> str:
    return render_template("customer/password_reset/link.html", form=form, errors=errors_of(form))


def _ended() -> tuple[str, int]:
    return render_template("customer/password_reset/ended.html"), GONE
