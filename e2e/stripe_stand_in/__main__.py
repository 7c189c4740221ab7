"""`python -m e2e.stripe_stand_in`: the stand-in as a process of its own."""

import argparse
import os
import signal
import sys
from pathlib import Path
from types import FrameType

from .app import create_stand_in, stand_in_of
from .stand_in import Settings
from .webhooks import receiver_at
from .wire import threaded_server


def main(arguments: list[str] | None = None) -> int:
    """Serves until Ctrl-C or a TERM; says its address on the first line."""
    given = _parser().parse_args(arguments)
    app = create_stand_in(_settings(given))
    server = threaded_server(app, host=given.host, port=given.port)
    stand_in = stand_in_of(app)
    stand_in.start()
    signal.signal(signal.SIGTERM, _interrupt)
    print(f"Stripe stand-in: no real money. http://{given.host}:{server.server_port}", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass
    finally:
        stand_in.stop()
    return 0


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _settings(given: argparse.Namespace) -> Settings:
    clock = given.clock_file or os.environ.get("PUNCHCARD_CLOCK")
    return Settings(
        webhook_secret=given.webhook_secret,
        webhook_receiver=receiver_at(given.webhook_url) if given.webhook_url else None,
        clock_file=Path(clock) if clock else None,
        seed=given.seed,
        public_url=given.public_url,
        state_file=Path(given.state_file) if given.state_file else None,
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m e2e.stripe_stand_in", description="A stand-in for Stripe."
    )
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=12111, help="0 takes a free one")
    parser.add_argument("--webhook-url", help="where webhooks go; without it nowhere")
    parser.add_argument("--webhook-secret", default=Settings.webhook_secret)
    parser.add_argument("--clock-file", help="see DESIGN T2; otherwise PUNCHCARD_CLOCK")
    parser.add_argument(
        "--public-url", help="where browsers find the hosted page, if not where the API was called"
    )
    parser.add_argument("--state-file", help="keeps what it knows across restarts")
    parser.add_argument("--seed", type=int, help="makes the ids the same in each run")
    return parser


if __name__ == "__main__":
    sys.exit(main())
