"""What is asked of each figure: speed against the floor, statements, bytes."""

from dataclasses import dataclass
from fractions import Fraction

from bench.steps import Kind

MOST_FIRST_VISIT = 40_000
"""Bytes over the wire for a first visit to any page: the page, its styles, scripts and icon (30,000 is the
aim)."""


@dataclass(frozen=True, slots=True)
class Target:
    """The least part of the floor's requests a second, its aim, and the most SQL statements.

    None is not asked, only reported.
    """

    of_floor: Fraction | None = None
    aim: Fraction | None = None
    statements: int | None = None


TARGETS = {
    Kind.PAGE: Target(Fraction(1, 6), Fraction(1, 4), 8),
    Kind.FORM: Target(Fraction(1, 15), Fraction(1, 8), 12),
    Kind.CHECK_OUT: Target(Fraction(1, 15), Fraction(1, 8), 30),
    Kind.TO_STRIPE: Target(statements=30),
    Kind.BY_PASS: Target(statements=60),
    Kind.BY_CARD: Target(statements=120),
}
