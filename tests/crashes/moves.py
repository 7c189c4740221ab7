"""What a process does about a dearer class until it is killed: press Pay, hear that it was paid."""

from datetime import datetime

from portal.exchanges.account_checkouts import settle_account_session
from portal.exchanges.transfers import open_transfer_payment
from portal.models.database import transaction
from portal.operations.transferring import MovedBy, move_ticket
from portal.outside import outside
from tests.races.movers import Moving
from tests.till import RETURN_TO


def press_pay_difference(pressed: Moving) -> None:
    """Pay £3.00: the place is claimed, and Stripe's page is opened."""
    with transaction():
        moved = move_ticket(
            pressed.business,
            pressed.wish,
            digest=pressed.digest,
            who=MovedBy(pressed.actor, return_to=RETURN_TO),
            now=pressed.now,
        )
    assert moved.checkout_id is not None
    open_transfer_payment(
        pressed.business, moved.checkout_id, stripe=outside().card_payments, now=pressed.now
    )


def hear_of_difference(session_id: str, now: datetime) -> None:
    """The webhook comes."""
    settle_account_session(session_id, None, stripe=outside().card_payments, now=now)
