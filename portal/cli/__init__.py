"""Commands: ``flask …``."""

from flask import Flask

from portal.cli.demo import demo
from portal.cli.set_plan import set_plan_command
from portal.cli.verify import verify
from portal.cli.work import work


def register(app: Flask) -> None:
    """Hang every command on the application."""
    for command in (demo, set_plan_command, verify, work):
        app.cli.add_command(command)
