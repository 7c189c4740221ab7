"""Staff keep what a client is called and under which number they are reached (S1)."""

from datetime import datetime
from uuid import UUID

from portal.models.database import db
from portal.models.people import Customer
from portal.operations.auditing import Actor, write_audit
from portal.operations.client_search import keep_words
from portal.rules.sentences import Refusal


class NoSuchClient(Refusal):
    """The studio has no such client."""

    def __init__(self) -> None:
        super().__init__("There is no such client.")


def change_client_details(
    business_id: UUID, client_id: UUID, *, name: str, phone: str, actor: Actor, now: datetime
) -> bool:
    """Keep a client's name and phone number, so that they are found by them; whether anything changed.

    Bookings made before keep their name. Raises NoSuchClient.
    """
    client = db.session.get(Customer, (business_id, client_id), with_for_update=True)
    if client is None:
        raise NoSuchClient
    wanted, before = {"name": name, "phone": phone}, {"name": client.name, "phone": client.phone}
    changed = [part for part in wanted if wanted[part] != before[part]]
    if not changed:
        return False
    client.name, client.phone = name, phone
    db.session.flush()
    keep_words(client)
    write_audit(
        actor,
        "customer.details_changed",
        client,
        now=now,
        before={part: before[part] for part in changed},
        after={part: wanted[part] for part in changed},
    )
    return True
