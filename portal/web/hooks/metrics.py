"""/metrics: what a watcher (Prometheus) asks every so often, on any host, with a token.

The figures are read from the database when they are asked for, so they are the same whichever of several
processes and machines answers. Nothing is here without ``METRICS_TOKEN``.
"""

import hmac
from collections.abc import Iterable, Iterator
from datetime import datetime

from flask import Blueprint, request
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.registry import Collector
from werkzeug.exceptions import NotFound

from portal.models.job_runs import job_traces
from portal.models.watch_figures import holds, outbox, unreconciled_payments
from portal.outside import outside
from portal.web.visitor import now, on_any_host

pages = Blueprint("metrics", __name__)

Answer = tuple[str | bytes, int, dict[str, str]]


@pages.get("/metrics")
@on_any_host
def metrics() -> Answer:
    """Every figure, in Prometheus' text format; 404 where no token is set, 401 without the right one."""
    token = outside().settings.metrics_token
    if not token:
        raise NotFound
    told = request.headers.get("Authorization", "").encode()
    if not hmac.compare_digest(told, f"Bearer {token}".encode()):
        return (
            "METRICS_TOKEN opens this.\n",
            401,
            {"WWW-Authenticate": "Bearer", "Content-Type": "text/plain"},
        )
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Figures(now()))
    return generate_latest(registry), 200, {"Content-Type": CONTENT_TYPE_PLAIN_0_0_4}


class Figures(Collector):
    """The figures of one moment. Ages are seconds, and 0 where nothing waits."""

    def __init__(self, at: datetime) -> None:
        self._now = at

    def describe(self) -> Iterable[Metric]:
        """Nothing beforehand: the database is asked when somebody asks."""
        return ()

    def collect(self) -> Iterator[Metric]:
        """Ask the database, in as many statements whatever its size."""
        yield from self._holds()
        yield from self._outbox()
        yield from self._payments()
        yield from self._jobs()

    def _holds(self) -> Iterator[Metric]:
        found = holds(now=self._now)
        yield _gauge("punchcard_held_places", "Places that baskets hold.", found.number)
        yield _gauge(
            "punchcard_oldest_hold_seconds", "Since the first of them was added.", self._age(found.since)
        )
        yield _gauge(
            "punchcard_oldest_ended_hold_seconds",
            "Since the first hold ended that the worker did not let go of yet.",
            self._age(found.first_ended),
        )

    def _outbox(self) -> Iterator[Metric]:
        found = outbox(now=self._now)
        yield _gauge("punchcard_outbox_letters", "Letters that are to be sent.", found.number)
        yield _gauge(
            "punchcard_outbox_lag_seconds",
            "How long the first of them should have been tried by now.",
            self._age(found.first_due),
        )
        yield _gauge(
            "punchcard_letters_given_up", "Letters that no mail server took, not sent again.", found.given_up
        )

    def _payments(self) -> Iterator[Metric]:
        number = GaugeMetricFamily(
            "punchcard_unreconciled_payments", "Asked of Stripe and not settled.", labels=["kind"]
        )
        age = GaugeMetricFamily(
            "punchcard_oldest_unreconciled_payment_seconds", "Since the first was asked for.", labels=["kind"]
        )
        for waiting in unreconciled_payments():
            number.add_metric([waiting.kind], waiting.number)
            age.add_metric([waiting.kind], self._age(waiting.since))
        yield number
        yield age

    def _jobs(self) -> Iterator[Metric]:
        age = GaugeMetricFamily(
            "punchcard_job_age_seconds",
            "Since the job last ended well (noted every 30 seconds at most).",
            labels=["job"],
        )
        failures = CounterMetricFamily(
            "punchcard_job_failures", "How often the job failed, ever.", labels=["job"]
        )
        for trace in job_traces():
            age.add_metric([trace.job], self._age(trace.last_good_at, never=float("inf")))
            failures.add_metric([trace.job], trace.failures)
        yield age
        yield failures

    def _age(self, since: datetime | None, *, never: float = 0.0) -> float:
        return never if since is None else max(0.0, (self._now - since).total_seconds())


def _gauge(name: str, meaning: str, figure: float) -> Metric:
    return GaugeMetricFamily(name, meaning, value=figure)
