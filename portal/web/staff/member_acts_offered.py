"""What an owner does with somebody's place here, and how the page of each says so."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from portal.models.staff_members import StaffPerson
from portal.operations.second_factors import reset_second_factor
from portal.operations.staff_members import (
    deactivate_member,
    invite_again,
    reactivate_member,
    withdraw_invitation,
)


@dataclass(frozen=True, slots=True)
class MemberAct:
    """One act; ``fits`` says whether somebody stands so that it can be done."""

    carry_out: Callable[..., None]
    heading: str
    button: str
    effects: tuple[str, ...]
    done: str
    fits: Callable[[StaffPerson], bool]
    is_dangerous: bool = False


MEMBER_ACTS: Mapping[str, MemberAct] = {
    "invitation": MemberAct(
        invite_again,
        heading="Send {name}’s invitation again",
        button="Send again",
        effects=(
            "An e-mail with a new link goes to {email}; it works for seven days.",
            "Links that went before end.",
        ),
        done="A new link is on its way to {email}.",
        fits=lambda person: person.is_invited and person.deactivated_at is None,
    ),
    "withdrawal": MemberAct(
        withdraw_invitation,
        heading="Withdraw {name}’s invitation",
        button="Withdraw",
        effects=("The link in the letter ends, and {name} leaves the list.", "You can invite them anew."),
        done="{name}’s invitation is withdrawn.",
        fits=lambda person: person.is_invited,
        is_dangerous=True,
    ),
    "two-factor-reset": MemberAct(
        reset_second_factor,
        heading="Reset {name}’s two-factor sign-in",
        button="Reset two-factor",
        effects=(
            "Two-factor sign-in is turned off for {name}: their password alone lets them in.",
            "They are signed out everywhere, and an e-mail tells them.",
            "Make sure that it is really {name} who asks for it.",
        ),
        done="{name}’s two-factor sign-in is reset, and an e-mail says so.",
        fits=lambda person: person.has_second_factor and person.deactivated_at is None,
        is_dangerous=True,
    ),
    "deactivation": MemberAct(
        deactivate_member,
        heading="Deactivate {name}",
        button="Deactivate",
        effects=(
            "{name} is signed out everywhere at once, and can sign in no more.",
            "What they did stays theirs, here and in the audit.",
            "You can reactivate them at any time.",
        ),
        done="{name} is deactivated.",
        fits=lambda person: person.deactivated_at is None and not person.is_invited,
        is_dangerous=True,
    ),
    "activation": MemberAct(
        reactivate_member,
        heading="Reactivate {name}",
        button="Reactivate",
        effects=("{name} can sign in again as before: same password, same role, same two-factor sign-in.",),
        done="{name} can sign in again.",
        fits=lambda person: person.deactivated_at is not None,
    ),
}


def acts_for(person: StaffPerson, address: str) -> list[tuple[str, str]]:
    """The acts that fit somebody whose page is at ``address``: the buttons, and where they lead."""
    return [(act.button, f"{address}/{name}") for name, act in MEMBER_ACTS.items() if act.fits(person)]
