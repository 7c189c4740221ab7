"""Commands: ``flask …``."""

from flask import Flask

from portal.cli.backup import backup_command, restore_command
from portal.cli.create_business import create_business_command
from portal.cli.demo import demo_command
from portal.cli.set_plan import set_plan_command
from portal.cli.verify import verify_command
from portal.cli.work import work_command


def register(app: Flask) -> None:
    """Hang every command on the application."""
    for command in (
        backup_command,
        create_business_command,
        demo_command,
        restore_command,
        set_plan_command,
        verify_command,
        work_command,
    ):
        app.cli.add_command(command)
