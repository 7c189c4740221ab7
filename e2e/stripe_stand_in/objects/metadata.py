"""Metadata: a few words of the caller's own on any object."""

from typing import Any

from e2e.stripe_stand_in.errors import bad_parameter

MOST_KEYS = 50
LONGEST_KEY = 40
LONGEST_VALUE = 500


def merged(old: dict[str, str], new: Any) -> dict[str, str]:
    """The old metadata with the new on top; an empty value removes its key, an empty whole removes all.

    Refuses more, longer keys or longer values than Stripe stores.
    """
    if new == "" or new is None:
        return {} if new == "" else dict(old)
    both = {key: value for key, value in {**old, **new}.items() if value != ""}
    if len(both) > MOST_KEYS:
        raise bad_parameter(f"Metadata can have up to {MOST_KEYS} keys.", param="metadata")
    for key, value in both.items():
        _within_limits(key, value)
    return both


def _within_limits(key: str, value: str) -> None:
    if len(key) > LONGEST_KEY:
        raise bad_parameter(
            f"Metadata keys can have up to {LONGEST_KEY} characters, but you passed in a key that is "
            f"{len(key)} characters. Invalid key: {key}",
            param="metadata",
        )
    if len(value) > LONGEST_VALUE:
        raise bad_parameter(
            f"Metadata values can have up to {LONGEST_VALUE} characters, but you passed in a value that is "
            f"{len(value)} characters. Invalid value: {value}",
            param="metadata",
        )
