"""Webhooks: signed as Stripe signs them, sent from a thread of their own, tried again until a 2xx."""

import hashlib
import hmac
import itertools
import json
import threading
import time
from dataclasses import dataclass, field
from typing import Any, Protocol

import requests

from .faults import Fault, Faults, Switch
from .store import Obj

#: Seconds until the second, third … try; the last stays. Stripe's own are hours; a test cannot wait.
BACK_OFF = (0.2, 0.5, 1.0, 2.0, 5.0)
MOST_TRIES = 200
PATIENCE = 20.0
#: How long webhooks that leave in reverse order wait for each other at most.
WAIT_FOR_OTHERS = 2.0
#: What a studio's endpoint is subscribed to; everything else stays readable under /v1/events.
SUBSCRIBED = frozenset(
    {
        "checkout.session.completed",
        "checkout.session.expired",
        "payment_intent.succeeded",
        "payment_intent.payment_failed",
        "payment_intent.requires_action",
        "payment_intent.canceled",
        "charge.succeeded",
        "charge.failed",
        "charge.refunded",
        "charge.dispute.created",
        "charge.dispute.funds_withdrawn",
        "charge.dispute.closed",
        "charge.dispute.funds_reinstated",
        "refund.created",
        "refund.updated",
        "refund.failed",
        "setup_intent.succeeded",
        "setup_intent.setup_failed",
        "payment_method.attached",
        "payment_method.detached",
    }
)


class Receiver(Protocol):
    """Takes a webhook's body and headers and gives the HTTP status of the answer."""

    def __call__(self, body: bytes, headers: dict[str, str]) -> int:
        """The status; 0 where no answer came."""
        ...


@dataclass
class Delivery:
    """One webhook on its way: an event, and every try to hand it over."""

    id: str
    event: Obj
    #: When the next try is due, by `time.monotonic`; None while it is held.
    due: float | None
    state: str = "pending"
    tries: list[dict[str, Any]] = field(default_factory=list)

    @property
    def open(self) -> bool:
        """Whether it is still to be handed over."""
        return self.state in ("pending", "held")

    def as_json(self) -> dict[str, Any]:
        """As `/_webhooks` lists it."""
        return {
            "id": self.id,
            "event": self.event["id"],
            "type": self.event["type"],
            "account": self.event.get("account"),
            "object": self.event["data"]["object"].get("id"),
            "state": self.state,
            "tries": self.tries,
        }


def signature(body: bytes, secret: str, timestamp: int) -> str:
    """The `Stripe-Signature` header of a body at a moment of real time."""
    signed = f"{timestamp}.".encode() + body
    return f"t={timestamp},v1={hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()}"


def receiver_at(url: str) -> Receiver:
    """A receiver that posts to an address. An answer that never comes counts as status 0."""

    def post(body: bytes, headers: dict[str, str]) -> int:
        try:
            return requests.post(
                url, data=body, headers=headers, timeout=PATIENCE, allow_redirects=False
            ).status_code
        except requests.RequestException:
            return 0

    return post


