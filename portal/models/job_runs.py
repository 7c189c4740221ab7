"""The trace that each job leaves: when it last ended well, when it last failed, and how often."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, mapped_column

from portal.models.database import Base, Instant, check, read, table_of


class JobRun(Base):
    """One row a job, of the whole portal and of no business. ``failures`` counts all there ever were."""

    __tablename__ = "job_run"
    __table_args__ = (
        check("failures_not_negative", "failures >= 0"),
        check("leaves_a_trace", "last_good_at IS NOT NULL OR last_failed_at IS NOT NULL"),
        check("failed_when_it_failed", "(failures = 0) = (last_failed_at IS NULL)"),
    )

    job: Mapped[str] = mapped_column(String(40), primary_key=True)
    last_good_at: Mapped[datetime | None] = mapped_column(Instant)
    last_failed_at: Mapped[datetime | None] = mapped_column(Instant)
    failures: Mapped[int] = mapped_column(default=0)


@dataclass(frozen=True, slots=True)
class JobTrace:
    """How a job has fared."""

    job: str
    last_good_at: datetime | None
    last_failed_at: datetime | None
    failures: int


_run = table_of(JobRun)
_TRACES = select(_run.c.job, _run.c.last_good_at, _run.c.last_failed_at, _run.c.failures).order_by(_run.c.job)


def job_traces() -> tuple[JobTrace, ...]:
    """Every job's trace, by name."""
    return tuple(JobTrace(*tuple(row)) for row in read(_TRACES))
