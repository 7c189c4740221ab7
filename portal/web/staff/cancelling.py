"""Staff cancel a ticket or a whole booking for a client: what it will do, what they decide otherwise, and why
(C1–C5; addresses: /staff/bookings/<reference>/tickets/<id>/cancellation and …/cancellation).
"""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, abort, redirect, render_template
from flask.typing import ResponseReturnValue
from wtforms import HiddenField, RadioField

from portal.models.booking_letters import ToldTicket
from portal.models.booking_pages import FoundBooking, contents_of
from portal.models.client_pages import Client
from portal.models.database import transaction
from portal.operations.cancelling import (
    AlreadyCancelled,
    ForecastChanged,
    NoSuchTicket,
    cancel_tickets,
    cancellation_forecast,
    tickets_left,
)
from portal.rules.cancelling import NO_OVERRIDES, Canceller, Forecast, Overrides
from portal.rules.preferences import RefundTo
from portal.rules.roles import Capability
from portal.rules.sentences import Count, Refusal, Sentence
from portal.web.cancellation_words import consequences
from portal.web.forms import errors_of
from portal.web.notices import tell
from portal.web.staff.act_forms import ActForm, acting, reason_field
from portal.web.staff.bookings import address_of, booking_shown, client_of
from portal.web.staff.cancelling_choices import (
    KEEP,
    RETURN,
    money_choices,
    preferred_money,
    preferred_use,
    use_choices,
)
from portal.web.visitor import business, now, staff, staff_needed
from portal.web.wording import say, wording

pages = Blueprint("staff_cancelling", __name__)


class CancellationForm(ActForm):
    """What is decided otherwise than the studio's preferences, and why. ``digest`` is of what would happen by
    the preferences, as the page said; each choice says itself what it does.
    """

    digest = HiddenField()
    use = RadioField("Pass use", choices=[], validate_choice=False)
    money = RadioField("Refund", choices=[], validate_choice=False)
    reason = reason_field()

    @property
    def overrides(self) -> Overrides:
        """What was chosen; what was not asked, or left as it is, goes by the preferences, and so does money
        where whoever asks may not decide on it.
        """
        ways = {way.value: way for way in RefundTo}
        return Overrides(
            returns_use={RETURN: True, KEEP: False}.get(self.use.data),
            refund_to=ways.get(self.money.data) if staff().may(Capability.MONEY) else None,
        )


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be cancelled, and for whom; ``client`` is None for a guest's booking."""

    booking: FoundBooking
    client: Client | None
    ticket_ids: Collection[UUID]
    whole: bool

    @property
    def address(self) -> str:
        """The page that asks."""
        if self.whole:
            return address_of(self.booking, "/cancellation")
        (ticket_id,) = self.ticket_ids
        return address_of(self.booking, f"/tickets/{ticket_id}/cancellation")

    @property
    def back(self) -> str:
        """Where staff came from: the client's schedule, or a guest's booking."""
        return f"/staff/clients/{self.client.id}/schedule" if self.client else address_of(self.booking)


@pages.get("/staff/bookings/<reference>/tickets/<uuid:ticket_id>/cancellation")
@staff_needed(Capability.CLIENTS)
def ask_about_ticket(reference: str, ticket_id: UUID) -> ResponseReturnValue:
    """What cancelling one ticket will do; nothing has changed yet (C4)."""
    return _ask(_ticket(reference, ticket_id))


@pages.post("/staff/bookings/<reference>/tickets/<uuid:ticket_id>/cancellation")
@staff_needed(Capability.CLIENTS)
def cancel_ticket(reference: str, ticket_id: UUID) -> ResponseReturnValue:
    """Cancel ticket."""
    return _cancel(_ticket(reference, ticket_id))


@pages.get("/staff/bookings/<reference>/cancellation")
@staff_needed(Capability.CLIENTS)
def ask_about_booking(reference: str) -> ResponseReturnValue:
    """What cancelling all that is left of a booking will do (C4)."""
    return _ask(_booking(reference))


@pages.post("/staff/bookings/<reference>/cancellation")
@staff_needed(Capability.CLIENTS)
def cancel_booking(reference: str) -> ResponseReturnValue:
    """Cancel booking."""
    return _cancel(_booking(reference))


def _ticket(reference: str, ticket_id: UUID) -> Wanted:
    """One ticket of a booking; one of another booking is not to be found (404)."""
    booking = booking_shown(reference)
    if ticket_id not in {ticket.id for ticket in contents_of(business().id, booking).tickets}:
        abort(404)
    return Wanted(booking, client_of(booking), (ticket_id,), whole=False)


def _booking(reference: str) -> Wanted:
    booking = booking_shown(reference)
    left = tickets_left(business().id, booking.id, by=Canceller.STAFF, now=now())
    return Wanted(booking, client_of(booking), left, whole=True)


