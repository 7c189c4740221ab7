"""Which jobs there are, and how often a worker looks for what is due.

Due work is state: a job finds rows and claims them, so running it twice, or three days late, ends alike.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from secrets import token_hex

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from portal import logs
from portal.jobs.auto_payments import charge_due_instalments, reconcile_auto_payments
from portal.jobs.class_cancellations import cancel_due_tickets
from portal.jobs.letters import send_due_letters
from portal.jobs.morning_letters import write_due_morning_letters
from portal.jobs.payments import carry_out_due_refunds, reconcile_dues, reconcile_payments
from portal.jobs.schedules import make_coming_classes
from portal.jobs.terminations import settle_due_terminations
from portal.jobs.tidying import list_clients, tidy_up
from portal.jobs.waiting_lists import offer_free_places
from portal.models.database import end_reading, transaction
from portal.operations.job_runs import is_worth_noting, note_failure, note_good_run
from portal.outside import outside

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Job:
    """One kind of due work. ``seconds`` is how long a worker waits between two looks."""

    name: str
    seconds: int
    run: Callable[[], object]

    def run_in(self, app: Flask) -> bool:
        """Do what is due, in an application context of its own; a fault is logged and stops nobody else.

        What is logged meanwhile names this run as a request is named; how it ended is left as a trace.
        """
        with logs.about(request_id=token_hex(16), job=self.name), app.app_context():
            try:
                self.run()
                self._note_good_run()
            except Exception:
                log.exception("The job %s failed; it will be tried again", self.name)
                self._note_failure()
                return False
            return True

    def _note_good_run(self) -> None:
        now = outside().clock.now()
        end_reading()
        is_worth_it = is_worth_noting(self.name, now=now)
        end_reading()
        if is_worth_it:
            with transaction():
                note_good_run(self.name, now=now)

    def _note_failure(self) -> None:
        """Where the database is what failed, there is nowhere to note it: the job's age tells."""
        try:
            with transaction():
                note_failure(self.name, now=outside().clock.now())
        except SQLAlchemyError:
            log.warning("That the job %s failed could not be noted", self.name)


def _settle_payments() -> None:
    reconcile_payments(outside().card_payments, now=outside().clock.now())


def _settle_dues() -> None:
    reconcile_dues(outside().card_payments, now=outside().clock.now())


def _charge_instalments() -> None:
    charge_due_instalments(outside().card_payments, now=outside().clock.now())


def _settle_auto_payments() -> None:
    reconcile_auto_payments(outside().card_payments, now=outside().clock.now())


def _cancel_classes() -> None:
    cancel_due_tickets(now=outside().clock.now())


def _carry_out_refunds() -> None:
    carry_out_due_refunds(outside().card_payments, now=outside().clock.now())


def _send_letters() -> None:
    send_due_letters(outside().post, outside().letter_tokens, now=outside().clock.now())


def _write_morning_letters() -> None:
    write_due_morning_letters(now=outside().clock.now())


def _make_classes() -> None:
    make_coming_classes(now=outside().clock.now())


def _settle_terminations() -> None:
    settle_due_terminations(now=outside().clock.now())


def _offer_free_places() -> None:
    offer_free_places(now=outside().clock.now())


def _tidy_up() -> None:
    tidy_up(now=outside().clock.now())


def _list_clients() -> None:
    list_clients()


JOBS = (
    Job("morning letters", seconds=60, run=_write_morning_letters),
    Job("waiting lists", seconds=10, run=_offer_free_places),
    Job("letters", seconds=3, run=_send_letters),
    Job("payments", seconds=10, run=_settle_payments),
    Job("dues", seconds=10, run=_settle_dues),
    Job("auto-payments", seconds=60, run=_charge_instalments),
    Job("auto-payments' answers", seconds=10, run=_settle_auto_payments),
    Job("cancelled classes", seconds=3, run=_cancel_classes),
    Job("refunds", seconds=10, run=_carry_out_refunds),
    Job("coming classes", seconds=3600, run=_make_classes),
    Job("terminations", seconds=60, run=_settle_terminations),
    Job("clients", seconds=60, run=_list_clients),
    Job("tidying", seconds=60, run=_tidy_up),
)
