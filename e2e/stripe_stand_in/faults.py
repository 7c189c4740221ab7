"""Faults that can be switched on: what the network, Stripe or its webhooks may do wrong."""

import itertools
import threading
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Any


class Fault(StrEnum):
    """Each kind of fault, by the name under which it is switched on."""

    #: The connection ends before anything happened.
    DROPPED = "connection_dropped"
    #: It happens; no answer arrives (the connection ends, after `seconds`).
    TIMEOUT_AFTER_SUCCESS = "timeout_after_success"
    #: Nothing happens, 500; the idempotency key remembers the 500.
    ERROR = "error_500"
    #: It happens, 500 all the same; the idempotency key remembers the 500.
    ERROR_AFTER_SUCCESS = "error_500_after_success"
    #: Nothing happens, 503; no key remembers it, so that the next try may succeed.
    UNAVAILABLE = "unavailable_503"
    #: Nothing happens, 429; no key remembers it.
    RATE_LIMITED = "rate_limit_429"
    #: It happens `seconds` later; meanwhile the key is in use.
    SLOW = "slow"
    WEBHOOK_LOST = "webhook_lost"
    WEBHOOK_DOUBLED = "webhook_doubled"
    #: After `seconds`, or, without them, when released.
    WEBHOOK_LATE = "webhook_late"
    #: `times` webhooks wait for each other (or to be released) and leave in reverse order.
    WEBHOOK_OUT_OF_ORDER = "webhook_out_of_order"


WEBHOOK_FAULTS = frozenset(fault for fault in Fault if fault.value.startswith("webhook_"))
API_FAULTS = frozenset(Fault) - WEBHOOK_FAULTS


@dataclass
class Switch:
    """A fault that is on: what it meets, and how many times yet."""

    id: int
    fault: Fault
    #: HTTP method, path (with stars) and account of the requests it meets.
    method: str = "*"
    path: str = "*"
    account: str = "*"
    #: Type (with stars) of the events whose webhooks it meets.
    type: str = "*"
    #: How many it meets; None is without end.
    times: int | None = 1
    #: How many it lets pass first.
    skip: int = 0
    seconds: float | None = None

    def meets(self, wanted: Mapping[str, str]) -> bool:
        """Whether its patterns fit all of these."""
        return all(fnmatchcase(value, getattr(self, name)) for name, value in wanted.items())

    def as_json(self) -> dict[str, Any]:
        """As `/_faults` lists it."""
        return asdict(self)


class Faults:
    """The faults that are on, the one switched on first foremost."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)
        self._switches: list[Switch] = []

    def switch_on(self, settings: Mapping[str, Any]) -> Switch:
        """Switches a fault on. Refuses (ValueError) unknown faults and settings."""
        given = dict(settings)
        fault = _fault(given.pop("fault", None))
        unknown = set(given) - {"method", "path", "account", "type", "times", "skip", "seconds"}
        if unknown:
            raise ValueError(f"A fault has no {', '.join(sorted(unknown))}.")
        switch = Switch(next(self._numbers), fault, **_typed(given, fault))
        with self._lock:
            self._switches.append(switch)
        return switch

    def meeting_request(self, *, method: str, path: str, account: str | None) -> Switch | None:
        """The fault that this request meets now, counted as met."""
        return self._meeting(API_FAULTS, {"method": method, "path": path, "account": account or "platform"})

    def meeting_webhook(self, *, type_: str, account: str | None) -> Switch | None:
        """The fault that this event's webhook meets now, counted as met."""
        return self._meeting(WEBHOOK_FAULTS, {"type": type_, "account": account or "platform"})

    def all_on(self) -> list[Switch]:
        """Those that are on, the one switched on first foremost."""
        with self._lock:
            return list(self._switches)

    def clear(self) -> None:
        """Switches every fault off."""
        with self._lock:
            self._switches.clear()

    def _meeting(self, kinds: frozenset[Fault], wanted: Mapping[str, str]) -> Switch | None:
        with self._lock:
            for switch in self._switches:
                if switch.fault in kinds and switch.meets(wanted):
                    if switch.skip:
                        switch.skip -= 1
                        return None
                    self._count(switch)
                    return switch
        return None

    def _count(self, switch: Switch) -> None:
        if switch.times is not None:
            switch.times -= 1
            if switch.times <= 0:
                self._switches.remove(switch)


def _fault(name: Any) -> Fault:
    try:
        return Fault(str(name))
    except ValueError:
        raise ValueError(f"There is no fault {name!r}; there are {', '.join(Fault)}.") from None


def _typed(given: dict[str, Any], fault: Fault) -> dict[str, Any]:
    """The settings with their types, also those from a form. Out of order are two webhooks, not one."""
    typed = dict(given)
    typed.setdefault("times", 2 if fault is Fault.WEBHOOK_OUT_OF_ORDER else 1)
    typed["times"] = None if typed["times"] in (None, "", "forever") else int(typed["times"])
    if "skip" in typed:
        typed["skip"] = int(typed["skip"])
    if typed.get("seconds") is not None:
        typed["seconds"] = float(typed["seconds"])
    if "method" in typed:
        typed["method"] = str(typed["method"]).upper()
    return typed
