"""``make run``: a studio with demo data, its worker and a Stripe stand-in, on this machine, until Ctrl-C.

A second start keeps the data and tops up the coming weeks. Where STRIPE_SECRET_KEY is set, Stripe itself is
spoken to and no stand-in is started.
"""

import os
import secrets
import signal
import time
from collections.abc import Mapping
from itertools import count
from pathlib import Path

from e2e.packages import stop
from e2e.servers import ROOT, ServerEnded, Servers, flask, is_free, stripe_stand_in, web_server, worker
from portal.settings import Settings, UnsafeSettings

VAR = ROOT / "var"
STAND_IN_KEY = "sk_test_stand_in"
CARDS = """\
Cards   no Stripe key is set, so a stand-in takes them and no real money moves:
        4242 4242 4242 4242 pays, 4000 0000 0000 0002 is declined,
        4000 0025 0000 3155 asks for 3-D Secure; any expiry ahead and any CVC"""


def main() -> None:
    """Prepare the database, start everything, and wait until told to stop."""
    port = wanted_port()
    VAR.mkdir(exist_ok=True)
    environment = environment_for(port)
    Settings.from_environment(environment)
    announcement = prepare(environment)
    with Servers(environment, logs=VAR) as servers:
        if has_stand_in(environment):
            books = VAR / "stripe-stand-in.json"
            servers.start("Stripe stand-in", stripe_stand_in(environment, f"--state-file={books}"))
        servers.start("web server", web_server())
        servers.start("worker", worker())
        servers.wait_until_answers(f"http://127.0.0.1:{port}/readyz")
        print(announcement, welcome(environment, port), sep="\n", flush=True)
        wait(servers)


def wanted_port() -> int:
    """The port that PORT names, 8000 unless it does; stops with a sentence where it cannot be used."""
    text = os.environ.get("PORT") or "8000"
    if not text.isdecimal() or not 0 < int(text) < 2**16:
        stop(f"PORT={text} is no port. For example: make run PORT=8010")
    if not is_free(int(text)):
        stop(f"Port {text} is taken, perhaps by a Punchcard. Name another: make run PORT={int(text) + 10}")
    return int(text)


def environment_for(port: int) -> dict[str, str]:
    """The settings of the demo: embedded defaults, unless the environment says otherwise."""
    environment = {
        "DATABASE_URL": f"sqlite:///{VAR / 'punchcard.sqlite'}",
        "SECRET_KEY": kept_secret(VAR / "secret-key"),
        "SMTP_URL": f"folder:{VAR / 'mailbox'}",
        "LOG_FORMAT": "plain",
        **os.environ,
        "PORT": str(port),
    }
    if not environment.get("STRIPE_SECRET_KEY"):
        environment |= {
            "STRIPE_SECRET_KEY": STAND_IN_KEY,
            "STRIPE_WEBHOOK_SECRET": "whsec_stand_in",
            "STRIPE_API_BASE": f"http://127.0.0.1:{next(filter(is_free, count(port + 1)))}",
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
    return environment["STRIPE_SECRET_KEY"] == STAND_IN_KEY


def prepare(environment: Mapping[str, str]) -> str:
    """Migrate the database and load the demo, which tops up the coming weeks; what that has to say."""
    said = ""
    for command in (["db", "upgrade"], ["demo"]):
        done = flask(environment, *command)
        if done.returncode != 0:
            stop(done.stdout + done.stderr + f"\nflask {' '.join(command)} failed; its words are above.")
        said = done.stdout
    return said


def wait(servers: Servers) -> None:
    """Wait for Ctrl-C, or until one of them ends."""
    while True:
        servers.check()
        time.sleep(0.5)


def welcome(environment: Mapping[str, str], port: int) -> str:
    """Where everything is."""
    lines = [f"Open    http://localhost:{port}", f"Staff   http://localhost:{port}/staff"]
    if environment["SMTP_URL"].startswith("folder:"):
        lines.append(f"Letters http://localhost:{port}/mailbox")
    if has_stand_in(environment):
        lines.append(CARDS)
    return "\n".join([*lines, "", "Ctrl-C stops all of it; the data stays in var/."])


def end_by(number: int, _frame: object) -> None:
    """Being told to end, or losing the terminal, is like Ctrl-C: what was started is stopped."""
    raise KeyboardInterrupt(signal.Signals(number).name)


if __name__ == "__main__":
    for ending in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, end_by)
    try:
        main()
    except KeyboardInterrupt:
        print("\nStopped.")
    except (ServerEnded, UnsafeSettings) as sentence:
        stop(str(sentence))
