"""One answer of the API, as it is sent and as an idempotency key remembers it."""

import json
from dataclasses import dataclass, replace

from .errors import ApiError
from .store import Obj


@dataclass(frozen=True)
class Answer:
    """Status, body and the request it answered first."""

    status: int
    body: str
    request_id: str
    #: What `Stripe-Should-Retry` says; None leaves the header out.
    should_retry: bool | None = None
    replayed: bool = False

    def again(self) -> "Answer":
        """The same answer to a repeated request."""
        return replace(self, replayed=True)


def success(obj: Obj, request_id: str) -> Answer:
    """200 with the object as it is now."""
    return Answer(200, json.dumps(obj, indent=2), request_id)


def failure(error: ApiError, request_id: str) -> Answer:
    """The error's status, with its `error` object."""
    return Answer(error.status, json.dumps({"error": error.error}, indent=2), request_id, error.should_retry)
