"""Commands as a person at a terminal runs them."""

from click.testing import Result
from flask import Flask

from portal.models.database import end_reading


def run(app: Flask, *words: str) -> Result:
    """Run ``flask <words>`` on an application; what it printed and how it ended."""
    end_reading()
    result = app.test_cli_runner().invoke(args=list(words))
    end_reading()
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result
