"""``make run``: a studio with demo data, its worker and a Stripe stand-in, on this machine, until Ctrl-C.

A second start keeps the data and tops up the coming weeks. Where STRIPE_SECRET_KEY is set, Stripe itself is
spoken to and no stand-in is started.
"""

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VAR = ROOT / "var"
BIN = Path(sys.executable).parent
START_PATIENCE = 60.0
STOP_PATIENCE = 12.0

Processes = dict[str, subprocess.Popen[bytes]]


def main() -> int:
    """Prepare the database, start everything, and wait; returns the exit status."""
    port = int(os.environ.get("PORT", "8000"))
    if not is_free(port):
        print(f"Port {port} is taken. Name another: make run PORT={port + 10}", file=sys.stderr)
        return 1
    VAR.mkdir(exist_ok=True)
    environment = environment_for(port)
    if not prepare(environment):
        return 1
    with running(commands(environment, port), environment) as processes:
        if not answers(port, processes):
            return say_which_died(processes)
        print(welcome(environment, port), flush=True)
        return wait(processes)


def environment_for(port: int) -> dict[str, str]:
    """The settings of the demo: embedded defaults, unless the environment says otherwise."""
    environment = {
        "PORT": str(port),
        "DATABASE_URL": f"sqlite:///{VAR / 'punchcard.sqlite'}",
        "SECRET_KEY": kept_secret(VAR / "secret-key"),
        "SMTP_URL": f"folder:{VAR / 'mailbox'}",
        **os.environ,
    }
    if not environment.get("STRIPE_SECRET_KEY"):
        environment |= {
            "STRIPE_SECRET_KEY": "sk_test_stand_in",
            "STRIPE_WEBHOOK_SECRET": "whsec_stand_in",
            "STRIPE_API_BASE": f"http://127.0.0.1:{free_port_from(port + 1)}",
        }
    return environment


def kept_secret(file: Path) -> str:
    """A secret that is made once and only this person may read."""
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(secrets.token_hex(32))
    return file.read_text()


def has_stand_in(environment: Mapping[str, str]) -> bool:
    """Whether Stripe is stood in for."""
    return environment["STRIPE_SECRET_KEY"] == "sk_test_stand_in"


def prepare(environment: Mapping[str, str]) -> bool:
    """Migrate the database and load the demo, which tops up the coming weeks; says whether both went well."""
    for command in (["db", "upgrade"], ["demo"]):
        done = subprocess.run(
            [BIN / "flask", *command], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            print(done.stdout + done.stderr, file=sys.stderr)
            return False
        if command == ["demo"]:
            print(done.stdout)
    return True


def commands(environment: Mapping[str, str], port: int) -> dict[str, list[str | Path]]:
    """What is started, by its name for a person."""
    started: dict[str, list[str | Path]] = {}
    if has_stand_in(environment):
        started["Stripe stand-in"] = [
            sys.executable,
            "-m",
            "e2e.stripe_stand_in",
            f"--port={environment['STRIPE_API_BASE'].rpartition(':')[2]}",
            f"--webhook-url=http://127.0.0.1:{port}/stripe/webhook",
            f"--webhook-secret={environment['STRIPE_WEBHOOK_SECRET']}",
            f"--state-file={VAR / 'stripe-stand-in.json'}",
        ]
    started["web server"] = [BIN / "gunicorn", "--config", ROOT / "gunicorn.conf.py", "wsgi:app"]
    started["worker"] = [BIN / "flask", "work"]
    return started


@contextmanager
def running(started: Mapping[str, list[str | Path]], environment: Mapping[str, str]) -> Iterator[Processes]:
    """Start every process, each in a group of its own with a log under var/, and stop them all in the end."""
    processes: Processes = {}
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        for name, command in started.items():
            log = (VAR / f"{name.replace(' ', '-').lower()}.log").open("ab")
            processes[name] = subprocess.Popen(
                command,
                cwd=ROOT,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        yield processes
    except KeyboardInterrupt:
        print("\nStopping …", flush=True)
    finally:
        stop(processes)


def stop(processes: Processes) -> None:
    """Ask every group to stop, and end those that do not."""
    for process in processes.values():
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGTERM)
    deadline = time.monotonic() + STOP_PATIENCE
    for process in processes.values():
        try:
            process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def answers(port: int, processes: Processes) -> bool:
    """Wait until the web server answers; False where something died first, or it takes too long."""
    deadline = time.monotonic() + START_PATIENCE
    while time.monotonic() < deadline and all(process.poll() is None for process in processes.values()):
        if not is_free(port):
            return True
        time.sleep(0.1)
    return False


def wait(processes: Processes) -> int:
    """Wait for Ctrl-C; if one of them dies, say so and let all of it end."""
    while all(process.poll() is None for process in processes.values()):
        time.sleep(0.5)
    return say_which_died(processes)


def say_which_died(processes: Processes) -> int:
    """Name whoever ended, and where its last words are."""
    for name, process in processes.items():
        if process.poll() is not None:
            log = VAR / f"{name.replace(' ', '-').lower()}.log"
            print(f"The {name} ended. Its last words are in {log.relative_to(ROOT)}.", file=sys.stderr)
            return 1
    print("The web server did not answer in time.", file=sys.stderr)
    return 1


def welcome(environment: Mapping[str, str], port: int) -> str:
    """Where everything is."""
    lines = [f"Open    http://localhost:{port}", f"Staff   http://localhost:{port}/staff"]
    if environment["SMTP_URL"].startswith("folder:"):
        lines.append(f"Letters http://localhost:{port}/mailbox")
    if has_stand_in(environment):
        lines += [
            "Cards   no Stripe key is set, so a stand-in takes them and no real money moves:",
            "        4242 4242 4242 4242 pays, 4000 0000 0000 0002 is declined,",
            "        4000 0025 0000 3155 asks for 3-D Secure; any expiry ahead and any CVC",
        ]
    return "\n".join([*lines, "", "Ctrl-C stops all of it; the data stays in var/."])


def is_free(port: int) -> bool:
    """Whether nobody listens there."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def free_port_from(port: int) -> int:
    """The first free port from there on."""
    return next(candidate for candidate in range(port, port + 200) if is_free(candidate))


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
