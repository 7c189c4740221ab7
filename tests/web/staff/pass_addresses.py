"""Where staff act on a pass."""

from tests.studio import APass


def address_of(of: APass, act: str) -> str:
    """The page of an act on a pass ("deactivation")."""
    return f"/staff/clients/{of.customer_id}/passes/{of.id}/{act}"


def passes_of(of: APass) -> str:
    """The passes of the client whose it is."""
    return f"/staff/clients/{of.customer_id}/passes"
