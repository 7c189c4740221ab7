"""A studio's booking preferences: saved whole, told in the audit, its own (B10, B12–B14, C2)."""

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from portal.models.audit import ActorKind, AuditEntry
from portal.models.business import BusinessFacts
from portal.models.database import db, end_reading, transaction
from portal.models.preferences import BookingPreferences
from portal.operations.auditing import Actor
from portal.operations.preferences import HoursOutOfRange, change_preferences, preferences_of
from portal.rules.preferences import Preferences, RefundTo
from tests.studio import NOW, a_business, a_staff_member

pytestmark = pytest.mark.usefixtures("app")


def save(business: BusinessFacts, wanted: Preferences, actor: Actor | None = None) -> None:
    """Save."""
    actor = actor or Actor(ActorKind.STAFF, a_staff_member(business).id)
    with transaction():
        change_preferences(business, wanted=wanted, actor=actor, now=NOW)


def kept(business: BusinessFacts) -> Preferences:
    found = preferences_of(business.id)
    end_reading()
    return found


def entries() -> list[AuditEntry]:
    found = list(db.session.scalars(select(AuditEntry).where(AuditEntry.act == "preferences.changed")))
    end_reading()
    return found


def test_a_studio_that_has_said_nothing_goes_by_the_defaults() -> None:
    assert kept(a_business()) == Preferences(
        returns_use=True,
        customers_may_cancel=True,
        cancel_hours=12,
        refund_to=RefundTo.CARD,
        customers_may_transfer=True,
        transfer_hours=12,
    )


def test_b14_what_is_saved_is_kept_and_is_the_studios_own() -> None:
    studio, elsewhere = a_business(), a_business("Harbour Pottery")
    wanted = Preferences(
        returns_use=False,
        customers_may_cancel=False,
        cancel_hours=48,
        refund_to=RefundTo.ACCOUNT,
        customers_may_transfer=False,
        transfer_hours=0,
    )
    save(studio, wanted)
    assert kept(studio) == wanted
    assert kept(elsewhere) == Preferences()
    save(studio, replace(wanted, returns_use=True))
    assert kept(studio) == replace(wanted, returns_use=True)


def test_the_audit_tells_what_was_changed_and_only_that() -> None:
    studio = a_business()
    olive = Actor(ActorKind.STAFF, a_staff_member(studio).id)
    save(studio, Preferences(returns_use=False, refund_to=RefundTo.NONE), olive)
    (entry,) = entries()
    assert (entry.actor_id, entry.subject) == (olive.id, "booking_preferences")
    assert entry.before == {"returns_use": True, "refund_to": "card"}
    assert entry.after == {"returns_use": False, "refund_to": "none"}


def test_saving_the_same_once_more_leaves_no_entry() -> None:
    studio = a_business()
    save(studio, Preferences())
    save(studio, Preferences(cancel_hours=24))
    save(studio, Preferences(cancel_hours=24))
    assert len(entries()) == 1
    assert db.session.scalar(select(func.count()).select_from(BookingPreferences)) == 1


@pytest.mark.parametrize("hours", [-1, 721])
def test_a_cut_off_lies_between_none_and_thirty_days(hours: int) -> None:
    studio = a_business()
    for wanted in (Preferences(cancel_hours=hours), Preferences(transfer_hours=hours)):
        with pytest.raises(HoursOutOfRange, match="from 0 to 720"):
            save(studio, wanted)
    assert kept(studio) == Preferences()
