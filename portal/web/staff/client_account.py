"""A client's account as staff keep it: ledger, outstanding balances, Add charge, Add credit, Refund to card
(addresses: /staff/clients/<id>/account and below; M5).
"""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue
from wtforms import HiddenField

from portal.models.account_balance import account_ledger, balance_of, card_on_file, outstanding_passes
from portal.models.business import BusinessFacts
from portal.models.database import new_id, transaction
from portal.models.refundable import refundable_to_card
from portal.operations.account_charges import (
    AmountNeeded,
    AmountTooLarge,
    StaffEntry,
    charge_account,
    credit_account,
)
from portal.operations.account_refunds import NotThatMuchInFavour, refund_to_card
from portal.operations.auditing import Actor
from portal.operations.refund_portions import NotThatMuchOnCards
from portal.rules.roles import Capability
from portal.rules.sentences import Money, Sentence
from portal.web.account_story import told_to_staff
from portal.web.forms import errors_of
from portal.web.money_field import MoneyField
from portal.web.notices import tell
from portal.web.staff.act_forms import ActForm, acting, reason_field, refusals_shown
from portal.web.staff.client_shown import client_shown
from portal.web.visitor import business, now, staff_needed
from portal.web.wording import wording

ENTRIES_A_PAGE = 25
LAST_PAGE = 500

pages = Blueprint("staff_client_account", __name__)

Act = Callable[..., None]

ACTS: dict[str, tuple[Act, str, Sentence]] = {
    "charge": (charge_account, "Add charge", Sentence("{amount} is charged to {client}’s account.")),
    "credit": (credit_account, "Add credit", Sentence("{amount} is credited to {client}’s account.")),
    "refund": (refund_to_card, "Refund to card", Sentence("{amount} goes back to {client}’s card.")),
}
"""What staff do with an account: the verb, its button, and what the notice says."""


class AccountForm(ActForm):
    """How much, and why; ``entry`` is the id of the entry to be, so that a second press is the first."""

    entry = HiddenField()
    amount = MoneyField("Amount")
    reason = reason_field()

    @property
    def entry_id(self) -> UUID:
        """The id that the form brought along; another where it brought none."""
        try:
            return UUID(self.entry.data or "")
        except ValueError:
            return new_id()


@pages.get("/staff/clients/<uuid:client_id>/account")
@staff_needed(Capability.CLIENTS)
def show(client_id: UUID) -> ResponseReturnValue:
    """The balance, what is outstanding beside it, and the ledger with what it came to."""
    client = client_shown(client_id)
    page = min(max(request.args.get("page", 1, type=int), 1), LAST_PAGE)
    keys = (business().id, client_id)
    entries = account_ledger(*keys, most=ENTRIES_A_PAGE + 1, skipped=(page - 1) * ENTRIES_A_PAGE)
    here = f"/staff/clients/{client_id}/account"
    return render_template(
        "staff/client_account/account.html",
        client=client,
        account=here,
        balance=balance_of(*keys),
        outstanding=outstanding_passes(*keys),
        card=card_on_file(*keys),
        entries=[(entry, told_to_staff(entry)) for entry in entries[:ENTRIES_A_PAGE]],
        earlier=f"{here}?page={page - 1}" if page > 1 else None,
        later=f"{here}?page={page + 1}" if len(entries) > ENTRIES_A_PAGE else None,
        zone_sentence=wording().zone_sentence(now()),
    )


@pages.get("/staff/clients/<uuid:client_id>/account/<any(charge, credit, refund):act>")
@staff_needed(Capability.MONEY)
def ask(client_id: UUID, act: str) -> ResponseReturnValue:
    """The form."""
    return _page(client_id, act, AccountForm())


@pages.post("/staff/clients/<uuid:client_id>/account/<any(charge, credit, refund):act>")
@staff_needed(Capability.MONEY)
def do(client_id: UUID, act: str) -> ResponseReturnValue:
    """Charge, credit or refund."""
    client = client_shown(client_id)
    form = AccountForm()
    verb, _, told = ACTS[act]
    if form.validate_on_submit():
        beside = dict.fromkeys(
            (AmountNeeded, AmountTooLarge, NotThatMuchInFavour, NotThatMuchOnCards), form.amount
        )
        with refusals_shown(form, beside):
            _carry_out(verb, business(), client_id, form, acting(), now())
            amount = Money(form.amount.data, business().currency)
            tell(Sentence(told.text, {"amount": amount, "client": client.name}))
            return redirect(f"/staff/clients/{client_id}/account", code=303)
    return _page(client_id, act, form), form.status


def _carry_out(
    verb: Act, studio: BusinessFacts, client_id: UUID, form: AccountForm, actor: Actor, moment: datetime
) -> None:
    entry = StaffEntry(
        id=form.entry_id,
        customer_id=client_id,
        amount=form.amount.data or 0,
        reason=form.reason.data,
    )
    with transaction():
        verb(studio, entry, actor=actor, now=moment)


def _page(client_id: UUID, act: str, form: AccountForm) -> str:
    client = client_shown(client_id)
    if not form.entry.data:
        form.entry.data = str(new_id())
    keys = (business().id, client_id)
    return render_template(
        f"staff/client_account/{act}.html",
        client=client,
        account=f"/staff/clients/{client_id}/account",
        post_to=f"/staff/clients/{client_id}/account/{act}",
        button=ACTS[act][1],
        balance=balance_of(*keys),
        on_cards=refundable_to_card(*keys) if act == "refund" else 0,
        form=form,
        errors=errors_of(form),
    )
