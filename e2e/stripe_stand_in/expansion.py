"""`expand`: puts the object itself where only its id stood."""

import copy
from collections.abc import Callable, Iterable
from typing import Any

from .call import Call
from .errors import bad_parameter
from .listing import list_object
from .objects.checkout_sessions import line_items
from .store import Obj

DEEPEST = 4


def expanded(call: Call, obj: Obj, paths: Iterable[str]) -> Obj:
    """A copy of the object with these paths expanded. Refuses a path that cannot be."""
    answer = copy.deepcopy(obj)
    for path in paths:
        words = path.split(".")
        if len(words) > DEEPEST:
            raise bad_parameter(
                f"You cannot expand more than {DEEPEST} levels of a property.", param="expand"
            )
        _expand(call, answer, words, path)
    return answer


def _expand(call: Call, obj: Obj, words: list[str], path: str) -> None:
    if obj.get("object") == "list" and words[0] == "data":
        for entry in obj["data"]:
            _expand(call, entry, words[1:], path)
        return
    name, *rest = words
    obj[name] = _value(call, obj, name, path)
    if rest and isinstance(obj[name], dict):
        _expand(call, obj[name], rest, path)


def _value(call: Call, obj: Obj, name: str, path: str) -> Any:
    included = INCLUDABLE.get((str(obj.get("object")), name))
    if included is not None:
        return included(call, obj)
    if name not in obj:
        raise _not_expandable(path)
    value = obj[name]
    if value is None or isinstance(value, dict):
        return value
    if value not in call.books.objects:
        raise _not_expandable(path)
    return copy.deepcopy(call.books.objects[value])


def _not_expandable(path: str) -> Exception:
    return bad_parameter(f"This property cannot be expanded ({path}).", param="expand")


def _refunds(call: Call, charge: Obj) -> Obj:
    refunds = [refund for refund in call.books.newest_first("refund") if refund["charge"] == charge["id"]]
    return list_object(copy.deepcopy(refunds), url=f"/v1/charges/{charge['id']}/refunds")


#: What is shown only when asked for.
INCLUDABLE: dict[tuple[str, str], Callable[[Call, Obj], Obj]] = {
    ("checkout.session", "line_items"): line_items,
    ("charge", "refunds"): _refunds,
}
