"""``flask work``: the worker, which wakes the jobs."""

import signal
import sys
from datetime import UTC, datetime

import click
from apscheduler.schedulers.background import BackgroundScheduler  # type: ignore[import-untyped]
from flask import Flask, current_app
from flask.cli import with_appcontext

from portal.jobs.rota import JOBS, Job

STOPS = (signal.SIGTERM, signal.SIGINT)


@click.command("work")
@click.option("--once", is_flag=True, help="Run each job once and exit: 1 if one failed.")
@with_appcontext
def work_command(*, once: bool) -> None:
    """Do what is due, again and again, until told to stop (Ctrl-C or SIGTERM)."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001  for other threads
    if once:
        done = [job.run_in(app) for job in JOBS]
        sys.exit(0 if all(done) else 1)
    _work_until_stopped(app, JOBS)


def _work_until_stopped(app: Flask, jobs: tuple[Job, ...]) -> None:
    """Wake each job in its own time; when stopped, let those under way finish.

    The signals are blocked before any thread is there and then waited for by name, so none is missed.
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, STOPS)
    click.echo(f"The worker looks after: {', '.join(job.name for job in jobs)}.")
    scheduler = BackgroundScheduler(timezone=UTC)
    for job in jobs:
        scheduler.add_job(
            job.run_in,
            "interval",
            args=(app,),
            seconds=job.seconds,
            name=job.name,
            next_run_time=datetime.now(UTC),
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
        )
    scheduler.start()
    signal.sigwait(STOPS)
    scheduler.shutdown(wait=True)
