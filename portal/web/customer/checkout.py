"""Check-out: one review page whose button names the act, and the way back from Stripe (/checkout)."""

from flask import Blueprint, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response
from wtforms import StringField

from portal.exchanges.checkout_sessions import continue_payment, open_payment, settle_return
from portal.models.booking_pages import found_booking
from portal.models.bookings import BookingStatus
from portal.models.database import transaction
from portal.operations.auditing import customer_or_guest
from portal.operations.checkout import AccountNeeded, Buyer, PlacedBooking, QuoteChanged, place_booking
from portal.operations.consents import ConsentNeeded, consents_asked
from portal.operations.quoting import QuotedBasket
from portal.operations.settling import Outcome
from portal.outside import outside
from portal.rules.facts import PassLine
from portal.rules.sentences import Refusal
from portal.web.addresses import shop_address
from portal.web.customer.basket import BASKET, current_basket
from portal.web.customer.bookings import address_of_own_booking
from portal.web.customer.shown_basket import shown_basket
from portal.web.forms import UNPROCESSABLE, PageForm, errors_of
from portal.web.notices import tell, warn
from portal.web.pace import MOST_GUEST_CHECK_OUTS, slow_down_guest
from portal.web.person_fields import email_field, name_field
from portal.web.visitor import business, guest_basket_id, now, visit

pages = Blueprint("checkout", __name__)


class ReviewForm(PageForm):
    """Who a guest is (the letter about the booking goes to the address), and what a customer agrees to: the
    box sends the sentence that stands beside it (M1).
    """

    name = name_field()
    email = email_field()
    consent = StringField("I agree")


@pages.get("/checkout")
def review() -> ResponseReturnValue:
    """All of it once more, and the button that names the act."""
    return page(ReviewForm(formdata=None))


@pages.post("/checkout")
def book() -> ResponseReturnValue:
    """Book now, or on to Stripe; what changed since the review page is neither charged nor booked (R6)."""
    form = ReviewForm()
    basket_id = visit().basket_id
    if basket_id is None:
        return redirect(BASKET, code=303)
    if visit().customer is None and not form.validate():
        return page(form)
    slow_down_guest("checkout", MOST_GUEST_CHECK_OUTS)
    buyer = _buyer(form)
    try:
        with transaction():
            placed = place_booking(
                business(),
                basket_id=basket_id,
                buyer=buyer,
                digest=request.form.get("digest", ""),
                return_to=shop_address(),
                actor=customer_or_guest(buyer.customer_id),
                now=now(),
            )
        return redirect(_next_address(placed), code=303)
    except ConsentNeeded as refusal:
        form.refuse(form.consent, refusal)
        return page(form)
    except AccountNeeded as refusal:
        warn(refusal)
        return redirect("/sign-in?next=/checkout", code=303)
    except Refusal as refusal:
        if not _is_said_by_basket(refusal):
            warn(refusal)
        return redirect(BASKET, code=303)


@pages.get("/checkout/return")
def come_back() -> Response:
    """Where Stripe sends the customer back to: its word is read anew and applied once (M2)."""
    try:
        settled = settle_return(
            business(),
            request.args.get("session_id", ""),
            stripe=outside().card_payments,
            now=now(),
        )
    except Refusal as refusal:
        warn(refusal)
        return redirect(BASKET, code=303)
    if settled and settled.outcome in {Outcome.CONFIRMED, Outcome.REFUNDED}:
        return redirect(_where_to_read_of(settled.reference), code=303)
    warn("That payment was not completed: nothing was charged, and nothing is booked yet.")
    return redirect(BASKET, code=303)


def _is_said_by_basket(refusal: Refusal) -> bool:
    """Whether the basket tells the same: a code that was dropped, until it is removed (D6)."""
    return isinstance(refusal, QuoteChanged) and refusal.quote.dropped_code is not None


def _where_to_read_of(reference: str) -> str:
    """The booking's page; a guest's, which its secret opens, only in the browser that filled the basket (R5).

    Whoever else comes by a session's id (out of a log, a history, a link to pay) is told to read the letter.
    """
    booking = found_booking(business().id, reference)
    if booking is None:
        return BASKET
    if booking.customer_id is None and booking.basket_id not in {visit().basket_id, guest_basket_id()}:
        tell("This payment is settled. The e-mail that we sent about it has the link to the booking.")
        return "/"
    return booking.address


def page(form: ReviewForm) -> Response:
    """The review page; back to the basket where there is nothing to review."""
    quoted = current_basket()
    shown = shown_basket(quoted, now=now())
    if not shown.can_check_out or quoted.pending:
        return redirect(BASKET, code=303)
    errors = errors_of(form)
    answer = render_template(
        "customer/checkout/review.html",
        shown=shown,
        form=form,
        errors=errors,
        needs_account=_needs_account(quoted),
        consents=tuple(consents_asked(business(), quoted.quote, now=now()).values()),
    )
    return make_response(answer, UNPROCESSABLE if errors else 200)


def _buyer(form: ReviewForm) -> Buyer:
    customer = visit().customer
    if customer is not None:
        return Buyer(customer.id, customer.name, customer.email, consent=form.consent.data or "")
    return Buyer(None, form.name.data, form.email.data)


def _next_address(placed: PlacedBooking) -> str:
    """The booking where it is made; Stripe's page where money is to come, again on a second press (R7)."""
    stripe = outside().card_payments
    if placed.attempt_id is not None:
        return open_payment(business(), placed.attempt_id, stripe=stripe, now=now())
    if placed.status is BookingStatus.PENDING:
        url = continue_payment(business(), placed.id, return_to=shop_address(), stripe=stripe, now=now())
        if url is not None:
            return url
    return address_of_own_booking(placed.reference, placed.secret)


def _needs_account(quoted: QuotedBasket) -> bool:
    """Whether a guest is about to buy a pass, which needs somebody to belong to (R5)."""
    return visit().customer is None and any(
        line.counts and isinstance(line.line, PassLine) for line in quoted.quote.lines
    )
