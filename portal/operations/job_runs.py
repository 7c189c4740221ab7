"""Leave a job's trace, so that whoever watches the portal sees a job that stands still."""

from datetime import datetime, timedelta

from sqlalchemy import or_, select, update

from portal.models.database import db, insert_if_absent, rows_changed
from portal.models.job_runs import JobRun

NOTED_EVERY = timedelta(seconds=30)
"""Some jobs look every three seconds; writing each time would keep the disk busy for nothing."""


def is_worth_noting(job: str, *, now: datetime) -> bool:
    """Whether a good run adds something to the trace: the last is a while ago, or it failed since."""
    row = db.session.execute(
        select(JobRun.last_good_at, JobRun.last_failed_at).where(JobRun.job == job)
    ).first()
    if row is None or row.last_good_at is None:
        return True
    good, failed = row.last_good_at, row.last_failed_at
    return bool(failed and failed >= good) or bool(abs(now - good) >= NOTED_EVERY)


def note_good_run(job: str, *, now: datetime) -> None:
    """It ended well at this moment; a run that ended later is not overwritten by one that is noted late."""
    if not insert_if_absent(JobRun, job=job, last_good_at=now, failures=0):
        earlier = or_(JobRun.last_good_at.is_(None), JobRun.last_good_at < now)
        db.session.execute(update(JobRun).where(JobRun.job == job, earlier).values(last_good_at=now))


def note_failure(job: str, *, now: datetime) -> None:
    """It failed at this moment: one more."""
    one_more = update(JobRun).where(JobRun.job == job)
    if not rows_changed(one_more.values(last_failed_at=now, failures=JobRun.failures + 1)) and (
        not insert_if_absent(JobRun, job=job, last_failed_at=now, failures=1)
    ):
        rows_changed(one_more.values(last_failed_at=now, failures=JobRun.failures + 1))
