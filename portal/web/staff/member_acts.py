"""An act on somebody's place here: a page that asks, and the button that does it (address:
/staff/settings/staff/<id>/<act>).
"""

from uuid import UUID

from flask import Blueprint, redirect, render_template
from flask.typing import ResponseReturnValue

from portal.models.database import transaction
from portal.models.staff_members import StaffPerson
from portal.rules.roles import Capability
from portal.rules.sentences import Sentence
from portal.web.notices import tell
from portal.web.staff.act_forms import ActForm, acting, refusals_shown
from portal.web.staff.member import ONE, member_shown
from portal.web.staff.member_acts_offered import MEMBER_ACTS
from portal.web.staff.members import ADDRESS
from portal.web.visitor import business, now, staff_needed

ACT = ONE + "/<any('" + "', '".join(MEMBER_ACTS) + "'):act>"

pages = Blueprint("staff_member_acts", __name__)


class SureForm(ActForm):
    """Nothing but the button."""


@pages.get(ACT)
@staff_needed(Capability.BUSINESS)
def ask(member_id: UUID, act: str) -> ResponseReturnValue:
    """The confirmation, which says what it will do; where it does not fit any more, back to the person."""
    person = member_shown(member_id)
    if not MEMBER_ACTS[act].fits(person):
        return redirect(f"{ADDRESS}/{member_id}", code=303)
    return _page(person, act, SureForm())


@pages.post(ACT)
@staff_needed(Capability.BUSINESS)
def carry_out(member_id: UUID, act: str) -> ResponseReturnValue:
    """Do it."""
    person, form = member_shown(member_id), SureForm()
    if form.validate_on_submit():
        with refusals_shown(form):
            with transaction():
                MEMBER_ACTS[act].carry_out(business(), member_id=member_id, actor=acting(), now=now())
            tell(Sentence(MEMBER_ACTS[act].done, _named(person)))
            return redirect(ADDRESS, code=303)
    return _page(person, act, form), form.status


def _page(person: StaffPerson, act: str, form: SureForm) -> str:
    told, named = MEMBER_ACTS[act], _named(person)
    return render_template(
        "staff/settings/staff/act.html",
        person=person,
        heading=Sentence(told.heading, named),
        effects=[Sentence(effect, named) for effect in told.effects],
        button=told.button,
        is_dangerous=told.is_dangerous,
        form=form,
        address=f"{ADDRESS}/{person.id}/{act}",
        back=f"{ADDRESS}/{person.id}",
        list_address=ADDRESS,
    )


def _named(person: StaffPerson) -> dict[str, str]:
    return {"name": person.name, "email": person.email}
