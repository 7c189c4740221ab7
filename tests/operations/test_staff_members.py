"""Who works here: invited, accepted, another role, deactivated; and always an owner."""

import pytest
from sqlalchemy import select

from portal.models.audit import AuditEntry
from portal.models.database import db, transaction
from portal.models.letters import Letter, LetterKind
from portal.models.people import MailedLink, SignIn, StaffMember
from portal.models.staff_members import staff_people
from portal.operations.mailed_links import LinkEnded
from portal.operations.sign_ins import staff_credentials
from portal.operations.staff_members import (
    LastOwner,
    NoSuchMember,
    NotInvited,
    WorksHereAlready,
    accept_invitation,
    change_member_password,
    change_standing,
    deactivate_member,
    invite,
    invite_again,
    reactivate_member,
    withdraw_invitation,
)
from portal.operations.staff_sign_ins import begin_staff_sign_in
from portal.rules.roles import Role
from tests.soundness import assert_sound
from tests.staff_access import a_colleague, acting
from tests.studio import NOW, APerson, a_business

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def olive() -> APerson:
    """The only owner."""
    return a_colleague(a_business())


def invited(olive: APerson, role: Role = Role.FRONT_DESK, email: str = "flo@example.com") -> APerson:
    with transaction():
        member_id = invite(
            olive.business, name="Flo Dunn", email=email, role=role, actor=acting(olive), now=NOW
        )
    return APerson(olive.business, member_id, "Flo Dunn", email)


def token_of_last_letter() -> str:
    letters = db.session.scalars(
        select(Letter).where(Letter.kind == LetterKind.STAFF_INVITATION).order_by(Letter.id)
    ).all()
    return str(letters[-1].facts["token"])


def accept(olive: APerson, token: str) -> None:
    with transaction():
        accept_invitation(olive.business, token=token, password_hash="a hash", now=NOW)


def give(olive: APerson, whom: APerson, role: Role, teaches_as: str = "") -> None:
    with transaction():
        change_standing(
            olive.business, member_id=whom.id, role=role, teaches_as=teaches_as, actor=acting(olive), now=NOW
        )


def audited(act: str) -> AuditEntry:
    return db.session.scalars(select(AuditEntry).where(AuditEntry.act == f"staff_member.{act}")).one()


def test_whoever_is_invited_signs_in_once_they_accept(olive: APerson) -> None:
    flo = invited(olive)
    assert staff_credentials(olive.business.id, flo.email).password_hash is None
    letter = db.session.scalars(select(Letter)).one()
    assert (letter.to_email, letter.facts["role"], letter.facts["by"]) == (
        flo.email,
        "front_desk",
        "Olive Owen",
    )
    accept(olive, token_of_last_letter())
    assert staff_credentials(olive.business.id, "FLO@example.com").person_id == flo.id
    assert audited("invitation_accepted").actor_id == flo.id


def test_a_link_works_once(olive: APerson) -> None:
    invited(olive)
    token = token_of_last_letter()
    accept(olive, token)
    with pytest.raises(LinkEnded):
        accept(olive, token)


def test_sent_again_the_link_before_ends(olive: APerson) -> None:
    flo = invited(olive)
    first = token_of_last_letter()
    with transaction():
        invite_again(olive.business, member_id=flo.id, actor=acting(olive), now=NOW)
    with pytest.raises(LinkEnded):
        accept(olive, first)
    accept(olive, token_of_last_letter())
    with pytest.raises(NotInvited), transaction():
        invite_again(olive.business, member_id=flo.id, actor=acting(olive), now=NOW)


def test_withdrawn_they_are_off_the_list_and_can_be_invited_anew(olive: APerson) -> None:
    flo = invited(olive)
    token = token_of_last_letter()
    with transaction():
        withdraw_invitation(olive.business, member_id=flo.id, actor=acting(olive), now=NOW)
    assert [person.name for person in staff_people(olive.business.id)] == ["Olive Owen"]
    assert db.session.scalars(select(MailedLink)).all() == []
    with pytest.raises(LinkEnded):
        accept(olive, token)
    with pytest.raises(NoSuchMember), transaction():
        withdraw_invitation(olive.business, member_id=flo.id, actor=acting(olive), now=NOW)
    invited(olive)
    assert_sound()


