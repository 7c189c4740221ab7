"""Customers and guests move a ticket to another class: which, what it will do, then the button (C7).

Addresses: /bookings/<reference>/tickets/<id>/transfer and below.
"""

from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, abort, redirect, render_template, request
from flask.typing import ResponseReturnValue

from portal.exchanges.transfers import (
    continue_transfer,
    keep_ticket,
    open_transfer_payment,
    settle_transfer_return,
)
from portal.models.booking_letters import ToldTicket
from portal.models.booking_pages import FoundBooking, contents_of
from portal.models.database import transaction
from portal.models.told_classes import told_class
from portal.operations.auditing import customer_or_guest
from portal.operations.settling_transfers import SettledTransfer, TransferOutcome
from portal.operations.transfer_refusals import BeingMoved, TransferChanged
from portal.operations.transferred_tickets import Moved
from portal.operations.transferring import MovedBy, Wish, movable_ticket, move_ticket, transfer_forecast
from portal.outside import outside
from portal.rules.sentences import Money, Refusal, Sentence
from portal.rules.transferring import Mover, TransferForecast
from portal.web.addresses import shop_address
from portal.web.customer.bookings import asks_who, own_booking
from portal.web.customer.cancelling import CONFLICT, CancelForm
from portal.web.notices import tell, warn
from portal.web.transfer_choices import target_list, told_elsewhere
from portal.web.transfer_words import move_consequences
from portal.web.visitor import business, now
from portal.web.wording import say, wording

TRANSFER = "/bookings/<reference>/tickets/<uuid:ticket_id>/transfer"
TARGET = f"{TRANSFER}/<uuid:class_session_id>/<uuid:ticket_type_id>"

pages = Blueprint("transferring", __name__)


@dataclass(frozen=True, slots=True)
class OwnTicket:
    """A ticket of one's own booking."""

    booking: FoundBooking
    ticket: ToldTicket

    @property
    def choice(self) -> str:
        """The page with the classes to choose from; a guest's with the secret."""
        return self.part("")

    def part(self, ending: str) -> str:
        """An address below it."""
        return self.booking.part(f"/tickets/{self.ticket.id}/transfer{ending}")

    def target(self, class_session_id: UUID, ticket_type_id: UUID) -> str:
        """The page that asks about one class."""
        return self.part(f"/{class_session_id}/{ticket_type_id}")


@pages.get(TRANSFER)
@asks_who
def choose(reference: str, ticket_id: UUID) -> ResponseReturnValue:
    """Move to another class: which one, each with what it costs. Nothing changes yet."""
    own = _own(reference, ticket_id)
    try:
        movable = movable_ticket(business(), ticket_id, by=Mover.CLIENT, now=now())
    except Refusal as refusal:
        return _no(own, refusal)
    found = target_list(movable, own.target)
    return render_template(
        "customer/bookings/transfer_choice.html",
        booking=own.booking,
        ticket=own.ticket,
        address=own.choice,
        secret=request.args.get("secret"),
        found=found,
        until=movable.preferences.transfer_until(own.ticket.starts_at),
        zone_sentence=wording().zone_sentence(
            own.ticket.starts_at, *(row.target.starts_at for row in found.rows[-1:])
        ),
    )


@pages.get(TARGET)
@asks_who
def ask(reference: str, ticket_id: UUID, class_session_id: UUID, ticket_type_id: UUID) -> ResponseReturnValue:
    """What moving it there will do, and what it costs (C4)."""
    own, wish = _own(reference, ticket_id), Wish(ticket_id, class_session_id, ticket_type_id)
    try:
        told = transfer_forecast(business(), wish, by=Mover.CLIENT, now=now())
    except Refusal as refusal:
        return _no(own, refusal)
    return _page(own, told)


@pages.post(TARGET)
@asks_who
def move(
    reference: str, ticket_id: UUID, class_session_id: UUID, ticket_type_id: UUID
) -> ResponseReturnValue:
    """Move ticket, or Pay."""
    own, wish = _own(reference, ticket_id), Wish(ticket_id, class_session_id, ticket_type_id)
    try:
        with transaction():
            done = move_ticket(
                business(),
                wish,
                digest=CancelForm().digest.data or "",
                who=MovedBy(customer_or_guest(own.booking.customer_id), return_to=shop_address()),
                now=now(),
            )
    except TransferChanged as changed:
        return _page(own, changed.forecast, refused=changed), CONFLICT
    except Refusal as refusal:
        return _no(own, refusal, status=CONFLICT)
    if done.checkout_id is not None:
        return _pay(own, done.checkout_id)
    tell(_told(done))
    return redirect(own.booking.address, code=303)


