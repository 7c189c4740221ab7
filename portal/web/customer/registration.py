"""Opening an account (addresses: /register, and /register/<token> from the letter).

The answer to the form is the same whether or not the address is known. The link's page asks for the password
that was chosen, unless it is opened in the browser that asked: so nobody who can merely make someone click
gets an account confirmed under that person's address.
"""

from datetime import timedelta
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, session
from flask.typing import ResponseReturnValue

from portal.models.database import end_reading, transaction
from portal.models.people import LinkPurpose, MailedLink, email_key
from portal.operations.mailed_links import LinkEnded, link_behind
from portal.operations.passwords import hash_password, is_password
from portal.operations.registration import ask_for_account, finish_registration
from portal.operations.throttling import TooManyTries, network_of, slow_down, slow_down_all
from portal.rules.sentences import Refusal
from portal.web.addresses import safe_next
from portal.web.forms import UNPROCESSABLE, PageForm, errors_of
from portal.web.mailbox import mailbox_address
from portal.web.notices import tell
from portal.web.person_fields import email_field, name_field, new_password_field, password_field
from portal.web.sessions import id_in_session
from portal.web.signing_in import TOO_MANY, let_customer_in
from portal.web.visitor import business, now, visitor_address

GONE = 410

WINDOW = timedelta(hours=1)
LETTERS_PER_ADDRESS = 5
LETTERS_PER_NETWORK = 60
TRIES_PER_LINK = 10

ASKED = "registration"  # the session's proof that this browser asked for the account
GOING_TO = "registration_next"
SENT_TO = "letter_sent_to"

pages = Blueprint("registration", __name__)


class RegistrationForm(PageForm):
    """Who wants an account."""

    name = name_field()
    email = email_field()
    password = new_password_field()


class ConfirmForm(PageForm):
    """The button of the link's page, in the browser that asked."""


class ConfirmElsewhereForm(PageForm):
    """The link's page in any other browser."""

    password = password_field()


@pages.get("/register")
def ask() -> ResponseReturnValue:
    """The form."""
    return _page(RegistrationForm())


@pages.post("/register")
def register() -> ResponseReturnValue:
    """Send the letter that this address is due, and say the same to everyone."""
    form = RegistrationForm()
    if not form.validate_on_submit():
        return _page(form), UNPROCESSABLE
    try:
        slow_down_letters("registration", form.email.data)
    except TooManyTries as refusal:
        form.refuse(form.email, refusal)
        return _page(form), TOO_MANY
    password_hash = hash_password(form.password.data)
    with transaction():
        asked = ask_for_account(
            business(),
            name=form.name.data,
            email=form.email.data,
            password_hash=password_hash,
            now=now(),
        )
    session[ASKED] = str(asked)
    session[SENT_TO] = form.email.data
    session[GOING_TO] = safe_next(request.values.get("next"), "")
    return redirect("/register/letter", code=303)


@pages.get("/register/letter")
def letter() -> ResponseReturnValue:
    """What to do next: open the letter."""
    return render_template(
        "customer/registration/letter.html", sent_to=session.get(SENT_TO), mailbox=mailbox_address()
    )


@pages.get("/register/<token>")
def link(token: str) -> ResponseReturnValue:
    """The letter's link: a page whose button finishes the account."""
    try:
        found = link_behind(business().id, token, LinkPurpose.CONFIRM_EMAIL, now=now())
    except LinkEnded:
        return _ended()
    return _link_page(found, ConfirmForm() if _asked_here(found) else ConfirmElsewhereForm())


@pages.post("/register/<token>")
def finish(token: str) -> ResponseReturnValue:
    """Make the account and let the person in."""
    try:
        found = link_behind(business().id, token, LinkPurpose.CONFIRM_EMAIL, now=now())
        form = ConfirmForm() if _asked_here(found) else ConfirmElsewhereForm()
        if not form.validate_on_submit() or not _has_password(form, found):
            return _link_page(found, form), UNPROCESSABLE
        with transaction():
            customer_id = finish_registration(business(), token=token, now=now())
    except LinkEnded:
        return _ended()
    response = let_customer_in(customer_id, session.get(GOING_TO) or "/account")
    tell("Welcome! Your account is ready.")
    return response


def slow_down_letters(act: str, email: str) -> None:
    """Let no one fill a stranger's letter box, nor try out addresses by the thousand; raises TooManyTries."""
    limits = {
        f"network {network_of(visitor_address())}": LETTERS_PER_NETWORK,
        f"address {email_key(email)}": LETTERS_PER_ADDRESS,
    }
    with transaction():
        slow_down_all(business().id, act, limits, window=WINDOW, now=now())


def _asked_here(found: MailedLink) -> bool:
    return found.id == id_in_session(ASKED)


def _has_password(form: PageForm, found: MailedLink) -> bool:
    """Whether the person knows the password of the registration; the button's form, in the browser that
    asked, need not.
    """
    if not isinstance(form, ConfirmElsewhereForm):
        return True
    link_id, password_hash = found.id, found.password_hash
    end_reading()
    try:
        _slow_down_guesses(link_id)
    except TooManyTries as refusal:
        form.refuse(form.password, refusal)
        return False
    if is_password(form.password.data, password_hash):
        return True
    form.refuse(form.password, Refusal("That is not the password you chose when you registered."))
    return False


def _slow_down_guesses(link_id: UUID) -> None:
    with transaction():
        slow_down(
            business().id, "confirm_email", str(link_id), limit=TRIES_PER_LINK, window=WINDOW, now=now()
        )


def _page(form: RegistrationForm) -> str:
    return render_template(
        "customer/registration/page.html",
        form=form,
        errors=errors_of(form),
        next_page=safe_next(request.values.get("next"), ""),
    )


def _link_page(found: MailedLink, form: PageForm) -> str:
    return render_template(
        "customer/registration/link.html", email=found.email, form=form, errors=errors_of(form)
    )


def _ended() -> tuple[str, int]:
    return render_template("customer/registration/ended.html"), GONE
