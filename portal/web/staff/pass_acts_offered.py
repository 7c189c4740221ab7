"""What the Action menu of a pass offers (S2, S6–S9)."""

from datetime import date

from portal.models.client_pages import ClientPass
from portal.rules.passes import PassStatus, status
from portal.rules.roles import Capability
from portal.web.visitor import staff

Act = tuple[str, str]


def pass_address(of: ClientPass) -> str:
    """A pass's own page among the client's."""
    return f"/staff/clients/{of.client.id}/passes/{of.id}"


def acts_for(of: ClientPass, today: date) -> list[Act]:
    """What whoever is signed in can do with a pass on a day: names and addresses, in the order of the menu.

    Whatever may still take money from the client can be deactivated, used up or expired as it may be. What
    is withdrawn offers Activate, and its page says why not (S8); a used-up pass has Adjust uses instead (S7).
    """
    now_is = status(of.owned, today)
    withdrawn = now_is in {PassStatus.DEACTIVATED, PassStatus.WITHDRAWN}
    wanted = [
        ("Activate", "activation", withdrawn or now_is is PassStatus.EXPIRED),
        ("Deactivate", "deactivation", not withdrawn),
        ("Edit Purchase Option", "edit", True),
        ("Extend", "extension", now_is is not PassStatus.USED_UP),
        ("Pause", "pause", not now_is.inactive),
        ("Adjust uses", "adjustment", of.owned.uses_left is not None),
        ("Refund", "refund", True),
        ("Undo", "undo", True),
    ]
    offered = [
        (name, f"{pass_address(of)}/{act}")
        for name, act, fits in wanted
        if fits and staff().may(Capability.MONEY if act == "refund" else Capability.PASSES)
    ]
    return [*offered, ("History", pass_address(of))]
