"""The basket: what is in it, what pays for it, and every way to change it (address: /basket)."""

from uuid import UUID

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response
from wtforms import StringField

from portal.exchanges.checkout_sessions import change_basket, continue_payment
from portal.models.booking_pages import found_booking
from portal.models.database import transaction
from portal.models.people import email_key
from portal.operations.auditing import customer_or_guest
from portal.operations.basket_codes import apply_discount_code, remove_discount_code
from portal.operations.basket_lines import (
    NotInBasket,
    add_pass,
    add_ticket,
    choose_payment,
    keep_places,
    open_basket,
    remove_line,
)
from portal.operations.quoting import QuotedBasket, quoted_basket
from portal.operations.settling import Outcome
from portal.outside import outside
from portal.rules.facts import PayWithMoney, PayWithPass
from portal.rules.sentences import Refusal
from portal.web.addresses import shop_address
from portal.web.customer.bookings import address_of_booking
from portal.web.customer.shown_basket import shown_basket
from portal.web.forms import UNPROCESSABLE, PageForm, errors_of, stripped
from portal.web.notices import tell, warn
from portal.web.pace import (
    MOST_ADDED,
    MOST_PAYMENT_CHANGES,
    MOST_WRONG_CODES,
    slow_down_guest,
    slow_down_visitor,
    take_back_try,
)
from portal.web.visitor import business, now, remember_guest_basket, visit

BASKET = "/basket"
LONGEST_CODE = 40

pages = Blueprint("basket", __name__)


class CodeForm(PageForm):
    """Discount code and Apply."""

    code = StringField("Discount code", filters=[stripped])

    def typed(self) -> str:
        """What was typed; raises Refusal where it cannot be a code."""
        text = self.code.data
        if not text:
            raise Refusal("Type a discount code first.")
        if len(text) > LONGEST_CODE:
            raise Refusal("That is too long for a discount code.")
        return str(text)


@pages.get("/basket")
def show() -> str:
    """The basket as it stands; looking holds nothing (R4)."""
    return page(CodeForm(formdata=None))


@pages.get("/basket/<path:_act>")
def back_to_basket(_act: str) -> Response:
    """Whoever asks anew for the address of a form is shown the basket."""
    return redirect(BASKET, code=303)


@pages.post("/basket/lines")
def add() -> ResponseReturnValue:
    """Add a ticket (its place is held from now on, R4) or a pass, as the form names it."""
    slow_down_guest("basket.add", MOST_ADDED)
    customer_id = person_id()
    chosen = {name: request.form.get(name, type=UUID) for name in ("class", "ticket", "pass")}
    try:
        with transaction():
            basket_id = open_basket(
                business(), customer_id=customer_id, basket_id=visit().basket_id, now=now()
            )
            _add(basket_id, chosen)
    except Refusal as refusal:
        warn(refusal)
        return redirect(f"/classes/{chosen['class']}" if chosen["class"] else "/passes", code=303)
    if customer_id is None:
        remember_guest_basket(basket_id)
    return redirect(BASKET, code=303)


def _add(basket_id: UUID, chosen: dict[str, UUID | None]) -> None:
    match chosen:
        case {"class": UUID() as class_session_id, "ticket": UUID() as ticket_type_id}:
            add_ticket(
                business(),
                basket_id=basket_id,
                class_session_id=class_session_id,
                ticket_type_id=ticket_type_id,
                now=now(),
            )
        case {"pass": UUID() as purchase_option_id}:
            add_pass(business(), basket_id=basket_id, purchase_option_id=purchase_option_id, now=now())
        case _:
            raise BadRequest


@pages.post("/basket/lines/<uuid:line_id>/removal")
def remove(line_id: UUID) -> ResponseReturnValue:
    """Remove: the line goes, and its place with it."""
    try:
        with transaction():
            remove_line(business(), basket_id=basket_id_needed(), line_id=line_id, now=now())
    except Refusal as refusal:
        warn(refusal)
    return redirect(BASKET, code=303)


@pages.post("/basket/lines/<uuid:line_id>/payment")
def change_payment(line_id: UUID) -> ResponseReturnValue:
    """Pay with, Change: the customer's own choice for one line (P2)."""
    try:
        with transaction():
            choose_payment(
                business(), basket_id=basket_id_needed(), line_id=line_id, choice=_choice(), now=now()
            )
    except Refusal as refusal:
        warn(refusal)
    return redirect(BASKET, code=303)


def _choice() -> PayWithMoney | PayWithPass | None:
    if request.form.get("pay_with") == "money":
        return PayWithMoney()
    pass_id = request.form.get("pay_with", type=UUID)
    return PayWithPass(pass_id) if pass_id else None


