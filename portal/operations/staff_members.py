"""Who works at a studio: invited by e-mail, with a role, until deactivated. One is always an owner."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select, update

from portal.models.audit import ActorKind
from portal.models.business import BusinessFacts
from portal.models.database import db
from portal.models.letters import LetterKind
from portal.models.people import LinkPurpose, MailedLink, StaffMember, email_key
from portal.operations.auditing import Actor, write_audit
from portal.operations.letters import write_letter
from portal.operations.mailed_links import add_link, use_link
from portal.operations.people import NewPerson, add_staff_member
from portal.operations.staff_sign_ins import end_every_staff_sign_in
from portal.rules.roles import Role
from portal.rules.sentences import Refusal


class WorksHereAlready(Refusal):
    """The address belongs to somebody on the list."""

    def __init__(self, name: str, *, deactivated: bool) -> None:
        now_is = "is deactivated: reactivate them on the list" if deactivated else "is on the list already"
        super().__init__("{name} has this e-mail address, and " + now_is + ".", name=name)


class LastOwner(Refusal):
    """Nobody would be left who can decide on the plan and on who works here."""

    def __init__(self) -> None:
        super().__init__("A studio always has an owner: make somebody else one first.")


class NoSuchMember(Refusal):
    """Nobody of that id works here (any more)."""

    def __init__(self) -> None:
        super().__init__("This person is no longer on the list.")


class NotInvited(Refusal):
    """They have a password: there is no invitation to send or to withdraw."""

    def __init__(self) -> None:
        super().__init__("The invitation was accepted meanwhile.")


def invite(
    business: BusinessFacts,
    *,
    name: str,
    email: str,
    role: Role,
    teaches_as: str = "",
    actor: Actor,
    now: datetime,
) -> UUID:
    """Put somebody on the list and write to them; they work here once they open the letter's link. Raises
    WorksHereAlready.
    """
    known = db.session.scalars(
        select(StaffMember).where(
            StaffMember.business_id == business.id, StaffMember.email_key == email_key(email)
        )
    ).one_or_none()
    if known is not None:
        raise WorksHereAlready(known.name, deactivated=known.deactivated_at is not None)
    person = NewPerson(name=name, email=email)
    member_id = add_staff_member(business, person, role=role, actor=actor, now=now)
    member = _locked(business, member_id)
    member.teaches_as = teaches_as
    _write_invitation(business, member, actor=actor, now=now)
    return member_id


def invite_again(business: BusinessFacts, *, member_id: UUID, actor: Actor, now: datetime) -> None:
    """Write once more; the links that went before end. Raises NotInvited."""
    member = _invited(business, member_id)
    _end_links(member, now=now)
    _write_invitation(business, member, actor=actor, now=now)
    write_audit(actor, "staff_member.invited_again", member, now=now, after={"email": member.email})


def withdraw_invitation(business: BusinessFacts, *, member_id: UUID, actor: Actor, now: datetime) -> None:
    """Take somebody off the list who has not accepted yet; their link ends. Raises NotInvited."""
    member = _invited(business, member_id)
    write_audit(actor, "staff_member.invitation_withdrawn", member, now=now, before=_standing(member))
    db.session.flush()
    db.session.execute(
        delete(MailedLink).where(
            MailedLink.business_id == business.id, MailedLink.staff_member_id == member.id
        )
    )
    db.session.delete(member)


def accept_invitation(business: BusinessFacts, *, token: str, password_hash: str, now: datetime) -> UUID:
    """Set the password that the link's holder chose; from now on they work here. Raises LinkEnded."""
    link = use_link(business.id, token, LinkPurpose.STAFF_INVITATION, now=now)
    member = db.session.get_one(StaffMember, (business.id, link.staff_member_id), with_for_update=True)
    member.password_hash = password_hash
    actor = Actor(ActorKind.STAFF, member.id)
    write_audit(actor, "staff_member.invitation_accepted", member, now=now, after=_standing(member))
    return member.id


