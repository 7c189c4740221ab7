"""A second factor of staff: codes from an authenticator app, and recovery codes for when it is lost.

A door checks codes in two steps, as with passwords: the try is counted and committed, then the code is taken.
"""

import secrets
from base64 import b32encode
from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from sqlalchemy import delete, update

from portal.gateways.authenticators import Authenticators
from portal.models.audit import ActorKind
from portal.models.business import Business, BusinessFacts
from portal.models.database import db, rows_changed
from portal.models.letters import LetterKind
from portal.models.people import RecoveryCode, StaffMember
from portal.operations.auditing import Actor, write_audit
from portal.operations.letters import write_letter
from portal.operations.staff_sign_ins import end_every_staff_sign_in
from portal.operations.throttling import slow_down_all, take_back_tries
from portal.rules.sentences import Refusal

RECOVERY_CODES = 10
RECOVERY_BYTES = 10
GROUP = 4

ACT = "second_factor"
WINDOW = timedelta(minutes=15)
TRIES = 8
"""A guesser who has the password gets three in a million an hour of what there is to guess."""


class WrongCode(Refusal):
    """Neither a code of now nor an unused recovery code."""

    def __init__(self) -> None:
        super().__init__("This code is not right, or was used before. Wait for the next one, and try that.")


class SecondFactorOn(Refusal):
    """It is set up already."""

    def __init__(self) -> None:
        super().__init__("Two-factor sign-in is on already. To set up another app, turn it off first.")


class SecondFactorNeeded(Refusal):
    """The studio wants everybody to have one."""

    def __init__(self) -> None:
        super().__init__("The studio wants all staff to use two-factor sign-in, so it stays on.")


def count_code_try(business_id: UUID, staff_member_id: UUID, *, now: datetime) -> None:
    """Count a try of a code; raises TooManyTries (commit it before taking the code)."""
    slow_down_all(business_id, ACT, {str(staff_member_id): TRIES}, window=WINDOW, now=now)


def set_up_second_factor(
    business: BusinessFacts,
    staff_member_id: UUID,
    *,
    nonce: str,
    code: str,
    authenticators: Authenticators,
    now: datetime,
) -> Sequence[str]:
    """Turn it on once a code shows that the app has the secret; the recovery codes, to be shown once.

    Raises WrongCode or SecondFactorOn.
    """
    member = _locked(business, staff_member_id)
    if member.totp_since is not None:
        raise SecondFactorOn
    step = authenticators.step_of(nonce, plain_code(code), now=now)
    if step is None:
        raise WrongCode
    member.totp_nonce, member.totp_since, member.totp_last_step = nonce, now, step
    _forgive(business.id, staff_member_id, now)
    write_audit(_self(member), "staff_member.two_factor_on", member, now=now)
    return _new_codes(member, now=now)


def take_code(
    business: BusinessFacts,
    staff_member_id: UUID,
    code: str,
    *,
    authenticators: Authenticators,
    now: datetime,
) -> None:
    """Take a code of the app, or a recovery code; none is taken twice. Raises WrongCode."""
    member = _locked(business, staff_member_id)
    if member.totp_nonce is None or member.deactivated_at is not None:
        raise WrongCode
    step = authenticators.step_of(member.totp_nonce, plain_code(code), now=now)
    if step is not None:
        if step <= (member.totp_last_step or 0):
            raise WrongCode
        member.totp_last_step = step
    elif _use_recovery_code(member, code, now=now):
        write_audit(_self(member), "staff_member.recovery_code_used", member, now=now)
    else:
        raise WrongCode
    _forgive(business.id, staff_member_id, now)


def renew_recovery_codes(business: BusinessFacts, staff_member_id: UUID, *, now: datetime) -> Sequence[str]:
    """New recovery codes, to be shown once; the old ones are worth nothing. The code was taken before."""
    member = _locked(business, staff_member_id)
    write_audit(_self(member), "staff_member.recovery_codes_renewed", member, now=now)
    return _new_codes(member, now=now)


def turn_off_second_factor(business: BusinessFacts, staff_member_id: UUID, *, now: datetime) -> None:
    """Turn it off; password and code were checked before. Raises SecondFactorNeeded."""
    member = _locked(business, staff_member_id)
    if db.session.get_one(Business, business.id).staff_need_second_factor:
        raise SecondFactorNeeded
    _forget(member)
    write_audit(_self(member), "staff_member.two_factor_off", member, now=now)


def reset_second_factor(business: BusinessFacts, *, member_id: UUID, actor: Actor, now: datetime) -> None:
    """Turn a colleague's off, who has lost app and codes: they are signed out everywhere, and told by
    e-mail. Done twice it is done.
    """
    member = _locked(business, member_id)
    if member.totp_since is None:
        return
    _forget(member)
    write_audit(actor, "staff_member.two_factor_reset", member, now=now, after={"name": member.name})
    end_every_staff_sign_in(business.id, member.id, now=now)
    write_letter(
        business.id,
        LetterKind.TWO_FACTOR_RESET,
        to_email=member.email,
        to_name=member.name,
        facts={},
        now=now,
    )


def plain_code(code: str) -> str:
    """A code as people type it, without spaces and dashes."""
    return "".join(code.split()).replace("-", "").lower()


def _new_codes(member: StaffMember, *, now: datetime) -> Sequence[str]:
    _forget_codes(member)
    codes = [b32encode(secrets.token_bytes(RECOVERY_BYTES)).decode().lower() for _ in range(RECOVERY_CODES)]
    db.session.add_all(
        RecoveryCode(
            business_id=member.business_id,
            staff_member_id=member.id,
            code_digest=_digest(code),
            created_at=now,
        )
        for code in codes
    )
    return ["-".join(code[at : at + GROUP] for at in range(0, len(code), GROUP)) for code in codes]


def _use_recovery_code(member: StaffMember, code: str, *, now: datetime) -> bool:
    return bool(
        rows_changed(
            update(RecoveryCode)
            .where(
                RecoveryCode.business_id == member.business_id,
                RecoveryCode.staff_member_id == member.id,
                RecoveryCode.code_digest == _digest(plain_code(code)),
                RecoveryCode.used_at.is_(None),
            )
            .values(used_at=now)
        )
    )


def _forget(member: StaffMember) -> None:
    member.totp_nonce = member.totp_since = member.totp_last_step = None
    _forget_codes(member)


def _forget_codes(member: StaffMember) -> None:
    db.session.execute(
        delete(RecoveryCode).where(
            RecoveryCode.business_id == member.business_id, RecoveryCode.staff_member_id == member.id
        )
    )


def _forgive(business_id: UUID, staff_member_id: UUID, now: datetime) -> None:
    take_back_tries(business_id, ACT, [str(staff_member_id)], window=WINDOW, now=now)


def _locked(business: BusinessFacts, staff_member_id: UUID) -> StaffMember:
    return db.session.get_one(
        StaffMember, (business.id, staff_member_id), with_for_update=True, populate_existing=True
    )


def _self(member: StaffMember) -> Actor:
    return Actor(ActorKind.STAFF, member.id)


def _digest(code: str) -> str:
    """80 random bits need no salt and no slow hash."""
    return sha256(code.encode()).hexdigest()
