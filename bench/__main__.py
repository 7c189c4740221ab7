"""``python -m bench``: measure, print, and (in full) write docs/benchmarks.md down.

It measures and does not judge: the exit status is 0 unless something did not run, or ``--check`` was asked
and a target is missed.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from bench.databases import NAMES, a_database
from bench.load import CONNECTIONS
from bench.measuring import measure
from bench.page import write_page
from bench.report import Result, for_terminal, grown
from bench.servers import SERVER
from bench.speed import FULL, QUICK

FULL_SIZES = (1_000, 100_000)
QUICK_SIZES = (1_000,)


def main(arguments: list[str] | None = None) -> int:
    """Measure what is asked for; returns the exit status."""
    asked = _parser().parse_args(arguments)
    names = [name for name in NAMES if not asked.databases or name in asked.databases]
    sizes = asked.bookings or (QUICK_SIZES if asked.quick else FULL_SIZES)
    print(f"{SERVER}, {CONNECTIONS} requests at a time, on this machine.", flush=True)
    results = []
    for name in names:
        for bookings in sizes:
            results.append(_measured(name, bookings, quick=asked.quick))
            print(f"\n{for_terminal(results[-1])}", flush=True)
    missed = _missed(results)
    print("\nMissed:\n  " + "\n  ".join(missed) if missed else "\nEvery target is met.")
    if not asked.quick and tuple(names) == NAMES and tuple(sizes) == FULL_SIZES:
        print(f"Written down in {write_page(results)}.")
    return 1 if asked.check and missed else 0


def _measured(name: str, bookings: int, *, quick: bool) -> Result:
    with tempfile.TemporaryDirectory(prefix="punchcard-bench-") as empty:
        folder = Path(empty)
        with a_database(name, folder) as url:
            return measure(name, url, folder, bookings=bookings, pace=QUICK if quick else FULL)


def _missed(results: list[Result]) -> list[str]:
    return [f"{result.title}: {missed}" for result in results for missed in result.missed] + grown(results)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description="How fast the portal is.")
    parser.add_argument("--quick", action="store_true", help="in less than a minute, and so less sure")
    for name in NAMES:
        parser.add_argument(f"--{name.lower()}", dest="databases", action="append_const", const=name)
    parser.add_argument("--bookings", type=_sizes, help="sizes to measure, such as 1000,100000")
    parser.add_argument("--check", action="store_true", help="exit with 1 where a target is missed")
    return parser


def _sizes(text: str) -> tuple[int, ...]:
    return tuple(int(size) for size in text.split(","))


if __name__ == "__main__":
    sys.exit(main())
