"""Weekly times of a class, closed days, and when a class may be booked

Revision 0012, after 0011. Classes that are there may be booked until they start, as before.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "closed_days",
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("business_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("last_on >= first_on", name=op.f("ck_closed_days_ends_after_it_begins")),
        sa.ForeignKeyConstraint(["business_id"], ["business.id"], name=op.f("fk_closed_days_business_id")),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("pk_closed_days")),
    )
    with op.batch_alter_table("closed_days", schema=None) as batch_op:
        batch_op.create_index("ix_closed_days_last_on", ["business_id", "last_on"], unique=False)

    op.create_table(
        "class_schedule",
        sa.Column("series_id", sa.Uuid(), nullable=False),
        sa.Column("days", sa.String(length=20), nullable=False),
        sa.Column("every_weeks", sa.Integer(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=True),
        sa.Column("starts", sa.Time(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("teacher", sa.String(length=120), nullable=False),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.Column("scheduled_until", sa.Date(), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("business_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("capacity >= 0", name=op.f("ck_class_schedule_capacity_not_negative")),
        sa.CheckConstraint(
            "every_weeks BETWEEN 1 AND 12", name=op.f("ck_class_schedule_weeks_within_limits")
        ),
        sa.CheckConstraint(
            "last_on IS NULL OR last_on >= first_on", name=op.f("ck_class_schedule_ends_after_it_begins")
        ),
        sa.CheckConstraint("length(days) >= 2", name=op.f("ck_class_schedule_has_days")),
        sa.CheckConstraint("minutes BETWEEN 1 AND 1440", name=op.f("ck_class_schedule_minutes_within_a_day")),
        sa.ForeignKeyConstraint(
            ["business_id", "series_id"],
            ["class_series.business_id", "class_series.id"],
            name=op.f("fk_class_schedule_business_id_series_id"),
        ),
        sa.ForeignKeyConstraint(["business_id"], ["business.id"], name=op.f("fk_class_schedule_business_id")),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("pk_class_schedule")),
    )
    with op.batch_alter_table("class_schedule", schema=None) as batch_op:
        batch_op.create_index("ix_class_schedule_scheduled_until", ["scheduled_until"], unique=False)
        batch_op.create_index("ix_class_schedule_series", ["business_id", "series_id"], unique=False)

    op.create_table(
        "class_exception",
        sa.Column("schedule_id", sa.Uuid(), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("business_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["business_id", "schedule_id"],
            ["class_schedule.business_id", "class_schedule.id"],
            name=op.f("fk_class_exception_business_id_schedule_id"),
        ),
        sa.ForeignKeyConstraint(
            ["business_id"], ["business.id"], name=op.f("fk_class_exception_business_id")
        ),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("pk_class_exception")),
        sa.UniqueConstraint(
            "business_id",
            "schedule_id",
            "on_date",
            name=op.f("uq_class_exception_business_id_schedule_id_on_date"),
        ),
    )
    with op.batch_alter_table("class_series", schema=None) as batch_op:
        batch_op.add_column(sa.Column("opens_days", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("closes_minutes", sa.Integer(), nullable=False, server_default="0"))
        batch_op.create_check_constraint(
            op.f("ck_class_series_opens_within_limits"), "opens_days IS NULL OR opens_days BETWEEN 1 AND 84"
        )
        batch_op.create_check_constraint(
            op.f("ck_class_series_closes_after_it_opens"),
            "opens_days IS NULL OR closes_minutes <= opens_days * 1440 - 60",
        )
        batch_op.create_check_constraint(
            op.f("ck_class_series_closes_within_limits"), "closes_minutes BETWEEN 0 AND 10080"
        )
    with op.batch_alter_table("class_series", schema=None) as batch_op:
        batch_op.alter_column("closes_minutes", server_default=None)

    with op.batch_alter_table("class_session", schema=None) as batch_op:
        batch_op.add_column(sa.Column("opens_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("closes_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("schedule_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("turn_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE class_session SET closes_at = starts_at")
    with op.batch_alter_table("class_session", schema=None) as batch_op:
        batch_op.alter_column("closes_at", existing_type=sa.DateTime(timezone=True), nullable=False)
        batch_op.create_check_constraint(
            op.f("ck_class_session_turn_of_a_schedule"), "(schedule_id IS NULL) = (turn_on IS NULL)"
        )
        batch_op.create_check_constraint(
            op.f("ck_class_session_closes_by_its_start"), "closes_at <= starts_at"
        )
        batch_op.create_index("ix_class_session_turn", ["business_id", "schedule_id", "turn_on"], unique=True)
        batch_op.create_foreign_key(
            batch_op.f("fk_class_session_business_id_schedule_id"),
            "class_schedule",
            ["business_id", "schedule_id"],
            ["business_id", "id"],
        )


def downgrade() -> None:
    with op.batch_alter_table("class_session", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_class_session_turn_of_a_schedule"), type_="check")
        batch_op.drop_constraint(op.f("ck_class_session_closes_by_its_start"), type_="check")
        batch_op.drop_constraint(batch_op.f("fk_class_session_business_id_schedule_id"), type_="foreignkey")
        batch_op.drop_index("ix_class_session_turn")
        batch_op.drop_column("edited_at")
        batch_op.drop_column("turn_on")
        batch_op.drop_column("schedule_id")
        batch_op.drop_column("closes_at")
        batch_op.drop_column("opens_at")

    with op.batch_alter_table("class_series", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_class_series_opens_within_limits"), type_="check")
        batch_op.drop_constraint(op.f("ck_class_series_closes_within_limits"), type_="check")
        batch_op.drop_constraint(op.f("ck_class_series_closes_after_it_opens"), type_="check")
        batch_op.drop_column("closes_minutes")
        batch_op.drop_column("opens_days")

    op.drop_table("class_exception")
    with op.batch_alter_table("class_schedule", schema=None) as batch_op:
        batch_op.drop_index("ix_class_schedule_series")
        batch_op.drop_index("ix_class_schedule_scheduled_until")

    op.drop_table("class_schedule")
    with op.batch_alter_table("closed_days", schema=None) as batch_op:
        batch_op.drop_index("ix_closed_days_last_on")

    op.drop_table("closed_days")
