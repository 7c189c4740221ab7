"""The stand-in as a process of its own."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import stripe

from e2e.stripe_stand_in.testing import Controls

from .shop import a_customer, a_session

ROOT = Path(__file__).parents[2]


@contextmanager
def a_process(*arguments: str) -> Iterator[Controls]:
    command = [sys.executable, "-m", "e2e.stripe_stand_in", "--port", "0", *arguments]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield Controls(process.stdout.readline().split()[-1])
        finally:
            process.terminate()
            assert process.wait(10) == 0


def test_it_says_its_address_and_keeps_its_books_across_a_restart(tmp_path: Path) -> None:
    kept = str(tmp_path / "state.json")
    with a_process("--state-file", kept) as stand_in:
        client = stand_in.client()
        customer = a_customer(client).id
        session = a_session(client, customer=customer, customer_email=None)
    with a_process("--state-file", kept) as stand_in:
        client = stand_in.client()
        assert client.v1.customers.retrieve(customer).email == "ada@example.com"
        assert stand_in.pay(session.id)["outcome"] == "paid"
        intent = client.v1.checkout.sessions.retrieve(session.id).payment_intent
        assert isinstance(intent, str)
        assert client.v1.payment_intents.retrieve(intent).status == "succeeded"


def test_its_clock_comes_from_a_file(tmp_path: Path) -> None:
    clock = tmp_path / "clock"
    clock.write_text("2027-01-04T09:00:00Z")
    with a_process("--clock-file", str(clock), "--seed", "7") as stand_in:
        session = a_session(stand_in.client())
    assert isinstance(session, stripe.checkout.Session)
    assert session.created == 1_799_053_200
