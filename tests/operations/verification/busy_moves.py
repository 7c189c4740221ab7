"""Moves of tickets that verification looks at: by pass, to a cheaper class, to dearer ones."""

from dataclasses import dataclass
from datetime import time

from portal.models.business import BusinessFacts
from tests.studio import ABooking, a_booking, a_class, a_customer, a_pass_of, a_staff_member
from tests.transfers import move_is_paid, moved


@dataclass(frozen=True, slots=True)
class BusyMoves:
    """Bookings whose only ticket was moved; ``waits`` has one that is being moved."""

    by_pass: ABooking
    cheaper: ABooking
    dearer: ABooking
    charged: ABooking
    waits: ABooking


def busy_moves(business: BusinessFacts) -> BusyMoves:
    """Cara moves by pass, Dora to a cheaper class, Elsa to a dearer one, and staff move Fred to that."""
    cara, dora, elsa, fred = (a_customer(business, name) for name in ("Cara", "Dora", "Elsa", "Fred"))
    a_pass_of(cara)
    start = a_class(business, name="Start", at=time(7), price=1200, capacity=20)
    cheap = a_class(business, name="Cheap", at=time(11), price=1000, capacity=20)
    dear = a_class(business, name="Dear", at=time(12), price=1500, capacity=20)
    by_pass, cheaper, dearer, charged = (a_booking(who, start) for who in (cara, dora, elsa, fred))
    moved(by_pass, start, cheap)
    moved(cheaper, start, cheap)
    move_is_paid(business, moved(dearer, start, dear))
    moved(charged, start, dear, by=a_staff_member(business, "Mo Mover"))
    waits = a_booking(a_customer(business, "Gwen"), start)
    moved(waits, start, dear)
    return BusyMoves(by_pass, cheaper, dearer, charged, waits)
