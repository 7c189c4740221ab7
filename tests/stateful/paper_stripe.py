"""Stripe on paper: the gateway's promises, kept in a dictionary, for shops that live a thousand times.

Its contract is held against the real gateway and the stand-in (``test_paper_stripe.py``).
"""

from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import count
from typing import Literal
from uuid import UUID

from portal.gateways.card_payments import StripeDidNotAnswer, StripeRefused
from portal.gateways.stripe_objects import CheckoutSession, StripeRefund
from portal.gateways.stripe_requests import PaymentRequest

Silence = Literal["before", "after"]


@dataclass
class PaperStripe:
    """What ``CardPayments`` says, from memory; ``silence`` loses the next call, or the answer to it."""

    now: datetime
    sessions: dict[str, CheckoutSession] = field(default_factory=dict)
    ends: dict[str, datetime] = field(default_factory=dict)
    made: dict[str, datetime] = field(default_factory=dict)
    refunds: dict[UUID, tuple[str, StripeRefund]] = field(default_factory=dict)
    silence: Silence | None = None
    _nth: "count[int]" = field(default_factory=lambda: count(1))

    def open_session(self, request: PaymentRequest) -> CheckoutSession:
        """One session per attempt, however often it is asked for."""
        falls_silent = self._falls_silent()
        found = next((it for it in self.sessions.values() if it.attempt_id == request.attempt_id), None)
        if found is None:
            found = self._open(request)
        if falls_silent:
            raise StripeDidNotAnswer("after")
        return self._as_it_is(found.id)

    def read_session(self, session_id: str, _stripe_account: str | None) -> CheckoutSession:
        """A session as it is now."""
        self._falls_silent()
        return self._as_it_is(session_id)

    def expire_session(self, session_id: str, _stripe_account: str | None) -> CheckoutSession:
        """End an open session; one that is paid or over stays as it is."""
        self._falls_silent()
        session = self._as_it_is(session_id)
        if session.status == "open":
            self.sessions[session_id] = replace(session, status="expired", url=None)
        return self.sessions[session_id]

    def find_session(
        self, attempt_id: UUID, *, since: datetime, stripe_account: str | None
    ) -> CheckoutSession | None:
        """The session that an attempt opened since then."""
        del stripe_account
        self._falls_silent()
        found = (it for it in self.sessions.values() if it.attempt_id == attempt_id)
        return next((self._as_it_is(it.id) for it in found if self.made[it.id] >= since), None)

    def refund(
        self, refund_id: UUID, *, payment_intent: str, amount: int, stripe_account: str | None
    ) -> StripeRefund:
        """Money back, once per refund, and never more than came."""
        del stripe_account
        falls_silent = self._falls_silent()
        if refund_id not in self.refunds:
            if amount > self.taken(payment_intent):
                raise StripeRefused("More than came.")
            made = StripeRefund(f"re_{next(self._nth)}", "succeeded", amount, refund_id)
            self.refunds[refund_id] = (payment_intent, made)
        if falls_silent:
            raise StripeDidNotAnswer("after")
        return self.refunds[refund_id][1]

    def refunds_of(self, payment_intent: str, _stripe_account: str | None) -> list[StripeRefund]:
        """Every refund of a payment."""
        self._falls_silent()
        return [refund for intent, refund in self.refunds.values() if intent == payment_intent]

    def pay(self, session_id: str, *, even_if_expired: bool = False) -> bool:
        """A customer pays on the page; says whether the money was taken."""
        session = self._as_it_is(session_id)
        if session.status == "complete" or (session.status == "expired" and not even_if_expired):
            return False
        intent = f"pi_{next(self._nth)}"
        self.sessions[session_id] = replace(
            session, status="complete", paid=True, payment_intent=intent, url=None
        )
        return True

    def is_over(self, session_id: str) -> bool:
        """Whether a session has ended without money."""
        return self._as_it_is(session_id).status == "expired"

    def taken(self, payment_intent: str | None = None) -> int:
        """What was taken and not given back, of one payment or of all."""
        came = [
            it for it in self.sessions.values() if it.paid and payment_intent in {None, it.payment_intent}
        ]
        went = [refund for intent, refund in self.refunds.values() if payment_intent in {None, intent}]
        return sum(it.amount for it in came) - sum(refund.amount for refund in went)

    def _open(self, request: PaymentRequest) -> CheckoutSession:
        session_id = f"cs_{next(self._nth)}"
        self.sessions[session_id] = CheckoutSession(
            id=session_id,
            url=f"https://paper.example/{session_id}",
            status="open",
            paid=False,
            amount=request.amount,
            currency=request.currency,
            payment_intent=None,
            attempt_id=request.attempt_id,
            business_id=request.business_id,
            purpose=request.purpose.value,
        )
        self.ends[session_id] = request.expires_at
        self.made[session_id] = self.now
        return self.sessions[session_id]

    def _as_it_is(self, session_id: str) -> CheckoutSession:
        session = self.sessions[session_id]
        if session.status == "open" and self.ends[session_id] <= self.now:
            self.sessions[session_id] = replace(session, status="expired", url=None)
        return self.sessions[session_id]

    def _falls_silent(self) -> bool:
        """Whether the answer to this call is lost; raises where the call itself is."""
        silence, self.silence = self.silence, None
        if silence == "before":
            raise StripeDidNotAnswer("before")
        return silence == "after"
