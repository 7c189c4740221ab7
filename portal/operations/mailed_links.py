"""Links sent to an address: 32 random bytes, of which a digest is kept; each works once, for a time."""

import secrets
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from sqlalchemy import Select, select

from portal.models.database import db
from portal.models.people import LinkPurpose, MailedLink, email_key
from portal.rules.sentences import Refusal

LASTS = {
    LinkPurpose.CONFIRM_EMAIL: timedelta(days=2),
    LinkPurpose.RESET_PASSWORD: timedelta(hours=1),
    LinkPurpose.STAFF_INVITATION: timedelta(days=7),
}


INVITATION_LASTS = timedelta(days=7)
"""How long whom staff put on the books may take to choose a password."""


class LinkEnded(Refusal):
    """The link was used, is too old, or never was."""

    def __init__(self) -> None:
        super().__init__("This link was used already, or is too old. Please ask for a new one.")


def add_link(link: MailedLink, *, now: datetime) -> str:
    """Keep a new link (purpose, address and what it is for are filled in); return the token to send."""
    token = secrets.token_urlsafe(32)
    link.email_key = email_key(link.email)
    link.token_digest = _digest(token)
    link.created_at = now
    link.works_until = now + LASTS[link.purpose]
    db.session.add(link)
    return token


def link_behind(business_id: UUID, token: str, purpose: LinkPurpose, *, now: datetime) -> MailedLink:
    """The link that a token opens, for a page to show; raises LinkEnded."""
    link = db.session.scalars(
        _working(business_id, purpose, now).where(MailedLink.token_digest == _digest(token))
    ).one_or_none()
    if link is None:
        raise LinkEnded
    return link


def use_link(business_id: UUID, token: str, purpose: LinkPurpose, *, now: datetime) -> MailedLink:
    """Use the link that a token opens, once; every other of its purpose that went to the same address ends
    with it.

    They are locked together and in order, so that two of them, opened at once, do not both work. Raises
    LinkEnded.
    """
    shown = link_behind(business_id, token, purpose, now=now)
    links = db.session.scalars(
        _working(business_id, purpose, now)
        .where(MailedLink.email_key == shown.email_key)
        .order_by(MailedLink.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    if shown not in links:
        raise LinkEnded
    for link in links:
        link.used_at = now
    return shown


def _working(business_id: UUID, purpose: LinkPurpose, now: datetime) -> Select[MailedLink]:
    return select(MailedLink).where(
        MailedLink.business_id == business_id,
        MailedLink.purpose == purpose,
        MailedLink.used_at.is_(None),
        MailedLink.works_until > now,
    )


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()
