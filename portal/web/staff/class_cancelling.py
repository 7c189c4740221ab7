"""The studio cancels a class: who is touched and what each gets, then the button (C6; address:
/staff/classes/<id>/cancellation).
"""

from collections.abc import Mapping
from uuid import UUID

from flask import Blueprint, redirect, render_template
from flask.typing import ResponseReturnValue
from wtforms import HiddenField, RadioField
from wtforms.validators import InputRequired

from portal.exchanges.class_cancellations import AT_A_TIME, go_on_cancelling
from portal.models.class_cancelling_facts import on_the_way_into
from portal.models.database import transaction
from portal.models.staff_class_pages import StaffClass
from portal.operations.class_cancelling import (
    ClassCancelledAlready,
    ExtensionOutOfRange,
    cancel_class,
    class_forecasts,
)
from portal.rules.class_cancelling import ClassDecision, ClassForecast
from portal.rules.preferences import RefundTo
from portal.rules.roles import Capability
from portal.rules.sentences import Count, Sentence
from portal.web.forms import errors_of
from portal.web.notices import tell
from portal.web.paging import neighbours, page_asked
from portal.web.staff.act_forms import ActForm, WholeNumberField, acting, reason_field, refusals_shown
from portal.web.staff.class_effects import effects_of, gets, money_choices
from portal.web.staff.classes import ADDRESS, class_shown
from portal.web.staff.csv_export import amount, csv_address, csv_file, wants_csv
from portal.web.visitor import business, now, staff_needed
from portal.web.wording import wording

CLIENTS_A_PAGE = 25

pages = Blueprint("staff_class_cancelling", __name__)


class ClassCancellationForm(ActForm):
    """What is decided, and why. ``digest`` is of who gets what, as the page said."""

    digest = HiddenField()
    days = WholeNumberField(
        "Make the passes longer by (days)",
        validators=[InputRequired("Enter a number of days, or 0 for none.")],
    )
    money = RadioField("Money", choices=[], validate_choice=False)
    reason = reason_field()

    @property
    def decision(self) -> ClassDecision:
        """What was chosen; where nothing was asked about money, it goes back as it came."""
        way = RefundTo.ACCOUNT if self.money.data == RefundTo.ACCOUNT.value else RefundTo.CARD
        return ClassDecision(self.reason.data, self.days.data, way)


@pages.get(f"{ADDRESS}/<uuid:class_session_id>/cancellation")
@staff_needed(Capability.SETUP)
def ask(class_session_id: UUID) -> ResponseReturnValue:
    """What will happen, in sum and booking by booking; nothing has changed yet (C4)."""
    shown = class_shown(class_session_id)
    if shown.cancelled_at:
        return redirect(shown.address, code=303)
    forecasts = class_forecasts(business(), shown.id, now=now())
    forecast = forecasts[RefundTo.CARD]
    if wants_csv():
        return _file(forecast)
    form = ClassCancellationForm(
        formdata=None, digest=forecast.digest, days=forecast.of.days, money=RefundTo.CARD.value
    )
    return _page(shown, form, forecasts)


@pages.post(f"{ADDRESS}/<uuid:class_session_id>/cancellation")
@staff_needed(Capability.SETUP)
def cancel(class_session_id: UUID) -> ResponseReturnValue:
    """Cancel class, and the first bookings' tickets with it; the worker goes on."""
    shown = class_shown(class_session_id)
    form = ClassCancellationForm()
    try:
        if form.validate_on_submit():
            with refusals_shown(form, {ExtensionOutOfRange: form.days}):
                _carry_out(shown, form)
                return redirect(shown.address, code=303)
        forecasts = class_forecasts(business(), shown.id, now=now())
    except ClassCancelledAlready as already:
        tell(already.sentence)
        return redirect(shown.address, code=303)
    form.digest.data = forecasts[RefundTo.CARD].digest
    return _page(shown, form, forecasts), form.status


def _carry_out(shown: StaffClass, form: ClassCancellationForm) -> None:
    try:
        with transaction():
            act_id = cancel_class(
                business(),
                class_session_id=shown.id,
                digest=form.digest.data,
                decision=form.decision,
                actor=acting(),
                now=now(),
            )
    except ClassCancelledAlready as already:
        tell(already.sentence)
        return
    go_on_cancelling(business(), act_id, now=now(), most=AT_A_TIME)
    tell(Sentence("{name} on {day} is cancelled.", {"name": shown.name, "day": shown.on_date}))


def _page(shown: StaffClass, form: ClassCancellationForm, forecasts: Mapping[RefundTo, ClassForecast]) -> str:
    form.money.choices = money_choices(forecasts[RefundTo.CARD], forecasts[RefundTo.ACCOUNT])
    form.money.data = form.money.data or RefundTo.CARD.value
    chosen = forecasts[form.decision.refund_to]
    page = page_asked()
    first = (page - 1) * CLIENTS_A_PAGE
    listed = chosen.bookings[first : first + CLIENTS_A_PAGE]
    return render_template(
        "staff/classes/cancellation.html",
        shown=shown,
        form=form,
        errors=errors_of(form),
        forecast=chosen,
        passes=Count(chosen.passes, "pass", "passes"),
        effects=effects_of(chosen, on_the_way_into(business().id, shown.id, now=now())),
        has_begun=shown.starts_at <= now(),
        clients=[(booking, gets(booking, chosen.currency)) for booking in listed],
        csv=csv_address(),
        zone_sentence=wording().zone_sentence(shown.starts_at),
        **neighbours(page, more=len(chosen.bookings) > first + CLIENTS_A_PAGE),
    )


def _file(forecast: ClassForecast) -> ResponseReturnValue:
    currency = business().currency
    head = ("Name", "Booking", "Tickets", "Uses", f"To the card ({currency})", f"To the account ({currency})")
    rows = (
        (
            booking.name,
            booking.reference,
            len(booking.forecast.tickets),
            sum(outcome.use_returned for outcome in booking.forecast.tickets),
            amount(booking.forecast.to_card),
            amount(booking.forecast.to_account),
        )
        for booking in forecast.bookings
    )
    return csv_file("class-cancellation", head, rows)
