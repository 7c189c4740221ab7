"""The stand-in for tests: one that runs in a thread, and a remote control for any that runs."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests
import stripe

from .app import create_stand_in, stand_in_of
from .stand_in import Settings, StandIn
from .webhooks import Receiver, receiver_at
from .wire import threaded_server

Json = dict[str, Any]
PATIENCE = 30.0


class Controls:
    """A running stand-in's controls, by its address; `url` has no slash at the end."""

    def __init__(self, url: str, webhook_secret: str = Settings.webhook_secret) -> None:
        self.url = url.rstrip("/")
        self.webhook_secret = webhook_secret

    def client(
        self, key: str = "sk_test_stand_in", *, account: str | None = None, max_network_retries: int = 0
    ) -> stripe.StripeClient:
        """Stripe's SDK, speaking to this stand-in; it tries each request once."""
        return stripe.StripeClient(
            key,
            base_addresses={"api": self.url},
            stripe_account=account,
            max_network_retries=max_network_retries,
            http_client=stripe.RequestsClient(timeout=PATIENCE),
        )

    def pay(self, session: str, card: str = "4242424242424242", **how: Any) -> Json:
        """Pays a Checkout Session (its id or the address of its page) without a browser.

        Gives `outcome` ("paid", "declined", "requires_action"), `session`, and `next` or `error`.
        `authenticate` (a bool) answers 3-D Secure; `even_if_expired=True` lets money arrive late; there are
        also `email`, `expiry` and `cvc`.
        """
        return self._ask("POST", "/_pay", {"session": session, "card": card, **how})

    def fault(self, fault: str, **settings: Any) -> Json:
        """Switches a fault on (`faults.Fault` has the names, `faults.Switch` the settings)."""
        return self._ask("POST", "/_faults", {"fault": fault, **settings})

    def faults(self) -> list[Json]:
        """The faults that are on."""
        return list(self._ask("GET", "/_faults")["faults"])

    def clear_faults(self) -> None:
        """Switches every fault off."""
        self._ask("DELETE", "/_faults")

    def deliveries(self, type_: str | None = None) -> list[Json]:
        """The webhooks so far, or those of one type, the oldest first."""
        everything = self._ask("GET", "/_webhooks")["deliveries"]
        return [delivery for delivery in everything if type_ in (None, delivery["type"])]

    def send_webhooks_to(self, url: str | None, secret: str | None = None) -> None:
        """Sends webhooks to this address from now on, or (None) nowhere."""
        self._ask("PUT", "/_webhooks/endpoint", {"url": url, "secret": secret})
        self.webhook_secret = secret or self.webhook_secret

    def release_webhooks(self) -> int:
        """Sends what is held now; says how many that are."""
        return int(self._ask("POST", "/_webhooks/release")["released"])

    def redeliver(self, event: str) -> Json:
        """Sends the webhook of an event (or delivery) of that id once more."""
        return self._ask("POST", f"/_webhooks/{event}/redeliver")

    def webhooks_settle(self, seconds: float = 10) -> bool:
        """Waits until every webhook that is not held has been taken; says whether it came to that."""
        return bool(self._ask("POST", "/_webhooks/settled", {"seconds": seconds})["settled"])

    def refund_in_dashboard(self, of: str, amount: int | None = None) -> Json:
        """A refund from Stripe's dashboard, of a session, intent or charge (None: all that is left)."""
        return self._ask("POST", "/_dashboard/refund", {_kind(of): of, "amount": amount})

    def dispute(self, of: str) -> Json:
        """The customer disputes what they paid for a session, payment intent or charge."""
        return self._ask("POST", "/_dashboard/dispute", {_kind(of): of})

    def close_dispute(self, dispute: str, *, won: bool) -> Json:
        """The bank decides a dispute."""
        return self._ask(
            "POST", "/_dashboard/dispute/close", {"dispute": dispute, "outcome": "won" if won else "lost"}
        )

    def reset(self) -> None:
        """Forgets everything."""
        self._ask("POST", "/_reset")

    def _ask(self, method: str, path: str, given: Json | None = None) -> Json:
        answer = requests.request(method, self.url + path, json=given, timeout=PATIENCE)
        told: Json = answer.json()
        if not answer.ok:
            raise AssertionError(f"{method} {path}: {answer.status_code} {told}")
        return told


class RunningStandIn(Controls):
    """A stand-in in this process: its controls, and its inside for those who must see it."""

    def __init__(self, url: str, inside: StandIn) -> None:
        super().__init__(url, inside.webhooks.secret)
        self.inside = inside

    def receive_webhooks(self, receiver: Receiver | None) -> None:
        """Hands webhooks to a function instead of an address: (body, headers) → HTTP status."""
        self.inside.webhooks.send_to(receiver)


@contextmanager
def running_stand_in(
    *,
    webhook_url: str | None = None,
    webhook_secret: str = Settings.webhook_secret,
    receiver: Receiver | None = None,
    clock_file: Path | None = None,
    seed: int | None = None,
    port: int = 0,
) -> Iterator[RunningStandIn]:
    """A stand-in at 127.0.0.1, served by threads of this process until the block ends."""
    if webhook_url is not None:
        receiver = receiver_at(webhook_url)
    settings = Settings(
        webhook_secret=webhook_secret, webhook_receiver=receiver, clock_file=clock_file, seed=seed
    )
    app = create_stand_in(settings)
    server = threaded_server(app, host="127.0.0.1", port=port)
    serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.005}, daemon=True)
    inside = stand_in_of(app)
    inside.start()
    serving.start()
    try:
        yield RunningStandIn(f"http://127.0.0.1:{server.server_port}", inside)
    finally:
        server.shutdown()
        server.server_close()
        inside.stop()


def _kind(id_: str) -> str:
    """The name under which the controls take an id."""
    return {"cs": "session", "pi": "payment_intent", "ch": "charge"}[id_.partition("_")[0]]
