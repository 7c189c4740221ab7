"""Staff move a ticket to another class for a client: which, what it will do, what they decide, and why (C7).

Addresses: /staff/bookings/<reference>/tickets/<id>/transfer and below.
"""

from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, abort, redirect, render_template
from flask.typing import ResponseReturnValue
from wtforms import HiddenField, RadioField, SelectChoice

from portal.models.booking_letters import ToldTicket
from portal.models.booking_pages import FoundBooking, contents_of
from portal.models.client_pages import Client
from portal.models.database import transaction
from portal.models.told_classes import told_class
from portal.operations.transfer_refusals import TransferChanged
from portal.operations.transferred_tickets import Moved
from portal.operations.transferring import (
    MovedBy,
    Wish,
    movable_ticket,
    move_ticket,
    transfer_forecast,
)
from portal.rules.preferences import RefundTo
from portal.rules.roles import Capability
from portal.rules.sentences import Money, Refusal, Sentence
from portal.rules.transferring import NOTHING_DECIDED, Dearer, Decided, Mover, TransferForecast
from portal.web.forms import errors_of
from portal.web.notices import tell
from portal.web.staff.act_forms import CONFLICT, ActForm, acting, reason_field
from portal.web.staff.bookings import address_of, booking_shown, client_of
from portal.web.transfer_choices import target_list, told_elsewhere
from portal.web.transfer_words import move_consequences
from portal.web.visitor import business, now, staff, staff_needed
from portal.web.wording import say, wording

TRANSFER = "/staff/bookings/<reference>/tickets/<uuid:ticket_id>/transfer"
TARGET = f"{TRANSFER}/<uuid:class_session_id>/<uuid:ticket_type_id>"

pages = Blueprint("staff_transferring", __name__)


class TransferForm(ActForm):
    """What is decided about the difference, and why the ticket moves. ``digest`` is of what would happen
    without a decision, as the page said; each choice says itself what it does.
    """

    digest = HiddenField()
    dearer = RadioField("Difference", choices=[], validate_choice=False)
    money = RadioField("Refund", choices=[], validate_choice=False)
    reason = reason_field()

    @property
    def decided(self) -> Decided:
        """What was chosen; what was not asked goes by the preferences, and so does all of it where whoever
        asks may not decide on money.
        """
        if not staff().may(Capability.MONEY):
            return NOTHING_DECIDED
        return Decided(
            dearer={way.value: way for way in Dearer}.get(self.dearer.data),
            refund_to={way.value: way for way in RefundTo}.get(self.money.data),
        )


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which ticket is to be moved, and for whom; ``client`` is None for a guest's booking."""

    booking: FoundBooking
    client: Client | None
    ticket: ToldTicket

    @property
    def choice(self) -> str:
        """The page with the classes to choose from."""
        return address_of(self.booking, f"/tickets/{self.ticket.id}/transfer")

    def target(self, class_session_id: UUID, ticket_type_id: UUID) -> str:
        """The page that asks about one class."""
        return f"{self.choice}/{class_session_id}/{ticket_type_id}"

    @property
    def back(self) -> str:
        """Where staff came from: the client's schedule, or a guest's booking."""
        return f"/staff/clients/{self.client.id}/schedule" if self.client else address_of(self.booking)


@pages.get(TRANSFER)
@staff_needed(Capability.CLIENTS)
def choose(reference: str, ticket_id: UUID) -> ResponseReturnValue:
    """Which class, each with what it costs. Nothing changes yet."""
    wanted = _wanted(reference, ticket_id)
    try:
        movable = movable_ticket(business(), ticket_id, by=Mover.STAFF, now=now())
    except Refusal as refusal:
        return _no(wanted, refusal)
    found = target_list(movable, wanted.target)
    starts = [wanted.ticket.starts_at, *(row.target.starts_at for row in found.rows)]
    return render_template(
        "staff/bookings/transfer_choice.html",
        **_shown(wanted),
        found=found,
        zone_sentence=wording().zone_sentence(min(starts), max(starts)),
    )


@pages.get(TARGET)
@staff_needed(Capability.CLIENTS)
def ask(reference: str, ticket_id: UUID, class_session_id: UUID, ticket_type_id: UUID) -> ResponseReturnValue:
    """What moving it there will do (C4)."""
    wanted, wish = _wanted(reference, ticket_id), Wish(ticket_id, class_session_id, ticket_type_id)
    try:
        told = _told(wish)
    except Refusal as refusal:
        return _no(wanted, refusal)
    form = TransferForm(digest=told.digest)
    _offer(form, told, wanted)
    return _page(wanted, form, told)