@pages.post("/basket/code")
def apply_code() -> ResponseReturnValue:
    """Discount code, Apply; a refusal stands beside the field, and what was typed stays (D5)."""
    form = CodeForm()
    slow_down_visitor("basket.code", MOST_WRONG_CODES)
    try:
        with transaction():
            apply_discount_code(
                business(),
                basket_id=basket_id_needed(),
                customer_id=person_id(),
                person_key=person_key(),
                text=form.typed(),
                now=now(),
            )
            take_back_try("basket.code")
    except Refusal as refusal:
        form.refuse(form.code, refusal)
        return page(form), UNPROCESSABLE
    return redirect(BASKET, code=303)


@pages.post("/basket/code/removal")
def remove_code() -> ResponseReturnValue:
    """Remove code: everything comes back as it was (D2)."""
    try:
        with transaction():
            remove_discount_code(business(), basket_id=basket_id_needed(), now=now())
    except Refusal as refusal:
        warn(refusal)
    return redirect(BASKET, code=303)


@pages.post("/basket/hold")
def keep() -> ResponseReturnValue:
    """Keep my places: every hold starts anew, ten times at most (R4)."""
    slow_down_guest("basket.add", MOST_ADDED, times=visit().basket_lines)
    try:
        with transaction():
            full = keep_places(business(), basket_id=basket_id_needed(), now=now())
    except Refusal as refusal:
        warn(refusal)
    else:
        if full:
            warn("We keep your places, except in a class that has filled up meanwhile.")
    return redirect(BASKET, code=303)


@pages.post("/basket/payment")
def continue_paying() -> ResponseReturnValue:
    """Continue payment: on to Stripe's page, or to the booking where it is paid already (R7)."""
    pending = current_basket().pending
    if pending is None:
        return redirect(BASKET, code=303)
    slow_down_visitor("basket.payment", MOST_PAYMENT_CHANGES)
    try:
        url = continue_payment(
            business(),
            pending.booking_id,
            return_to=shop_address(),
            stripe=outside().card_payments,
            now=now(),
        )
    except Refusal as refusal:
        warn(refusal)
        return redirect(BASKET, code=303)
    return redirect(url or _address_of(pending.reference), code=303)


@pages.post("/basket/payment/removal")
def stop_paying() -> ResponseReturnValue:
    """Change basket: the payment ends, and the lines come back with a fresh hold (R7)."""
    pending = current_basket().pending
    if pending is None:
        return redirect(BASKET, code=303)
    slow_down_visitor("basket.payment", MOST_PAYMENT_CHANGES)
    try:
        settled = change_basket(
            business(),
            pending.booking_id,
            actor=customer_or_guest(person_id()),
            stripe=outside().card_payments,
            now=now(),
        )
    except Refusal as refusal:
        warn(refusal)
        return redirect(BASKET, code=303)
    if settled and settled.outcome is Outcome.CONFIRMED:
        tell("You had paid already, so this is booked.")
        return redirect(address_of_booking(settled.reference), code=303)
    tell("The payment was ended, and nothing was charged. You can change your basket again.")
    return redirect(BASKET, code=303)


def _address_of(reference: str) -> str:
    """The booking's page where it is made by now, as its owner reaches it (R5); else the basket."""
    booking = found_booking(business().id, reference)
    return booking.address if booking is not None and booking.is_confirmed else BASKET


def page(form: CodeForm) -> str:
    """The basket's page, with whatever its code field has to say."""
    quoted = current_basket()
    if not form.is_submitted() and quoted.code:
        form.code.data = quoted.code
    return render_template(
        "customer/basket/page.html",
        shown=shown_basket(quoted, now=now()),
        form=form,
        errors=errors_of(form),
    )


def current_basket() -> QuotedBasket:
    """The visitor's own basket, reckoned now."""
    return quoted_basket(
        business(), basket_id=visit().basket_id, customer_id=person_id(), now=now(), person_key=person_key()
    )


def basket_id_needed() -> UUID:
    """The visitor's basket; raises NotInBasket where there is none."""
    basket_id = visit().basket_id
    if basket_id is None:
        raise NotInBasket
    return basket_id


def person_id() -> UUID | None:
    """The signed-in customer's id; None for a guest."""
    customer = visit().customer
    return customer.id if customer else None


def person_key() -> str | None:
    """By what a signed-in customer's use of a code is counted (D3)."""
    customer = visit().customer
    return email_key(customer.email) if customer else None
