"""docs/benchmarks.md: the last full run, with what it was run on and what it leaves out."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from bench.load import CONNECTIONS
from bench.report import Result, for_page, grown
from bench.servers import SERVER
from e2e.servers import ROOT

PAGE = Path("docs") / "benchmarks.md"


def write_page(results: Sequence[Result]) -> Path:
    """Write the page; returns its path within the repository."""
    introduction = INTRODUCTION.format(
        today=f"{datetime.now(UTC).date():%-d %B %Y}", server=SERVER, connections=CONNECTIONS
    )
    (ROOT / PAGE).write_text("\n\n".join([introduction, *map(for_page, results), _sizes(results)]) + "\n")
    return PAGE


INTRODUCTION = """# How fast it is

`make bench` wrote this on {today}, on a shared virtual machine of 2 cores that also
ran the load. Read the ratios, not the speeds: *of floor* is a step's requests a second as a part of those of
the floor (`bench/floor.py`: a bare Flask page with one indexed query and one Jinja loop of its 20 rows),
measured on the same server and database, by turns with it, and the median of the rounds.

Server: {server} (`gunicorn.conf.py`), {connections} requests at a
time, so times include waiting in line. The class list and a class's page are asked for by guests without a
cookie, all else by signed-in customers with passes of their own. The basket holds three tickets, two passes
and a code. SQLite and PostgreSQL both wait for the disk at each commit. *SQL* are statements without BEGIN
and COMMIT. What goes through Stripe is only reported: the stand-in is one Python process, and its time is
in it. A whole booking is six pages and forms, from the class's page to the booking's (by card seven, with
the way back from Stripe); its requests a second are all of them.

After each run `flask verify` held."""


def _sizes(results: Sequence[Result]) -> str:
    different = grown(results)
    if different:
        return "Not the same at each size: " + "; ".join(different) + "."
    return "Every step takes the same statements at each size."
