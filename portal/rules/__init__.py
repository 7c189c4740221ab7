"""The rules: pure functions over values, with the standard library alone.

Dates, money and facts come in as arguments; verdicts and sentences go out. Nothing here reads a clock, a row
or a request.
"""
