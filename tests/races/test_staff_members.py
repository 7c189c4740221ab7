"""Owners who deactivate each other at once, and one code that is typed into two browsers."""

from collections import Counter
from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.models.database import db, transaction
from portal.models.people import StaffMember
from portal.operations.second_factors import take_code
from portal.operations.staff_members import deactivate_member
from tests.races.crowd import Crowd, Gap, all_at_once
from tests.races.unguarded import without_locks_and_meet_after
from tests.soundness import assert_sound
from tests.staff_access import A_STEP, APPS, a_colleague, acting, with_second_factor
from tests.studio import NOW, APerson, a_business

pytestmark = pytest.mark.slow

OWNERS = 4
BROWSERS = 4

without_locks_on_owners = partial(without_locks_and_meet_after, "staff_members._locked_owners")
without_locks_on_codes = partial(without_locks_and_meet_after, "second_factors._locked")


@dataclass(frozen=True, slots=True)
class Deactivating:
    """An owner about to deactivate another."""

    owner: APerson
    other: APerson


@dataclass(frozen=True, slots=True)
class Typing:
    """A browser about to send a code."""

    who: APerson
    code: str


def press(who: object) -> str:
    """What each does; the word for it."""
    match who:
        case Deactivating(owner, other):
            with transaction():
                deactivate_member(owner.business, member_id=other.id, actor=acting(owner), now=NOW)
            return "deactivated"
        case Typing(person, code):
            with transaction():
                take_code(person.business, person.id, code, authenticators=APPS, now=NOW + A_STEP)
            return "let in"
    raise TypeError(who)


def test_of_owners_who_deactivate_each_other_one_stays(app: Flask, crowd: Crowd) -> None:
    assert _round(app, crowd) == {"deactivated": OWNERS - 1, "LastOwner": 1}
    assert _owners_left() == 1
    assert_sound()


def test_without_the_lock_none_stays(app: Flask, crowd: Crowd) -> None:
    _round(app, crowd, without=without_locks_on_owners)
    assert _owners_left() == 0


def test_a_code_lets_one_browser_in(app: Flask, crowd: Crowd) -> None:
    assert _many_type(app, crowd) == {"let in": 1, "WrongCode": BROWSERS - 1}


def test_without_the_lock_it_lets_in_several(app: Flask, crowd: Crowd) -> None:
    assert _many_type(app, crowd, without=without_locks_on_codes)["let in"] > 1


def _round(app: Flask, crowd: Crowd, *, without: Gap = nullcontext) -> Counter[str]:
    """Each owner deactivates the next one, the last one the first."""
    studio = a_business()
    owners = [a_colleague(studio, name=f"Owner{nth} Hay") for nth in range(OWNERS)]
    people = [Deactivating(owner, owners[(nth + 1) % OWNERS]) for nth, owner in enumerate(owners)]
    return all_at_once(crowd, app, press, people, without=without)


def _owners_left() -> int:
    return db.session.scalar(select(func.count()).where(StaffMember.deactivated_at.is_(None))) or 0


def _many_type(app: Flask, crowd: Crowd, *, without: Gap = nullcontext) -> Counter[str]:
    olive = a_colleague(a_business())
    shown, _ = with_second_factor(olive)
    people = [Typing(olive, shown.shows(NOW + A_STEP)) for _ in range(BROWSERS)]
    return all_at_once(crowd, app, press, people, without=without)
