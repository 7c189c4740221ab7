"""What a client owes or has, the ledger of it, Pay now, and the card on file (address: /account/balance)."""

from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from portal.exchanges.account_checkouts import change_card, pay_dues, settle_account_return
from portal.gateways.smallest_charge import smallest_charge
from portal.models.account_balance import (
    Balance,
    OutstandingPass,
    account_ledger,
    balance_of,
    card_on_file,
    has_open_instalments,
    outstanding_passes,
)
from portal.operations.paying_dues import Wanted
from portal.operations.settling_dues import DuesOutcome
from portal.outside import outside
from portal.rules.declines import NO_CARD, decline_words
from portal.rules.sentences import Money, Refusal, Sentence
from portal.web.account_story import told_to_client
from portal.web.addresses import shop_address
from portal.web.notices import tell, warn
from portal.web.visitor import business, customer, customer_needed, now
from portal.web.wording import wording

BALANCE = "/account/balance"
ENTRIES_A_PAGE = 25
LAST_PAGE = 500
MOST_LINES = 100

CARD_CONSENT = Sentence(
    "{studio} may keep this card and charge it for the instalments that I have agreed to, on their days."
)

pages = Blueprint("balance", __name__)


@dataclass(frozen=True, slots=True)
class Dues:
    """What can be paid now, as the page shows it; amounts are minor units."""

    balance: Balance
    passes: tuple[OutstandingPass, ...]
    least: int

    @property
    def total(self) -> int:
        """All of it."""
        return self.balance.owed + sum(owed.amount for owed in self.passes)

    @property
    def payable(self) -> int:
        """All that can be paid now: not what the bank is asked for this moment."""
        return self.balance.owed + sum(owed.payable for owed in self.passes)

    @property
    def lines(self) -> int:
        """How many lines there are to pay."""
        return bool(self.balance.owed) + len(self.passes)

    def can_be_charged(self, amount: int) -> bool:
        """Whether a card can be charged so much (M6)."""
        return amount >= self.least


@pages.get(BALANCE)
@customer_needed
def show() -> ResponseReturnValue:
    """What is owed line by line, what is in the client's favour, the card, and the ledger."""
    page = min(max(request.args.get("page", 1, type=int), 1), LAST_PAGE)
    keys = (business().id, customer().id)
    entries = account_ledger(*keys, most=ENTRIES_A_PAGE + 1, skipped=(page - 1) * ENTRIES_A_PAGE)
    card = card_on_file(*keys)
    return render_template(
        "customer/balance/balance.html",
        dues=_dues(),
        why=_why,
        card=card,
        card_has_expired=card is not None and card.has_expired_on(wording().today),
        needs_card=has_open_instalments(*keys),
        consent=_consent(),
        entries=[
            (entry, told_to_client(entry, studio=business().name)) for entry in entries[:ENTRIES_A_PAGE]
        ],
        earlier=f"{BALANCE}?page={page - 1}" if page > 1 else None,
        later=f"{BALANCE}?page={page + 1}" if len(entries) > ENTRIES_A_PAGE else None,
        zone_sentence=wording().zone_sentence(now()),
    )


@pages.post(f"{BALANCE}/payment")
@customer_needed
def pay() -> ResponseReturnValue:
    """Pay now: on to Stripe's page for what the form names, if that is what is owed still."""
    wanted = _wanted()
    try:
        address = pay_dues(
            business(),
            customer_id=customer().id,
            wanted=wanted,
            return_to=shop_address(),
            stripe=outside().card_payments,
            now=now(),
        )
    except Refusal as refusal:
        warn(refusal)
        return redirect(BALANCE, code=303)
    return redirect(address, code=303)


@pages.post(f"{BALANCE}/card")
@customer_needed
def leave_another_card() -> ResponseReturnValue:
    """Change card: on to Stripe's page, which takes the card and no money."""
    try:
        address = change_card(
            business(),
            customer_id=customer().id,
            consent=_consent(),
            return_to=shop_address(),
            stripe=outside().card_payments,
            now=now(),
        )
    except Refusal as refusal:
        warn(refusal)
        return redirect(BALANCE, code=303)
    return redirect(address, code=303)


@pages.get(f"{BALANCE}/return")
@customer_needed
def come_back() -> Response:
    """Where Stripe sends the client back to: its word is read anew and applied once (M2)."""
    try:
        settled = settle_account_return(
            business(),
            request.args.get("session_id", ""),
            customer_id=customer().id,
            stripe=outside().card_payments,
            now=now(),
        )
    except Refusal as refusal:
        warn(refusal)
        return redirect(BALANCE, code=303)
    if settled is not None and settled.outcome is DuesOutcome.PAID:
        tell(Sentence("Thank you: {amount} is paid.", {"amount": Money(settled.amount, business().currency)}))
    elif settled is not None and settled.outcome is DuesOutcome.CARD_KEPT:
        tell("Your new card is on file. The instalments still to come are charged to it.")
    else:
        warn("That was not completed: nothing was charged, and no card was changed.")
    return redirect(BALANCE, code=303)


def _dues() -> Dues:
    keys = (business().id, customer().id)
    return Dues(balance_of(*keys), outstanding_passes(*keys), smallest_charge(business().currency))


def _wanted() -> Wanted:
    """What the form names; an id or an amount that no form of ours sends names nothing."""
    try:
        ids = frozenset(UUID(text) for text in request.form.getlist("pass")[:MOST_LINES])
        amount = int(request.form.get("amount", "0")[:12])
    except ValueError:
        return Wanted(account=False, pass_ids=frozenset(), amount=0)
    return Wanted(account="account" in request.form, pass_ids=ids, amount=amount)


def _consent() -> str:
    return wording().say(Sentence(CARD_CONSENT.text, {"studio": business().name}))


def _why(owed: OutstandingPass) -> Sentence:
    """Why the newest of a pass's unpaid instalments failed, in the client's words."""
    return decline_words(owed.decline_code or NO_CARD).customer
