"""Customers and guests cancel a ticket or a whole booking: what it will do, then the button (C1–C5;
addresses: /bookings/<reference>/tickets/<id>/cancellation and /bookings/<reference>/cancellation).
"""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, abort, redirect, render_template
from flask.typing import ResponseReturnValue
from wtforms import HiddenField

from portal.models.booking_pages import FoundBooking, contents_of
from portal.models.database import transaction
from portal.operations.auditing import customer_or_guest
from portal.operations.cancelling import (
    AlreadyCancelled,
    ForecastChanged,
    NoSuchTicket,
    cancel_tickets,
    cancellation_forecast,
    tickets_left,
)
from portal.operations.transfer_refusals import BeingMoved
from portal.rules.cancelling import Canceller, Forecast
from portal.rules.sentences import Count, Refusal, Sentence
from portal.web.cancellation_words import consequences
from portal.web.customer.bookings import asks_who, own_booking
from portal.web.forms import PageForm
from portal.web.notices import tell
from portal.web.visitor import business, now
from portal.web.wording import say, wording

CONFLICT = 409

pages = Blueprint("cancelling", __name__)


class CancelForm(PageForm):
    """The digest of what the page said: another cancellation than that is not carried out (C4)."""

    digest = HiddenField()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be cancelled, of one's own booking: a ticket, or all that is left."""

    booking: FoundBooking
    ticket_ids: Collection[UUID]
    whole: bool

    @property
    def address(self) -> str:
        """The page that asks; a guest's with the secret."""
        if self.whole:
            return self.booking.part("/cancellation")
        (ticket_id,) = self.ticket_ids
        return self.booking.part(f"/tickets/{ticket_id}/cancellation")


@pages.get("/bookings/<reference>/tickets/<uuid:ticket_id>/cancellation")
@asks_who
def ask_about_ticket(reference: str, ticket_id: UUID) -> ResponseReturnValue:
    """What cancelling one ticket will do; nothing has changed yet (C4)."""
    return _ask(_ticket(reference, ticket_id))


@pages.post("/bookings/<reference>/tickets/<uuid:ticket_id>/cancellation")
@asks_who
def cancel_ticket(reference: str, ticket_id: UUID) -> ResponseReturnValue:
    """Cancel ticket."""
    return _cancel(_ticket(reference, ticket_id))


@pages.get("/bookings/<reference>/cancellation")
@asks_who
def ask_about_booking(reference: str) -> ResponseReturnValue:
    """What cancelling all that is left of a booking will do (C4)."""
    return _ask(_booking(reference))


@pages.post("/bookings/<reference>/cancellation")
@asks_who
def cancel_booking(reference: str) -> ResponseReturnValue:
    """Cancel booking."""
    return _cancel(_booking(reference))


def _ticket(reference: str, ticket_id: UUID) -> Wanted:
    """One ticket of one's own booking; any other is not to be found (404)."""
    booking = own_booking(reference)
    if ticket_id not in {ticket.id for ticket in contents_of(business().id, booking).tickets}:
        abort(404)
    return Wanted(booking, (ticket_id,), whole=False)


def _booking(reference: str) -> Wanted:
    booking = own_booking(reference)
    left = tickets_left(business().id, booking.id, by=Canceller.CLIENT, now=now())
    return Wanted(booking, left, whole=True)


def _ask(wanted: Wanted) -> ResponseReturnValue:
    """The page that says what will happen, or why it cannot."""
    try:
        return _page(wanted, _forecast(wanted))
    except NoSuchTicket:
        return _nothing_left(wanted)
    except Refusal as refusal:
        return _refused(wanted, refusal)


def _cancel(wanted: Wanted) -> ResponseReturnValue:
    """Do what the page said, or show the page again where that is no longer what would happen."""
    try:
        with transaction():
            done = cancel_tickets(
                business(),
                ticket_ids=wanted.ticket_ids,
                digest=CancelForm().digest.data or "",
                actor=customer_or_guest(wanted.booking.customer_id),
                now=now(),
            )
    except ForecastChanged as changed:
        return _page(wanted, changed.forecast, refused=changed), CONFLICT
    except (AlreadyCancelled, NoSuchTicket):
        return _nothing_left(wanted)
    except Refusal as refusal:
        return _refused(wanted, refusal), CONFLICT
    tell(_told(done))
    return redirect(wanted.booking.address, code=303)


def _forecast(wanted: Wanted) -> Forecast:
    return cancellation_forecast(business(), ticket_ids=wanted.ticket_ids, by=Canceller.CLIENT, now=now())


def _page(wanted: Wanted, forecast: Forecast, *, refused: ForecastChanged | None = None) -> str:
    tickets = contents_of(business().id, wanted.booking).tickets
    going = [ticket for ticket in tickets if ticket.id in wanted.ticket_ids]
    starts = [ticket.starts_at for ticket in going]
    return render_template(
        "customer/bookings/cancellation.html",
        booking=wanted.booking,
        whole=wanted.whole,
        address=wanted.address,
        form=CancelForm(formdata=None, digest=forecast.digest),
        forecast=forecast,
        tickets=going,
        consequences=consequences(forecast),
        ended=[
            forecast.preferences.cancel_until(outcome.ticket.starts_at)
            for outcome in forecast.tickets
            if not outcome.in_time
        ],
        refused=refused and say(refused.sentence),
        zone_sentence=wording().zone_sentence(min(starts), max(starts)),
    )


def _refused(wanted: Wanted, refusal: Refusal) -> str:
    """Why it cannot be cancelled here; while a move of the ticket is being paid, how to go on or back."""
    if isinstance(refusal, BeingMoved) and not wanted.whole:
        (ticket_id,) = wanted.ticket_ids
        transfer = f"/tickets/{ticket_id}/transfer"
        return render_template(
            "customer/bookings/not_movable.html",
            booking=wanted.booking,
            sentence=refusal.sentence,
            moving=True,
            payment=wanted.booking.part(f"{transfer}/payment"),
            release=wanted.booking.part(f"{transfer}/release"),
        )
    return render_template(
        "customer/bookings/not_cancellable.html", booking=wanted.booking, sentence=refusal.sentence
    )


def _nothing_left(wanted: Wanted) -> ResponseReturnValue:
    """To the booking: it is cancelled already, perhaps by the same button, pressed twice."""
    text = "There is nothing left to cancel." if wanted.whole else "This ticket is cancelled already."
    tell(text)
    return redirect(wanted.booking.address, code=303)


def _told(done: Forecast) -> Sentence:
    """Reads "Your ticket for Morning Yoga on 10 Dec is cancelled."."""
    if len(done.tickets) > 1:
        tickets = Count(len(done.tickets), "ticket is", "tickets are")
        return Sentence("Your {tickets} cancelled. An e-mail says the same.", {"tickets": tickets})
    (outcome,) = done.tickets
    return Sentence(
        "Your ticket for {class_name} on {day} is cancelled. An e-mail says the same.",
        {"class_name": outcome.ticket.class_name, "day": outcome.ticket.on_date},
    )
