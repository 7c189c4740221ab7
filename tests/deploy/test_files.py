"""What stands in deploy/ fits the portal: commands are there, settings are read, files parse."""

import json
import re
import shlex
from configparser import ConfigParser
from pathlib import Path
from typing import Any

import pytest
import yaml
from flask import Flask

from portal.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
HOME = "/srv/punchcard/"
READ = (
    {"PORT", "HOST", "WEB_CONCURRENCY"}
    | set(re.findall(r'env(?:\.get\(|, )"([A-Z_]+)"', (ROOT / "portal" / "settings.py").read_text()))
    | set(re.findall(r'_needed\(env, "([A-Z_]+)"', (ROOT / "portal" / "settings.py").read_text()))
)


def unit(path: Path) -> ConfigParser:
    found = ConfigParser(strict=False, interpolation=None)
    found.optionxform = str  # type: ignore[assignment,method-assign]
    found.read(path)
    return found


def commands_of(path: Path) -> list[list[str]]:
    return [
        shlex.split(line.partition("=")[2])
        for line in path.read_text().splitlines()
        if re.match(r"(# With PostgreSQL: )?ExecStart(Pre)?=", line)
    ]


def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    return found


def in_container() -> list[list[str]]:
    (told,) = re.findall(r"^CMD (\[.*\])$", (DEPLOY / "Containerfile").read_text(), re.MULTILINE)
    return [json.loads(told), *(s["command"] for s in compose()["services"].values() if "command" in s)]


def assert_there(command: list[str], site: Flask) -> None:
    """The program is one of ours, and so is what it is asked to do."""
    program, *words = command
    name = program.removeprefix(HOME)
    if name == ".venv/bin/flask":
        assert words[0] in site.cli.commands, command
        with site.app_context():
            group: Any = site.cli.commands[words[0]]
            assert words[1:2] != ["upgrade"] or "upgrade" in group.commands
    elif name == ".venv/bin/gunicorn":
        assert words == ["--config", "gunicorn.conf.py", "wsgi:app"]
        assert (ROOT / "gunicorn.conf.py").exists()
    else:
        assert (ROOT / name).stat().st_mode & 0o111, command


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_what_a_unit_runs_is_there(path: Path, site: Flask) -> None:
    assert commands_of(path)
    for command in commands_of(path):
        assert_there(command, site)
    assert unit(path)["Service"]["WorkingDirectory"] == HOME.rstrip("/")
    assert unit(path)["Service"]["EnvironmentFile"] == "/etc/punchcard.env"


def test_what_a_container_runs_is_there(site: Flask) -> None:
    assert len(in_container()) == 3
    for command in in_container():
        assert_there(command, site)
    told = (DEPLOY / "Containerfile").read_text()
    for copied in re.findall(r"^COPY (.+) \S+$", told, re.MULTILINE):
        assert all((ROOT / name).exists() for name in copied.split()), copied


def test_every_setting_that_is_named_is_read() -> None:
    told = re.findall(r"^([A-Z_]+)=", (DEPLOY / "punchcard.env").read_text(), re.MULTILINE)
    assert set(told) <= READ
    assert set(compose()["services"]["web"]["environment"]) <= READ


def test_compose_waits_for_the_database_and_its_migrations() -> None:
    services = compose()["services"]
    for name in ("web", "worker"):
        assert services[name]["depends_on"]["migrations"]["condition"] == "service_completed_successfully"
        assert services[name]["environment"]["DATABASE_URL"].endswith("@database/punchcard")
    assert services["migrations"]["depends_on"]["database"]["condition"] == "service_healthy"


def test_the_settings_of_the_small_server_start_once_they_are_filled_in() -> None:
    told = (line.partition("=") for line in (DEPLOY / "punchcard.env").read_text().splitlines())
    filled = {name: value or "x" * 32 for name, _, value in told if name.isupper()}
    assert Settings.from_environment(filled).trusted_proxies == 1


def test_pgbouncer_pools_by_transaction_and_every_file_is_in_the_guide() -> None:
    assert unit(DEPLOY / "pgbouncer.ini")["pgbouncer"]["pool_mode"] == "transaction"
    guide = (ROOT / "docs" / "deployment.md").read_text()
    names = [path.name for path in DEPLOY.rglob("*") if path.is_file()]
    assert [name for name in names if name not in guide] == []
