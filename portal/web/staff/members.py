"""Settings › Staff: who works here, invitations, and who must use two-factor sign-in (address:
/staff/settings/staff and below).
"""

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue
from wtforms import RadioField, SelectChoice, SelectField
from wtforms.validators import InputRequired

from portal.models.database import transaction
from portal.models.staff_members import StaffPerson, staff_people, teachers
from portal.operations.businesses import need_second_factor
from portal.operations.staff_members import WorksHereAlready, invite
from portal.rules.roles import ROLE_NAMES, Capability, Role
from portal.rules.sentences import Sentence
from portal.web.forms import errors_of
from portal.web.notices import tell
from portal.web.person_fields import email_field, name_field
from portal.web.staff.act_forms import ActForm, acting, refusals_shown
from portal.web.staff.csv_export import Cell, csv_address, csv_file, wants_csv
from portal.web.staff.help import ABOUT_ROLES
from portal.web.visitor import business, now, staff, staff_needed
from portal.web.wording import wording

ADDRESS = "/staff/settings/staff"
NOBODYS = "Nobody: an instructor sees no class yet"

pages = Blueprint("staff_members", __name__)


def _told(role: Role) -> str:
    """Reads "Manager: runs the studio …"."""
    about = ABOUT_ROLES[role]
    return f"{ROLE_NAMES[role]}: {about[0].lower()}{about[1:]}"


def role_field() -> RadioField:
    """Which of the four roles."""
    return RadioField(
        "Role",
        choices=[SelectChoice(role.value, _told(role)) for role in Role],
        validators=[InputRequired("Choose a role.")],
    )


def teacher_field() -> SelectField:
    """For instructors: the teacher's name in the classes that they see."""
    return SelectField("Sees the classes of", choices=[], validate_choice=False)


class InvitationForm(ActForm):
    """Who, and what they will do."""

    name = name_field("Enter their name.")
    email = email_field()
    role = role_field()
    teaches_as = teacher_field()


@pages.get(ADDRESS)
@staff_needed(Capability.BUSINESS)
def people() -> ResponseReturnValue:
    """Everybody who works here, whoever is invited, and whoever used to."""
    found = staff_people(business().id)
    if wants_csv():
        head = ("Name", "E-mail", "Role", "Two-factor sign-in", "Last sign-in", "Deactivated")
        return csv_file("staff", head, map(_row, found))
    return render_template(
        "staff/settings/staff/list.html",
        people=[(person, ROLE_NAMES[person.role], standing_of(person)) for person in found],
        needs_second_factor=staff().needs_second_factor,
        without=sum(standing_of(it) == "here" and not it.has_second_factor for it in found),
        address=ADDRESS,
        csv=csv_address(),
        zone_sentence=wording().zone_sentence(now()),
    )


@pages.get(f"{ADDRESS}/invitation")
@staff_needed(Capability.BUSINESS)
def ask() -> ResponseReturnValue:
    """The form of an invitation."""
    return _page(InvitationForm())


@pages.post(f"{ADDRESS}/invitation")
@staff_needed(Capability.BUSINESS)
def send() -> ResponseReturnValue:
    """Invite."""
    form = InvitationForm()
    if form.validate_on_submit():
        with refusals_shown(form, {WorksHereAlready: form.email}):
            with transaction():
                invite(
                    business(),
                    name=form.name.data,
                    email=form.email.data,
                    role=Role(form.role.data),
                    teaches_as=chosen_teacher(form.teaches_as),
                    actor=acting(),
                    now=now(),
                )
            told = "{name} is invited. An e-mail with a link is on its way to {email}."
            tell(Sentence(told, {"name": form.name.data, "email": form.email.data}))
            return redirect(ADDRESS, code=303)
    return _page(form), form.status


@pages.post(f"{ADDRESS}/two-factor")
@staff_needed(Capability.BUSINESS)
def need() -> ResponseReturnValue:
    """Keep whether all staff must use two-factor sign-in."""
    needed = request.form.get("needed") == "yes"
    with transaction():
        need_second_factor(business().id, needed=needed, actor=acting(), now=now())
    tell(
        "All staff must use two-factor sign-in now. Whoever does not sets it up before anything else."
        if needed
        else "Staff may choose whether to use two-factor sign-in."
    )
    return redirect(ADDRESS, code=303)


def standing_of(person: StaffPerson) -> str:
    """How somebody stands: "deactivated", "invited", "lapsed" where the invitation has ended, or "here"."""
    if person.deactivated_at is not None:
        return "deactivated"
    if person.is_invited:
        return "invited" if person.invited_until and person.invited_until > now() else "lapsed"
    return "here"


def offer_teachers(field: SelectField, kept: str = "") -> None:
    """Offer the teachers that classes name, and the one that was chosen before."""
    names = sorted({*teachers(business().id), *([kept] if kept else [])})
    field.choices = [SelectChoice("", NOBODYS), *(SelectChoice(name, name) for name in names)]


def chosen_teacher(field: SelectField, kept: str = "") -> str:
    """The teacher that was chosen; whom no class names is nobody."""
    given = str(field.data or "")
    return given if given in {*teachers(business().id), kept} else ""


def _page(form: InvitationForm) -> str:
    offer_teachers(form.teaches_as)
    return render_template(
        "staff/settings/staff/invitation.html",
        form=form,
        errors=errors_of(form),
        address=f"{ADDRESS}/invitation",
        back=ADDRESS,
    )


def _row(person: StaffPerson) -> tuple[Cell, ...]:
    two_factor = "on" if person.has_second_factor else "off"
    names = (person.name, person.email, ROLE_NAMES[person.role], two_factor)
    return (*names, person.last_sign_in, person.deactivated_at)
