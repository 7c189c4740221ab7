"""A class for which people wait, one of whom has its place on offer."""

from datetime import time

from portal.models.business import BusinessFacts
from tests.cancellations import cancelled
from tests.studio import AClass, a_booking, a_class
from tests.waiting import a_queue, leaves, the_worker_looks


def a_busy_queue(business: BusinessFacts) -> AClass:
    """One has left the line, one is offered the place that came free, and one still waits."""
    barre = a_class(business, name="Barre", at=time(12), capacity=1)
    booking = a_booking(business, barre, email="bea@example.com")
    people = a_queue(barre, "Ida Left", "Ola Offered", "Wil Waits")
    leaves(people[0], barre)
    cancelled(booking)
    the_worker_looks()
    return barre
