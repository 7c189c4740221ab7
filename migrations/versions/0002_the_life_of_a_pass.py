"""The life of a pass

Revision 0002, after 0001.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "booking_preferences",
        sa.Column("returns_use", sa.Boolean(), nullable=False),
        sa.Column("customers_may_cancel", sa.Boolean(), nullable=False),
        sa.Column("cancel_hours", sa.Integer(), nullable=False),
        sa.Column(
            "refund_to",
            sa.Enum(
                "none",
                "card",
                "account",
                name="refundto",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("customers_may_transfer", sa.Boolean(), nullable=False),
        sa.Column("transfer_hours", sa.Integer(), nullable=False),
        sa.Column("business_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "cancel_hours BETWEEN 0 AND 720 AND transfer_hours BETWEEN 0 AND 720",
            name=op.f("ck_booking_preferences_hours_within_limits"),
        ),
        sa.ForeignKeyConstraint(
            ["business_id"], ["business.id"], name=op.f("fk_booking_preferences_business_id")
        ),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("pk_booking_preferences")),
        sa.UniqueConstraint("business_id", name=op.f("uq_booking_preferences_business_id")),
    )
    op.create_table(
        "letter_round",
        sa.Column("business_id", sa.Uuid(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["business_id"], ["business.id"], name=op.f("fk_letter_round_business_id")),
        sa.PrimaryKeyConstraint("business_id", name=op.f("pk_letter_round")),
    )
    op.create_table(
        "reminder_refusal",
        sa.Column("email_key", sa.String(length=254), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("business_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["business_id"], ["business.id"], name=op.f("fk_reminder_refusal_business_id")
        ),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("pk_reminder_refusal")),
        sa.UniqueConstraint(
            "business_id", "email_key", name=op.f("uq_reminder_refusal_business_id_email_key")
        ),
    )
    op.create_table(
        "account_checkout",
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column(
            "purpose",
            sa.Enum(
                "dues",
                "card",
                name="accountcheckoutpurpose",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("consent", sa.String(length=500), nullable=False),
        sa.Column("stripe_account", sa.String(length=60), nullable=True),
        sa.Column("stripe_customer", sa.String(length=255), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("return_to", sa.String(length=200), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("session_id", sa.String(length=255), nullable=True),
        sa.Column("url", sa.String(length=2000), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paid_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("business_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(purpose = 'dues') = (amount > 0)", name=op.f("ck_account_checkout_dues_have_an_amount")
        ),
        sa.CheckConstraint(
            "paid_at IS NULL OR closed_at IS NOT NULL", name=op.f("ck_account_checkout_paid_is_closed")
        ),
        sa.ForeignKeyConstraint(
            ["business_id", "customer_id"],
            ["customer.business_id", "customer.id"],
            name=op.f("fk_account_checkout_business_id_customer_id"),
        ),
        sa.ForeignKeyConstraint(
            ["business_id"], ["business.id"], name=op.f("fk_account_checkout_business_id")
        ),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("pk_account_checkout")),
        sa.UniqueConstraint("session_id", name=op.f("uq_account_checkout_session_id")),
    )
    with op.batch_alter_table("account_checkout", schema=None) as batch_op:
        batch_op.create_index(
            "ix_account_checkout_one_open",
            ["business_id", "customer_id", "purpose"],
            unique=True,
            postgresql_where=sa.text("closed_at IS NULL"),
            sqlite_where=sa.text("closed_at IS NULL"),
        )
        batch_op.create_index(
            "ix_account_checkout_open",
            ["asked_at"],
            unique=False,
            postgresql_where=sa.text("closed_at IS NULL"),
            sqlite_where=sa.text("closed_at IS NULL"),
        )

    op.create_table(
        "customer_account",
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("balance", sa.Integer(), nullable=False),
        sa.Column("claimed", sa.Integer(), nullable=False),
        sa.Column("business_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("claimed >= 0", name=op.f("ck_customer_account_claims_never_below_zero")),
        sa.ForeignKeyConstraint(
            ["business_id", "customer_id"],
            ["customer.business_id", "customer.id"],
            name=op.f("fk_customer_account_business_id_customer_id"),
        ),
        sa.ForeignKeyConstraint(
            ["business_id"], ["business.id"], name=op.f("fk_customer_account_business_id")
        ),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("pk_customer_account")),
        sa.UniqueConstraint(
            "business_id", "customer_id", name=op.f("uq_customer_account_business_id_customer_id")
        ),
    )
    op.create_table(
        "customer_word",
        sa.Column("business_id", sa.Uuid(), nullable=False),
        sa.Column(
            "word",
            sa.String(length=254).with_variant(sa.String(length=254, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["business_id", "customer_id"],
            ["customer.business_id", "customer.id"],
            name=op.f("fk_customer_word_business_id_customer_id"),
        ),
        sa.ForeignKeyConstraint(["business_id"], ["business.id"], name=op.f("fk_customer_word_business_id")),
        sa.PrimaryKeyConstraint("business_id", "word", "customer_id", name=op.f("pk_customer_word")),
    )
    with op.batch_alter_table("customer_word", schema=None) as batch_op:
        batch_op.create_index(
            "ix_customer_word_customer", ["business_id", "customer_id", "word"], unique=False
        )

    op.create_table(
        "purchase_option_deactivation",
        sa.Column("purchase_option_id", sa.Uuid(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("staff_member_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by_id", sa.Uuid(), nullable=True),
        sa.Column("ended_reason", sa.String(length=500), nullable=False),
        sa.Column("business_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (ended_by_id IS NULL)",
            name=op.f("ck_purchase_option_deactivation_ended_by_somebody"),
        ),
        sa.CheckConstraint("length(reason) > 0", name=op.f("ck_purchase_option_deactivation_reason_given")),
        sa.ForeignKeyConstraint(
            ["business_id", "ended_by_id"],
            ["staff_member.business_id", "staff_member.id"],
            name=op.f("fk_purchase_option_deactivation_business_id_ended_by_id"),
        ),
        sa.ForeignKeyConstraint(
            ["business_id", "purchase_option_id"],
            ["purchase_option.business_id", "purchase_option.id"],
            name=op.f("fk_purchase_option_deactivation_business_id_purchase_option_id"),
        ),
        sa.ForeignKeyConstraint(
            ["business_id", "staff_member_id"],
            ["staff_member.business_id", "staff_member.id"],
            name=op.f("fk_purchase_option_deactivation_business_id_staff_member_id"),
        ),
        sa.ForeignKeyConstraint(
            ["business_id"], ["business.id"], name=op.f("fk_purchase_option_deactivation_business_id")
        ),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("pk_purchase_option_deactivation")),
    )
    with op.batch_alter_table("purchase_option_deactivation", schema=None) as batch_op:
        batch_op.create_index(
            "ix_purchase_option_deactivation_one_live",
            ["business_id", "purchase_option_id"],
            unique=True,
            postgresql_where=sa.text("ended_at IS NULL"),
            sqlite_where=sa.text("ended_at IS NULL"),
        )

    op.create_table(
        "saved_card",
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("stripe_account", sa.String(length=60), nullable=True),
        sa.Column("stripe_customer", sa.String(length=255), nullable=False),
        sa.Column("payment_method", sa.String(length=255), nullable=False),
        sa.Column("brand", sa.String(length=40), nullable=False),
        sa.Column("last4", sa.String(length=4), nullable=False),
        sa.Column("exp_month", sa.Integer(), nullable=False),
        sa.Column("exp_year", sa.Integer(), nullable=False),
        sa.Column("consent", sa.String(length=500), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("business_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["business_id", "customer_id"],
            ["customer.business_id", "customer.id"],
            name=op.f("fk_saved_card_business_id_customer_id"),
        ),
        sa.ForeignKeyConstraint(["business_id"], ["business.id"], name=op.f("fk_saved_card_business_id")),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("pk_saved_card")),
    )
    with op.batch_alter_table("saved_card", schema=None) as batch_op:
        batch_op.create_index("ix_saved_card_customer", ["business_id", "customer_id"], unique=False)
        batch_op.create_index(
            "ix_saved_card_one_live",
            ["business_id", "customer_id"],
            unique=True,
            postgresql_where=sa.text("replaced_at IS NULL"),
            sqlite_where=sa.text("replaced_at IS NULL"),
        )

    op.create_table(
        "instalment",
        sa.Column("class_pass_id", sa.Uuid(), nullable=False),
        sa.Column("nth", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "scheduled",
                "failed",
                "paid",
                "charged",
                "not_collected",
                "skipped",
                name="instalmentstatus",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("try_on", sa.Date(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("business_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(status IN ('scheduled', 'failed')) = (settled_at IS NULL)",
            name=op.f("ck_instalment_settled_unless_open"),
        ),
        sa.CheckConstraint(
            "status <> 'scheduled' OR try_on IS NOT NULL", name=op.f("ck_instalment_scheduled_will_be_tried")
        ),
        sa.CheckConstraint(
            "try_on IS NULL OR status IN ('scheduled', 'failed')",
            name=op.f("ck_instalment_tried_only_while_open"),
        ),
        sa.CheckConstraint("amount > 0", name=op.f("ck_instalment_amount_positive")),
        sa.CheckConstraint("nth >= 2", name=op.f("ck_instalment_after_the_first")),
        sa.ForeignKeyConstraint(
            ["business_id", "class_pass_id"],
            ["class_pass.business_id", "class_pass.id"],
            name=op.f("fk_instalment_business_id_class_pass_id"),
        ),
        sa.ForeignKeyConstraint(["business_id"], ["business.id"], name=op.f("fk_instalment_business_id")),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("pk_instalment")),
        sa.UniqueConstraint(
            "business_id", "class_pass_id", "nth", name=op.f("uq_instalment_business_id_class_pass_id_nth")
        ),
    )
    with op.batch_alter_table("instalment", schema=None) as batch_op:
        batch_op.create_index(
            "ix_instalment_due",
            ["try_on"],
            unique=False,
            postgresql_where=sa.text("try_on IS NOT NULL"),
            sqlite_where=sa.text("try_on IS NOT NULL"),
        )

    op.create_table(
        "pass_deactivation",
        sa.Column("class_pass_id", sa.Uuid(), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("staff_member_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("charges_balance", sa.Boolean(), nullable=True),
        sa.Column("balance_settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by_id", sa.Uuid(), nullable=True),
        sa.Column("ended_reason", sa.String(length=500), nullable=False),
        sa.Column("business_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (ended_by_id IS NULL)", name=op.f("ck_pass_deactivation_ended_by_somebody")
        ),
        sa.CheckConstraint("length(reason) > 0", name=op.f("ck_pass_deactivation_reason_given")),
        sa.ForeignKeyConstraint(
            ["business_id", "class_pass_id"],
            ["class_pass.business_id", "class_pass.id"],
            name=op.f("fk_pass_deactivation_business_id_class_pass_id"),
        ),
        sa.ForeignKeyConstraint(
            ["business_id", "ended_by_id"],
            ["staff_member.business_id", "staff_member.id"],
            name=op.f("fk_pass_deactivation_business_id_ended_by_id"),
        ),
        sa.ForeignKeyConstraint(
            ["business_id", "staff_member_id"],
            ["staff_member.business_id", "staff_member.id"],
            name=op.f("fk_pass_deactivation_business_id_staff_member_id"),
        ),
        sa.ForeignKeyConstraint(
            ["business_id"], ["business.id"], name=op.f("fk_pass_deactivation_business_id")
        ),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("pk_pass_deactivation")),
    )
    with op.batch_alter_table("pass_deactivation", schema=None) as batch_op:
        batch_op.create_index(
            "ix_pass_deactivation_class_pass", ["business_id", "class_pass_id"], unique=False
        )
        batch_op.create_index(
            "ix_pass_deactivation_one_live",
            ["business_id", "class_pass_id"],
            unique=True,
            postgresql_where=sa.text("ended_at IS NULL"),
            sqlite_where=sa.text("ended_at IS NULL"),
        )
        batch_op.create_index(
            "ix_pass_deactivation_unsettled",
            ["from_day"],
            unique=False,
            postgresql_where=sa.text("ended_at IS NULL AND balance_settled_at IS NULL"),
            sqlite_where=sa.text("ended_at IS NULL AND balance_settled_at IS NULL"),
        )

    op.create_table(
        "pass_pause",
        sa.Column("class_pass_id", sa.Uuid(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("staff_member_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by_id", sa.Uuid(), nullable=True),
        sa.Column("business_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (ended_by_id IS NULL)", name=op.f("ck_pass_pause_ended_by_somebody")
        ),
        sa.CheckConstraint("last_day >= first_day", name=op.f("ck_pass_pause_days_in_order")),
        sa.CheckConstraint("length(reason) > 0", name=op.f("ck_pass_pause_reason_given")),
        sa.ForeignKeyConstraint(
            ["business_id", "class_pass_id"],
            ["class_pass.business_id", "class_pass.id"],
            name=op.f("fk_pass_pause_business_id_class_pass_id"),
        ),
        sa.ForeignKeyConstraint(
            ["business_id", "ended_by_id"],
            ["staff_member.business_id", "staff_member.id"],
            name=op.f("fk_pass_pause_business_id_ended_by_id"),
        ),
        sa.ForeignKeyConstraint(
            ["business_id", "staff_member_id"],
            ["staff_member.business_id", "staff_member.id"],
            name=op.f("fk_pass_pause_business_id_staff_member_id"),
        ),
        sa.ForeignKeyConstraint(["business_id"], ["business.id"], name=op.f("fk_pass_pause_business_id")),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("pk_pass_pause")),
    )
    with op.batch_alter_table("pass_pause", schema=None) as batch_op:
        batch_op.create_index(
            "ix_pass_pause_one_live",
            ["business_id", "class_pass_id"],
            unique=True,
            postgresql_where=sa.text("ended_at IS NULL"),
            sqlite_where=sa.text("ended_at IS NULL"),
        )

    op.create_table(
        "pass_refund",
        sa.Column("class_pass_id", sa.Uuid(), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column(
            "to",
            sa.Enum(
                "card", "account", name="refundedto", native_enum=False, create_constraint=True, length=20
            ),
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("staff_member_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("business_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_pass_refund_amount_positive")),
        sa.CheckConstraint("length(reason) > 0", name=op.f("ck_pass_refund_reason_given")),
        sa.ForeignKeyConstraint(
            ["business_id", "class_pass_id"],
            ["class_pass.business_id", "class_pass.id"],
            name=op.f("fk_pass_refund_business_id_class_pass_id"),
        ),
        sa.ForeignKeyConstraint(
            ["business_id", "staff_member_id"],
            ["staff_member.business_id", "staff_member.id"],
            name=op.f("fk_pass_refund_business_id_staff_member_id"),
        ),
        sa.ForeignKeyConstraint(["business_id"], ["business.id"], name=op.f("fk_pass_refund_business_id")),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("pk_pass_refund")),
    )
    with op.batch_alter_table("pass_refund", schema=None) as batch_op:
        batch_op.create_index("ix_pass_refund_class_pass", ["business_id", "class_pass_id"], unique=False)

    op.create_table(
        "account_checkout_line",
        sa.Column("account_checkout_id", sa.Uuid(), nullable=False),
        sa.Column("instalment_id", sa.Uuid(), nullable=True),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("business_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_account_checkout_line_amount_positive")),
        sa.ForeignKeyConstraint(
            ["business_id", "account_checkout_id"],
            ["account_checkout.business_id", "account_checkout.id"],
            name=op.f("fk_account_checkout_line_business_id_account_checkout_id"),
        ),
        sa.ForeignKeyConstraint(
            ["business_id", "instalment_id"],
            ["instalment.business_id", "instalment.id"],
            name=op.f("fk_account_checkout_line_business_id_instalment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["business_id"], ["business.id"], name=op.f("fk_account_checkout_line_business_id")
        ),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("pk_account_checkout_line")),
        sa.UniqueConstraint(
            "business_id",
            "account_checkout_id",
            "instalment_id",
            name=op.f("uq_account_checkout_line_business_id_account_checkout_id_instalment_id"),
        ),
    )
    with op.batch_alter_table("account_checkout_line", schema=None) as batch_op:
        batch_op.create_index(
            "ix_account_checkout_line_instalment", ["business_id", "instalment_id"], unique=False
        )

    op.create_table(
        "instalment_attempt",
        sa.Column("instalment_id", sa.Uuid(), nullable=False),
        sa.Column("saved_card_id", sa.Uuid(), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("stripe_account", sa.String(length=60), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "pending",
                "succeeded",
                "declined",
                "closed",
                name="attemptstatus",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("payment_intent", sa.String(length=255), nullable=True),
        sa.Column("decline_code", sa.String(length=60), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("business_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(status = 'declined') = (decline_code IS NOT NULL)",
            name=op.f("ck_instalment_attempt_declined_says_why"),
        ),
        sa.CheckConstraint(
            "(status = 'pending') = (settled_at IS NULL)",
            name=op.f("ck_instalment_attempt_settled_unless_pending"),
        ),
        sa.CheckConstraint(
            "status <> 'succeeded' OR payment_intent IS NOT NULL",
            name=op.f("ck_instalment_attempt_succeeded_has_its_intent"),
        ),
        sa.CheckConstraint("amount > 0", name=op.f("ck_instalment_attempt_amount_positive")),
        sa.ForeignKeyConstraint(
            ["business_id", "instalment_id"],
            ["instalment.business_id", "instalment.id"],
            name=op.f("fk_instalment_attempt_business_id_instalment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["business_id", "saved_card_id"],
            ["saved_card.business_id", "saved_card.id"],
            name=op.f("fk_instalment_attempt_business_id_saved_card_id"),
        ),
        sa.ForeignKeyConstraint(
            ["business_id"], ["business.id"], name=op.f("fk_instalment_attempt_business_id")
        ),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("pk_instalment_attempt")),
        sa.UniqueConstraint("payment_intent", name=op.f("uq_instalment_attempt_payment_intent")),
    )
    with op.batch_alter_table("instalment_attempt", schema=None) as batch_op:
        batch_op.create_index(
            "ix_instalment_attempt_instalment", ["business_id", "instalment_id"], unique=False
        )
        batch_op.create_index(
            "ix_instalment_attempt_one_pending",
            ["business_id", "instalment_id"],
            unique=True,
            postgresql_where=sa.text("status = 'pending'"),
            sqlite_where=sa.text("status = 'pending'"),
        )
        batch_op.create_index(
            "ix_instalment_attempt_pending",
            ["asked_at"],
            unique=False,
            postgresql_where=sa.text("status = 'pending'"),
            sqlite_where=sa.text("status = 'pending'"),
        )

    op.create_table(
        "pass_extension",
        sa.Column("class_pass_id", sa.Uuid(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("pass_pause_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("staff_member_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("business_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("days <> 0", name=op.f("ck_pass_extension_of_some_days")),
        sa.CheckConstraint("length(reason) > 0", name=op.f("ck_pass_extension_reason_given")),
        sa.ForeignKeyConstraint(
            ["business_id", "class_pass_id"],
            ["class_pass.business_id", "class_pass.id"],
            name=op.f("fk_pass_extension_business_id_class_pass_id"),
        ),
        sa.ForeignKeyConstraint(
            ["business_id", "pass_pause_id"],
            ["pass_pause.business_id", "pass_pause.id"],
            name=op.f("fk_pass_extension_business_id_pass_pause_id"),
        ),
        sa.ForeignKeyConstraint(
            ["business_id", "staff_member_id"],
            ["staff_member.business_id", "staff_member.id"],
            name=op.f("fk_pass_extension_business_id_staff_member_id"),
        ),
        sa.ForeignKeyConstraint(["business_id"], ["business.id"], name=op.f("fk_pass_extension_business_id")),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("pk_pass_extension")),
    )
    with op.batch_alter_table("pass_extension", schema=None) as batch_op:
        batch_op.create_index("ix_pass_extension_class_pass", ["business_id", "class_pass_id"], unique=False)

    op.create_table(
        "ticket_cancellation",
        sa.Column("ticket_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "actor_kind",
            sa.Enum(
                "customer",
                "guest",
                "staff",
                "system",
                name="actorkind",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("in_time", sa.Boolean(), nullable=False),
        sa.Column("use_returned", sa.Boolean(), nullable=False),
        sa.Column("refund", sa.Integer(), nullable=False),
        sa.Column(
            "refund_to",
            sa.Enum(
                "none",
                "card",
                "account",
                name="refundto",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("business_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(refund > 0) = (refund_to <> 'none') AND refund >= 0",
            name=op.f("ck_ticket_cancellation_refund_has_its_way"),
        ),
        sa.ForeignKeyConstraint(
            ["business_id", "ticket_id"],
            ["ticket.business_id", "ticket.id"],
            name=op.f("fk_ticket_cancellation_business_id_ticket_id"),
        ),
        sa.ForeignKeyConstraint(
            ["business_id"], ["business.id"], name=op.f("fk_ticket_cancellation_business_id")
        ),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("pk_ticket_cancellation")),
        sa.UniqueConstraint(
            "business_id", "ticket_id", name=op.f("uq_ticket_cancellation_business_id_ticket_id")
        ),
    )
    op.create_table(
        "account_entry",
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "charge",
                "credit",
                "instalments",
                "payment",
                "basket",
                "card_refund",
                "refund_failed",
                "ticket_refund",
                "pass_refund",
                name="entrykind",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "actor_kind",
            sa.Enum(
                "customer",
                "guest",
                "staff",
                "system",
                name="actorkind",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("class_pass_id", sa.Uuid(), nullable=True),
        sa.Column("pass_deactivation_id", sa.Uuid(), nullable=True),
        sa.Column("instalment_id", sa.Uuid(), nullable=True),
        sa.Column("booking_id", sa.Uuid(), nullable=True),
        sa.Column("payment_id", sa.Uuid(), nullable=True),
        sa.Column("refund_id", sa.Uuid(), nullable=True),
        sa.Column("pass_refund_id", sa.Uuid(), nullable=True),
        sa.Column("ticket_cancellation_id", sa.Uuid(), nullable=True),
        sa.Column("business_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(amount < 0) = (kind IN ('charge', 'instalments', 'basket', 'card_refund'))",
            name=op.f("ck_account_entry_sign_fits_kind"),
        ),
        sa.CheckConstraint("amount <> 0", name=op.f("ck_account_entry_of_some_amount")),
        sa.ForeignKeyConstraint(
            ["business_id", "booking_id"],
            ["booking.business_id", "booking.id"],
            name=op.f("fk_account_entry_business_id_booking_id"),
        ),
        sa.ForeignKeyConstraint(
            ["business_id", "class_pass_id"],
            ["class_pass.business_id", "class_pass.id"],
            name=op.f("fk_account_entry_business_id_class_pass_id"),
        ),
        sa.ForeignKeyConstraint(
            ["business_id", "customer_id"],
            ["customer.business_id", "customer.id"],
            name=op.f("fk_account_entry_business_id_customer_id"),
        ),
        sa.ForeignKeyConstraint(
            ["business_id", "instalment_id"],
            ["instalment.business_id", "instalment.id"],
            name=op.f("fk_account_entry_business_id_instalment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["business_id", "pass_deactivation_id"],
            ["pass_deactivation.business_id", "pass_deactivation.id"],
            name=op.f("fk_account_entry_business_id_pass_deactivation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["business_id", "pass_refund_id"],
            ["pass_refund.business_id", "pass_refund.id"],
            name=op.f("fk_account_entry_business_id_pass_refund_id"),
        ),
        sa.ForeignKeyConstraint(
            ["business_id", "payment_id"],
            ["payment.business_id", "payment.id"],
            name=op.f("fk_account_entry_business_id_payment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["business_id", "refund_id"],
            ["refund.business_id", "refund.id"],
            name=op.f("fk_account_entry_business_id_refund_id"),
        ),
        sa.ForeignKeyConstraint(
            ["business_id", "ticket_cancellation_id"],
            ["ticket_cancellation.business_id", "ticket_cancellation.id"],
            name=op.f("fk_account_entry_business_id_ticket_cancellation_id"),
        ),
        sa.ForeignKeyConstraint(["business_id"], ["business.id"], name=op.f("fk_account_entry_business_id")),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("pk_account_entry")),
        sa.UniqueConstraint(
            "business_id", "booking_id", name=op.f("uq_account_entry_business_id_booking_id")
        ),
        sa.UniqueConstraint(
            "business_id", "instalment_id", name=op.f("uq_account_entry_business_id_instalment_id")
        ),
        sa.UniqueConstraint(
            "business_id",
            "pass_deactivation_id",
            name=op.f("uq_account_entry_business_id_pass_deactivation_id"),
        ),
        sa.UniqueConstraint(
            "business_id", "pass_refund_id", name=op.f("uq_account_entry_business_id_pass_refund_id")
        ),
        sa.UniqueConstraint(
            "business_id", "payment_id", name=op.f("uq_account_entry_business_id_payment_id")
        ),
        sa.UniqueConstraint(
            "business_id", "refund_id", "kind", name=op.f("uq_account_entry_business_id_refund_id_kind")
        ),
        sa.UniqueConstraint(
            "business_id",
            "ticket_cancellation_id",
            name=op.f("uq_account_entry_business_id_ticket_cancellation_id"),
        ),
    )
    with op.batch_alter_table("account_entry", schema=None) as batch_op:
        batch_op.create_index("ix_account_entry_customer", ["business_id", "customer_id", "at"], unique=False)

    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.add_column(sa.Column("customer_id", sa.Uuid(), nullable=True))
        batch_op.create_index("ix_audit_entry_customer", ["business_id", "customer_id", "at"], unique=False)

    with op.batch_alter_table("booking", schema=None) as batch_op:
        batch_op.add_column(sa.Column("later_total", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("balance_used", sa.Integer(), nullable=False, server_default="0"))

    with op.batch_alter_table("business", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("retry_after_days", sa.String(length=40), nullable=False, server_default="3,5,7")
        )

    with op.batch_alter_table("checkout_attempt", schema=None) as batch_op:
        batch_op.add_column(sa.Column("stripe_customer", sa.String(length=255), nullable=True))

    with op.batch_alter_table("customer", schema=None) as batch_op:
        batch_op.add_column(sa.Column("phone", sa.String(length=40), nullable=False, server_default=""))
        batch_op.add_column(
            sa.Column("wants_reminders", sa.Boolean(), nullable=False, server_default=sa.true())
        )
        batch_op.add_column(sa.Column("is_listed", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.create_index(
            "ix_customer_unlisted",
            ["business_id", "id"],
            unique=False,
            postgresql_where=sa.text("NOT is_listed"),
            sqlite_where=sa.text("NOT is_listed"),
        )

    with op.batch_alter_table("letter", schema=None) as batch_op:
        batch_op.add_column(sa.Column("once_key", sa.String(length=120), nullable=True))
        batch_op.add_column(sa.Column("dropped_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index(
            "ix_letter_given_up",
            ["business_id", "given_up_at"],
            unique=False,
            postgresql_where=sa.text("given_up_at IS NOT NULL"),
            sqlite_where=sa.text("given_up_at IS NOT NULL"),
        )
        batch_op.create_unique_constraint(
            batch_op.f("uq_letter_business_id_once_key"), ["business_id", "once_key"]
        )

    with op.batch_alter_table("pass_sale", schema=None) as batch_op:
        batch_op.add_column(sa.Column("later", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("instalments", sa.Integer(), nullable=True))
        batch_op.add_column(
            sa.Column(
                "rhythm",
                sa.Enum("weekly", "monthly", name="rhythm", native_enum=False, length=20),
                nullable=True,
            )
        )
        batch_op.add_column(sa.Column("consent", sa.String(length=500), nullable=False, server_default=""))

    with op.batch_alter_table("pass_use", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_pass_use_one_per_ticket"), sqlite_where=sa.text("kind = 'booked'"))
        batch_op.create_unique_constraint(
            batch_op.f("uq_pass_use_business_id_ticket_id_kind"), ["business_id", "ticket_id", "kind"]
        )

    with op.batch_alter_table("payment", schema=None) as batch_op:
        batch_op.add_column(sa.Column("instalment_attempt_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("account_checkout_id", sa.Uuid(), nullable=True))
        batch_op.alter_column("booking_id", existing_type=sa.CHAR(length=32), nullable=True)
        batch_op.create_index(
            "ix_payment_account_checkout", ["business_id", "account_checkout_id"], unique=False
        )
        batch_op.create_unique_constraint(
            batch_op.f("uq_payment_business_id_instalment_attempt_id"),
            ["business_id", "instalment_attempt_id"],
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_payment_business_id_account_checkout_id"),
            "account_checkout",
            ["business_id", "account_checkout_id"],
            ["business_id", "id"],
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_payment_business_id_instalment_attempt_id"),
            "instalment_attempt",
            ["business_id", "instalment_attempt_id"],
            ["business_id", "id"],
        )

    with op.batch_alter_table("purchase_option", schema=None) as batch_op:
        batch_op.add_column(sa.Column("instalments", sa.Integer(), nullable=True))
        batch_op.add_column(
            sa.Column(
                "instalment_rhythm",
                sa.Enum("weekly", "monthly", name="rhythm", native_enum=False, length=20),
                nullable=True,
            )
        )

    with op.batch_alter_table("refund", schema=None) as batch_op:
        batch_op.add_column(sa.Column("pass_refund_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("ticket_cancellation_id", sa.Uuid(), nullable=True))
        batch_op.create_index(
            "ix_refund_ticket_cancellation", ["business_id", "ticket_cancellation_id"], unique=False
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_refund_business_id_pass_refund_id"),
            "pass_refund",
            ["business_id", "pass_refund_id"],
            ["business_id", "id"],
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_refund_business_id_ticket_cancellation_id"),
            "ticket_cancellation",
            ["business_id", "ticket_cancellation_id"],
            ["business_id", "id"],
        )

    with op.batch_alter_table("booking", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_booking_nothing_below_zero"), type_="check")
        batch_op.drop_constraint(batch_op.f("ck_booking_total_adds_up"), type_="check")
        batch_op.create_check_constraint(
            batch_op.f("ck_booking_nothing_below_zero"),
            "discount_total >= 0 AND pass_total >= 0 AND later_total >= 0 AND balance_used >= 0 AND waived >= 0 AND to_pay >= 0",
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_booking_total_adds_up"),
            "list_total - discount_total - pass_total - later_total - balance_used - waived = to_pay",
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_booking_balance_has_its_owner"), "balance_used = 0 OR customer_id IS NOT NULL"
        )
        batch_op.alter_column(
            "later_total", existing_type=sa.Integer(), existing_nullable=False, server_default=None
        )
        batch_op.alter_column(
            "balance_used", existing_type=sa.Integer(), existing_nullable=False, server_default=None
        )

    with op.batch_alter_table("business", schema=None) as batch_op:
        batch_op.alter_column(
            "retry_after_days",
            existing_type=sa.String(length=40),
            existing_nullable=False,
            server_default=None,
        )

    with op.batch_alter_table("customer", schema=None) as batch_op:
        batch_op.alter_column(
            "phone", existing_type=sa.String(length=40), existing_nullable=False, server_default=None
        )
        batch_op.alter_column(
            "wants_reminders", existing_type=sa.Boolean(), existing_nullable=False, server_default=None
        )
        batch_op.alter_column(
            "is_listed", existing_type=sa.Boolean(), existing_nullable=False, server_default=None
        )

    with op.batch_alter_table("letter", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_letter_letterkind"), type_="check")
        batch_op.create_check_constraint(
            batch_op.f("ck_letter_letterkind"),
            "kind IN ('booking_confirmed', 'booking_refunded', 'confirm_email', 'already_registered', 'reset_password', 'no_account', 'auto_payment_failed', 'ticket_cancelled', 'reminder', 'pass_nearly_used_up', 'pass_nearly_over', 'balance_due')",
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_letter_ends_in_one_way"),
            "(sent_at IS NULL OR given_up_at IS NULL) AND (sent_at IS NULL OR dropped_at IS NULL) AND (given_up_at IS NULL OR dropped_at IS NULL)",
        )

    with op.batch_alter_table("pass_sale", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_pass_sale_nothing_below_zero"), type_="check")
        batch_op.drop_constraint(batch_op.f("ck_pass_sale_price_adds_up"), type_="check")
        batch_op.create_check_constraint(
            batch_op.f("ck_pass_sale_nothing_below_zero"),
            "list_price >= 0 AND discount >= 0 AND later >= 0 AND to_pay >= 0",
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_pass_sale_price_adds_up"), "to_pay = list_price - discount - later"
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_pass_sale_later_is_agreed"),
            "later = 0 OR (instalments >= 2 AND rhythm IS NOT NULL AND consent <> '')",
        )
        batch_op.create_check_constraint(batch_op.f("ck_pass_sale_rhythm"), "rhythm IN ('weekly', 'monthly')")
        batch_op.alter_column(
            "later", existing_type=sa.Integer(), existing_nullable=False, server_default=None
        )
        batch_op.alter_column(
            "consent", existing_type=sa.String(length=500), existing_nullable=False, server_default=None
        )

    with op.batch_alter_table("pass_use", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_pass_use_booked_takes_one"), type_="check")
        batch_op.drop_constraint(batch_op.f("ck_pass_use_usekind"), type_="check")
        batch_op.create_check_constraint(
            batch_op.f("ck_pass_use_booked_takes_one"), "kind <> 'booked' OR change = -1"
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_pass_use_usekind"),
            "kind IN ('bought', 'issued', 'booked', 'adjusted', 'returned')",
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_pass_use_of_a_ticket"),
            "(kind IN ('booked', 'returned')) = (ticket_id IS NOT NULL)",
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_pass_use_returned_gives_one"), "kind <> 'returned' OR change = 1"
        )

    with op.batch_alter_table("payment", schema=None) as batch_op:
        batch_op.create_check_constraint(
            batch_op.f("ck_payment_of_one_origin"),
            "(CASE WHEN booking_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN instalment_attempt_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN account_checkout_id IS NULL THEN 0 ELSE 1 END) = 1",
        )

    with op.batch_alter_table("purchase_option", schema=None) as batch_op:
        batch_op.create_check_constraint(
            batch_op.f("ck_purchase_option_instalments_are_whole"),
            "(instalments IS NULL) = (instalment_rhythm IS NULL) AND (instalments IS NULL OR instalments BETWEEN 2 AND 24)",
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_purchase_option_rhythm"), "instalment_rhythm IN ('weekly', 'monthly')"
        )

    with op.batch_alter_table("letter", schema=None) as batch_op:
        batch_op.drop_index("ix_letter_unsent")
        batch_op.create_index(
            "ix_letter_unsent",
            ["next_try_at"],
            unique=False,
            postgresql_where=sa.text("sent_at IS NULL AND given_up_at IS NULL AND dropped_at IS NULL"),
            sqlite_where=sa.text("sent_at IS NULL AND given_up_at IS NULL AND dropped_at IS NULL"),
        )


def downgrade() -> None:
    with op.batch_alter_table("letter", schema=None) as batch_op:
        batch_op.drop_index("ix_letter_unsent")
        batch_op.create_index(
            "ix_letter_unsent",
            ["next_try_at"],
            unique=False,
            postgresql_where=sa.text("sent_at IS NULL AND given_up_at IS NULL"),
            sqlite_where=sa.text("sent_at IS NULL AND given_up_at IS NULL"),
        )

    with op.batch_alter_table("booking", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_booking_balance_has_its_owner"), type_="check")
        batch_op.drop_constraint(batch_op.f("ck_booking_nothing_below_zero"), type_="check")
        batch_op.drop_constraint(batch_op.f("ck_booking_total_adds_up"), type_="check")
        batch_op.create_check_constraint(
            batch_op.f("ck_booking_nothing_below_zero"),
            "discount_total >= 0 AND pass_total >= 0 AND waived >= 0 AND to_pay >= 0",
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_booking_total_adds_up"),
            "list_total - discount_total - pass_total - waived = to_pay",
        )

    with op.batch_alter_table("letter", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_letter_ends_in_one_way"), type_="check")
        batch_op.drop_constraint(batch_op.f("ck_letter_letterkind"), type_="check")
        batch_op.create_check_constraint(
            batch_op.f("ck_letter_letterkind"),
            "kind IN ('booking_confirmed', 'booking_refunded', 'confirm_email', 'already_registered', 'reset_password', 'no_account')",
        )

    with op.batch_alter_table("pass_sale", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_pass_sale_later_is_agreed"), type_="check")
        batch_op.drop_constraint(batch_op.f("ck_pass_sale_rhythm"), type_="check")
        batch_op.drop_constraint(batch_op.f("ck_pass_sale_nothing_below_zero"), type_="check")
        batch_op.drop_constraint(batch_op.f("ck_pass_sale_price_adds_up"), type_="check")
        batch_op.create_check_constraint(
            batch_op.f("ck_pass_sale_nothing_below_zero"), "list_price >= 0 AND discount >= 0 AND to_pay >= 0"
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_pass_sale_price_adds_up"), "to_pay = list_price - discount"
        )

    with op.batch_alter_table("pass_use", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_pass_use_of_a_ticket"), type_="check")
        batch_op.drop_constraint(batch_op.f("ck_pass_use_returned_gives_one"), type_="check")
        batch_op.drop_constraint(batch_op.f("ck_pass_use_booked_takes_one"), type_="check")
        batch_op.drop_constraint(batch_op.f("ck_pass_use_usekind"), type_="check")
        batch_op.create_check_constraint(
            batch_op.f("ck_pass_use_booked_takes_one"),
            "(kind = 'booked') = (ticket_id IS NOT NULL AND change = -1)",
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_pass_use_usekind"), "kind IN ('bought', 'issued', 'booked')"
        )

    with op.batch_alter_table("payment", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_payment_of_one_origin"), type_="check")

    with op.batch_alter_table("purchase_option", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_purchase_option_instalments_are_whole"), type_="check")
        batch_op.drop_constraint(batch_op.f("ck_purchase_option_rhythm"), type_="check")

    with op.batch_alter_table("refund", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("fk_refund_business_id_ticket_cancellation_id"), type_="foreignkey"
        )
        batch_op.drop_constraint(batch_op.f("fk_refund_business_id_pass_refund_id"), type_="foreignkey")
        batch_op.drop_index("ix_refund_ticket_cancellation")
        batch_op.drop_column("ticket_cancellation_id")
        batch_op.drop_column("pass_refund_id")

    with op.batch_alter_table("purchase_option", schema=None) as batch_op:
        batch_op.drop_column("instalment_rhythm")
        batch_op.drop_column("instalments")

    with op.batch_alter_table("payment", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("fk_payment_business_id_instalment_attempt_id"), type_="foreignkey"
        )
        batch_op.drop_constraint(batch_op.f("fk_payment_business_id_account_checkout_id"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("uq_payment_business_id_instalment_attempt_id"), type_="unique")
        batch_op.drop_index("ix_payment_account_checkout")
        batch_op.alter_column("booking_id", existing_type=sa.CHAR(length=32), nullable=False)
        batch_op.drop_column("account_checkout_id")
        batch_op.drop_column("instalment_attempt_id")

    with op.batch_alter_table("pass_use", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_pass_use_business_id_ticket_id_kind"), type_="unique")
        batch_op.create_index(
            batch_op.f("ix_pass_use_one_per_ticket"),
            ["business_id", "ticket_id"],
            unique=1,
            sqlite_where=sa.text("kind = 'booked'"),
        )

    with op.batch_alter_table("pass_sale", schema=None) as batch_op:
        batch_op.drop_column("consent")
        batch_op.drop_column("rhythm")
        batch_op.drop_column("instalments")
        batch_op.drop_column("later")

    with op.batch_alter_table("letter", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_letter_business_id_once_key"), type_="unique")
        batch_op.drop_index(
            "ix_letter_given_up",
            postgresql_where=sa.text("given_up_at IS NOT NULL"),
            sqlite_where=sa.text("given_up_at IS NOT NULL"),
        )
        batch_op.drop_column("dropped_at")
        batch_op.drop_column("once_key")

    with op.batch_alter_table("customer", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_customer_unlisted",
            postgresql_where=sa.text("NOT is_listed"),
            sqlite_where=sa.text("NOT is_listed"),
        )
        batch_op.drop_column("is_listed")
        batch_op.drop_column("wants_reminders")
        batch_op.drop_column("phone")

    with op.batch_alter_table("checkout_attempt", schema=None) as batch_op:
        batch_op.drop_column("stripe_customer")

    with op.batch_alter_table("business", schema=None) as batch_op:
        batch_op.drop_column("retry_after_days")

    with op.batch_alter_table("booking", schema=None) as batch_op:
        batch_op.drop_column("balance_used")
        batch_op.drop_column("later_total")

    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.drop_index("ix_audit_entry_customer")
        batch_op.drop_column("customer_id")

    with op.batch_alter_table("account_entry", schema=None) as batch_op:
        batch_op.drop_index("ix_account_entry_customer")

    op.drop_table("account_entry")
    op.drop_table("ticket_cancellation")
    with op.batch_alter_table("pass_extension", schema=None) as batch_op:
        batch_op.drop_index("ix_pass_extension_class_pass")

    op.drop_table("pass_extension")
    with op.batch_alter_table("instalment_attempt", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_instalment_attempt_pending",
            postgresql_where=sa.text("status = 'pending'"),
            sqlite_where=sa.text("status = 'pending'"),
        )
        batch_op.drop_index(
            "ix_instalment_attempt_one_pending",
            postgresql_where=sa.text("status = 'pending'"),
            sqlite_where=sa.text("status = 'pending'"),
        )
        batch_op.drop_index("ix_instalment_attempt_instalment")

    op.drop_table("instalment_attempt")
    with op.batch_alter_table("account_checkout_line", schema=None) as batch_op:
        batch_op.drop_index("ix_account_checkout_line_instalment")

    op.drop_table("account_checkout_line")
    with op.batch_alter_table("pass_refund", schema=None) as batch_op:
        batch_op.drop_index("ix_pass_refund_class_pass")

    op.drop_table("pass_refund")
    with op.batch_alter_table("pass_pause", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_pass_pause_one_live",
            postgresql_where=sa.text("ended_at IS NULL"),
            sqlite_where=sa.text("ended_at IS NULL"),
        )

    op.drop_table("pass_pause")
    with op.batch_alter_table("pass_deactivation", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_pass_deactivation_unsettled",
            postgresql_where=sa.text("ended_at IS NULL AND balance_settled_at IS NULL"),
            sqlite_where=sa.text("ended_at IS NULL AND balance_settled_at IS NULL"),
        )
        batch_op.drop_index(
            "ix_pass_deactivation_one_live",
            postgresql_where=sa.text("ended_at IS NULL"),
            sqlite_where=sa.text("ended_at IS NULL"),
        )
        batch_op.drop_index("ix_pass_deactivation_class_pass")

    op.drop_table("pass_deactivation")
    with op.batch_alter_table("instalment", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_instalment_due",
            postgresql_where=sa.text("try_on IS NOT NULL"),
            sqlite_where=sa.text("try_on IS NOT NULL"),
        )

    op.drop_table("instalment")
    with op.batch_alter_table("saved_card", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_saved_card_one_live",
            postgresql_where=sa.text("replaced_at IS NULL"),
            sqlite_where=sa.text("replaced_at IS NULL"),
        )
        batch_op.drop_index("ix_saved_card_customer")

    op.drop_table("saved_card")
    with op.batch_alter_table("purchase_option_deactivation", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_purchase_option_deactivation_one_live",
            postgresql_where=sa.text("ended_at IS NULL"),
            sqlite_where=sa.text("ended_at IS NULL"),
        )

    op.drop_table("purchase_option_deactivation")
    with op.batch_alter_table("customer_word", schema=None) as batch_op:
        batch_op.drop_index("ix_customer_word_customer")

    op.drop_table("customer_word")
    op.drop_table("customer_account")
    with op.batch_alter_table("account_checkout", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_account_checkout_open",
            postgresql_where=sa.text("closed_at IS NULL"),
            sqlite_where=sa.text("closed_at IS NULL"),
        )
        batch_op.drop_index(
            "ix_account_checkout_one_open",
            postgresql_where=sa.text("closed_at IS NULL"),
            sqlite_where=sa.text("closed_at IS NULL"),
        )

    op.drop_table("account_checkout")
    op.drop_table("reminder_refusal")
    op.drop_table("letter_round")
    op.drop_table("booking_preferences")
