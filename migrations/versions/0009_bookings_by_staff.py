"""Bookings that staff make for somebody

Revision 0009, after 0008.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "staff_booking",
        sa.Column("booking_id", sa.Uuid(), nullable=False),
        sa.Column("staff_member_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "how",
            sa.Enum(
                "cash",
                "terminal",
                "account",
                "waived",
                name="howpaid",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=True,
        ),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("business_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(amount = 0) = (how IS NULL) AND amount >= 0", name=op.f("ck_staff_booking_amount_says_how")
        ),
        sa.CheckConstraint(
            "how IS NULL OR how <> 'waived' OR length(note) > 0",
            name=op.f("ck_staff_booking_waived_for_a_reason"),
        ),
        sa.ForeignKeyConstraint(
            ["business_id", "booking_id"],
            ["booking.business_id", "booking.id"],
            name=op.f("fk_staff_booking_business_id_booking_id"),
        ),
        sa.ForeignKeyConstraint(
            ["business_id", "staff_member_id"],
            ["staff_member.business_id", "staff_member.id"],
            name=op.f("fk_staff_booking_business_id_staff_member_id"),
        ),
        sa.ForeignKeyConstraint(["business_id"], ["business.id"], name=op.f("fk_staff_booking_business_id")),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("pk_staff_booking")),
        sa.UniqueConstraint(
            "business_id", "booking_id", name=op.f("uq_staff_booking_business_id_booking_id")
        ),
    )


def downgrade() -> None:
    op.drop_table("staff_booking")
