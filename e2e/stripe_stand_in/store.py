"""What the stand-in remembers: the objects of each account, in memory, in the order they were made."""

import threading
from collections.abc import Iterator
from typing import Any

from .errors import no_such

Obj = dict[str, Any]

#: Kinds of objects whose name in Stripe's sentences differs from `object`.
SPOKEN = {"payment_method": "PaymentMethod"}


class Books:
    """One account's objects: the platform's own, or those of one connected account."""

    def __init__(self, account: str | None) -> None:
        self.account = account
        self.objects: dict[str, Obj] = {}
        #: What Stripe knows of an object and does not show: a card's number, a session's line items.
        self.unseen: dict[str, Obj] = {}
        #: The ids of objects that will change by themselves when their time comes.
        self.waiting_ids: dict[str, None] = {}
        self._of_kind: dict[str, list[Obj]] = {}

    def add(self, obj: Obj, **unseen: Any) -> Obj:
        """Keeps an object, which changes in place from now on."""
        self.objects[obj["id"]] = obj
        self.unseen[obj["id"]] = unseen
        self._of_kind.setdefault(obj["object"], []).append(obj)
        return obj

    def wait(self, obj: Obj) -> None:
        """The object will change by itself when its time comes."""
        self.waiting_ids[obj["id"]] = None

    def settle(self, obj: Obj) -> None:
        """It has changed, or will not any more."""
        self.waiting_ids.pop(obj["id"], None)

    def waiting(self, kind: str) -> list[Obj]:
        """The objects of a kind that will still change by themselves."""
        found = [self.objects[id_] for id_ in self.waiting_ids]
        return [obj for obj in found if obj["object"] == kind]

    def find(self, kind: str, id_: str | None) -> Obj | None:
        """The object of that kind and id, if this account has it."""
        obj = self.objects.get(id_ or "")
        return obj if obj is not None and obj["object"] == kind else None

    def at_address(self, kind: str, id_: str, *, param: str = "id") -> Obj:
        """The object that an address names. Refuses an unknown one, or another account's, as 404."""
        obj = self.find(kind, id_)
        if obj is None:
            raise no_such(SPOKEN.get(kind, kind), id_, param=param, status=404)
        return obj

    def named_by(self, kind: str, id_: str, *, param: str) -> Obj:
        """The object that a parameter names. Refuses an unknown one, or another account's, as 400."""
        obj = self.find(kind, id_)
        if obj is None:
            raise no_such(SPOKEN.get(kind, kind), id_, param=param, status=400)
        return obj

    def newest_first(self, kind: str) -> list[Obj]:
        """All objects of a kind; those made in the same second in reverse order of making."""
        return sorted(self._of_kind.get(kind, []), key=lambda obj: int(obj["created"]))[::-1]


class Store:
    """The books of all accounts, and the lock under which they are read and written."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self._books: dict[str | None, Books] = {}

    def books(self, account: str | None) -> Books:
        """The books of a connected account, or of the platform (None)."""
        return self._books.setdefault(account, Books(account))

    def all_books(self) -> Iterator[Books]:
        """The books of every account that was ever used."""
        yield from list(self._books.values())

    def books_with(self, id_: str) -> Books | None:
        """The books that hold this object, whichever account's they are."""
        return next((books for books in self.all_books() if id_ in books.objects), None)

    def clear(self) -> None:
        """Forgets everything."""
        with self.lock:
            self._books.clear()

    def as_json(self) -> list[Obj]:
        """Everything, to be written to a file."""
        return [
            {
                "account": books.account,
                "objects": books.objects,
                "unseen": books.unseen,
                "waiting": list(books.waiting_ids),
            }
            for books in self.all_books()
        ]

    def restore(self, saved: list[Obj]) -> None:
        """Takes back what `as_json` gave."""
        self.clear()
        for entry in saved:
            books = self.books(entry["account"])
            for id_, obj in entry["objects"].items():
                books.add(obj, **entry["unseen"][id_])
            books.waiting_ids |= dict.fromkeys(entry["waiting"])
