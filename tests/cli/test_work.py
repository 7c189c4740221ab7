"""``flask work`` wakes every job, survives one that fails, and stops when told to."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask

from portal.jobs.rota import JOBS, Job
from tests.cli.commands import run

HOUSE = Path(__file__).resolve().parents[2]


def test_once_runs_every_job_and_ends_well(app: Flask) -> None:
    assert run(app, "work", "--once").exit_code == 0


def test_a_job_that_fails_stops_no_other_and_fails_the_command(
    app: Flask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    done: list[str] = []
    rota = (
        Job("breaks", seconds=1, run=lambda: 1 // 0),
        Job("goes on", seconds=1, run=lambda: done.append("went on")),
    )
    monkeypatch.setattr("portal.cli.work.JOBS", rota)
    assert run(app, "work", "--once").exit_code == 1
    assert done == ["went on"]
    assert "The job breaks failed" in caplog.text


def test_whatever_falls_due_is_on_the_rota() -> None:
    assert {job.name for job in JOBS} >= {
        "letters",
        "payments",
        "dues",
        "auto-payments",
        "auto-payments' answers",
        "refunds",
        "terminations",
        "coming classes",
        "tidying",
    }


@pytest.mark.slow
@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_the_worker_stops_cleanly_when_told_to(tmp_path: Path, stop: signal.Signals) -> None:
    environment = os.environ | {
        "DATABASE_URL": f"sqlite:///{tmp_path}/work.sqlite",
        "SECRET_KEY": "s" * 40,
        "STRIPE_SECRET_KEY": "sk_test_worker",
        "STRIPE_WEBHOOK_SECRET": "whsec_worker",
        "SMTP_URL": f"folder:{tmp_path}",
        "PYTHONUNBUFFERED": "1",
    }
    flask = [sys.executable, "-m", "flask"]
    subprocess.run([*flask, "db", "upgrade"], cwd=HOUSE, env=environment, check=True, capture_output=True)
    with subprocess.Popen(
        [*flask, "work"],
        cwd=HOUSE,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as worker:
        assert worker.stdout is not None
        assert "letters" in worker.stdout.readline()
        worker.send_signal(stop)
        _, complaints = worker.communicate(timeout=60)
    assert worker.returncode == 0
    assert "Traceback" not in complaints
