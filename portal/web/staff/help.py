"""Who may do what, read from the pages themselves (address: /staff/help/roles)."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

from flask import Blueprint, current_app, render_template
from flask.typing import ResponseReturnValue

from portal.rules.roles import CAPABILITY_WORDS, ROLE_NAMES, Capability, Role, roles_that_may
from portal.web.staff.admission import staff_pages
from portal.web.staff.role_words import ROOM_WORDS, WITHIN_PAGES
from portal.web.visitor import staff_needed

ABOUT_ROLES = {
    Role.OWNER: "Everything, the plan and who works here included.",
    Role.MANAGER: "Runs the studio: everything but the plan and who works here.",
    Role.FRONT_DESK: "Looks after clients: finds them, cancels and moves for them, issues passes. Gives no "
    "money back, and changes no pass.",
    Role.INSTRUCTOR: "Sees the classes and who comes; nothing of what people paid, and no addresses.",
}

pages = Blueprint("staff_help", __name__)


@dataclass(frozen=True, slots=True)
class Group:
    """What one capability lets people do; ``roles`` have it."""

    title: str
    roles: tuple[Role, ...]
    lines: Sequence[str]


@pages.get("/staff/help/roles")
@staff_needed(Capability.OWN)
def roles() -> ResponseReturnValue:
    """The four roles, and which of the pages each may use."""
    return render_template(
        "staff/help/roles.html", roles=Role, names=ROLE_NAMES, about=ABOUT_ROLES, groups=_groups()
    )


def _groups() -> list[Group]:
    """Every page by what it needs, each line once, in the order of their words."""
    rooms = {(page.room, page.needs) for page in staff_pages(current_app) if page.needs is not None}
    lines = [(needs, words) for (room, needs), words in ROOM_WORDS.items() if (room, needs) in rooms]
    return [
        Group(
            CAPABILITY_WORDS[capability],
            roles_that_may(capability),
            [words for needs, words in chain(lines, WITHIN_PAGES) if needs is capability],
        )
        for capability in Capability
    ]
