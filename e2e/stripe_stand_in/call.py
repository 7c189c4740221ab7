"""What an endpoint works with: one account's books, the moment, and where events go."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .ids import Ids
from .store import Books, Obj

#: Tells the world that an object changed: type of the event, the object, and the call that changed it.
Emit = Callable[[str, Obj, "Call"], None]


@dataclass(frozen=True)
class Call:
    """One request to the API (or one act on the hosted page), in one account, at one moment."""

    books: Books
    #: Seconds since 1970 by the stand-in's clock.
    now: int
    ids: Ids
    tell: Emit
    #: Where the hosted pages are, without a slash at the end.
    public_url: str
    request_id: str | None = None
    idempotency_key: str | None = None

    def emit(self, type_: str, obj: Obj) -> None:
        """Makes an event of this type with the object as it is now."""
        self.tell(type_, obj, self)

    def unseen(self, obj: Obj) -> dict[str, Any]:
        """What Stripe knows of the object and does not show."""
        return self.books.unseen[obj["id"]]
