"""HTTP only: routes, forms, flashes, cookies and headers."""

from flask import Flask


def register(_app: Flask) -> None:
    """Hang every page on the application."""
