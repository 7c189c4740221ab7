"""The documented ways of copying PostgreSQL bring everything back: a dump, and a base backup with its log."""

import os
import subprocess
import time
from pathlib import Path

import pytest
from sqlalchemy import create_engine, func, select, text

from e2e.postgres import Cluster, binaries
from portal.models.database import db, end_reading
from portal.models.people import Customer
from tests.databases import another_portal, migrate, settings_for
from tests.soundness import assert_sound
from tests.studio import a_booking, a_business, a_class, a_customer, a_pass_of

pytestmark = [pytest.mark.slow, pytest.mark.postgresql]

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"


def _a_studio_at_work(url: str) -> None:
    migrate(url)
    with another_portal(settings_for(url)) as portal, portal.app_context():
        studio = a_business()
        ada = a_customer(studio)
        a_pass_of(ada)
        a_booking(ada, a_class(studio))


def _customers(url: str) -> int:
    """How many customers there are; the books are sound."""
    with another_portal(settings_for(url)) as portal, portal.app_context():
        assert_sound()
        count = db.session.scalar(select(func.count()).select_from(Customer))
        end_reading()
    return count or 0


def _do(url: str, *statements: str) -> str:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        answers = [connection.execute(text(statement)) for statement in statements]
        told = str(answers[-1].scalar()) if answers[-1].returns_rows else ""
    engine.dispose()
    return told


def _deploy(script: str, url: str, *words: str) -> "subprocess.CompletedProcess[str]":
    environment = os.environ | {"DATABASE_URL": url, "PATH": f"{binaries()}:{os.environ['PATH']}"}
    return subprocess.run(
        [DEPLOY / script, *words], env=environment, capture_output=True, text=True, check=False
    )


def test_a_dump_restores_all_of_it_into_an_empty_database_and_nothing_into_another(tmp_path: Path) -> None:
    with Cluster() as cluster:
        _a_studio_at_work(cluster.url())
        dumped = _deploy("backup-postgresql", cluster.url(), str(tmp_path))
        assert dumped.returncode == 0, dumped.stderr
        copy = dumped.stdout.strip()
        assert [str(file) for file in tmp_path.iterdir()] == [copy]
        _do(cluster.url(), "CREATE DATABASE another")
        restored = _deploy("restore-postgresql", cluster.url("another"), copy)
        assert restored.returncode == 0, restored.stderr
        assert _customers(cluster.url("another")) == 1
        assert _deploy("restore-postgresql", cluster.url("another"), copy).returncode != 0
        assert _customers(cluster.url("another")) == 1


def test_a_base_backup_and_its_log_go_back_to_the_moment_before_a_mistake() -> None:
    with Cluster(settings={"archive_mode": "on", "archive_command": "cp %p ../archive/%f"}) as cluster:
        owner = cluster.as_owner()
        subprocess.run(["mkdir", cluster.folder / "archive"], check=True, cwd=cluster.folder, **owner)
        _a_studio_at_work(cluster.url())
        copy: list[str | Path] = [
            binaries() / "pg_basebackup",
            f"--host={cluster.folder}",
            "--username=postgres",
        ]
        subprocess.run([*copy, "--pgdata=base"], check=True, cwd=cluster.folder, **owner)
        with another_portal(settings_for(cluster.url())) as portal, portal.app_context():
            a_customer(a_business())
        moment = _do(
            cluster.url(),
            "SELECT clock_timestamp()",
            "SELECT pg_sleep(0.05)",
            "SELECT now() - interval '25 ms'",
        )
        _do(cluster.url(), "DROP TABLE letter", "SELECT pg_switch_wal()")
        _wait_for_archive(cluster.url())
        recovery = {
            "restore_command": f"cp {cluster.folder}/archive/%f %p",
            "recovery_target_time": moment,
            "recovery_target_action": "promote",
            "archive_mode": "off",
        }
        with Cluster(settings=recovery, base=cluster.folder / "base") as recovered:
            _wait_until_writable(recovered.url())
            assert _customers(recovered.url()) == 2


def _wait_for_archive(url: str) -> None:
    last = _do(url, "SELECT pg_walfile_name(pg_current_wal_lsn())")
    for _ in range(600):
        if _do(url, "SELECT last_archived_wal FROM pg_stat_archiver") >= _before(last):
            return
        time.sleep(0.05)
    raise AssertionError("the log was not archived")


def _before(wal: str) -> str:
    return f"{int(wal, 16) - 1:024X}"


def _wait_until_writable(url: str) -> None:
    for _ in range(600):
        if _do(url, "SELECT pg_is_in_recovery()") == "False":
            return
        time.sleep(0.05)
    raise AssertionError("the recovery did not end")
