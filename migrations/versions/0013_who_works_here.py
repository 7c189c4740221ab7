"""Who works here: invitations, deactivation, second factors

Revision 0013, after 0012. Whoever works at a studio already goes on as before, without a second factor.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

KINDS = "'booking_confirmed', 'booking_refunded', 'confirm_email', 'already_registered', 'reset_password', 'no_account', 'auto_payment_failed', 'ticket_cancelled', 'reminder', 'pass_nearly_used_up', 'pass_nearly_over', 'balance_due', 'ticket_moved', 'refund_sent', 'place_offered', 'class_cancelled'"
PURPOSES = "'confirm_email', 'reset_password'"


def upgrade() -> None:
    op.create_table(
        "recovery_code",
        sa.Column("staff_member_id", sa.Uuid(), nullable=False),
        sa.Column("code_digest", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("business_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["business_id", "staff_member_id"],
            ["staff_member.business_id", "staff_member.id"],
            name=op.f("fk_recovery_code_business_id_staff_member_id"),
        ),
        sa.ForeignKeyConstraint(["business_id"], ["business.id"], name=op.f("fk_recovery_code_business_id")),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("pk_recovery_code")),
        sa.UniqueConstraint(
            "business_id",
            "staff_member_id",
            "code_digest",
            name=op.f("uq_recovery_code_business_id_staff_member_id_code_digest"),
        ),
    )
    with op.batch_alter_table("business", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("staff_need_second_factor", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    with op.batch_alter_table("staff_member", schema=None) as batch_op:
        batch_op.add_column(sa.Column("teaches_as", sa.String(length=120), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("totp_nonce", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("totp_since", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("totp_last_step", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("deactivated_at", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("sign_in", schema=None) as batch_op:
        batch_op.add_column(sa.Column("awaits_code", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("mailed_link", schema=None) as batch_op:
        batch_op.add_column(sa.Column("staff_member_id", sa.Uuid(), nullable=True))

    with op.batch_alter_table("business", schema=None) as batch_op:
        batch_op.alter_column(
            "staff_need_second_factor",
            existing_type=sa.Boolean(),
            existing_nullable=False,
            server_default=None,
        )
    with op.batch_alter_table("staff_member", schema=None) as batch_op:
        batch_op.alter_column(
            "teaches_as", existing_type=sa.String(length=120), existing_nullable=False, server_default=None
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_staff_member_second_factor_is_whole"),
            "(totp_nonce IS NULL) = (totp_since IS NULL) AND (totp_nonce IS NULL) = (totp_last_step IS NULL)",
        )
    with op.batch_alter_table("sign_in", schema=None) as batch_op:
        batch_op.alter_column(
            "awaits_code", existing_type=sa.Boolean(), existing_nullable=False, server_default=None
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_sign_in_only_staff_await_a_code"), "NOT awaits_code OR staff_member_id IS NOT NULL"
        )
    with op.batch_alter_table("mailed_link", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_mailed_link_linkpurpose"), type_="check")
        batch_op.create_check_constraint(
            batch_op.f("ck_mailed_link_linkpurpose"), f"purpose IN ({PURPOSES}, 'staff_invitation')"
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_mailed_link_invitation_of_staff"),
            "(purpose = 'staff_invitation') = (staff_member_id IS NOT NULL)",
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_mailed_link_business_id_staff_member_id"),
            "staff_member",
            ["business_id", "staff_member_id"],
            ["business_id", "id"],
        )
        batch_op.create_index("ix_mailed_link_staff_member", ["business_id", "staff_member_id"], unique=False)
    with op.batch_alter_table("letter", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_letter_letterkind"), type_="check")
        batch_op.create_check_constraint(
            batch_op.f("ck_letter_letterkind"), f"kind IN ({KINDS}, 'staff_invitation', 'two_factor_reset')"
        )


def downgrade() -> None:
    op.execute("DELETE FROM letter WHERE kind IN ('staff_invitation', 'two_factor_reset')")
    op.execute("DELETE FROM mailed_link WHERE purpose = 'staff_invitation'")
    with op.batch_alter_table("letter", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_letter_letterkind"), type_="check")
        batch_op.create_check_constraint(batch_op.f("ck_letter_letterkind"), f"kind IN ({KINDS})")
    with op.batch_alter_table("mailed_link", schema=None) as batch_op:
        batch_op.drop_index("ix_mailed_link_staff_member")
        batch_op.drop_constraint(batch_op.f("fk_mailed_link_business_id_staff_member_id"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("ck_mailed_link_invitation_of_staff"), type_="check")
        batch_op.drop_constraint(batch_op.f("ck_mailed_link_linkpurpose"), type_="check")
        batch_op.create_check_constraint(batch_op.f("ck_mailed_link_linkpurpose"), f"purpose IN ({PURPOSES})")
        batch_op.drop_column("staff_member_id")
    with op.batch_alter_table("sign_in", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_sign_in_only_staff_await_a_code"), type_="check")
        batch_op.drop_column("awaits_code")
    with op.batch_alter_table("staff_member", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_staff_member_second_factor_is_whole"), type_="check")
        for name in ("deactivated_at", "totp_last_step", "totp_since", "totp_nonce", "teaches_as"):
            batch_op.drop_column(name)
    with op.batch_alter_table("business", schema=None) as batch_op:
        batch_op.drop_column("staff_need_second_factor")
    op.drop_table("recovery_code")
