"""Whether one gets reminders: from a letter's own link, in one click of a mail program (RFC 8058), or in the
account (addresses: /letters/<token>, /account/details/reminders).
"""

from flask import Blueprint, abort, redirect, render_template, request
from flask.typing import ResponseReturnValue

from portal.gateways.letter_tokens import Addressee, Reader
from portal.models.audit import ActorKind
from portal.models.database import end_reading, transaction
from portal.operations.auditing import GUEST, Actor
from portal.operations.reminder_choices import address_of, choose_reminders, wants_reminders
from portal.outside import outside
from portal.web.notices import tell
from portal.web.security import csrf
from portal.web.visitor import business, customer, customer_needed, now

ONE_CLICK = ("List-Unsubscribe", "One-Click")
YES = "yes"

pages = Blueprint("letter_choices", __name__)


@pages.get("/letters/<token>")
def ask(token: str) -> ResponseReturnValue:
    """Whether reminders are on for the address that the letter went to, and the button that changes it."""
    _, address = _reader(token)
    return _page(token, address)


@pages.post("/letters/<token>")
@csrf.exempt  # type: ignore[untyped-decorator]  # Flask-WTF carries no types
def choose(token: str) -> ResponseReturnValue:
    """Keep the choice. A mail program's one click refuses, and is answered without a redirect.

    The token is the proof: whoever sends that has neither cookie nor form of ours.
    """
    addressee, address = _reader(token)
    name, value = ONE_CLICK
    in_one_click = request.form.get(name) == value
    wants = request.form.get("reminders") == YES and not in_one_click
    actor = Actor(ActorKind.CUSTOMER, addressee.id) if addressee.reader is Reader.CUSTOMER else GUEST
    end_reading()
    with transaction():
        choose_reminders(business().id, address, wants=wants, actor=actor, now=now())
    if in_one_click:
        return _page(token, address)
    tell(f"Reminders are {'on' if wants else 'off'} for {address}.")
    return redirect(f"/letters/{token}", code=303)


@pages.post("/account/details/reminders")
@customer_needed
def choose_in_account() -> ResponseReturnValue:
    """Keep the choice of whoever is signed in."""
    wants = request.form.get("reminders") == YES
    with transaction():
        choose_reminders(
            business().id,
            customer().email,
            wants=wants,
            actor=Actor(ActorKind.CUSTOMER, customer().id),
            now=now(),
        )
    tell(f"Reminders are {'on' if wants else 'off'}.")
    return redirect("/account/details", code=303)


def _reader(token: str) -> tuple[Addressee, str]:
    """Whom a letter went to, by its token and their address; any other token is not to be found (404)."""
    addressee = outside().letter_tokens.addressee_of(business().id, token)
    if addressee is None:
        abort(404)
    return addressee, address_of(business().id, addressee) or abort(404)


def _page(token: str, address: str) -> str:
    return render_template(
        "customer/letters/choices.html",
        address=address,
        here_is=f"/letters/{token}",
        wants=wants_reminders(business().id, address),
    )
