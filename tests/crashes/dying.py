"""A process of the portal that is killed at a named step, as a power cut would: nothing is closed or undone.

It comes from a fork server and dies by SIGKILL at the moment that the step names; the portal itself knows
nothing
of it.
"""

import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from pkgutil import resolve_name
from typing import Any, NoReturn
from unittest.mock import patch

from flask import Flask

from portal import create_app
from portal.models.database import db, end_reading
from tests.databases import settings_for
from tests.processes import processes

PATIENCE_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Step:
    """Where a process dies: before or after the nth call of a function, which is named by its place."""

    name: str
    at: str
    after: bool
    call: int

    def __str__(self) -> str:
        return self.name


def before(name: str, at: str, *, call: int = 1) -> Step:
    """Die as the function is called."""
    return Step(name, at, after=False, call=call)


def after(name: str, at: str, *, call: int = 1) -> Step:
    """Die as the function has returned."""
    return Step(name, at, after=True, call=call)


def dies_at(step: Step, app: Flask, stripe_url: str, act: Callable[..., object], *facts: object) -> None:
    """Let a process act, and see it killed at the step; one that is never reached is a fault of the test."""
    end_reading()
    db.engine.dispose()
    url = app.config["SQLALCHEMY_DATABASE_URI"]
    process = processes.Process(target=_live, args=(step, url, stripe_url, act, facts))
    process.start()
    process.join(PATIENCE_SECONDS)
    assert process.exitcode == -signal.SIGKILL, f"“{step}” was never reached: {process.exitcode}"


def _live(
    step: Step, url: str, stripe_url: str, act: Callable[..., object], facts: tuple[object, ...]
) -> None:
    app = create_app(settings_for(url, stripe_api_base=stripe_url))
    with app.app_context(), patch(step.at, _deadly(step)):
        act(*facts)


def _deadly(step: Step) -> Callable[..., Any]:
    original = resolve_name(step.at)
    calls = 0

    def deadly(*args: Any, **facts: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == step.call and not step.after:
            _die()
        told = original(*args, **facts)
        if calls == step.call:
            _die()
        return told

    return deadly


def _die() -> NoReturn:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("still alive")
