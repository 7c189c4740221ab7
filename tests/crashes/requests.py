"""What a process is doing when it is killed: requests and a worker's round, as their doors do them."""

from datetime import datetime

from flask import current_app

from portal.exchanges.checkout_sessions import change_basket, open_payment
from portal.exchanges.refunds import carry_out_refunds
from portal.models.database import transaction
from portal.operations.auditing import customer_or_guest
from portal.operations.checkout import place_booking
from portal.outside import outside
from tests.races.cancellers import Cancelling, cancel_or_act
from tests.races.shoppers import Presser
from tests.studio import ABooking


def press_pay(who: Presser) -> None:
    """Press Pay, and be sent on to Stripe's page; or Book now, where nothing is to pay."""
    with transaction():
        placed = place_booking(
            who.business,
            basket_id=who.basket_id,
            buyer=who.buyer,
            digest=who.digest,
            return_to=who.business.public_address,
            actor=customer_or_guest(who.buyer.customer_id),
            now=who.now,
        )
    if placed.attempt_id is not None:
        open_payment(who.business, placed.attempt_id, stripe=outside().card_payments, now=who.now)


def hear_webhook(body: bytes, headers: dict[str, str]) -> None:
    """Stripe's webhook comes in at the door."""
    client = current_app.test_client()
    client.post("/stripe/webhook", data=body, headers=headers, base_url="https://anything.example")


def press_change_basket(booking: ABooking, customer_id: object, now: datetime) -> None:
    """Press Change basket."""
    actor = customer_or_guest(customer_id)  # type: ignore[arg-type]
    change_basket(booking.business, booking.id, actor=actor, stripe=outside().card_payments, now=now)


def press_cancel(who: Cancelling) -> None:
    """Press Cancel booking."""
    cancel_or_act(who)


def pay_back(now: datetime) -> None:
    """A worker carries out refunds."""
    carry_out_refunds(stripe=outside().card_payments, now=now)
