"""Who is visiting which business, found once a request, and the guards that ask for a sign-in."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import ParamSpec, TypeVar, cast
from urllib.parse import quote
from uuid import UUID

from flask import current_app, flash, g, redirect, request, session
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import Forbidden, MisdirectedRequest
from werkzeug.wrappers import Response as AnyResponse

from portal.models.business import BusinessFacts
from portal.models.visits import SignedInCustomer, SignedInStaff, Visit, visit_at
from portal.outside import outside
from portal.rules.roles import Capability
from portal.web.addresses import host_asked_for, this_page
from portal.web.sessions import (
    CUSTOMER_SIGN_IN,
    GUEST_BASKET,
    STAFF_SIGN_IN,
    drop_if_of_another_business,
    id_in_session,
)

TWO_FACTOR = "/staff/profile/two-factor"
SECOND_FACTOR_FIRST = "Your studio wants all staff to use two-factor sign-in. Set it up, then go on."
SIGN_IN_ENDED = "Your sign-in has ended, as it does after a while. Please sign in again."

P = ParamSpec("P")
R = TypeVar("R")


class UnclaimedHost(MisdirectedRequest):
    """No studio answers at this host name (B1)."""


def on_any_host(page: Callable[P, R]) -> Callable[P, R]:
    """Mark a page that answers on any host and asks for no business: health pages and the webhook (B1)."""
    page.on_any_host = True  # type: ignore[attr-defined]
    return page


def find_visit() -> None:
    """Find the business by its host and the person by the session, in one statement."""
    g.now = outside().clock.now()
    page = current_app.view_functions.get(request.endpoint or "")
    if getattr(page, "on_any_host", False):
        return
    found = visit_at(
        host_asked_for(),
        customer_sign_in=id_in_session(CUSTOMER_SIGN_IN),
        staff_sign_in=id_in_session(STAFF_SIGN_IN),
        guest_basket=id_in_session(GUEST_BASKET),
        now=g.now,
    )
    if found is None:
        raise UnclaimedHost
    g.visit = found
    drop_if_of_another_business(found.business.id)
    _tell_of_ended_sign_in(found)


def _tell_of_ended_sign_in(found: Visit) -> None:
    """Say once, on whichever page comes next, why this browser is not signed in any more."""
    for key, person in ((CUSTOMER_SIGN_IN, found.customer), (STAFF_SIGN_IN, found.staff)):
        if person is None and key in session:
            del session[key]
            flash(SIGN_IN_ENDED, "bad")


def visit() -> Visit:
    """The visit of this request."""
    return cast("Visit", g.visit)


def has_visit() -> bool:
    """Whether this request's business is known: not on health pages, nor on an unclaimed host."""
    return "visit" in g


def business() -> BusinessFacts:
    """The business that is visited."""
    return visit().business


def now() -> datetime:
    """The moment of this request, asked from the one clock (T2)."""
    return cast("datetime", g.now)


def customer() -> SignedInCustomer:
    """The signed-in customer of a page under ``customer_needed``."""
    return cast("SignedInCustomer", visit().customer)


def staff() -> SignedInStaff:
    """The signed-in member of staff of a page under ``staff_needed``."""
    return cast("SignedInStaff", visit().staff)


def visitor_address() -> str:
    """The network address that tries are counted by."""
    return request.remote_addr or "unknown"


def customer_needed(page: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
    """Send whoever is not signed in as a customer to sign in first, and back here."""

    @wraps(page)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        return page(*args, **kwargs) if visit().customer else sent_to_sign_in("/sign-in")

    return guarded


class NotForThisRole(Forbidden):
    """The role of whoever is signed in does not have the capability that a page needs."""

    def __init__(self, needed: Capability) -> None:
        super().__init__()
        self.needed = needed


def staff_needed(
    capability: Capability,
) -> Callable[[Callable[P, ResponseReturnValue]], Callable[P, ResponseReturnValue]]:
    """Let in whoever is signed in as staff and has the one capability that the page needs; send whoever is
    not signed in to sign in first, and back here, and whoever must set up a second factor to that first:
    only their own pages are open before. Raises NotForThisRole (403).

    Every page below /staff says so, or the portal does not start (``portal.web.staff.admission``).
    """
    if not isinstance(capability, Capability):
        raise TypeError(
            f"{capability} must say what it needs: @staff_needed(Capability.CLIENTS), for example; "
            "portal/rules/roles.py has the capabilities and the roles that have them."
        )

    def guard(page: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
        @wraps(page)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
            if visit().staff is None:
                return sent_to_sign_in("/staff/sign-in")
            if staff().must_set_up_second_factor and capability is not Capability.OWN:
                flash(SECOND_FACTOR_FIRST, "bad")
                return redirect(TWO_FACTOR, code=303)
            must_be_able(capability)
            return page(*args, **kwargs)

        guarded.needs = capability  # type: ignore[attr-defined]
        return guarded

    return guard


def must_be_able(capability: Capability) -> None:
    """Let on whoever has one capability more, for a part of a page that needs it; raises NotForThisRole."""
    if not staff().may(capability):
        raise NotForThisRole(capability)


def open_to_strangers(page: Callable[P, R]) -> Callable[P, R]:
    """Mark a page below /staff that nobody needs to be signed in for: signing in, and what leads there."""
    page.needs = None  # type: ignore[attr-defined]
    return page


def sent_to_sign_in(address: str, *, back: str | None = None) -> AnyResponse:
    """To the sign-in page, with the way back to this page, or to ``back``; after a form, to the start."""
    if back is None:
        back = this_page() if request.method in {"GET", "HEAD"} else "/"
    return redirect(f"{address}?next={quote(back, safe='/')}", code=303)


def guest_basket_id() -> UUID | None:
    """The basket that this browser filled as a guest, whoever is signed in by now."""
    return id_in_session(GUEST_BASKET)


def remember_guest_basket(basket_id: object) -> None:
    """Keep a guest's basket in the session (R5)."""
    session[GUEST_BASKET] = str(basket_id)
