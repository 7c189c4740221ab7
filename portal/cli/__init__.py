"""Commands: ``flask …``."""

from flask import Flask


def register(_app: Flask) -> None:
    """Hang every command on the application."""
