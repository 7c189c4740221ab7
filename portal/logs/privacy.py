"""Keeping people out of the log: the last guard, behind callers who do not write them down to begin with.

An exception's own words may repeat what somebody typed ("Key (email)=(ada@example.com) already exists"), so
a line holds its type, its trace, and of a database's refusal the code and the constraint, but not its words.
"""

import re
from traceback import StackSummary, extract_tb
from types import TracebackType
from typing import TypeAlias

ExcInfo: TypeAlias = (
    tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None] | None
)

HIDDEN = "…"
MAIL = re.compile(r"[^\s<>\"'(),;:=]+(?:@|%40)[^\s<>\"'(),;:=]+", re.IGNORECASE)
NETWORK = re.compile(r"\bip=\S+|\b(?!127\.|0\.0\.0\.0)(?:\d{1,3}\.){3}\d{1,3}\b")


def without_people(text: str) -> str:
    """A text in which every e-mail address and every network address but this machine's own is hidden."""
    return NETWORK.sub(HIDDEN, MAIL.sub(HIDDEN, text))


def fault_of(exc_info: ExcInfo) -> dict[str, str]:
    """What went wrong and where, for a line: its type and trace, and what a database calls it."""
    if not exc_info or exc_info[0] is None:
        return {}
    kind, error, _ = exc_info
    facts = {"error": kind.__qualname__, "trace": _trace(error)}
    refusal = getattr(error, "orig", error)
    diagnosis = getattr(refusal, "diag", refusal)
    for name in ("sqlstate", "constraint_name", "sqlite_errorname"):
        if value := getattr(diagnosis, name, None):
            facts[name] = str(value)
    return facts


def _trace(error: BaseException) -> str:
    """Where it happened, the cause first: files, lines and names of functions, and no words of the error."""
    earlier = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    frames = "".join(StackSummary.format(extract_tb(error.__traceback__)))
    here = f"{frames}{type(error).__qualname__}"
    return f"{_trace(earlier)}\n\n{here}" if earlier else here
