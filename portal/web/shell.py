"""What every layout may ask: the visit and the page's address, and nothing that costs a statement."""

from flask import Flask, request

from portal.rules.roles import Capability
from portal.web.visitor import has_visit, visit


def describe_shell(app: Flask) -> None:
    """Put the visit into every template, and what whoever works here may do."""

    @app.context_processor
    def shell() -> dict[str, object]:
        return {"visit": visit() if has_visit() else None, "here": request.path, "may": _may}


def _may(capability: str) -> bool:
    """Whether whoever is signed in as staff has the capability of this name ("clients")."""
    needed = Capability(capability)
    staff = visit().staff if has_visit() else None
    return staff is not None and staff.may(needed)
