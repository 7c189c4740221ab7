"""Signing in and out (addresses: /sign-in, /sign-out)."""

from typing import cast
from uuid import UUID

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from portal.models.database import transaction
from portal.operations.sign_ins import WrongPassword, customer_credentials, end_every_sign_in
from portal.operations.throttling import TooManyTries
from portal.web.addresses import safe_next
from portal.web.forms import UNPROCESSABLE, PageForm, errors_of
from portal.web.notices import tell
from portal.web.person_fields import email_field, password_field
from portal.web.sessions import CUSTOMER_SIGN_IN
from portal.web.signing_in import TOO_MANY, keep_hash_up_to_date, let_customer_in, let_out, person_with
from portal.web.visitor import business, customer, customer_needed, now, visit

pages = Blueprint("sign_in", __name__)


class SignInForm(PageForm):
    """Who comes in."""

    email = email_field()
    password = password_field()


@pages.get("/sign-in")
def ask() -> ResponseReturnValue:
    """The form; whoever is signed in already is sent on."""
    if visit().customer:
        return redirect(next_page(), code=303)
    return _page(SignInForm())


@pages.post("/sign-in")
def sign_in() -> ResponseReturnValue:
    """Let in whoever has the password, and send them on to where they were going."""
    form = SignInForm()
    if not form.validate_on_submit():
        return _page(form), UNPROCESSABLE
    try:
        found = person_with(customer_credentials, form.email.data, form.password.data)
    except (WrongPassword, TooManyTries) as refusal:
        form.refuse(form.password, refusal)
        return _page(form), TOO_MANY if isinstance(refusal, TooManyTries) else UNPROCESSABLE
    keep_hash_up_to_date(found, form.password.data)
    return let_customer_in(cast("UUID", found.person_id), next_page())


@pages.get("/sign-out")
@customer_needed
def ask_to_sign_out() -> ResponseReturnValue:
    """Here only, or everywhere."""
    return render_template("customer/sign_in/out.html")


@pages.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    """End this browser's sign-in."""
    let_out(CUSTOMER_SIGN_IN)
    tell("You are signed out.")
    return redirect("/", code=303)


@pages.post("/sign-out/everywhere")
@customer_needed
def sign_out_everywhere() -> ResponseReturnValue:
    """End the sign-in of every browser of this customer, this one included."""
    customer_id = customer().id
    let_out(CUSTOMER_SIGN_IN)
    with transaction():
        end_every_sign_in(business().id, customer_id, now=now())
    tell("You are signed out, here and in every other browser.")
    return redirect("/", code=303)


def next_page() -> str:
    """Where this person was going: a page of this site, or the account (the address's ``next``)."""
    return safe_next(request.values.get("next"), "/account")


def _page(form: SignInForm) -> str:
    return render_template(
        "customer/sign_in/page.html", form=form, errors=errors_of(form), next_page=_asked_next()
    )


def _asked_next() -> str:
    """The way back, to be carried along; nothing where there is none."""
    return safe_next(request.values.get("next"), "")
