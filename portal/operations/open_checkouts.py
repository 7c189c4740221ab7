"""An account checkout as a door needs it: what Stripe is asked, in the same words each time (M3, M5, C7)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from portal.gateways.stripe_requests import CardRequest, ChargedLine, PaymentRequest, Purpose
from portal.models.accounts import AccountCheckoutPurpose

SAME_KEY_FOR = timedelta(minutes=1)
"""How long an unresolved one is sent again with its key: its end is relative to now (M3)."""

RETURN = "/account/balance/return?session_id={CHECKOUT_SESSION_ID}"
BACK = "/account/balance"


@dataclass(frozen=True, slots=True)
class PaidLine:
    """One line of an account checkout: an instalment, or (without one) the account balance."""

    instalment_id: UUID | None
    name: str
    amount: int


@dataclass(frozen=True, slots=True)
class OpenCheckout:
    """One account checkout as a door needs it to talk to Stripe. ``customer_id`` is None for a guest, who
    pays the difference of a transfer of the booking with that ``reference`` and ``secret``.
    """

    id: UUID
    business_id: UUID
    customer_id: UUID | None
    purpose: AccountCheckoutPurpose
    amount: int
    currency: str
    business_name: str
    email: str
    transfer_id: UUID | None
    reference: str
    secret: str | None
    stripe_account: str | None
    stripe_customer: str | None
    return_to: str
    created_at: datetime
    expires_at: datetime
    session_id: str | None
    url: str | None
    is_open: bool
    lines: tuple[PaidLine, ...] = ()

    def may_be_sent_again(self, now: datetime) -> bool:
        """Whether the same key may still be sent (M3)."""
        return now < self.created_at + SAME_KEY_FOR

    def payment_request(self) -> PaymentRequest:
        """What Stripe is asked in order to take the money: the same words each time."""
        if self.transfer_id is not None:
            return self._request_of_transfer(self.transfer_id)
        return self._request(
            Purpose.DUES,
            self._client,
            reference=str(self._client),
            description=f"{self.business_name}, what you owe",
            lines=tuple(ChargedLine(line.name, line.amount) for line in self.lines),
            success=RETURN,
            cancel=BACK,
        )

    def _request_of_transfer(self, transfer_id: UUID) -> PaymentRequest:
        """The difference is one line; it is paid by guests too."""
        description = f"{self.business_name}, moving a ticket of booking {self.reference}"
        return self._request(
            Purpose.TRANSFER,
            transfer_id,
            reference=self.reference,
            description=description,
            lines=(ChargedLine(description, self.amount),),
            success=self._of_booking("/transfer-return", session_id="{CHECKOUT_SESSION_ID}"),
            cancel=self._of_booking(""),
        )

    def _request(
        self,
        purpose: Purpose,
        subject_id: UUID,
        *,
        reference: str,
        description: str,
        lines: tuple[ChargedLine, ...],
        success: str,
        cancel: str,
    ) -> PaymentRequest:
        return PaymentRequest(
            attempt_id=self.id,
            business_id=self.business_id,
            purpose=purpose,
            subject_id=subject_id,
            reference=reference,
            description=description,
            lines=lines,
            currency=self.currency,
            email=self.email,
            expires_at=self.expires_at,
            success_url=self.return_to + success,
            cancel_url=self.return_to + cancel,
            stripe_account=self.stripe_account,
            stripe_customer=self.stripe_customer,
        )

    @property
    def _client(self) -> UUID:
        if self.customer_id is None:
            raise ValueError("A guest owes nothing and keeps no card.")
        return self.customer_id

    def _of_booking(self, ending: str, **asked: str) -> str:
        """An address below the booking's page; a guest's with its secret (R5)."""
        asked |= {"secret": self.secret} if self.secret else {}
        query = "&".join(f"{name}={value}" for name, value in asked.items())
        return f"/bookings/{self.reference}{ending}" + (f"?{query}" if query else "")

    def card_request(self) -> CardRequest:
        """What Stripe is asked in order to keep another card."""
        return CardRequest(
            attempt_id=self.id,
            business_id=self.business_id,
            customer_id=self._client,
            currency=self.currency,
            email=self.email,
            expires_at=self.expires_at,
            success_url=self.return_to + RETURN,
            cancel_url=self.return_to + BACK,
            stripe_account=self.stripe_account,
            stripe_customer=self.stripe_customer,
        )
