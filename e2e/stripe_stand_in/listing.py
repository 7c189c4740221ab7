"""Lists: newest first, a page at a time, limited by creation time."""

from collections.abc import Callable
from typing import Any

from .call import Call
from .errors import bad_parameter
from .parameters import Params
from .store import Obj

DEFAULT_LIMIT = 10
LARGEST_LIMIT = 100
COMPARISONS: dict[str, Callable[[int, int], bool]] = {
    "gt": lambda created, bound: created > bound,
    "gte": lambda created, bound: created >= bound,
    "lt": lambda created, bound: created < bound,
    "lte": lambda created, bound: created <= bound,
}


def listed(
    call: Call, kind: str, params: Params, *, url: str, fits: Callable[[Obj], bool] = lambda _: True
) -> Obj:
    """One page of the objects of a kind that fit, as Stripe's list object."""
    created = params.get("created", {})
    everything = [
        obj for obj in call.books.newest_first(kind) if fits(obj) and _was_made(obj["created"], created)
    ]
    return page(everything, params, url=url)


def page(everything: list[Obj], params: Params, *, url: str) -> Obj:
    """A page of these, by `limit`, `starting_after` and `ending_before`."""
    limit = _limit(params)
    if "ending_before" in params:
        before = everything[: _position(everything, params, "ending_before")]
        return list_object(before[-limit:], url=url, has_more=len(before) > limit)
    start = _position(everything, params, "starting_after") + 1 if "starting_after" in params else 0
    return list_object(everything[start : start + limit], url=url, has_more=len(everything) > start + limit)


def list_object(entries: list[Obj], *, url: str, has_more: bool = False) -> Obj:
    """Stripe's own wrapping of a list."""
    return {"object": "list", "url": url, "has_more": has_more, "data": entries}


def same(params: Params, *names: str) -> Callable[[Obj], bool]:
    """Whether an object has, under each of these names, what the parameters ask for (if they ask)."""
    return lambda obj: all(obj.get(name) == params[name] for name in names if name in params)


def _was_made(created: int, wanted: Any) -> bool:
    if isinstance(wanted, int):
        return created == wanted
    return all(COMPARISONS[name](created, bound) for name, bound in wanted.items())


def _limit(params: Params) -> int:
    limit = int(params.get("limit", DEFAULT_LIMIT))
    if not 1 <= limit <= LARGEST_LIMIT:
        raise bad_parameter(f"Invalid limit: must be between 1 and {LARGEST_LIMIT}", param="limit")
    return limit


def _position(everything: list[Obj], params: Params, name: str) -> int:
    for position, obj in enumerate(everything):
        if obj["id"] == params[name]:
            return position
    raise bad_parameter(f"No such object: '{params[name]}'", param=name, code="resource_missing")
