"""What each page below /staff needs, as its route says it: for the start-up check, and the table of who may
do what.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Flask

from portal.rules.roles import Capability

STAFF = "/staff"


class UndeclaredPage(RuntimeError):  # noqa: N818  it is a refusal to start, with a sentence for whoever wrote it
    """A page of staff's does not say who may open it."""


@dataclass(frozen=True, slots=True)
class StaffPage:
    """One method of one address below /staff; ``needs`` is None where nobody has to be signed in.
    ``room`` is the blueprint that it hangs in.
    """

    method: str
    address: str
    room: str
    needs: Capability | None


def staff_pages(app: Flask) -> Iterator[StaffPage]:
    """Every page below /staff, in the order of addresses; raises UndeclaredPage."""
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, sorted(rule.methods or ()))):
        if rule.rule != STAFF and not rule.rule.startswith(f"{STAFF}/"):
            continue
        page = app.view_functions[rule.endpoint]
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            if not hasattr(page, "needs"):
                raise UndeclaredPage(_told(method, rule.rule, rule.endpoint))
            yield StaffPage(method, rule.rule, rule.endpoint.rpartition(".")[0], page.needs)


def refuse_undeclared_pages(app: Flask) -> None:
    """Do not start while a page of staff's is open to whoever finds it."""
    for _ in staff_pages(app):
        pass


def _told(method: str, address: str, endpoint: str) -> str:
    return (
        f"{method} {address} ({endpoint}) does not say who may open it. Put @staff_needed(Capability.…) "
        "right below its @pages line: CLASSES, CLIENTS, PASSES, MONEY, SETUP, RECORDS or BUSINESS, as "
        "portal/rules/roles.py explains them; @open_to_strangers only where nobody has to be signed in."
    )
