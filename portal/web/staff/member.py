"""One member of staff: their role, and the classes that they see (address: /staff/settings/staff/<id>)."""

from uuid import UUID

from flask import Blueprint, abort, redirect, render_template
from flask.typing import ResponseReturnValue

from portal.models.database import transaction
from portal.models.staff_members import StaffPerson, member_by_id
from portal.operations.staff_members import LastOwner, change_standing
from portal.rules.roles import ROLE_NAMES, Capability, Role
from portal.rules.sentences import Sentence
from portal.web.forms import errors_of
from portal.web.notices import tell
from portal.web.staff.act_forms import ActForm, acting, refusals_shown
from portal.web.staff.member_acts_offered import acts_for
from portal.web.staff.members import (
    ADDRESS,
    chosen_teacher,
    offer_teachers,
    role_field,
    standing_of,
    teacher_field,
)
from portal.web.visitor import business, now, staff, staff_needed

ONE = f"{ADDRESS}/<uuid:member_id>"

pages = Blueprint("staff_member", __name__)


class StandingForm(ActForm):
    """The role, and for an instructor the classes."""

    role = role_field()
    teaches_as = teacher_field()


@pages.get(ONE)
@staff_needed(Capability.BUSINESS)
def show(member_id: UUID) -> ResponseReturnValue:
    """Their role, how they sign in, and what can be done."""
    person = member_shown(member_id)
    return _page(person, StandingForm(role=person.role.value, teaches_as=person.teaches_as))


@pages.post(ONE)
@staff_needed(Capability.BUSINESS)
def save(member_id: UUID) -> ResponseReturnValue:
    """Keep another role, or another teacher's name; whoever gives up being an owner leaves these pages."""
    person, form = member_shown(member_id), StandingForm()
    if form.validate_on_submit():
        with refusals_shown(form, {LastOwner: form.role}):
            role = Role(form.role.data)
            with transaction():
                change_standing(
                    business(),
                    member_id=member_id,
                    role=role,
                    teaches_as=chosen_teacher(form.teaches_as, person.teaches_as),
                    actor=acting(),
                    now=now(),
                )
            named = {"name": person.name, "role": ROLE_NAMES[role].lower()}
            tell(Sentence("{name}’s role is {role}.", named))
            stays = member_id != staff().id or role is Role.OWNER
            return redirect(ADDRESS if stays else "/staff", code=303)
    return _page(person, form), form.status


def member_shown(member_id: UUID) -> StaffPerson:
    """Somebody of this business's staff; anybody else is not to be found (404)."""
    return member_by_id(business().id, member_id) or abort(404)


def _page(person: StaffPerson, form: StandingForm) -> str:
    offer_teachers(form.teaches_as, person.teaches_as)
    return render_template(
        "staff/settings/staff/member.html",
        person=person,
        role=ROLE_NAMES[person.role],
        standing=standing_of(person),
        acts=acts_for(person, f"{ADDRESS}/{person.id}"),
        form=form,
        errors=errors_of(form),
        address=f"{ADDRESS}/{person.id}",
        back=ADDRESS,
    )
