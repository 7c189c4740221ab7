"""Which client, and which of their passes, a staff address names."""

from uuid import UUID

from flask import abort

from portal.models.client_pages import Client, ClientPass, client_by_id, client_pass
from portal.web.visitor import business


def client_shown(client_id: UUID) -> Client:
    """The client of this business by the address's id; anybody else is not to be found (404)."""
    return client_by_id(business().id, client_id) or abort(404)


def pass_shown(client_id: UUID, pass_id: UUID) -> ClientPass:
    """A pass of that very client; one of somebody else's is not to be found (404)."""
    found = client_pass(business().id, pass_id)
    if found is None or found.client.id != client_id:
        abort(404)
    return found
