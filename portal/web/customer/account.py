"""A customer's own pages (addresses: /account and below)."""

from collections.abc import Sequence
from typing import Any, TypeVar
from uuid import UUID

from flask import Blueprint, abort, redirect, render_template, request
from flask.typing import ResponseReturnValue

from portal.models.account_pages import (
    ListedBooking,
    claims_on,
    pass_of,
    passes_of,
    password_hash_of,
    past_bookings,
    upcoming_bookings,
)
from portal.models.calendar_feeds import feed_key
from portal.models.database import end_reading, transaction
from portal.models.instalment_pages import schedule_of
from portal.models.pass_story import story_of
from portal.models.waiting_pages import waited_for
from portal.operations.accounts import change_name, change_password
from portal.operations.passwords import hash_password, is_password
from portal.operations.preferences import preferences_of
from portal.operations.reminder_choices import wants_reminders
from portal.operations.sign_ins import TRIES_PER_ADDRESS, WINDOW
from portal.operations.throttling import TooManyTries, slow_down
from portal.rules.sentences import Refusal
from portal.web.customer.calendar_feeds import address_of_feed
from portal.web.forms import UNPROCESSABLE, PageForm, errors_of
from portal.web.notices import tell
from portal.web.pass_cards import pass_card, pass_cards
from portal.web.pass_story import told_story
from portal.web.payment_words import payments_in_words
from portal.web.person_fields import name_field, new_password_field, password_field
from portal.web.sessions import CUSTOMER_SIGN_IN, id_in_session
from portal.web.visitor import business, customer, customer_needed, now
from portal.web.wording import wording

ON_OVERVIEW = 3
BOOKINGS_A_PAGE = 20
PASSES_A_PAGE = 10
ENTRIES_A_PAGE = 50
LAST_PAGE = 500

Row = TypeVar("Row")

pages = Blueprint("account", __name__)


class NameForm(PageForm):
    """What the person is called."""

    name = name_field()


class PasswordForm(PageForm):
    """The current password, and the one to be."""

    password = password_field("Current password")
    new_password = new_password_field("New password")


@pages.get("/account")
@customer_needed
def overview() -> ResponseReturnValue:
    """A place that is on offer, what comes next, and the passes that may pay for it."""
    bookings = upcoming_bookings(business().id, customer().id, now=now(), most=ON_OVERVIEW + 1)
    cards = pass_cards(passes_of(business().id, customer().id), wording().today)
    current = [card for card in cards if card.is_current]
    return render_template(
        "customer/account/overview.html",
        offers=[it for it in waited_for(business().id, customer().id, now=now()) if it.is_theirs],
        bookings=bookings[:ON_OVERVIEW],
        more_bookings=len(bookings) > ON_OVERVIEW,
        **_ways_out(),
        cards=current[:ON_OVERVIEW],
        more_cards=len(cards) > len(current[:ON_OVERVIEW]),
        zone_sentence=_zone_sentence(bookings),
    )


@pages.get("/account/bookings")
@customer_needed
def bookings() -> ResponseReturnValue:
    """Bookings to come, or past ones (the address's ``show=past``), a page at a time."""
    past = request.args.get("show") == "past"
    listed = past_bookings if past else upcoming_bookings
    page = _page()
    found = listed(
        business().id,
        customer().id,
        now=now(),
        most=BOOKINGS_A_PAGE + 1,
        skipped=(page - 1) * BOOKINGS_A_PAGE,
    )
    shown = found[:BOOKINGS_A_PAGE]
    is_first = page == 1 and not past
    return render_template(
        "customer/account/bookings.html",
        past=past,
        bookings=shown,
        waited_for=waited_for(business().id, customer().id, now=now()) if is_first else [],
        **_ways_out(),
        zone_sentence=_zone_sentence(shown),
        **_neighbours(page, more=len(found) > BOOKINGS_A_PAGE, show="past" if past else None),
    )


@pages.get("/account/passes")
@customer_needed
def passes() -> ResponseReturnValue:
    """All passes, those that may still pay first."""
    cards = pass_cards(passes_of(business().id, customer().id), wording().today)
    page = _page()
    shown = cards[(page - 1) * PASSES_A_PAGE : page * PASSES_A_PAGE]
    return render_template(
        "customer/account/passes.html",
        current=[card for card in shown if card.is_current],
        finished=[card for card in shown if not card.is_current],
        has_any=bool(cards),
        **_neighbours(page, more=len(cards) > page * PASSES_A_PAGE),
    )


