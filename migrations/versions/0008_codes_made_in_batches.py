"""Codes that are made in batches and switched off

Revision 0008, after 0007.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

CHECKS = {
    "amounts_within_limits": "value <= 100000000 AND least_spend <= 100000000",
    "bookings_limit_positive": "bookings_limit > 0",
    "class_dates_in_order": "class_from <= class_to",
    "ends_after_start": "starts_at < ends_at",
    "one_booking_of_a_batch": "batch_id IS NULL OR (bookings_limit = 1 AND bookings_limit IS NOT NULL)",
}


def upgrade() -> None:
    op.create_table(
        "code_batch",
        sa.Column("prefix", sa.String(length=20), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("business_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("size BETWEEN 1 AND 500", name=op.f("ck_code_batch_size_within_limits")),
        sa.ForeignKeyConstraint(["business_id"], ["business.id"], name=op.f("fk_code_batch_business_id")),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("pk_code_batch")),
    )
    with op.batch_alter_table("discount_code", schema=None) as batch_op:
        batch_op.add_column(sa.Column("batch_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("switched_off_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index("ix_discount_code_batch", ["business_id", "batch_id"], unique=False)
        batch_op.create_foreign_key(
            op.f("fk_discount_code_business_id_batch_id"),
            "code_batch",
            ["business_id", "batch_id"],
            ["business_id", "id"],
        )
        for name, rule in CHECKS.items():
            batch_op.create_check_constraint(op.f(f"ck_discount_code_{name}"), rule)


def downgrade() -> None:
    with op.batch_alter_table("discount_code", schema=None) as batch_op:
        for name in CHECKS:
            batch_op.drop_constraint(op.f(f"ck_discount_code_{name}"), type_="check")
        batch_op.drop_constraint(op.f("fk_discount_code_business_id_batch_id"), type_="foreignkey")
        batch_op.drop_index("ix_discount_code_batch")
        batch_op.drop_column("switched_off_at")
        batch_op.drop_column("batch_id")
    op.drop_table("code_batch")
