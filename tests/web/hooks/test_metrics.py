"""/metrics tells what waits and since when, to whoever has the token, on any host."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from prometheus_client.parser import text_string_to_metric_families

from portal.jobs.rota import Job
from portal.models.database import transaction
from portal.models.letters import LetterKind
from portal.operations.letters import write_letter
from tests.databases import another_portal
from tests.studio import NOW, a_basket, a_business, a_class, a_customer, check_out
from tests.web.browser import statements

TOKEN = "a token of the watchers"
GIVEN = {"Authorization": f"Bearer {TOKEN}"}
Figures = dict[tuple[str, str], float]


@pytest.fixture
def watched(site: Flask) -> Iterator[Flask]:
    """The portal with a token, and the clock of the test."""
    outside = site.extensions["punchcard"]
    with another_portal(replace(outside.settings, metrics_token=TOKEN)) as portal:
        portal.extensions["punchcard"] = replace(portal.extensions["punchcard"], clock=outside.clock)
        yield portal


def figures(watched: Flask) -> Figures:
    told = watched.test_client().get("/metrics", base_url="http://any.example", headers=GIVEN)
    assert told.status_code == 200
    return {
        (sample.name, sample.labels.get("job") or sample.labels.get("kind", "")): sample.value
        for family in text_string_to_metric_families(told.text)
        for sample in family.samples
    }


def test_there_is_nothing_without_a_token_set(site: Flask) -> None:
    assert site.test_client().get("/metrics", headers=GIVEN).status_code == 404


@pytest.mark.parametrize("given", ["", "Bearer", f"Bearer {TOKEN}x", f"Basic {TOKEN}", "Bearer ü"])
def test_another_token_opens_nothing(watched: Flask, given: str) -> None:
    told = watched.test_client().get("/metrics", headers={"Authorization": given} if given else {})
    assert told.status_code == 401
    assert "punchcard_" not in told.text


def test_an_empty_portal_has_nothing_waiting(watched: Flask) -> None:
    found = figures(watched)
    assert found["punchcard_outbox_letters", ""] == 0
    assert found["punchcard_unreconciled_payments", "booking"] == 0
    assert not [name for name, _ in found if name.startswith("punchcard_job_")]


def test_it_tells_what_waits_and_since_when(watched: Flask) -> None:
    earlier = NOW - timedelta(minutes=40)
    with watched.app_context():
        studio = a_business(now=earlier)
        yoga = a_class(studio, now=earlier)
        a_basket(studio, yoga, now=earlier)  # its hold of 15 minutes ended 25 minutes ago
        check_out(studio, a_basket(studio, yoga, now=earlier), now=NOW - timedelta(minutes=30))
        with transaction():
            write_letter(
                studio.id,
                LetterKind.CONFIRM_EMAIL,
                to_email="ada@example.com",
                to_name="",
                facts={"token": "x"},
                now=NOW - timedelta(seconds=90),
            )
    found = figures(watched)
    assert found["punchcard_oldest_hold_seconds", ""] == 40 * 60
    assert found["punchcard_oldest_ended_hold_seconds", ""] == 25 * 60
    assert found["punchcard_outbox_letters", ""] == 1
    assert found["punchcard_outbox_lag_seconds", ""] == 90
    assert found["punchcard_unreconciled_payments", "booking"] == 1
    assert found["punchcard_oldest_unreconciled_payment_seconds", "booking"] == 30 * 60


def test_jobs_leave_a_trace_of_good_runs_and_failures(watched: Flask) -> None:
    assert Job("good", seconds=1, run=lambda: None).run_in(watched)
    assert not Job("bad", seconds=1, run=lambda: 1 // 0).run_in(watched)
    assert not Job("bad", seconds=1, run=lambda: 1 // 0).run_in(watched)
    found = figures(watched)
    assert found["punchcard_job_age_seconds", "good"] == 0
    assert found["punchcard_job_failures_total", "good"] == 0
    assert found["punchcard_job_age_seconds", "bad"] == float("inf")
    assert found["punchcard_job_failures_total", "bad"] == 2
    assert Job("bad", seconds=1, run=lambda: None).run_in(watched)
    found = figures(watched)
    assert (found["punchcard_job_age_seconds", "bad"], found["punchcard_job_failures_total", "bad"]) == (0, 2)


def test_asking_costs_the_same_however_much_waits(watched: Flask) -> None:
    costs = []
    for number in (1, 4):
        with watched.app_context():
            studio = a_business()
            yoga = a_class(studio, capacity=9)
            for _ in range(number):
                check_out(studio, a_basket(studio, yoga))
                a_customer(studio)
        for name in range(number):
            Job(f"job {name}", seconds=1, run=lambda: None).run_in(watched)
        with statements(watched) as sent:
            figures(watched)
        costs.append(len(sent))
    assert costs[0] == costs[1] <= 8