@pages.post(TARGET)
@staff_needed(Capability.CLIENTS)
def move(
    reference: str, ticket_id: UUID, class_session_id: UUID, ticket_type_id: UUID
) -> ResponseReturnValue:
    """Move ticket: what the page said and what was chosen, or the page again."""
    wanted, wish = _wanted(reference, ticket_id), Wish(ticket_id, class_session_id, ticket_type_id)
    form = TransferForm()
    try:
        if form.validate_on_submit():
            with transaction():
                done = _carry_out(wish, form)
            tell(_done(wanted, done))
            return redirect(wanted.back, code=303)
        return _again(wanted, wish, form)
    except TransferChanged as changed:
        form.refused = say(changed.sentence)
        return _again(wanted, wish, form)
    except Refusal as refusal:
        return _no(wanted, refusal, status=CONFLICT)


def _wanted(reference: str, ticket_id: UUID) -> Wanted:
    """One ticket of a booking; one of another booking is not to be found (404)."""
    booking = booking_shown(reference)
    tickets = contents_of(business().id, booking).tickets
    found = next((ticket for ticket in tickets if ticket.id == ticket_id), None)
    return Wanted(booking, client_of(booking), found or abort(404))


def _told(wish: Wish, decided: Decided = NOTHING_DECIDED) -> TransferForecast:
    return transfer_forecast(business(), wish, by=Mover.STAFF, decided=decided, now=now())


def _carry_out(wish: Wish, form: TransferForm) -> Moved:
    """What the page said must still hold; then what was chosen is done, under lock."""
    undecided = _told(wish)
    if undecided.digest != form.digest.data:
        raise TransferChanged(undecided)
    return move_ticket(
        business(),
        wish,
        digest=_told(wish, form.decided).digest,
        decided=form.decided,
        who=MovedBy(acting(), form.reason.data),
        now=now(),
    )


def _again(wanted: Wanted, wish: Wish, form: TransferForm) -> ResponseReturnValue:
    """The page once more, with what was chosen and typed, saying what that would do now."""
    undecided = _told(wish)
    form.digest.data = undecided.digest
    dearer, money = form.dearer.data, form.money.data
    _offer(form, undecided, wanted)
    form.dearer.data, form.money.data = dearer or form.dearer.data, money or form.money.data
    return _page(wanted, form, _told(wish, form.decided)), form.status


def _offer(form: TransferForm, told: TransferForecast, wanted: Wanted) -> None:
    """Put the choices into the form, each saying what it does; what happens undecided is chosen."""
    more, back = told.charged + told.waived, told.refund + told.kept
    form.dearer.choices, form.money.choices = [], []
    if not staff().may(Capability.MONEY):
        return
    if more and wanted.client:
        form.dearer.choices = [
            SelectChoice(Dearer.CHARGE.value, _amount("Charge {it} to the client’s account", more, told)),
            SelectChoice(Dearer.WAIVE.value, _amount("Waive the {it}", more, told)),
        ]
        form.dearer.data = Dearer.CHARGE.value
    if back:
        ways = {
            RefundTo.CARD.value: "{it} to the card that paid",
            RefundTo.ACCOUNT.value: "{it} to the client’s account",
            RefundTo.NONE.value: "Keep the {it}",
        }
        form.money.choices = [
            SelectChoice(value, _amount(text, back, told))
            for value, text in ways.items()
            if wanted.client or value != RefundTo.ACCOUNT.value
        ]
        form.money.data = told.refund_to.value


def _amount(text: str, minor: int, told: TransferForecast) -> str:
    return say(Sentence(text, {"it": Money(minor, told.currency)}))


def _shown(wanted: Wanted) -> dict[str, object]:
    return {
        "booking": wanted.booking,
        "client": wanted.client,
        "ticket": wanted.ticket,
        "choice": wanted.choice,
        "back": wanted.back,
    }


def _page(wanted: Wanted, form: TransferForm, told: TransferForecast) -> str:
    target = told.target
    return render_template(
        "staff/bookings/transfer.html",
        **_shown(wanted),
        told=told,
        there=told_class(business().id, target.class_session_id),
        address=wanted.target(target.class_session_id, target.ticket_type_id),
        consequences=move_consequences(told),
        form=form,
        errors=errors_of(form),
        zone_sentence=wording().zone_sentence(*sorted((wanted.ticket.starts_at, target.starts_at))),
    )


def _no(wanted: Wanted, refusal: Refusal, *, status: int = 200) -> ResponseReturnValue:
    """Why it is not moved: where it can be seen or done otherwise, else on a page of its own."""
    elsewhere = told_elsewhere(refusal, booking=address_of(wanted.booking), choice=wanted.choice)
    if elsewhere is not None:
        return elsewhere
    page = render_template(
        "staff/bookings/not_movable.html",
        client=wanted.client,
        booking=wanted.booking,
        sentence=refusal.sentence,
        back=address_of(wanted.booking),
    )
    return page, status


def _done(wanted: Wanted, done: Moved) -> Sentence:
    """Reads "Ada Park’s ticket is now for Clay on Thu 10 Dec."."""
    target = done.forecast.target
    return Sentence(
        "{name}’s ticket is now for {class_name} on {day:weekday}, {at}. An e-mail says the same.",
        {
            "name": wanted.booking.name,
            "class_name": target.class_name,
            "day": target.on_date,
            "at": target.starts_at,
        },
    )
