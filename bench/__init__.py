"""How fast the portal is, as ratios to a bare Flask page measured in the same run (``python -m bench``).

It measures a studio with 10³ and with 10⁵ bookings, on SQLite and on PostgreSQL, and prints what is met and
what is missed. ``docs/benchmarks.md`` keeps the last full run.
"""