def _ask(wanted: Wanted) -> ResponseReturnValue:
    """The page that says what will happen, or why it cannot."""
    try:
        preferred = _forecast(wanted, NO_OVERRIDES)
    except NoSuchTicket:
        return _nothing_left(wanted)
    except Refusal as refusal:
        return _refused(wanted, refusal)
    form = CancellationForm(digest=preferred.digest)
    _offer(form, preferred, wanted)
    return _page(wanted, form, preferred)


def _cancel(wanted: Wanted) -> ResponseReturnValue:
    """Do what the page said and what was chosen, or show the page again."""
    form = CancellationForm()
    try:
        if form.validate_on_submit():
            with transaction():
                done = _carry_out(wanted, form)
            tell(_told(wanted, done))
            return redirect(wanted.back, code=303)
        return _again(wanted, form)
    except ForecastChanged as changed:
        form.refused = say(changed.sentence)
        return _again(wanted, form)
    except (AlreadyCancelled, NoSuchTicket):
        return _nothing_left(wanted)
    except Refusal as refusal:
        return _refused(wanted, refusal)


def _carry_out(wanted: Wanted, form: CancellationForm) -> Forecast:
    """What the page said by the preferences must still hold; then what was chosen is done, under lock."""
    preferred = _forecast(wanted, NO_OVERRIDES)
    if preferred.digest != form.digest.data:
        raise ForecastChanged(preferred)
    return cancel_tickets(
        business(),
        ticket_ids=wanted.ticket_ids,
        digest=_forecast(wanted, form.overrides).digest,
        reason=form.reason.data,
        overrides=form.overrides,
        actor=acting(),
        now=now(),
    )


def _again(wanted: Wanted, form: CancellationForm) -> ResponseReturnValue:
    """The page once more, with what was chosen and typed, saying what that would do now."""
    preferred = _forecast(wanted, NO_OVERRIDES)
    form.digest.data = preferred.digest
    use, money = form.use.data, form.money.data
    _offer(form, preferred, wanted)
    form.use.data, form.money.data = use or form.use.data, money or form.money.data
    chosen = _forecast(wanted, form.overrides)
    return _page(wanted, form, chosen, by_choice=chosen != preferred), form.status


def _forecast(wanted: Wanted, overrides: Overrides) -> Forecast:
    return cancellation_forecast(
        business(), ticket_ids=wanted.ticket_ids, by=Canceller.STAFF, overrides=overrides, now=now()
    )


def _offer(form: CancellationForm, preferred: Forecast, wanted: Wanted) -> None:
    """Put the choices into the form, each saying what it does; what the preferences bring is chosen."""
    has_account = wanted.client is not None
    form.use.choices = use_choices(preferred)
    form.use.data = preferred_use(preferred)
    if not staff().may(Capability.MONEY):
        form.money.choices = []
        return
    form.money.choices = money_choices(preferred, has_account=has_account)
    form.money.data = preferred_money(preferred, has_account=has_account)


def _page(wanted: Wanted, form: CancellationForm, forecast: Forecast, *, by_choice: bool = False) -> str:
    tickets = [
        ticket
        for ticket in contents_of(business().id, wanted.booking).tickets
        if ticket.id in wanted.ticket_ids
    ]
    return render_template(
        "staff/bookings/cancellation.html",
        booking=wanted.booking,
        client=wanted.client,
        whole=wanted.whole,
        address=wanted.address,
        back=wanted.back,
        form=form,
        errors=errors_of(form),
        tickets=tickets,
        passes=[(outcome.before.id, outcome.before.name) for outcome in forecast.passes],
        consequences=consequences(forecast),
        by_choice=by_choice,
        zone_sentence=_zone_sentence(tickets),
    )


def _refused(wanted: Wanted, refusal: Refusal) -> ResponseReturnValue:
    page = render_template(
        "staff/bookings/not_cancellable.html",
        booking=wanted.booking,
        client=wanted.client,
        back=address_of(wanted.booking),
        sentence=refusal.sentence,
    )
    return page, 409


def _nothing_left(wanted: Wanted) -> ResponseReturnValue:
    """To the booking: it is cancelled already, perhaps by the same button, pressed twice."""
    tell("There is nothing left to cancel." if wanted.whole else "This ticket is cancelled already.")
    return redirect(address_of(wanted.booking), code=303)


def _zone_sentence(tickets: list[ToldTicket]) -> str:
    starts = [ticket.starts_at for ticket in tickets]
    return wording().zone_sentence(min(starts), max(starts))


def _told(wanted: Wanted, done: Forecast) -> Sentence:
    """Reads "Ada Park’s ticket for Morning Yoga on 10 Dec is cancelled. An e-mail tells Ada Park."."""
    whose = wanted.booking.name
    if len(done.tickets) > 1:
        tickets = Count(len(done.tickets), "ticket is", "tickets are")
        return Sentence(
            "{name}’s {tickets} cancelled. An e-mail says so.", {"name": whose, "tickets": tickets}
        )
    (outcome,) = done.tickets
    return Sentence(
        "{name}’s ticket for {class_name} on {day} is cancelled. An e-mail says so.",
        {"name": whose, "class_name": outcome.ticket.class_name, "day": outcome.ticket.on_date},
    )
