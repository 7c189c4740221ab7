"""At the door: who came and who did not

Revision 0007, after 0006.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "attendance",
        sa.Column("ticket_id", sa.Uuid(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "checked_in",
                "no_show",
                name="attendancestatus",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("staff_member_id", sa.Uuid(), nullable=False),
        sa.Column("business_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["business_id", "ticket_id"],
            ["ticket.business_id", "ticket.id"],
            name=op.f("fk_attendance_business_id_ticket_id"),
        ),
        sa.ForeignKeyConstraint(
            ["business_id", "staff_member_id"],
            ["staff_member.business_id", "staff_member.id"],
            name=op.f("fk_attendance_business_id_staff_member_id"),
        ),
        sa.ForeignKeyConstraint(["business_id"], ["business.id"], name=op.f("fk_attendance_business_id")),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("pk_attendance")),
        sa.UniqueConstraint("business_id", "ticket_id", name=op.f("uq_attendance_business_id_ticket_id")),
    )


def downgrade() -> None:
    op.drop_table("attendance")