def change_standing(
    business: BusinessFacts,
    *,
    member_id: UUID,
    role: Role,
    teaches_as: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Give somebody another role, or another teacher's name. Raises LastOwner."""
    owners = _locked_owners(business)
    member = _locked(business, member_id)
    before = _standing(member)
    if role is not Role.OWNER:
        _keep_an_owner(owners, member)
    member.role, member.teaches_as = role, teaches_as
    if before != _standing(member):
        write_audit(
            actor, "staff_member.role_changed", member, now=now, before=before, after=_standing(member)
        )


def deactivate_member(business: BusinessFacts, *, member_id: UUID, actor: Actor, now: datetime) -> None:
    """Let somebody in no more, and sign them out everywhere; what they did stays theirs. Raises LastOwner."""
    owners = _locked_owners(business)
    member = _locked(business, member_id)
    if member.deactivated_at is not None:
        return
    _keep_an_owner(owners, member)
    member.deactivated_at = now
    write_audit(actor, "staff_member.deactivated", member, now=now, before=_standing(member))
    end_every_staff_sign_in(business.id, member.id, now=now)
    _end_links(member, now=now)


def reactivate_member(business: BusinessFacts, *, member_id: UUID, actor: Actor, now: datetime) -> None:
    """Let somebody in again, with the password, role and second factor that they had."""
    member = _locked(business, member_id)
    if member.deactivated_at is None:
        return
    member.deactivated_at = None
    write_audit(actor, "staff_member.reactivated", member, now=now, after=_standing(member))


def rename_member(business: BusinessFacts, member_id: UUID, *, name: str, now: datetime) -> None:
    """A member of staff changes their own name."""
    member = _locked(business, member_id)
    if member.name != name:
        before, member.name = {"name": member.name}, name
        actor = Actor(ActorKind.STAFF, member.id)
        write_audit(actor, "staff_member.renamed", member, now=now, before=before, after={"name": name})


def change_member_password(
    business: BusinessFacts, member_id: UUID, *, password_hash: str, staying: UUID | None, now: datetime
) -> None:
    """A member of staff chooses a new password; every other browser is signed out."""
    member = _locked(business, member_id)
    member.password_hash = password_hash
    write_audit(Actor(ActorKind.STAFF, member.id), "staff_member.password_changed", member, now=now)
    end_every_staff_sign_in(business.id, member.id, now=now, but=staying)


def sign_out_everywhere(business: BusinessFacts, member_id: UUID, *, now: datetime) -> None:
    """A member of staff ends every sign-in of theirs."""
    member = _locked(business, member_id)
    write_audit(Actor(ActorKind.STAFF, member.id), "staff_member.signed_out_everywhere", member, now=now)
    end_every_staff_sign_in(business.id, member.id, now=now)


def _write_invitation(business: BusinessFacts, member: StaffMember, *, actor: Actor, now: datetime) -> None:
    token = add_link(
        MailedLink(
            business_id=business.id,
            purpose=LinkPurpose.STAFF_INVITATION,
            email=member.email,
            staff_member_id=member.id,
        ),
        now=now,
    )
    write_letter(
        business.id,
        LetterKind.STAFF_INVITATION,
        to_email=member.email,
        to_name=member.name,
        facts={"token": token, "role": member.role.value, "by": _name_of(business, actor)},
        now=now,
    )


def _name_of(business: BusinessFacts, actor: Actor) -> str:
    found = db.session.get(StaffMember, (business.id, actor.id)) if actor.id else None
    return found.name if found else business.name


def _end_links(member: StaffMember, *, now: datetime) -> None:
    db.session.execute(
        update(MailedLink)
        .where(
            MailedLink.business_id == member.business_id,
            MailedLink.staff_member_id == member.id,
            MailedLink.used_at.is_(None),
        )
        .values(used_at=now)
    )


def _locked_owners(business: BusinessFacts) -> set[UUID]:
    """Those who can act as owners, locked in order: of two who go at once, the second sees the first gone."""
    return set(
        db.session.scalars(
            select(StaffMember.id)
            .where(
                StaffMember.business_id == business.id,
                StaffMember.role == Role.OWNER,
                StaffMember.deactivated_at.is_(None),
                StaffMember.password_hash.is_not(None),
            )
            .order_by(StaffMember.id)
            .with_for_update()
        )
    )


def _keep_an_owner(owners: set[UUID], member: StaffMember) -> None:
    if member.id in owners and len(owners) == 1:
        raise LastOwner


def _locked(business: BusinessFacts, member_id: UUID) -> StaffMember:
    member = db.session.get(
        StaffMember, (business.id, member_id), with_for_update=True, populate_existing=True
    )
    if member is None:
        raise NoSuchMember
    return member


def _invited(business: BusinessFacts, member_id: UUID) -> StaffMember:
    member = _locked(business, member_id)
    if member.password_hash is not None:
        raise NotInvited
    return member


def _standing(member: StaffMember) -> dict[str, str]:
    """A member of staff as the audit keeps them."""
    return {
        "name": member.name,
        "role": member.role.value,
        **({"teaches_as": member.teaches_as} if member.teaches_as else {}),
    }