@pages.get("/account/passes/<uuid:pass_id>")
@customer_needed
def one_pass(pass_id: UUID) -> ResponseReturnValue:
    """One of this customer's passes with its whole story (P8, C3); anybody else's is not to be found."""
    found = pass_of(business().id, customer().id, pass_id) or abort(404)
    page = _page()
    story = story_of(business().id, pass_id, most=ENTRIES_A_PAGE + 1, skipped=(page - 1) * ENTRIES_A_PAGE)
    told = told_story(story, found.owned, studio=business().name)
    card = pass_card(found, wording().today)
    schedule = schedule_of(business().id, pass_id)
    return render_template(
        "customer/account/pass.html",
        card=card,
        schedule=schedule,
        payments=payments_in_words(schedule, stopped=card.stops_payments),
        claims=claims_on(business().id, pass_id) if found.uses_claimed and page == 1 else [],
        entries=told[:ENTRIES_A_PAGE],
        zone_sentence=wording().zone_sentence(now()),
        **_neighbours(page, more=len(told) > ENTRIES_A_PAGE),
    )


@pages.get("/account/details")
@customer_needed
def details() -> ResponseReturnValue:
    """Name, address and password."""
    return _details(NameForm(name=customer().name), PasswordForm())


@pages.post("/account/details/name")
@customer_needed
def rename() -> ResponseReturnValue:
    """Keep a new name."""
    form = NameForm()
    if not form.validate_on_submit():
        return _details(form, PasswordForm(formdata=None)), UNPROCESSABLE
    with transaction():
        change_name(business().id, customer().id, name=form.name.data, now=now())
    tell("Your name is changed.")
    return redirect("/account/details", code=303)


@pages.post("/account/details/password")
@customer_needed
def choose_password() -> ResponseReturnValue:
    """Keep a new password, if the present one is right; every other browser is signed out."""
    form = PasswordForm()
    if not form.validate_on_submit() or not _is_right(form):
        return _details(NameForm(formdata=None, name=customer().name), form), UNPROCESSABLE
    password_hash = hash_password(form.new_password.data)
    with transaction():
        change_password(
            business().id,
            customer().id,
            password_hash=password_hash,
            staying=id_in_session(CUSTOMER_SIGN_IN),
            now=now(),
        )
    tell("Your password is changed. Every other browser is signed out.")
    return redirect("/account/details", code=303)


def _is_right(form: PasswordForm) -> bool:
    """Whether the current password is right; guessing it is slowed down."""
    try:
        with transaction():
            slow_down(
                business().id,
                "change_password",
                str(customer().id),
                limit=TRIES_PER_ADDRESS,
                window=WINDOW,
                now=now(),
            )
    except TooManyTries as refusal:
        form.refuse(form.password, refusal)
        return False
    kept = password_hash_of(business().id, customer().id)
    end_reading()
    if is_password(form.password.data, kept):
        return True
    form.refuse(form.password, Refusal("That is not your password."))
    return False


def _details(name_form: NameForm, password_form: PasswordForm) -> str:
    return render_template(
        "customer/account/details.html",
        name_form=name_form,
        password_form=password_form,
        errors=(*errors_of(name_form), *errors_of(password_form)),
        wants_reminders=wants_reminders(business().id, customer().email),
        calendar=address_of_feed(key) if (key := feed_key(business().id, customer().id)) else None,
    )


def _page() -> int:
    return min(max(request.args.get("page", 1, type=int), 1), LAST_PAGE)


def _neighbours(page: int, *, more: bool, **asked: Any) -> dict[str, str | None]:
    """The addresses of the pages before and after this one."""
    return {
        "earlier": _address(page - 1, asked) if page > 1 else None,
        "later": _address(page + 1, asked) if more else None,
    }


def _address(page: int, asked: dict[str, Any]) -> str:
    words = [f"{name}={value}" for name, value in asked.items() if value]
    return f"{request.path}?{'&'.join([*words, f'page={page}'])}"


def _ways_out() -> dict[str, object]:
    """From when on tickets may be cancelled by themselves, and until when each may be moved: None where the
    studio keeps it to its staff (C2).
    """
    preferences = preferences_of(business().id)
    return {
        "cancel_from": now() if preferences.customers_may_cancel else None,
        "move_from": now() if preferences.customers_may_transfer else None,
        "move_until": preferences.transfer_until,
    }


def _zone_sentence(bookings: Sequence[ListedBooking]) -> str:
    """The zone, named once for every time on the page (T1)."""
    starts = [ticket.starts_at for booking in bookings for ticket in booking.tickets]
    return wording().zone_sentence(min(starts, default=now()), max(starts, default=now()))
