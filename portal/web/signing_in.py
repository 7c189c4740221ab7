"""Where a person comes in: the password is checked in steps, the session renewed, the guest's basket brought
along.
"""

from collections.abc import Callable
from uuid import UUID

from flask import redirect
from werkzeug.wrappers import Response

from portal.models.database import end_reading, transaction
from portal.operations.basket_joining import join_guest_basket
from portal.operations.claiming_bookings import claim_bookings
from portal.operations.passwords import hash_password, is_kept_the_old_way, is_password
from portal.operations.sign_ins import (
    Credentials,
    WrongPassword,
    begin_customer_sign_in,
    count_sign_in_try,
    end_sign_in,
    forgive_sign_in_try,
    keep_new_hash,
)
from portal.operations.staff_sign_ins import await_code, begin_staff_sign_in
from portal.operations.throttling import network_of
from portal.web.notices import tell
from portal.web.sessions import (
    CUSTOMER_SIGN_IN,
    GUEST_BASKET,
    STAFF_HALF_WAY,
    STAFF_SIGN_IN,
    id_in_session,
    renew_session,
)
from portal.web.visitor import business, now, visitor_address

TOO_MANY = 429


def person_with(credentials_of: Callable[[UUID, str], Credentials], email: str, password: str) -> Credentials:
    """Who has this address and password; raises WrongPassword, TooManyTries.

    The try is counted and committed first, and the password is compared while no transaction is open.
    """
    network = network_of(visitor_address())
    with transaction():
        count_sign_in_try(business().id, email=email, network=network, now=now())
    found = credentials_of(business().id, email)
    end_reading()
    if not is_password(password, found.password_hash):
        raise WrongPassword
    with transaction():
        forgive_sign_in_try(business().id, email=email, network=network, now=now())
    return found


def let_customer_in(customer_id: UUID, target: str) -> Response:
    """Sign this browser in under a new session; its guest basket and the guest bookings join (R5)."""
    was_signed_in = id_in_session(CUSTOMER_SIGN_IN)
    with transaction():
        if was_signed_in:
            end_sign_in(business().id, was_signed_in, now=now())
        sign_in_id = begin_customer_sign_in(business().id, customer_id, now=now())
    renew_session(**_kept(GUEST_BASKET, STAFF_SIGN_IN), **{CUSTOMER_SIGN_IN: str(sign_in_id)})
    with transaction():
        claim_bookings(business().id, customer_id, now=now())
    if guest_basket_id := id_in_session(GUEST_BASKET):
        with transaction():
            notice = join_guest_basket(
                business(), guest_basket_id=guest_basket_id, customer_id=customer_id, now=now()
            )
        if notice:
            tell(notice)
    return redirect(target, code=303)


def let_staff_in(staff_member_id: UUID, target: str) -> Response:
    """Sign this browser in as a member of staff, under a new session."""
    with transaction():
        for key in (STAFF_SIGN_IN, STAFF_HALF_WAY):
            if was := id_in_session(key):
                end_sign_in(business().id, was, now=now())
        sign_in_id = begin_staff_sign_in(business().id, staff_member_id, now=now())
    renew_session(**_kept(GUEST_BASKET, CUSTOMER_SIGN_IN), **{STAFF_SIGN_IN: str(sign_in_id)})
    return redirect(target, code=303)


def ask_for_code(staff_member_id: UUID, address: str) -> Response:
    """The password is right and a code is to follow: on to the page that asks for it, under a new session."""
    with transaction():
        half_way = await_code(business().id, staff_member_id, now=now())
    renew_session(**_kept(GUEST_BASKET, CUSTOMER_SIGN_IN), **{STAFF_HALF_WAY: str(half_way)})
    return redirect(address, code=303)


def let_out(key: str) -> None:
    """End the sign-in that the session holds under ``key``, and renew the session."""
    if sign_in_id := id_in_session(key):
        with transaction():
            end_sign_in(business().id, sign_in_id, now=now())
    others = {GUEST_BASKET, CUSTOMER_SIGN_IN, STAFF_SIGN_IN} - {key}
    renew_session(**_kept(*others))


def keep_hash_up_to_date(found: Credentials, password: str) -> None:
    """Where the settings of hashing have changed since, keep a customer's password the new way."""
    if found.person_id and found.password_hash and is_kept_the_old_way(found.password_hash):
        password_hash = hash_password(password)
        with transaction():
            keep_new_hash(business().id, found.person_id, password_hash)


def _kept(*keys: str) -> dict[str, str]:
    return {key: str(value) for key in keys if (value := id_in_session(key))}
