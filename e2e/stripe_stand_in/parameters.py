"""Reads a request's parameters and holds them against the SDK's own `stripe.params` types.

The types are read while running, nested ones too, so that the stand-in refuses whatever this
version of Stripe's API does not know.
"""

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from functools import cache
from types import UnionType
from typing import Any, Literal, NamedTuple, Union, get_args, get_origin

import typing_extensions
from stripe._request_options import RequestOptions

from .errors import ApiError, bad_parameter, missing_parameter

Params = dict[str, Any]
Raw = str | dict[str, Any]
WORD = re.compile(r"[^\[\]]+|\[\]")
#: Names that the SDK's modules use for type checkers only.
UNIMPORTED = {"Mapping": Mapping, "StripeContext": object}


class Field(NamedTuple):
    """One parameter as the SDK declares it."""

    hint: Any
    required: bool


class Choice(NamedTuple):
    """The kinds of value that a parameter takes."""

    literals: tuple[str, ...]
    lists: tuple[Any, ...]
    objects: tuple[type, ...]
    maps: bool
    plain: tuple[type, ...]


def decode(pairs: Iterable[tuple[str, str]]) -> dict[str, Raw]:
    """Turns `a[b][0]=c` into nested dicts; lists are still dicts with their indices as keys."""
    tree: dict[str, Raw] = {}
    for name, value in pairs:
        _plant(tree, WORD.findall(name), value)
    return tree


def checked(declared: type, raw: dict[str, Raw]) -> Params:
    """The parameters with their proper types. Refuses, as Stripe does, whatever `declared` does not have."""
    return _object(declared, raw, "")


def _plant(tree: dict[str, Any], words: list[str], value: str) -> None:
    for word in words[:-1]:
        branch = tree.setdefault(_key(tree, word), {})
        if not isinstance(branch, dict):
            raise bad_parameter("Invalid object", param=word)
        tree = branch
    tree[_key(tree, words[-1])] = value


def _key(tree: dict[str, Any], word: str) -> str:
    return str(len(tree)) if word == "[]" else word


@cache
def _fields(declared: type) -> dict[str, Field]:
    hints = typing_extensions.get_type_hints(declared, localns=UNIMPORTED)
    required: frozenset[str] = getattr(declared, "__required_keys__", frozenset())
    # The module-level functions take options such as api_key beside the parameters; these never travel.
    options = RequestOptions.__annotations__
    return {name: Field(hint, name in required) for name, hint in hints.items() if name not in options}


@cache
def _choice(hint: Any) -> Choice:
    members = list(_members(hint))
    return Choice(
        literals=tuple(
            value for member in members if get_origin(member) is Literal for value in get_args(member)
        ),
        lists=tuple(get_args(member)[0] for member in members if get_origin(member) is list),
        objects=tuple(member for member in members if typing_extensions.is_typeddict(member)),
        maps=any(get_origin(member) is dict for member in members),
        plain=tuple(member for member in members if member in (int, bool, str, Decimal)),
    )


def _members(hint: Any) -> Iterable[Any]:
    if get_origin(hint) in (Union, UnionType):
        for member in get_args(hint):
            yield from _members(member)
    else:
        yield hint


def _object(declared: type, raw: dict[str, Raw], path: str) -> Params:
    fields = _fields(declared)
    unknown = [_inside(path, name) for name in raw if name not in fields]
    if unknown:
        raise _unknown(unknown)
    for name, field in fields.items():
        if field.required and name not in raw:
            raise missing_parameter(_inside(path, name))
    return {name: _value(fields[name], value, _inside(path, name)) for name, value in raw.items()}


def _unknown(names: list[str]) -> ApiError:
    word = "parameter" if len(names) == 1 else "parameters"
    return bad_parameter(
        f"Received unknown {word}: {', '.join(names)}", param=names[0], code="parameter_unknown"
    )


def _inside(path: str, name: str) -> str:
    return f"{path}[{name}]" if path else name


def _value(field: Field, raw: Raw, path: str) -> Any:
    choice = _choice(field.hint)
    if isinstance(raw, dict):
        return _nested(choice, raw, path)
    if raw == "":
        return _emptied(field, choice, path)
    if choice.plain or choice.literals:
        return _scalar(choice, raw, path)
    raise bad_parameter("Invalid array" if choice.lists else "Invalid object", param=path)


def _nested(choice: Choice, raw: dict[str, Raw], path: str) -> Any:
    if choice.lists:
        item = Field(choice.lists[0], required=True)
        return [_value(item, value, _inside(path, index)) for index, value in _in_order(raw, path)]
    if choice.objects:
        return _object(choice.objects[0], raw, path)
    if choice.maps:
        return {name: _text(value, _inside(path, name)) for name, value in raw.items()}
    raise bad_parameter("Invalid string: was given an object", param=path)


def _in_order(raw: dict[str, Raw], path: str) -> list[tuple[str, Raw]]:
    if not all(index.isdigit() for index in raw):
        raise bad_parameter("Invalid array", param=path)
    return sorted(raw.items(), key=lambda item: int(item[0]))


def _text(raw: Raw, path: str) -> str:
    if isinstance(raw, str):
        return raw
    raise bad_parameter("Metadata values must be strings, but you passed in a hash.", param=path)


def _emptied(field: Field, choice: Choice, path: str) -> str:
    """An empty value unsets what may be unset: optional texts, and what the SDK types with `Literal['']`."""
    if "" in choice.literals or (str in choice.plain and not field.required and not choice.literals):
        return ""
    raise bad_parameter(
        f"You passed an empty string for '{path}'. We assume empty values are an attempt to unset a "
        f"parameter; however '{path}' cannot be unset. You should remove '{path}' from your request "
        "or supply a non-empty value.",
        param=path,
        code="parameter_invalid_empty",
    )


def _scalar(choice: Choice, raw: str, path: str) -> Any:
    if raw in choice.literals:
        return raw
    if bool in choice.plain and raw in ("true", "false"):
        return raw == "true"
    if int in choice.plain:
        return _integer(raw, path)
    if Decimal in choice.plain:
        return _decimal(raw, path)
    named = [literal for literal in choice.literals if literal]
    if bool in choice.plain:
        raise bad_parameter(f"Invalid boolean: {raw}", param=path)
    # The SDK opens its enumerations with `|str` for values to come; this version of the API knows only these.
    if named:
        raise bad_parameter(f"Invalid {path}: must be one of {', '.join(named)}", param=path)
    return raw


def _integer(raw: str, path: str) -> int:
    try:
        return int(raw)
    except ValueError:
        raise bad_parameter(f"Invalid integer: {raw}", param=path, code="parameter_invalid_integer") from None


def _decimal(raw: str, path: str) -> Decimal:
    try:
        return Decimal(raw)
    except InvalidOperation:
        raise bad_parameter(f"Invalid decimal: {raw}", param=path) from None
