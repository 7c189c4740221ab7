"""The kinds of tickets of a class (addresses: /staff/setup/classes/<id>/tickets and below)."""

from uuid import UUID

from flask import Blueprint, abort, redirect, render_template
from flask.typing import ResponseReturnValue
from wtforms import BooleanField

from portal.models.classes import ClassSeries, TicketType
from portal.models.database import transaction
from portal.models.setup_classes import ticket_types_of
from portal.operations.class_setup import TicketNameTaken, add_ticket_type, change_ticket_type
from portal.operations.timetable import NewTicketType
from portal.rules.roles import Capability
from portal.rules.sentences import Sentence
from portal.web.forms import errors_of
from portal.web.notices import tell
from portal.web.staff.act_forms import ActForm, acting, refusals_shown
from portal.web.staff.class_fields import LONGEST_TICKET_NAME, number_within, price_field, short_text
from portal.web.staff.setup_classes import ADDRESS, series_shown
from portal.web.visitor import business, now, staff_needed

MOST_IN_ORDER = 99

pages = Blueprint("staff_ticket_types", __name__)


class NewTicketForm(ActForm):
    """A kind of ticket."""

    name = short_text("Name of the ticket", "Enter what it is called, like Concession.", LONGEST_TICKET_NAME)
    price = price_field()
    on_sale = BooleanField("On sale", default=True)

    @property
    def wanted(self) -> NewTicketType:
        """What was typed."""
        return NewTicketType(self.name.data, self.price.data, self.on_sale.data)


class TicketForm(NewTicketForm):
    """The same, with its place in the order."""

    place = number_within("Place in the order", "Enter a number; 1 is first.", 1, MOST_IN_ORDER)


@pages.get(f"{ADDRESS}/<uuid:series_id>/tickets/new")
@staff_needed(Capability.SETUP)
def ask_for_new(series_id: UUID) -> ResponseReturnValue:
    """Another ticket."""
    return _page(series_shown(series_id), NewTicketForm(formdata=None), None)


@pages.post(f"{ADDRESS}/<uuid:series_id>/tickets/new")
@staff_needed(Capability.SETUP)
def add(series_id: UUID) -> ResponseReturnValue:
    """Add it."""
    series = series_shown(series_id)
    form = NewTicketForm()
    if form.validate_on_submit():
        with refusals_shown(form, {TicketNameTaken: form.name}):
            with transaction():
                add_ticket_type(business(), series_id=series.id, new=form.wanted, actor=acting(), now=now())
            tell(Sentence("{name} is added.", {"name": form.name.data}))
            return redirect(f"{ADDRESS}/{series.id}", code=303)
    return _page(series, form, None), form.status


@pages.get(f"{ADDRESS}/<uuid:series_id>/tickets/<uuid:ticket_type_id>")
@staff_needed(Capability.SETUP)
def ask(series_id: UUID, ticket_type_id: UUID) -> ResponseReturnValue:
    """A ticket as it stands."""
    series = series_shown(series_id)
    ticket, place = _ticket(series, ticket_type_id)
    form = TicketForm(
        formdata=None, name=ticket.name, price=ticket.price, on_sale=ticket.on_sale, place=place
    )
    return _page(series, form, ticket)


@pages.post(f"{ADDRESS}/<uuid:series_id>/tickets/<uuid:ticket_type_id>")
@staff_needed(Capability.SETUP)
def save(series_id: UUID, ticket_type_id: UUID) -> ResponseReturnValue:
    """Save; what is booked keeps its price."""
    series = series_shown(series_id)
    ticket, _ = _ticket(series, ticket_type_id)
    form = TicketForm()
    if form.validate_on_submit():
        with refusals_shown(form, {TicketNameTaken: form.name}):
            with transaction():
                change_ticket_type(
                    business(),
                    series_id=series.id,
                    ticket_type_id=ticket.id,
                    wanted=form.wanted,
                    place=form.place.data,
                    actor=acting(),
                    now=now(),
                )
            tell(Sentence("{name} is saved.", {"name": form.name.data}))
            return redirect(f"{ADDRESS}/{series.id}", code=303)
    return _page(series, form, ticket), form.status


def _ticket(series: ClassSeries, ticket_type_id: UUID) -> tuple[TicketType, int]:
    """The ticket of the address with its place in the order; 404 where the class has no such one."""
    tickets = enumerate(ticket_types_of(business().id, series.id), start=1)
    return next(((it, place) for place, it in tickets if it.id == ticket_type_id), None) or abort(404)


def _page(series: ClassSeries, form: NewTicketForm, ticket: TicketType | None) -> str:
    back = f"{ADDRESS}/{series.id}"
    return render_template(
        "staff/setup/classes/ticket.html",
        series=series,
        ticket=ticket,
        form=form,
        errors=errors_of(form),
        back=back,
        address=f"{back}/tickets/{ticket.id if ticket else 'new'}",
    )
