"""Refund a pass, wholly or partly, to the card or the account (S9; address: …/passes/<id>/refund)."""

from uuid import UUID

from flask import Blueprint
from flask.typing import ResponseReturnValue
from wtforms import HiddenField, RadioField, SelectChoice

from portal.models.client_pages import ClientPass
from portal.models.database import new_id, transaction
from portal.models.pass_refunds import RefundedTo
from portal.operations.account_charges import AmountNeeded, AmountTooLarge
from portal.operations.pass_refunding import (
    MoreThanWasPaid,
    WantedRefund,
    left_for_card,
    refund_pass,
    worth_of,
)
from portal.operations.refund_portions import NotThatMuchOnCards
from portal.rules.roles import Capability
from portal.rules.sentences import Refusal, Sentence
from portal.web.money_field import MoneyField
from portal.web.staff.act_forms import ActForm, acting, reason_field, refusals_shown
from portal.web.staff.client_shown import pass_shown
from portal.web.staff.pass_acts.act_page import act_page, amount, finished
from portal.web.visitor import business, now, staff_needed

WHERE_TO = [
    SelectChoice(RefundedTo.CARD.value, "To the card that paid"),
    SelectChoice(RefundedTo.ACCOUNT.value, "To the client’s account"),
]

pages = Blueprint("pass_refund", __name__)


class WhereToNeeded(Refusal):
    """Nobody said where the money is to go."""

    def __init__(self) -> None:
        super().__init__("Choose where the money goes.")


class RefundForm(ActForm):
    """How much, where to, and why; ``refund`` is the id that the refund will have, so that a second press is
    the first.
    """

    refund = HiddenField()
    amount = MoneyField("Amount")
    to = RadioField("Where the money goes", choices=WHERE_TO, validate_choice=False)
    reason = reason_field()

    def wanted(self, pass_id: UUID) -> WantedRefund:
        """What the form asks for; raises WhereToNeeded."""
        if self.to.data not in {way.value for way in RefundedTo}:
            raise WhereToNeeded
        return WantedRefund(
            id=_id(self.refund.data),
            pass_id=pass_id,
            amount=self.amount.data or 0,
            to=RefundedTo(self.to.data),
            reason=self.reason.data,
        )


@pages.get("/staff/clients/<uuid:client_id>/passes/<uuid:pass_id>/refund")
@staff_needed(Capability.MONEY)
def ask(client_id: UUID, pass_id: UUID) -> ResponseReturnValue:
    """What was paid and used, and the form; it offers what is not used."""
    found = pass_shown(client_id, pass_id)
    unused = worth_of(business(), found.owned, now=now()).unused
    return _page(found, RefundForm(amount=unused or None))


@pages.post("/staff/clients/<uuid:client_id>/passes/<uuid:pass_id>/refund")
@staff_needed(Capability.MONEY)
def refund(client_id: UUID, pass_id: UUID) -> ResponseReturnValue:
    """Refund."""
    found = pass_shown(client_id, pass_id)
    form = RefundForm()
    if form.validate_on_submit():
        beside = {WhereToNeeded: form.to} | dict.fromkeys(
            (AmountNeeded, AmountTooLarge, MoreThanWasPaid, NotThatMuchOnCards), form.amount
        )
        with refusals_shown(form, beside):
            wanted = form.wanted(pass_id)
            with transaction():
                refund_pass(business(), wanted, actor=acting(), now=now())
            return finished(found, _told(found, wanted))
    return _page(found, form), form.status


def _page(found: ClientPass, form: RefundForm) -> str:
    form.refund.data = str(_id(form.refund.data))
    return act_page(
        "refund",
        found,
        form,
        worth=worth_of(business(), found.owned, now=now()),
        for_card=left_for_card(business(), found.id),
    )


def _told(found: ClientPass, wanted: WantedRefund) -> Sentence:
    where = "card" if wanted.to is RefundedTo.CARD else "account"
    return Sentence(
        "{amount} of {client}’s {pass_name} goes to the " + where + ". The pass itself is as it was.",
        {
            "amount": amount(wanted.amount),
            "client": found.client.name,
            "pass_name": found.owned.name,
        },
    )


def _id(text: str | None) -> UUID:
    try:
        return UUID(text or "")
    except ValueError:
        return new_id()