def test_an_address_works_here_once(olive: APerson) -> None:
    flo = invited(olive)
    with pytest.raises(WorksHereAlready, match="is on the list already"):
        invited(olive, email=" FLO@example.com")
    accept(olive, token_of_last_letter())
    with transaction():
        deactivate_member(olive.business, member_id=flo.id, actor=acting(olive), now=NOW)
    with pytest.raises(WorksHereAlready, match="is deactivated"):
        invited(olive)


def test_another_role_is_in_the_audit_with_before_and_after(olive: APerson) -> None:
    maya = a_colleague(olive.business, Role.FRONT_DESK, "Maya Lind")
    give(olive, maya, Role.INSTRUCTOR, "Maya Lindqvist")
    entry = audited("role_changed")
    assert entry.before == {"name": "Maya Lind", "role": "front_desk"}
    assert entry.after == {"name": "Maya Lind", "role": "instructor", "teaches_as": "Maya Lindqvist"}
    give(olive, maya, Role.INSTRUCTOR, "Maya Lindqvist")
    assert audited("role_changed").id == entry.id


def test_the_last_owner_stays_one(olive: APerson) -> None:
    with pytest.raises(LastOwner):
        give(olive, olive, Role.MANAGER)
    with pytest.raises(LastOwner), transaction():
        deactivate_member(olive.business, member_id=olive.id, actor=acting(olive), now=NOW)
    give(olive, olive, Role.OWNER, "Olive")


def test_an_owner_who_only_is_invited_or_is_deactivated_does_not_count(olive: APerson) -> None:
    invited(olive, Role.OWNER)
    rosa = a_colleague(olive.business, name="Rosa Hay")
    with transaction():
        deactivate_member(olive.business, member_id=rosa.id, actor=acting(olive), now=NOW)
    with pytest.raises(LastOwner):
        give(olive, olive, Role.MANAGER)
    with transaction():
        reactivate_member(olive.business, member_id=rosa.id, actor=acting(olive), now=NOW)
    give(olive, olive, Role.MANAGER)
    assert_sound()


def test_an_owner_of_another_studio_does_not_count(olive: APerson) -> None:
    a_colleague(a_business("Harbour Pottery"))
    with pytest.raises(LastOwner):
        give(olive, olive, Role.MANAGER)


def test_deactivated_they_are_signed_out_and_come_in_no_more(olive: APerson) -> None:
    flo = a_colleague(olive.business, Role.FRONT_DESK, "Flo Dunn")
    with transaction():
        begin_staff_sign_in(flo.business.id, flo.id, now=NOW)
    with transaction():
        deactivate_member(olive.business, member_id=flo.id, actor=acting(olive), now=NOW)
    assert db.session.scalars(select(SignIn.ended_at)).all() == [NOW]
    assert staff_credentials(olive.business.id, flo.email).person_id is None
    with transaction():
        reactivate_member(olive.business, member_id=flo.id, actor=acting(olive), now=NOW)
    assert staff_credentials(olive.business.id, flo.email).person_id == flo.id


def test_a_new_password_signs_out_every_other_browser(olive: APerson) -> None:
    with transaction():
        staying, other = (begin_staff_sign_in(olive.business.id, olive.id, now=NOW) for _ in range(2))
    with transaction():
        change_member_password(olive.business, olive.id, password_hash="another", staying=staying, now=NOW)
    ended = dict(iter(db.session.execute(select(SignIn.id, SignIn.ended_at))))
    assert ended == {staying: None, other: NOW}
    assert db.session.scalars(select(StaffMember.password_hash)).one() == "another"
