"""Events, as the API reads them back."""

from fnmatch import fnmatchcase

from e2e.stripe_stand_in.call import Call
from e2e.stripe_stand_in.errors import bad_parameter
from e2e.stripe_stand_in.listing import listed
from e2e.stripe_stand_in.parameters import Params
from e2e.stripe_stand_in.store import Obj

KIND = "event"


def retrieve(call: Call, _params: Params, id_: str) -> Obj:
    """GET /v1/events/:id."""
    return call.books.at_address(KIND, id_)


def list_all(call: Call, params: Params) -> Obj:
    """GET /v1/events, by `type` (which may end in a star) or `types`, and by whether its webhook arrived."""
    if "type" in params and "types" in params:
        raise bad_parameter("You may only specify one of these parameters: type, types.")
    wanted = [params["type"]] if "type" in params else params.get("types", ["*"])

    def fits(event: Obj) -> bool:
        arrived = event["pending_webhooks"] == 0
        right_type = any(fnmatchcase(event["type"], pattern) for pattern in wanted)
        return right_type and params.get("delivery_success", arrived) == arrived

    return listed(call, KIND, params, url="/v1/events", fits=fits)
