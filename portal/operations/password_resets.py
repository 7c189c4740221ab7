"""A person who forgot the password sets a new one, by a link sent to their address."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from portal.models.audit import ActorKind
from portal.models.business import BusinessFacts
from portal.models.database import db
from portal.models.letters import LetterKind
from portal.models.people import Customer, LinkPurpose, MailedLink, email_key
from portal.operations.auditing import Actor, write_audit
from portal.operations.claiming_bookings import claim_bookings
from portal.operations.letters import write_letter
from portal.operations.mailed_links import add_link, use_link
from portal.operations.sign_ins import end_every_sign_in


def ask_for_reset(business: BusinessFacts, *, email: str, now: datetime) -> None:
    """Write the letter that this address is due: the link, or that there is no account under it.

    Whoever asks learns nothing here: both letters take the same way.
    """
    customer = db.session.scalars(
        select(Customer).where(Customer.business_id == business.id, Customer.email_key == email_key(email))
    ).one_or_none()
    if customer is None:
        write_letter(business.id, LetterKind.NO_ACCOUNT, to_email=email, to_name="", facts={}, now=now)
        return
    token = add_link(
        MailedLink(
            business_id=business.id,
            purpose=LinkPurpose.RESET_PASSWORD,
            email=customer.email,
            customer_id=customer.id,
        ),
        now=now,
    )
    write_letter(
        business.id,
        LetterKind.RESET_PASSWORD,
        to_email=customer.email,
        to_name=customer.name,
        facts={"token": token},
        now=now,
    )


def reset_password(business: BusinessFacts, *, token: str, password_hash: str, now: datetime) -> UUID:
    """Set the password that the link's holder chose, and end every sign-in of the customer, whose id it
    returns.

    The link came by the address, so the address is confirmed and its guest bookings are theirs (R5). Raises
    LinkEnded.
    """
    link = use_link(business.id, token, LinkPurpose.RESET_PASSWORD, now=now)
    customer = db.session.get_one(Customer, (business.id, link.customer_id), with_for_update=True)
    customer.password_hash = password_hash
    customer.email_confirmed_at = customer.email_confirmed_at or now
    actor = Actor(ActorKind.CUSTOMER, customer.id)
    write_audit(actor, "customer.password_reset", customer, now=now)
    db.session.flush()
    end_every_sign_in(business.id, customer.id, now=now)
    claim_bookings(business.id, customer.id, now=now)
    return customer.id