class Webhooks:
    """Hands events over one at a time, in the order they happened unless a fault says otherwise."""

    def __init__(self, faults: Faults, *, secret: str, receiver: Receiver | None = None) -> None:
        self.secret = secret
        self._receiver = receiver
        self._faults = faults
        self._deliveries: list[Delivery] = []
        self._reversed: list[Delivery] = []
        self._numbers = itertools.count(1)
        self._changed = threading.Condition()
        self._stopped = False
        self._thread: threading.Thread | None = None

    def send_to(self, receiver: Receiver | None, secret: str | None = None) -> None:
        """Hands webhooks to this receiver from now on, or (None) to nobody."""
        with self._changed:
            self._receiver = receiver
            self.secret = secret or self.secret

    def wants(self, type_: str) -> bool:
        """Whether the endpoint is subscribed to events of this type."""
        return self._receiver is not None and type_ in SUBSCRIBED

    def add(self, event: Obj) -> None:
        """Puts an event on its way, into whatever fault it meets."""
        switch = self._faults.meeting_webhook(type_=event["type"], account=event.get("account"))
        with self._changed:
            delivery = self._new(event)
            if switch is not None:
                self._meet(delivery, switch)
            self._changed.notify_all()

    def deliveries(self) -> list[dict[str, Any]]:
        """Every delivery so far, the oldest first."""
        with self._changed:
            return [delivery.as_json() for delivery in self._deliveries]

    def release(self) -> int:
        """Sends what is held, and retries what waits, now; says how many that are."""
        with self._changed:
            waiting = [delivery for delivery in self._deliveries if delivery.open]
            self._let_reversed_go()
            for delivery in waiting:
                delivery.state = "pending"
                delivery.due = min(delivery.due or time.monotonic(), time.monotonic())
            self._changed.notify_all()
            return len(waiting)

    def redeliver(self, id_: str) -> Delivery:
        """Sends an event once more, by its own id or a delivery's. Refuses (KeyError) an unknown one."""
        with self._changed:
            for delivery in self._deliveries:
                if id_ in (delivery.id, delivery.event["id"]):
                    again = self._new(delivery.event)
                    self._changed.notify_all()
                    return again
        raise KeyError(id_)

    def settled(self, timeout: float) -> bool:
        """Waits until all but held ones are taken; says whether it came to that within so many seconds."""
        with self._changed:
            return self._changed.wait_for(
                lambda: not any(delivery.state == "pending" for delivery in self._deliveries), timeout
            )

    def clear(self) -> None:
        """Forgets all deliveries, sent or not."""
        with self._changed:
            for delivery in self._deliveries:
                delivery.state = "forgotten"
            self._deliveries.clear()
            self._reversed.clear()
            self._changed.notify_all()

    def start(self) -> None:
        """Starts the thread that sends."""
        self._thread = threading.Thread(target=self._run, name="stand-in webhooks", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Ends the thread after the try under way."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join(PATIENCE)

    def _new(self, event: Obj) -> Delivery:
        delivery = Delivery(f"whd_{next(self._numbers)}", event, time.monotonic())
        self._deliveries.append(delivery)
        return delivery

    def _meet(self, delivery: Delivery, switch: Switch) -> None:
        match switch.fault:
            case Fault.WEBHOOK_LOST:
                delivery.state, delivery.due = "lost", None
            case Fault.WEBHOOK_DOUBLED:
                self._new(delivery.event)
            case Fault.WEBHOOK_LATE if switch.seconds is None:
                delivery.state, delivery.due = "held", None
            case Fault.WEBHOOK_LATE:
                delivery.due = time.monotonic() + (switch.seconds or 0)
            case Fault.WEBHOOK_OUT_OF_ORDER:
                self._reverse(delivery, last=switch.times == 0)

    def _reverse(self, delivery: Delivery, *, last: bool) -> None:
        self._reversed.append(delivery)
        delivery.due = time.monotonic() + WAIT_FOR_OTHERS
        # Should the others never come, those that did leave in reverse order all the same.
        for place, waiting in enumerate(reversed(self._reversed)):
            waiting.due = time.monotonic() + WAIT_FOR_OTHERS + place / 1000
        if last:
            self._let_reversed_go()

    def _let_reversed_go(self) -> None:
        for place, delivery in enumerate(reversed(self._reversed)):
            delivery.due = time.monotonic() + place / 1000
        self._reversed.clear()

    def _run(self) -> None:
        while True:
            with self._changed:
                delivery = self._wait_for_next()
                receiver = self._receiver
            if delivery is None:
                return
            self._try(delivery, receiver)

    def _wait_for_next(self) -> Delivery | None:
        while not self._stopped:
            pending = [delivery for delivery in self._deliveries if delivery.state == "pending"]
            first = min(pending, key=lambda delivery: delivery.due or 0, default=None)
            wait = None if first is None else (first.due or 0) - time.monotonic()
            if first is not None and wait is not None and wait <= 0:
                return first
            self._changed.wait(wait)
        return None

    def _try(self, delivery: Delivery, receiver: Receiver | None) -> None:
        status = _handed_over(delivery.event, receiver, self.secret)
        with self._changed:
            delivery.tries.append({"at": time.time(), "status": status})
            if 200 <= status < 300:
                delivery.state = "delivered" if delivery.state == "pending" else delivery.state
                delivery.event["pending_webhooks"] = 0
            elif len(delivery.tries) >= MOST_TRIES:
                delivery.state = "given up"
            else:
                wait = BACK_OFF[min(len(delivery.tries), len(BACK_OFF)) - 1]
                delivery.due = time.monotonic() + wait
            self._changed.notify_all()


def _handed_over(event: Obj, receiver: Receiver | None, secret: str) -> int:
    if receiver is None:
        return 0
    body = json.dumps(event, indent=2).encode()
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
        "Stripe-Signature": signature(body, secret, int(time.time())),
    }
    return receiver(body, headers)
