"""Idempotency keys: the first answer again, for a day (https://docs.stripe.com/api/idempotent_requests)."""

import threading
from dataclasses import dataclass

from .answers import Answer
from .errors import ApiError, error_body

REMEMBERED_FOR = 24 * 60 * 60
LONGEST = 255


@dataclass
class Remembered:
    """A key in use: what it was used for, since when, and the answer once there is one."""

    endpoint: str
    params: str
    since: int
    answer: Answer | None = None


class IdempotencyKeys:
    """The keys of each account, by the stand-in's clock."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._keys: dict[tuple[str | None, str], Remembered] = {}

    def begin(self, account: str | None, key: str, *, endpoint: str, params: str, now: int) -> Answer | None:
        """Takes the key for a request, or gives the answer that its first use had.

        Refuses a key that was used for another endpoint or other parameters, and (409) one whose first
        request is still being answered.
        """
        if len(key) > LONGEST:
            raise _refusal(400, f"Idempotency keys can have up to {LONGEST} characters.")
        with self._lock:
            first = self._keys.get((account, key))
            if first is None or (first.answer is not None and now >= first.since + REMEMBERED_FOR):
                self._keys[account, key] = Remembered(endpoint, params, now)
                return None
            _same_request(first, key, endpoint, params)
            if first.answer is None:
                raise _in_use(key)
            return first.answer.again()

    def remember(self, account: str | None, key: str, answer: Answer) -> None:
        """Every further use of the key gets this answer."""
        with self._lock:
            if (account, key) in self._keys:
                self._keys[account, key].answer = answer

    def let_go(self, account: str | None, key: str) -> None:
        """Forgets a request that was refused before it began; an answer that is remembered stays."""
        with self._lock:
            used = self._keys.get((account, key))
            if used is not None and used.answer is None:
                del self._keys[account, key]

    def clear(self) -> None:
        """Forgets every key."""
        with self._lock:
            self._keys.clear()


def _same_request(first: Remembered, key: str, endpoint: str, params: str) -> None:
    if first.endpoint != endpoint:
        raise _refusal(
            400,
            "Keys for idempotent requests can only be used for the same endpoint they were first used for "
            f"('{endpoint}' vs '{first.endpoint}'). Try using a key other than '{key}' if you meant "
            "to execute a different request.",
        )
    if first.params != params:
        raise _refusal(
            400,
            "Keys for idempotent requests can only be used with the same parameters they were first "
            f"used with. Try using a key other than '{key}' if you meant to execute a different request.",
        )


def _refusal(status: int, message: str, code: str | None = None) -> ApiError:
    error = ApiError(status, error_body("idempotency_error", message, code=code))
    error.remembered = False
    return error


def _in_use(key: str) -> ApiError:
    error = _refusal(
        409,
        "There is currently another in-progress request using this Idempotent Key (that probably "
        f"means you submitted twice, and the other request is still going through): {key}. Please try "
        "again later.",
        code="idempotency_key_in_use",
    )
    error.should_retry = True
    return error
