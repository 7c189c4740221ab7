"""Signed-in browsers: begun with the right password, ended one by one or all at once.

Signing in takes a door three steps: the try is counted and committed (``throttling``), the password is
compared outside any transaction (``passwords``), and the sign-in begins.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import bindparam, select, update

from portal.models.database import db, new_id
from portal.models.people import Customer, SignIn, StaffMember, email_key
from portal.operations.throttling import slow_down_all, take_back_tries
from portal.rules.sentences import Refusal

CUSTOMERS_STAY = timedelta(days=30)

ACT = "sign_in"
WINDOW = timedelta(minutes=15)
TRIES_PER_ADDRESS = 10
"""From one network: so nobody locks another person out by trying wrongly, and a guesser gets no further."""
TRIES_PER_ADDRESS_ANYWHERE = 50
TRIES_PER_NETWORK = 60

_CUSTOMER = select(Customer.id, Customer.password_hash).where(
    Customer.business_id == bindparam("business_id"),
    Customer.email_key == bindparam("email_key"),
    Customer.email_confirmed_at.is_not(None),
)
_STAFF_MEMBER = select(StaffMember.id, StaffMember.password_hash, StaffMember.totp_since.is_not(None)).where(
    StaffMember.business_id == bindparam("business_id"),
    StaffMember.email_key == bindparam("email_key"),
    StaffMember.deactivated_at.is_(None),
)


class WrongPassword(Refusal):
    """No account has this address and this password; which of the two is wrong is nobody's business."""

    def __init__(self) -> None:
        super().__init__("No account has this e-mail address and this password.")


@dataclass(frozen=True, slots=True)
class Credentials:
    """Who an address belongs to, and the hash to compare with; empty where nobody can sign in with it.
    ``has_second_factor``: a code is to follow.
    """

    person_id: UUID | None
    password_hash: str | None
    has_second_factor: bool = False


def count_sign_in_try(business_id: UUID, *, email: str, network: str, now: datetime) -> None:
    """Count a try against where it comes from, against the address from there, and against the address;
    raises TooManyTries (commit it before comparing).
    """
    most = (TRIES_PER_NETWORK, TRIES_PER_ADDRESS, TRIES_PER_ADDRESS_ANYWHERE)
    limits = dict(zip(_counted(email, network), most, strict=True))
    slow_down_all(business_id, ACT, limits, window=WINDOW, now=now)


def forgive_sign_in_try(business_id: UUID, *, email: str, network: str, now: datetime) -> None:
    """Do not hold a try against anyone that turned out well."""
    take_back_tries(business_id, ACT, _counted(email, network), window=WINDOW, now=now)


def customer_credentials(business_id: UUID, email: str) -> Credentials:
    """What to compare a customer's password with. An address that was never confirmed cannot sign in."""
    row = db.session.execute(_CUSTOMER, {"business_id": business_id, "email_key": email_key(email)}).first()
    return Credentials(*row) if row else Credentials(None, None)


def staff_credentials(business_id: UUID, email: str) -> Credentials:
    """What to compare the password of a member of staff with."""
    row = db.session.execute(
        _STAFF_MEMBER, {"business_id": business_id, "email_key": email_key(email)}
    ).first()
    return Credentials(*row) if row else Credentials(None, None)


def begin_customer_sign_in(business_id: UUID, customer_id: UUID, *, now: datetime) -> UUID:
    """Begin the sign-in of one browser of a customer; its id goes into that browser's session."""
    sign_in = SignIn(
        business_id=business_id,
        id=new_id(),
        customer_id=customer_id,
        started_at=now,
        lasts_until=now + CUSTOMERS_STAY,
    )
    db.session.add(sign_in)
    return sign_in.id


def end_sign_in(business_id: UUID, sign_in_id: UUID, *, now: datetime) -> None:
    """End one browser's sign-in; one that has ended stays as it is."""
    db.session.execute(
        update(SignIn)
        .where(SignIn.business_id == business_id, SignIn.id == sign_in_id, SignIn.ended_at.is_(None))
        .values(ended_at=now)
    )


def end_every_sign_in(
    business_id: UUID, customer_id: UUID, *, now: datetime, but: UUID | None = None
) -> None:
    """Sign a customer out everywhere, but for one browser where that is named."""
    wanted = update(SignIn).where(
        SignIn.business_id == business_id, SignIn.customer_id == customer_id, SignIn.ended_at.is_(None)
    )
    if but is not None:
        wanted = wanted.where(SignIn.id != but)
    db.session.execute(wanted.values(ended_at=now))


def keep_new_hash(business_id: UUID, customer_id: UUID, password_hash: str) -> None:
    """Keep the hash of the same password, made with today's settings."""
    db.session.execute(
        update(Customer)
        .where(Customer.business_id == business_id, Customer.id == customer_id)
        .values(password_hash=password_hash)
    )


def _counted(email: str, network: str) -> tuple[str, str, str]:
    """What a try is counted against: the network, the address from this network, the address."""
    address = f"address {email_key(email)}"
    return f"network {network}", f"{address} from {network}", address
