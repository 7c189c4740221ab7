"""A second factor: taken once, lost and recovered, reset by an owner."""

import pytest
from sqlalchemy import func, select

from portal.gateways.authenticators import new_nonce
from portal.models.audit import AuditEntry
from portal.models.database import db, transaction
from portal.models.letters import Letter, LetterKind
from portal.models.people import RecoveryCode, SignIn, StaffMember
from portal.operations.businesses import need_second_factor
from portal.operations.second_factors import (
    TRIES,
    SecondFactorNeeded,
    SecondFactorOn,
    WrongCode,
    count_code_try,
    renew_recovery_codes,
    reset_second_factor,
    set_up_second_factor,
    take_code,
    turn_off_second_factor,
)
from portal.operations.staff_sign_ins import await_code, begin_staff_sign_in, whose_code_is_awaited
from portal.operations.throttling import TooManyTries
from portal.rules.roles import Role
from tests.soundness import assert_sound
from tests.staff_access import A_STEP, APPS, a_colleague, acting, with_second_factor
from tests.studio import NOW, APerson, a_business

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def olive() -> APerson:
    return a_colleague(a_business())


def take(person: APerson, code: str, *, steps: int = 0) -> None:
    with transaction():
        take_code(person.business, person.id, code, authenticators=APPS, now=NOW + steps * A_STEP)


def codes_left(person: APerson) -> int:
    unused = select(func.count()).where(
        RecoveryCode.staff_member_id == person.id, RecoveryCode.used_at.is_(None)
    )
    return db.session.scalar(unused) or 0


def test_a_code_of_the_app_is_taken_and_not_a_second_time(olive: APerson) -> None:
    app, _ = with_second_factor(olive)
    code = app.shows(NOW + A_STEP)
    take(olive, f"{code[:3]} {code[3:]}", steps=1)
    with pytest.raises(WrongCode):
        take(olive, code, steps=1)
    with pytest.raises(WrongCode):
        take(olive, app.shows(NOW), steps=1)
    take(olive, app.shows(NOW + 2 * A_STEP), steps=2)


def test_the_code_that_set_it_up_does_not_sign_in(olive: APerson) -> None:
    app, _ = with_second_factor(olive)
    with pytest.raises(WrongCode):
        take(olive, app.shows(NOW))


def test_a_recovery_code_works_once(olive: APerson) -> None:
    _, codes = with_second_factor(olive)
    assert (len(codes), len(set(codes)), codes_left(olive)) == (10, 10, 10)
    take(olive, codes[0].upper())
    with pytest.raises(WrongCode):
        take(olive, codes[0])
    assert codes_left(olive) == 9


def test_only_digests_are_kept(olive: APerson) -> None:
    app, codes = with_second_factor(olive)
    kept = str(db.session.execute(select(RecoveryCode.code_digest)).all())
    kept += str(db.session.execute(select(AuditEntry.before, AuditEntry.after)).all())
    kept += str(db.session.execute(select(StaffMember.totp_nonce)).all())
    assert app.secret not in kept
    assert all(code not in kept and code.replace("-", "") not in kept for code in codes)


def test_a_wrong_code_sets_nothing_up(olive: APerson) -> None:
    with pytest.raises(WrongCode), transaction():
        set_up_second_factor(
            olive.business, olive.id, nonce=new_nonce(), code="000000", authenticators=APPS, now=NOW
        )
    assert db.session.scalars(select(StaffMember.totp_since)).one() is None


def test_it_is_not_set_up_over_another(olive: APerson) -> None:
    with_second_factor(olive)
    with pytest.raises(SecondFactorOn):
        with_second_factor(olive, now=NOW + 3 * A_STEP)


def test_new_recovery_codes_end_the_old_ones(olive: APerson) -> None:
    _, old = with_second_factor(olive)
    with transaction():
        new = renew_recovery_codes(olive.business, olive.id, now=NOW)
    with pytest.raises(WrongCode):
        take(olive, old[0])
    take(olive, new[0])


def test_turned_off_nothing_of_it_is_left(olive: APerson) -> None:
    _, codes = with_second_factor(olive)
    with transaction():
        turn_off_second_factor(olive.business, olive.id, now=NOW)
    assert codes_left(olive) == 0
    with pytest.raises(WrongCode):
        take(olive, codes[0])
    assert_sound()


def test_where_the_studio_needs_it_nobody_turns_it_off(olive: APerson) -> None:
    with_second_factor(olive)
    with transaction():
        need_second_factor(olive.business.id, needed=True, actor=acting(olive), now=NOW)
    with pytest.raises(SecondFactorNeeded), transaction():
        turn_off_second_factor(olive.business, olive.id, now=NOW)


def test_a_reset_signs_out_everywhere_and_writes_once(olive: APerson) -> None:
    flo = a_colleague(olive.business, Role.FRONT_DESK, "Flo Dunn")
    with_second_factor(flo)
    with transaction():
        begin_staff_sign_in(flo.business.id, flo.id, now=NOW)
    for _ in range(2):
        with transaction():
            reset_second_factor(olive.business, member_id=flo.id, actor=acting(olive), now=NOW)
    assert db.session.scalars(select(SignIn.ended_at)).all() == [NOW]
    letter = db.session.scalars(select(Letter)).one()
    assert (letter.kind, letter.to_email) == (LetterKind.TWO_FACTOR_RESET, "flo@example.com")
    assert_sound()


def test_the_password_alone_is_worth_ten_minutes(olive: APerson) -> None:
    with_second_factor(olive)
    with transaction():
        half_way = await_code(olive.business.id, olive.id, now=NOW)
    keys = (olive.business.id, half_way)
    assert whose_code_is_awaited(*keys, now=NOW + 19 * A_STEP) == olive.id
    assert whose_code_is_awaited(*keys, now=NOW + 20 * A_STEP) is None
    assert whose_code_is_awaited(a_business("Harbour").id, half_way, now=NOW) is None


def test_a_whole_sign_in_is_no_half_one(olive: APerson) -> None:
    with transaction():
        whole = begin_staff_sign_in(olive.business.id, olive.id, now=NOW)
    assert whose_code_is_awaited(olive.business.id, whole, now=NOW) is None


def test_a_guesser_is_slowed_down_and_a_right_code_is_not_held_against_anyone(olive: APerson) -> None:
    app, _ = with_second_factor(olive)

    def count() -> None:
        with transaction():
            count_code_try(olive.business.id, olive.id, now=NOW)

    for step in range(1, TRIES):  # each right code takes its try back
        count()
        take(olive, app.shows(NOW + step * A_STEP), steps=step)
    for _ in range(TRIES):
        count()
    with pytest.raises(TooManyTries):
        count()
