"""The webhook's door: only what Stripe signed just now comes in, and it answers on any host (M2, M7, B1)."""

import json
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from e2e.stripe_stand_in.webhooks import signature
from portal.models.bookings import BookingStatus
from tests.databases import WEBHOOK_SECRET
from tests.soundness import assert_sound
from tests.studio import ABooking, a_basket, a_business, a_class, check_out
from tests.till import Till, a_till, status_of

ANY_HOST = "https://never-heard-of.example"
LAST_SECOND_BUT_TEN, TOO_LATE = 290, 301


@pytest.fixture
def till(app: Flask, tmp_path: Path) -> Iterator[Till]:
    """A portal whose Stripe is there to be read anew."""
    with a_till(app, tmp_path) as open_till:
        yield open_till
    assert_sound()


@pytest.fixture
def paid(till: Till) -> tuple[ABooking, bytes]:
    """A booking whose payment nobody has told of yet, and the webhook that would."""
    now = till.clock.now()
    studio = a_business(now=now)
    yoga = a_class(studio, on=till.clock.today() + timedelta(days=9), now=now)
    booking = check_out(studio, a_basket(studio, yoga, now=now), now=now)
    session = till.stand_in.pay(till.page_for(booking))["session"]
    return booking, _body("checkout.session.completed", session)


def test_what_stripe_signed_is_applied_on_whatever_host(till: Till, paid: tuple[ABooking, bytes]) -> None:
    booking, body = paid
    assert _send(till.site, body, signature(body, WEBHOOK_SECRET, int(time.time()))) == 200
    assert status_of(booking) is BookingStatus.CONFIRMED


def test_a_signature_holds_for_five_minutes(till: Till, paid: tuple[ABooking, bytes]) -> None:
    booking, body = paid
    signed_at = int(time.time()) - LAST_SECOND_BUT_TEN
    assert _send(till.site, body, signature(body, WEBHOOK_SECRET, signed_at)) == 200
    assert status_of(booking) is BookingStatus.CONFIRMED


@pytest.mark.parametrize(
    "forgery",
    {
        "unsigned": lambda _: None,
        "empty": lambda _: "",
        "nonsense": lambda _: "t=now,v1=yes",
        "not ASCII": lambda _: "t=1,v1=é",
        "stale": lambda body: signature(body, WEBHOOK_SECRET, int(time.time()) - TOO_LATE),
        "another secret": lambda body: signature(body, "whsec_of_somebody", int(time.time())),
        "another body": lambda body: signature(body + b" ", WEBHOOK_SECRET, int(time.time())),
    }.items(),
    ids=lambda forgery: forgery[0],
)
def test_what_stripe_did_not_sign_just_now_is_refused(
    till: Till, paid: tuple[ABooking, bytes], forgery: tuple[str, object]
) -> None:
    booking, body = paid
    _, sign = forgery
    assert _send(till.site, body, sign(body)) == 400  # type: ignore[operator]
    assert status_of(booking) is BookingStatus.PENDING


def test_signatures_go_by_real_time_whatever_our_clock_says(till: Till, paid: tuple[ABooking, bytes]) -> None:
    till.clock.let_pass(hours=3)
    booking, body = paid
    assert _send(till.site, body, signature(body, WEBHOOK_SECRET, int(time.time()))) == 200
    assert status_of(booking) is BookingStatus.CONFIRMED


@pytest.mark.parametrize(
    ("kind", "thing"),
    [
        ("checkout.session.completed", {"id": "cs_test_never_made", "object": "checkout.session"}),
        ("charge.dispute.created", {"id": "du_never_made", "object": "dispute"}),
        ("charge.refunded", {"id": "ch_1", "object": "charge", "payment_intent": "pi_never_made"}),
        ("refund.updated", {"id": "re_1", "object": "refund", "payment_intent": None}),
        ("customer.created", {"id": "cus_1", "object": "customer"}),
        ("balance.available", {"object": "balance", "available": []}),
        ("something.of.the.future", {"id": "x_1", "object": "x"}),
    ],
)
def test_what_we_know_nothing_of_is_taken_and_let_be(till: Till, kind: str, thing: dict[str, object]) -> None:
    body = _body(kind, thing)
    assert _send(till.site, body, signature(body, WEBHOOK_SECRET, int(time.time()))) == 200


def test_while_stripe_cannot_be_read_it_is_asked_to_come_again(
    till: Till, paid: tuple[ABooking, bytes]
) -> None:
    booking, body = paid
    till.stand_in.fault("unavailable_503", path="/v1/checkout/sessions/*")
    till.site.config["PROPAGATE_EXCEPTIONS"] = False
    try:
        signed = signature(body, WEBHOOK_SECRET, int(time.time()))
        assert _send(till.site, body, signed) == 500
        assert status_of(booking) is BookingStatus.PENDING
        assert _send(till.site, body, signed) == 200
    finally:
        till.site.config["PROPAGATE_EXCEPTIONS"] = None
    assert status_of(booking) is BookingStatus.CONFIRMED


def _body(kind: str, thing: dict[str, object]) -> bytes:
    return json.dumps({"id": "evt_1", "object": "event", "type": kind, "data": {"object": thing}}).encode()


def _send(site: Flask, body: bytes, signed: str | None) -> int:
    client: FlaskClient = site.test_client()
    headers = {"Content-Type": "application/json"} | ({} if signed is None else {"Stripe-Signature": signed})
    return client.post("/stripe/webhook", data=body, headers=headers, base_url=ANY_HOST).status_code