@pages.post(f"{TRANSFER}/payment")
@asks_who
def go_on_paying(reference: str, ticket_id: UUID) -> ResponseReturnValue:
    """Continue payment: on to Stripe's page for the difference."""
    own = _own(reference, ticket_id)
    try:
        page = continue_transfer(business(), ticket_id, stripe=outside().card_payments, now=now())
    except Refusal as refusal:
        warn(refusal)
        return redirect(own.booking.address, code=303)
    return redirect(page or own.booking.address, code=303)


@pages.post(f"{TRANSFER}/release")
@asks_who
def keep(reference: str, ticket_id: UUID) -> ResponseReturnValue:
    """Keep my ticket: the payment is ended, unless it was made meanwhile."""
    own = _own(reference, ticket_id)
    try:
        keep_ticket(business(), ticket_id, stripe=outside().card_payments, now=now())
    except Refusal as refusal:
        warn(refusal)
        return redirect(own.booking.address, code=303)
    if ticket_id in {it.id for it in contents_of(business().id, own.booking).tickets if it.is_moved}:
        tell("You had paid already, so your ticket is moved.")
    else:
        tell("Your ticket stays where it is, and nothing was charged.")
    return redirect(own.booking.address, code=303)


@pages.get("/bookings/<reference>/transfer-return")
@asks_who
def come_back(reference: str) -> ResponseReturnValue:
    """Where Stripe sends the client back to: its word is read anew and applied once (M2)."""
    booking = own_booking(reference)
    try:
        settled = settle_transfer_return(
            business(),
            request.args.get("session_id", ""),
            reference=booking.reference,
            stripe=outside().card_payments,
            now=now(),
        )
    except Refusal as refusal:
        warn(refusal)
        return redirect(booking.address, code=303)
    if settled is not None:
        _say_what_became(settled)
    return redirect(booking.address, code=303)


def _pay(own: OwnTicket, checkout_id: UUID) -> ResponseReturnValue:
    """On to Stripe's page; where it cannot be opened, back to the booking, which says how it stands."""
    try:
        page = open_transfer_payment(business(), checkout_id, stripe=outside().card_payments, now=now())
    except Refusal as refusal:
        warn(refusal)
        return redirect(own.booking.address, code=303)
    return redirect(page or own.booking.address, code=303)


def _say_what_became(settled: SettledTransfer) -> None:
    amount = {"amount": Money(settled.amount, business().currency)}
    match settled.outcome:
        case TransferOutcome.MOVED:
            tell(Sentence("Thank you: {amount} is paid, and your ticket is moved.", amount))
        case TransferOutcome.REFUNDED:
            warn(
                Sentence(
                    "Your payment came too late to move the ticket. It stays where it was, and {amount} goes"
                    " back to your card.",
                    amount,
                )
            )
        case TransferOutcome.WAITING:
            warn("Stripe has not told us of your payment yet. Look again in a moment.")
        case TransferOutcome.KEPT:
            warn("That was not completed: nothing was charged, and your ticket is where it was.")


def _own(reference: str, ticket_id: UUID) -> OwnTicket:
    """One ticket of one's own booking; any other is not to be found (404)."""
    booking = own_booking(reference)
    tickets = contents_of(business().id, booking).tickets
    found = next((ticket for ticket in tickets if ticket.id == ticket_id), None)
    return OwnTicket(booking, found or abort(404))


def _page(own: OwnTicket, told: TransferForecast, *, refused: TransferChanged | None = None) -> str:
    target = told.target
    return render_template(
        "customer/bookings/transfer.html",
        booking=own.booking,
        ticket=own.ticket,
        told=told,
        there=told_class(business().id, target.class_session_id),
        choice=own.choice,
        address=own.target(target.class_session_id, target.ticket_type_id),
        consequences=move_consequences(told),
        form=CancelForm(formdata=None, digest=told.digest),
        refused=refused and say(refused.sentence),
        zone_sentence=wording().zone_sentence(*sorted((own.ticket.starts_at, target.starts_at))),
    )


def _no(own: OwnTicket, refusal: Refusal, *, status: int = 200) -> ResponseReturnValue:
    """Why it is not moved: where it can be seen or done otherwise, else on a page of its own."""
    elsewhere = told_elsewhere(refusal, booking=own.booking.address, choice=own.choice)
    if elsewhere is not None:
        return elsewhere
    page = render_template(
        "customer/bookings/not_movable.html",
        booking=own.booking,
        sentence=refusal.sentence,
        moving=own.part("") if isinstance(refusal, BeingMoved) else None,
        payment=own.part("/payment"),
        release=own.part("/release"),
    )
    return page, status


def _told(done: Moved) -> Sentence:
    """Reads "Your ticket is now for Clay on Thu 10 Dec."."""
    target = done.forecast.target
    return Sentence(
        "Your ticket is now for {class_name} on {day:weekday}, {at}. An e-mail says the same.",
        {"class_name": target.class_name, "day": target.on_date, "at": target.starts_at},
    )
