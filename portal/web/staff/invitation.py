"""The link of an invitation: a page whose button accepts it, with a password (address:
/staff/invitations/<token>).
"""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from portal.models.database import end_reading, transaction
from portal.models.people import LinkPurpose
from portal.models.staff_members import member_by_id
from portal.operations.mailed_links import LinkEnded, link_behind
from portal.operations.passwords import hash_password
from portal.operations.staff_members import accept_invitation
from portal.rules.roles import ROLE_NAMES
from portal.web.customer.registration import GONE
from portal.web.forms import UNPROCESSABLE, PageForm, errors_of
from portal.web.notices import tell
from portal.web.person_fields import new_password_field
from portal.web.signing_in import let_staff_in
from portal.web.visitor import business, now, open_to_strangers

ADDRESS = "/staff/invitations/<token>"

pages = Blueprint("staff_invitation", __name__)


class AcceptForm(PageForm):
    """The password to be."""

    password = new_password_field()


@pages.get(ADDRESS)
@open_to_strangers
def show(token: str) -> ResponseReturnValue:
    """Who invites to what; nothing is accepted by looking."""
    try:
        return _page(token, AcceptForm())
    except LinkEnded:
        return _ended()


@pages.post(ADDRESS)
@open_to_strangers
def accept(token: str) -> ResponseReturnValue:
    """Set the password, and let this browser in."""
    form = AcceptForm()
    try:
        if not form.validate_on_submit():
            return _page(token, form), UNPROCESSABLE
        link_behind(business().id, token, LinkPurpose.STAFF_INVITATION, now=now())
        end_reading()
        password_hash = hash_password(form.password.data)
        with transaction():
            member_id = accept_invitation(business(), token=token, password_hash=password_hash, now=now())
    except LinkEnded:
        return _ended()
    response = let_staff_in(member_id, "/staff")
    tell("Welcome. You are signed in.")
    return response


def _page(token: str, form: AcceptForm) -> str:
    link = link_behind(business().id, token, LinkPurpose.STAFF_INVITATION, now=now())
    member = member_by_id(business().id, link.staff_member_id) if link.staff_member_id else None
    if member is None:
        raise LinkEnded
    return render_template(
        "staff/invitation/page.html",
        member=member,
        role=ROLE_NAMES[member.role],
        form=form,
        errors=errors_of(form),
    )


def _ended() -> tuple[str, int]:
    return render_template("staff/invitation/ended.html"), GONE
