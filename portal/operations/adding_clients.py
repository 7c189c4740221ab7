"""Staff put a client on the studio's books, who chooses a password by a link in a letter (S9, R5)."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portal.models.business import BusinessFacts
from portal.models.database import db
from portal.models.letters import LetterKind
from portal.models.people import Customer, LinkPurpose, MailedLink, email_key
from portal.operations.auditing import Actor
from portal.operations.letters import write_letter
from portal.operations.mailed_links import INVITATION_LASTS, add_link
from portal.operations.people import NewPerson, add_customer
from portal.rules.sentences import Refusal


class AlreadyAClient(Refusal):
    """Somebody has this address already; ``client_id`` says who."""

    def __init__(self, client_id: UUID, name: str) -> None:
        super().__init__("{name} has this e-mail address, and is a client already.", name=name)
        self.client_id = client_id


def add_client(business: BusinessFacts, person: NewPerson, *, actor: Actor, now: datetime) -> UUID:
    """Add a client and write to them, with a link by which they choose a password; whose address it is, is
    known once they opened it. Raises AlreadyAClient.
    """
    known = client_with(business.id, person.email)
    if known is not None:
        raise AlreadyAClient(known.id, known.name)
    customer_id = _add(business, person, actor=actor, now=now)
    link = MailedLink(
        business_id=business.id,
        purpose=LinkPurpose.RESET_PASSWORD,
        email=person.email,
        customer_id=customer_id,
    )
    token = add_link(link, now=now)
    link.works_until = now + INVITATION_LASTS
    write_letter(
        business.id,
        LetterKind.RESET_PASSWORD,
        to_email=person.email,
        to_name=person.name,
        facts={"token": token, "invited": "yes"},
        now=now,
    )
    db.session.flush()
    return customer_id


def client_with(business_id: UUID, email: str) -> Any:
    """The client who has an address, by id and name; None where nobody has it."""
    return db.session.execute(
        select(Customer.id, Customer.name).where(
            Customer.business_id == business_id, Customer.email_key == email_key(email)
        )
    ).first()


def _add(business: BusinessFacts, person: NewPerson, *, actor: Actor, now: datetime) -> UUID:
    """Add them, unless somebody else does at this moment: the key of addresses says so."""
    try:
        with db.session.begin_nested():
            return add_customer(business, person, actor=actor, now=now)
    except IntegrityError:
        theirs = client_with(business.id, person.email)
        if theirs is None:
            raise
        raise AlreadyAClient(theirs.id, theirs.name) from None
