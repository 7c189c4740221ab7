"""A person opens an account: they ask for it, a letter goes to the address, and its link makes the account.

Nothing here tells whoever asks whether the address is known: the answer is "we have sent you a letter" either
way, and the letter says the rest. The password waits with the link, so nobody can set one for an address that
is not theirs.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from portal.models.audit import ActorKind
from portal.models.business import BusinessFacts
from portal.models.database import db, new_id
from portal.models.letters import LetterKind
from portal.models.people import Customer, LinkPurpose, MailedLink, email_key
from portal.operations.auditing import Actor, write_audit
from portal.operations.claiming_bookings import claim_bookings
from portal.operations.letters import write_letter
from portal.operations.mailed_links import LinkEnded, add_link, use_link
from portal.operations.people import NewPerson, add_customer


def ask_for_account(
    business: BusinessFacts, *, name: str, email: str, password_hash: str, now: datetime
) -> UUID:
    """Write the letter that this address is due: the link to finish with, or that it has an account already.

    Returns the id by which the browser that asked is known again; for a known address it is the id of
    nothing.
    """
    if _has_account(_customer(business, email)):
        write_letter(
            business.id, LetterKind.ALREADY_REGISTERED, to_email=email, to_name="", facts={}, now=now
        )
        return new_id()
    link = MailedLink(
        business_id=business.id,
        id=new_id(),
        purpose=LinkPurpose.CONFIRM_EMAIL,
        email=email,
        name=name,
        password_hash=password_hash,
    )
    token = add_link(link, now=now)
    write_letter(
        business.id,
        LetterKind.CONFIRM_EMAIL,
        to_email=email,
        to_name="",
        facts={"token": token},
        now=now,
    )
    return link.id


def finish_registration(business: BusinessFacts, *, token: str, now: datetime) -> UUID:
    """Make the account that a letter's link stands for, confirmed, with the guest bookings of its address
    (R5).

    Whoever has been on the studio's books without a password gets this one. Raises LinkEnded, also where the
    address has got an account meanwhile. The caller has made sure that the person who opens the link is the
    one who asked.
    """
    link = use_link(business.id, token, LinkPurpose.CONFIRM_EMAIL, now=now)
    customer = _customer(business, link.email, lock=True) or _new_customer(business, link, now=now)
    if _has_account(customer):
        raise LinkEnded
    customer.password_hash = link.password_hash
    customer.email_confirmed_at = now
    write_audit(Actor(ActorKind.CUSTOMER, customer.id), "customer.confirmed", customer, now=now)
    db.session.flush()
    claim_bookings(business.id, customer.id, now=now)
    return customer.id


def _new_customer(business: BusinessFacts, link: MailedLink, *, now: datetime) -> Customer:
    person = NewPerson(name=link.name or link.email, email=link.email)
    customer_id = add_customer(business, person, actor=Actor(ActorKind.GUEST), now=now)
    return db.session.get_one(Customer, (business.id, customer_id))


def _customer(business: BusinessFacts, email: str, *, lock: bool = False) -> Customer | None:
    wanted = select(Customer).where(
        Customer.business_id == business.id, Customer.email_key == email_key(email)
    )
    return db.session.scalars(wanted.with_for_update() if lock else wanted).one_or_none()


def _has_account(customer: Customer | None) -> bool:
    return (
        customer is not None
        and customer.password_hash is not None
        and customer.email_confirmed_at is not None
    )
