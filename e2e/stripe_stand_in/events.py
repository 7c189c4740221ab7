"""Events: what happened, with the object as it was just then."""

import copy

from stripe._api_version import _ApiVersion

from .call import Call
from .store import Obj

API_VERSION = _ApiVersion.CURRENT


def event_of(type_: str, obj: Obj, call: Call, *, pending_webhooks: int) -> Obj:
    """A new event in the call's books; one of a connected account names it."""
    event: Obj = {
        "id": call.ids.new("evt"),
        "object": "event",
        "api_version": API_VERSION,
        "created": call.now,
        "data": {"object": copy.deepcopy(obj)},
        "livemode": False,
        "pending_webhooks": pending_webhooks,
        "request": {"id": call.request_id, "idempotency_key": call.idempotency_key},
        "type": type_,
    }
    if call.books.account is not None:
        event["account"] = call.books.account
    return call.books.add(event)
