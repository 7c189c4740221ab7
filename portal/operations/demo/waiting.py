"""Who stands in line at a demo studio for a class that is full."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from portal.operations.checkout import Buyer
from portal.operations.demo.studio import OpenStudio
from portal.operations.waiting_lists import join_waiting_list

COMING = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Wait:
    """Somebody joined the waiting list of the next class of a series, counted from tomorrow, ``ago``."""

    who: str
    series: str
    ago: timedelta


def wait_in_line(
    studio: OpenStudio, waits: Iterable[Wait], buyers: dict[str, Buyer], *, now: datetime
) -> None:
    """Let people join in the order in which it happened."""
    for wait in sorted(waits, key=lambda wait: -wait.ago):
        customer_id = buyers[wait.who].customer_id
        if customer_id is None:
            raise LookupError(wait.who)
        join_waiting_list(
            studio.business,
            class_session_id=studio.next_class(wait.series, now + COMING),
            customer_id=customer_id,
            now=now - wait.ago,
        )
