"""What clients owe at a till: passes with an outstanding balance, and what happens about them."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select

from portal.exchanges.account_checkouts import (
    change_card,
    pay_dues,
    settle_account_return,
    settle_account_session,
)
from portal.models.account_balance import balance_of, outstanding_passes
from portal.models.accounts import AccountCheckout
from portal.models.database import db, end_reading
from portal.models.payments import Payment
from portal.operations.paying_dues import Wanted
from portal.operations.settling_dues import DuesOutcome, SettledDues
from tests.studio import APass, APerson
from tests.till import RETURN_TO, Till

CONSENT = "I let the studio charge this card for the instalments that I have agreed to."


@dataclass(frozen=True)
class Debtor:
    """A client with something to pay, at a till."""

    till: Till
    client: APerson

    def page_for(self, *passes: APass, account: bool = False, amount: int | None = None) -> str:
        """Press Pay now: the address of Stripe's page. ``amount`` is what the page showed."""
        wanted = self.wanted(*passes, account=account, amount=amount)
        return pay_dues(
            self.client.business,
            customer_id=self.client.id,
            wanted=wanted,
            return_to=RETURN_TO,
            stripe=self.till.stripe,
            now=self.till.clock.now(),
        )

    def wanted(self, *passes: APass, account: bool = False, amount: int | None = None) -> Wanted:
        """What a page shows for these lines now."""
        ids = frozenset(owned.id for owned in passes)
        keys = (self.client.business.id, self.client.id)
        shown = sum(found.payable for found in outstanding_passes(*keys) if found.pass_id in ids)
        shown += balance_of(*keys).owed if account else 0
        end_reading()
        return Wanted(account=account, pass_ids=ids, amount=shown if amount is None else amount)

    def card_page(self) -> str:
        """Press Change card: the address of Stripe's page."""
        return change_card(
            self.client.business,
            customer_id=self.client.id,
            consent=CONSENT,
            return_to=RETURN_TO,
            stripe=self.till.stripe,
            now=self.till.clock.now(),
        )

    def pay(self, url: str, card: str = "4242424242424242", **how: Any) -> str:
        """Fill in Stripe's page."""
        return str(self.till.stand_in.pay(url, card, **how)["outcome"])

    def hear_of(self, url: str, account: str | None = None) -> DuesOutcome | None:
        """What the webhook does about the session behind a page."""
        settled = settle_account_session(
            session_of(url), account, stripe=self.till.stripe, now=self.till.clock.now()
        )
        return settled.outcome if isinstance(settled, SettledDues) else None

    def come_back(self, url: str) -> DuesOutcome | None:
        """What the return page does about it."""
        settled = settle_account_return(
            self.client.business,
            session_of(url),
            customer_id=self.client.id,
            stripe=self.till.stripe,
            now=self.till.clock.now(),
        )
        return settled.outcome if settled else None

    def payments(self) -> list[int]:
        """What came for account checkouts, in minor units."""
        found = db.session.scalars(select(Payment.amount).where(Payment.account_checkout_id.is_not(None)))
        amounts = list(found)
        end_reading()
        return amounts

    def open_checkouts(self) -> list[UUID]:
        """Account checkouts that are under way."""
        found = db.session.scalars(select(AccountCheckout.id).where(AccountCheckout.closed_at.is_(None)))
        ids = list(found)
        end_reading()
        return ids


def session_of(url: str) -> str:
    """The session behind the address of its page."""
    return url.rsplit("/", 1)[-1]
