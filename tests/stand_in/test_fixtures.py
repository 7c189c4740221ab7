"""Objects have the keys that Stripe's own fixtures have (fixtures.json: stripe/openapi, MIT)."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
import stripe

from e2e.stripe_stand_in.testing import RunningStandIn

from .shop import a_customer, a_session, a_setup_session

KEPT = Path(__file__).with_name("fixtures.json")
SHARED = Path(__file__).parents[2] / "../shared/stripe/fixtures.json"
Json = dict[str, Any]
#: Keys of a caller's own choosing, and those whose shape depends on a type that the fixture chose at random.
FREE = {
    "metadata",
    "payment_method_options",
    "destination_details",
    "object",
    "last_payment_error",
    "next_action",
}


def fixtures() -> dict[str, Json]:
    """Those kept beside this file, or the ones named by PUNCHCARD_STRIPE_FIXTURES."""
    named = os.environ.get("PUNCHCARD_STRIPE_FIXTURES")
    resources: dict[str, Json] = json.loads(Path(named or KEPT).read_text(encoding="utf-8"))["resources"]
    return resources


def every_object(stand_in: RunningStandIn) -> dict[str, Json]:
    """One object of each kind, as the API tells it."""
    client = stand_in.client()
    customer = a_customer(client).id
    stand_in.pay(a_setup_session(client, customer).id)
    session = a_session(client, customer=customer, customer_email=None)
    stand_in.pay(session.id)
    paid = client.v1.checkout.sessions.retrieve(
        session.id, {"expand": ["payment_intent.latest_charge"]}
    ).to_dict()
    intent = paid["payment_intent"]
    charge = intent["latest_charge"]
    client.v1.refunds.create({"payment_intent": intent["id"], "amount": 100})
    return {
        "charge": charge,
        "checkout.session": paid,
        "customer": client.v1.customers.retrieve(customer).to_dict(),
        "event": client.v1.events.list().data[0].to_dict(),
        "payment_intent": intent,
        "payment_method": client.v1.payment_methods.retrieve(charge["payment_method"]).to_dict(),
        "refund": client.v1.refunds.list().data[0].to_dict(),
        "setup_intent": client.v1.setup_intents.list().data[0].to_dict(),
    }


KINDS: dict[str, type[stripe.StripeObject]] = {
    "charge": stripe.Charge,
    "checkout.session": stripe.checkout.Session,
    "customer": stripe.Customer,
    "event": stripe.Event,
    "payment_intent": stripe.PaymentIntent,
    "payment_method": stripe.PaymentMethod,
    "refund": stripe.Refund,
    "setup_intent": stripe.SetupIntent,
}


def missing(ours: Json, stripes: Json, path: str) -> list[str]:
    """The keys of Stripe's that ours has not, at any depth where both have an object."""
    found = [f"{path}.{key}" for key in stripes if key not in ours]
    for key in ours.keys() & stripes.keys() - FREE:
        if isinstance(ours[key], dict) and isinstance(stripes[key], dict):
            found += missing(ours[key], stripes[key], f"{path}.{key}")
    return found


def test_the_stand_in_has_every_kind_of_object_that_the_fixtures_have() -> None:
    assert set(KINDS) == set(fixtures())


def test_no_object_lacks_a_key_that_stripe_shows(stand_in: RunningStandIn) -> None:
    objects = every_object(stand_in)
    lacking = [key for kind, obj in objects.items() for key in missing(obj, fixtures()[kind], kind)]
    assert lacking == []


@pytest.mark.parametrize("kind", KINDS)
def test_no_object_has_a_key_that_neither_fixture_nor_sdk_knows(stand_in: RunningStandIn, kind: str) -> None:
    known = fixtures()[kind].keys() | KINDS[kind].__annotations__.keys()
    assert every_object(stand_in)[kind].keys() - known == set()


def test_the_fixtures_kept_here_are_those_of_the_workplace_where_it_has_them() -> None:
    shared = SHARED if SHARED.exists() else KEPT
    assert json.loads(KEPT.read_text(encoding="utf-8")) == json.loads(shared.read_text(encoding="utf-8"))
    assert "MIT" in json.loads(KEPT.read_text(encoding="utf-8"))["source"]
