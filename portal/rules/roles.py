"""Who may do what at a studio: four roles, and the few things that a role may or may not.

A page of staff's names the one capability that it needs; nothing else decides who gets there.
"""

from collections.abc import Mapping
from enum import Enum


class Role(Enum):
    """What a member of staff does, from whoever may do most to whoever may do least."""

    OWNER = "owner"
    MANAGER = "manager"
    FRONT_DESK = "front_desk"
    INSTRUCTOR = "instructor"


class Capability(Enum):
    """What a page needs of whoever opens it."""

    OWN = "own"  # one's own name, password and second factor, and the help
    CLASSES = "classes"  # today, the classes, who comes; an instructor's are those that they teach
    CLIENTS = "clients"  # find them, book, cancel and move for them, give them a pass
    PASSES = "passes"  # change a pass that a client has
    MONEY = "money"  # refund, charge, credit, and decide otherwise than the preferences about money
    SETUP = "setup"  # what is on sale, when, for how much, and how the studio wants things
    RECORDS = "records"  # what everybody did and took in, and lists of clients as files
    BUSINESS = "business"  # the plan, who works here, everything the studio has as a file


_EVERYONE = frozenset({Capability.OWN, Capability.CLASSES})
_AT_THE_DESK = _EVERYONE | {Capability.CLIENTS}
_IN_CHARGE = _AT_THE_DESK | {
    Capability.PASSES,
    Capability.MONEY,
    Capability.SETUP,
    Capability.RECORDS,
}

MAY: Mapping[Role, frozenset[Capability]] = {
    Role.OWNER: _IN_CHARGE | {Capability.BUSINESS},
    Role.MANAGER: _IN_CHARGE,
    Role.FRONT_DESK: _AT_THE_DESK,
    Role.INSTRUCTOR: _EVERYONE,
}
"""An instructor teaches: who comes, and nothing of what they paid or where they live. The front desk looks
after clients all day, and neither gives money back nor changes what a pass is worth. A manager runs the
studio; what it costs to run, and who works there, is the owner's.
"""

ROLE_NAMES: Mapping[Role, str] = {
    Role.OWNER: "Owner",
    Role.MANAGER: "Manager",
    Role.FRONT_DESK: "Front desk",
    Role.INSTRUCTOR: "Instructor",
}

CAPABILITY_WORDS: Mapping[Capability, str] = {
    Capability.OWN: "Look after their own sign-in",
    Capability.CLASSES: "See the classes and who comes",
    Capability.CLIENTS: "Look after clients and their bookings",
    Capability.PASSES: "Change clients’ passes",
    Capability.MONEY: "Refund, charge and credit",
    Capability.SETUP: "Set up what the studio offers, and how",
    Capability.RECORDS: "Read everything that was done, and take lists of clients out",
    Capability.BUSINESS: "Decide on the plan and on who works here",
}
"""What a capability lets somebody do: a title for its pages, in the words of a role's description."""

_MANY: Mapping[Role, str] = {
    Role.OWNER: "owners",
    Role.MANAGER: "managers",
    Role.FRONT_DESK: "the front desk",
    Role.INSTRUCTOR: "instructors",
}


def may(role: Role, capability: Capability) -> bool:
    """Whether somebody of this role may do what needs this capability."""
    return capability in MAY[role]


def roles_that_may(capability: Capability) -> tuple[Role, ...]:
    """The roles with a capability, from whoever may do most; there is always an owner among them."""
    return tuple(role for role in Role if may(role, capability))


def who_may_words(capability: Capability) -> str:
    """The roles with a capability as a sentence begins with them: "Owners and managers"."""
    named = [_MANY[role] for role in roles_that_may(capability)]
    words = " and ".join([", ".join(named[:-1]), named[-1]] if len(named) > 1 else named)
    return words[0].upper() + words[1:]
