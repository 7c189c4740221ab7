"""The trace that each job of the worker leaves

Revision 0005, after 0004.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "job_run",
        sa.Column("job", sa.String(length=40), nullable=False),
        sa.Column("last_good_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.CheckConstraint("failures >= 0", name=op.f("ck_job_run_failures_not_negative")),
        sa.CheckConstraint(
            "last_good_at IS NOT NULL OR last_failed_at IS NOT NULL", name=op.f("ck_job_run_leaves_a_trace")
        ),
        sa.CheckConstraint(
            "(failures = 0) = (last_failed_at IS NULL)", name=op.f("ck_job_run_failed_when_it_failed")
        ),
        sa.PrimaryKeyConstraint("job", name=op.f("pk_job_run")),
    )


def downgrade() -> None:
    op.drop_table("job_run")
