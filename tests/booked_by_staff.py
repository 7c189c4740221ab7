"""Bookings that staff make for somebody: the what-if is looked at, and then it is done."""

from datetime import datetime
from uuid import UUID

from portal.models.audit import ActorKind
from portal.models.business import BusinessFacts
from portal.models.database import end_reading, new_id, transaction
from portal.models.people import email_key
from portal.models.staff_bookings import HowPaid
from portal.operations.auditing import Actor
from portal.operations.booking_for_clients import ForClient, book_for_client
from portal.operations.checkout import Buyer, PlacedBooking
from portal.operations.what_if import AskedTicket, Question, answer
from tests.studio import NOW, AClass, APerson, APurchaseOption

GUEST = "gil@example.com"


def asked_for(of: BusinessFacts | APerson, *wants: AClass | APurchaseOption, code: str = "") -> Question:
    """What staff ask for a client, or for a guest."""
    person = of if isinstance(of, APerson) else None
    return Question(
        customer_id=person.id if person else None,
        person_key=email_key(person.email if person else GUEST),
        tickets=tuple(AskedTicket(it.id, it.ticket_type_id) for it in wants if isinstance(it, AClass)),
        option_ids=tuple(it.id for it in wants if isinstance(it, APurchaseOption)),
        code=code,
    )


def shown(
    of: BusinessFacts | APerson,
    *wants: AClass | APurchaseOption,
    code: str = "",
    how: HowPaid | None = None,
    note: str = "",
    act_id: UUID | None = None,
    now: datetime = NOW,
) -> ForClient:
    """The page of Book for a client as it stands, filled in."""
    business = of.business if isinstance(of, APerson) else of
    question = asked_for(of, *wants, code=code)
    digest = answer(business, question, moment=now).quote.digest
    end_reading()
    name, email = (of.name, of.email) if isinstance(of, APerson) else ("Gil Guest", GUEST)
    return ForClient(
        id=act_id or new_id(),
        question=question,
        buyer=Buyer(question.customer_id, name, email),
        digest=digest,
        how=how,
        note=note,
    )


def pressed(by: APerson, page: ForClient, *, now: datetime = NOW) -> PlacedBooking:
    """Book for …"""
    with transaction():
        return book_for_client(by.business, page, actor=Actor(ActorKind.STAFF, by.id), now=now)


def booked_by(
    by: APerson,
    of: BusinessFacts | APerson,
    *wants: AClass | APurchaseOption,
    how: HowPaid | None = None,
    note: str = "",
    now: datetime = NOW,
) -> PlacedBooking:
    """A booking by a member of staff, for a client or for a guest."""
    return pressed(by, shown(of, *wants, how=how, note=note, now=now), now=now)
