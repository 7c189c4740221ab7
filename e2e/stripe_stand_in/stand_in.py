"""The stand-in as a whole: its books, clock, faults, keys and webhooks, and the tick that lets time pass."""

import json
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from .call import Call
from .clock import Clock
from .events import event_of
from .faults import Faults
from .idempotency import IdempotencyKeys
from .ids import Ids
from .objects import checkout_sessions, refunds
from .store import Books, Obj, Store
from .webhooks import Receiver, Webhooks

LOG = logging.getLogger(__name__)
TICK = 1.0


@dataclass(frozen=True)
class Settings:
    """How a stand-in is set up."""

    webhook_secret: str = "whsec_stand_in"
    webhook_receiver: Receiver | None = None
    #: See `clock.Clock`.
    clock_file: Path | None = None
    #: Makes the ids come in the same order each run.
    seed: int | None = None
    #: Where browsers find the hosted pages; without it, wherever the API was called.
    public_url: str | None = None
    #: Keeps the books across restarts.
    state_file: Path | None = None


class StandIn:
    """Everything that a stand-in remembers and does; `app.create_stand_in` gives it its addresses."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.clock = Clock(settings.clock_file)
        self.ids = Ids(settings.seed)
        self.store = Store()
        self.faults = Faults()
        self.keys = IdempotencyKeys()
        self.webhooks = Webhooks(
            self.faults, secret=settings.webhook_secret, receiver=settings.webhook_receiver
        )
        #: Where the hosted pages were last seen, for what happens between requests.
        self.public_url = settings.public_url or ""
        #: How many calls there were, and how many are in the state file.
        self._calls, self._written = 0, 0
        self._stop = threading.Event()
        self._ticker = threading.Thread(target=self._tick, name="stand-in tick", daemon=True)
        self._restore()

    @contextmanager
    def call(
        self, books: Books, *, request_id: str | None = None, idempotency_key: str | None = None
    ) -> Iterator[Call]:
        """A call in these books under the lock, with everything that was due done first."""
        with self.store.lock:
            self._calls += 1
            now = self.clock.now()
            self.let_time_pass()
            yield Call(books, now, self.ids, self._tell, self.public_url, request_id, idempotency_key)

    def let_time_pass(self) -> None:
        """Expires sessions whose time is over, and settles refunds that change later."""
        with self.store.lock:
            now = self.clock.now()
            for books in self.store.all_books():
                call = Call(books, now, self.ids, self._tell, self.public_url)
                checkout_sessions.expire_due(call)
                refunds.settle_due(call)

    def start(self) -> None:
        """Starts the tick and the sending of webhooks."""
        self.webhooks.start()
        self._ticker.start()

    def stop(self) -> None:
        """Ends both, and writes the state file."""
        self._stop.set()
        if self._ticker.is_alive():
            self._ticker.join()
        self.webhooks.stop()
        self.write_state()

    def reset(self) -> None:
        """Forgets everything: objects, keys, faults and webhooks."""
        with self.store.lock:
            self.store.clear()
            self.keys.clear()
            self.faults.clear()
            self.webhooks.clear()

    def write_state(self) -> None:
        """Writes the books to the state file, whole or not at all, if there was a call since."""
        file = self.settings.state_file
        if file is None or self._calls == self._written:
            return
        with self.store.lock:
            text, self._written = json.dumps(self.store.as_json()), self._calls
        draft = file.with_suffix(".draft")
        draft.write_text(text, encoding="utf-8")
        draft.replace(file)

    def _restore(self) -> None:
        file = self.settings.state_file
        if file is not None and file.exists():
            self.store.restore(json.loads(file.read_text(encoding="utf-8")))

    def _tick(self) -> None:
        while not self._stop.wait(TICK):
            try:
                self.let_time_pass()
                self.write_state()
            except ValueError:  # a clock file that says nothing sensible: every call says so too
                LOG.exception("The stand-in cannot tell the time.")

    def _tell(self, type_: str, obj: Obj, call: Call) -> None:
        wanted = self.webhooks.wants(type_)
        event = event_of(type_, obj, call, pending_webhooks=int(wanted))
        if wanted:
            self.webhooks.add(event)
