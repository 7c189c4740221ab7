"""Places that change hands

Revision 0003, after 0002.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "class_cancellation",
        sa.Column("class_session_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("staff_member_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
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
        sa.Column("tickets", sa.Integer(), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("business_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("refund_to <> 'none'", name=op.f("ck_class_cancellation_money_goes_back")),
        sa.CheckConstraint("days BETWEEN 0 AND 366", name=op.f("ck_class_cancellation_days_within_a_year")),
        sa.CheckConstraint("length(reason) > 0", name=op.f("ck_class_cancellation_reason_given")),
        sa.CheckConstraint("tickets >= 0", name=op.f("ck_class_cancellation_tickets_not_negative")),
        sa.ForeignKeyConstraint(
            ["business_id", "class_session_id"],
            ["class_session.business_id", "class_session.id"],
            name=op.f("fk_class_cancellation_business_id_class_session_id"),
        ),
        sa.ForeignKeyConstraint(
            ["business_id", "staff_member_id"],
            ["staff_member.business_id", "staff_member.id"],
            name=op.f("fk_class_cancellation_business_id_staff_member_id"),
        ),
        sa.ForeignKeyConstraint(
            ["business_id"], ["business.id"], name=op.f("fk_class_cancellation_business_id")
        ),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("pk_class_cancellation")),
        sa.UniqueConstraint(
            "business_id", "class_session_id", name=op.f("uq_class_cancellation_business_id_class_session_id")
        ),
    )
    with op.batch_alter_table("class_cancellation", schema=None) as batch_op:
        batch_op.create_index(
            "ix_class_cancellation_unfinished",
            ["at"],
            unique=False,
            postgresql_where=sa.text("finished_at IS NULL"),
            sqlite_where=sa.text("finished_at IS NULL"),
        )

    op.create_table(
        "waiting_entry",
        sa.Column("class_session_id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "waiting",
                "offered",
                "taken",
                "lapsed",
                "left",
                name="waitingstatus",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("offered_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("business_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(status IN ('waiting', 'offered')) = (ended_at IS NULL)",
            name=op.f("ck_waiting_entry_ended_has_its_moment"),
        ),
        sa.CheckConstraint(
            "status <> 'offered' OR offered_until IS NOT NULL",
            name=op.f("ck_waiting_entry_offered_is_offered"),
        ),
        sa.CheckConstraint(
            "(offered_at IS NULL) = (offered_until IS NULL)", name=op.f("ck_waiting_entry_offer_has_its_end")
        ),
        sa.ForeignKeyConstraint(
            ["business_id", "class_session_id"],
            ["class_session.business_id", "class_session.id"],
            name=op.f("fk_waiting_entry_business_id_class_session_id"),
        ),
        sa.ForeignKeyConstraint(
            ["business_id", "customer_id"],
            ["customer.business_id", "customer.id"],
            name=op.f("fk_waiting_entry_business_id_customer_id"),
        ),
        sa.ForeignKeyConstraint(["business_id"], ["business.id"], name=op.f("fk_waiting_entry_business_id")),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("pk_waiting_entry")),
    )
    with op.batch_alter_table("waiting_entry", schema=None) as batch_op:
        batch_op.create_index(
            "ix_waiting_entry_customer", ["business_id", "customer_id", "joined_at"], unique=False
        )
        batch_op.create_index(
            "ix_waiting_entry_offered",
            ["business_id", "class_session_id", "offered_until"],
            unique=False,
            postgresql_where=sa.text("status = 'offered'"),
            sqlite_where=sa.text("status = 'offered'"),
        )
        batch_op.create_index(
            "ix_waiting_entry_offers_end",
            ["offered_until"],
            unique=False,
            postgresql_where=sa.text("status = 'offered'"),
            sqlite_where=sa.text("status = 'offered'"),
        )
        batch_op.create_index(
            "ix_waiting_entry_once",
            ["business_id", "class_session_id", "customer_id"],
            unique=True,
            postgresql_where=sa.text("ended_at IS NULL"),
            sqlite_where=sa.text("ended_at IS NULL"),
        )
        batch_op.create_index(
            "ix_waiting_entry_queue",
            ["business_id", "class_session_id", "joined_at"],
            unique=False,
            postgresql_where=sa.text("status = 'waiting'"),
            sqlite_where=sa.text("status = 'waiting'"),
        )

    op.create_table(
        "ticket_transfer",
        sa.Column("from_ticket_id", sa.Uuid(), nullable=False),
        sa.Column("to_ticket_id", sa.Uuid(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "pending",
                "confirmed",
                "released",
                name="transferstatus",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
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
        sa.Column("to_pay", sa.Integer(), nullable=False),
        sa.Column("to_account", sa.Integer(), nullable=False),
        sa.Column("waived", sa.Integer(), nullable=False),
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
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("business_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(refund > 0) = (refund_to <> 'none')", name=op.f("ck_ticket_transfer_refund_has_its_way")
        ),
        sa.CheckConstraint(
            "(status = 'confirmed') = (confirmed_at IS NOT NULL)",
            name=op.f("ck_ticket_transfer_confirmed_has_its_moment"),
        ),
        sa.CheckConstraint(
            "(status = 'released') = (released_at IS NOT NULL)",
            name=op.f("ck_ticket_transfer_released_has_its_moment"),
        ),
        sa.CheckConstraint(
            "status <> 'pending' OR (to_pay > 0 AND claimed_until IS NOT NULL)",
            name=op.f("ck_ticket_transfer_pending_is_to_be_paid"),
        ),
        sa.CheckConstraint(
            "refund = 0 OR to_pay + to_account + waived = 0", name=op.f("ck_ticket_transfer_paid_or_refunded")
        ),
        sa.CheckConstraint(
            "to_pay >= 0 AND to_account >= 0 AND waived >= 0 AND refund >= 0",
            name=op.f("ck_ticket_transfer_nothing_below_zero"),
        ),
        sa.ForeignKeyConstraint(
            ["business_id", "from_ticket_id"],
            ["ticket.business_id", "ticket.id"],
            name=op.f("fk_ticket_transfer_business_id_from_ticket_id"),
        ),
        sa.ForeignKeyConstraint(
            ["business_id", "to_ticket_id"],
            ["ticket.business_id", "ticket.id"],
            name=op.f("fk_ticket_transfer_business_id_to_ticket_id"),
        ),
        sa.ForeignKeyConstraint(
            ["business_id"], ["business.id"], name=op.f("fk_ticket_transfer_business_id")
        ),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("pk_ticket_transfer")),
        sa.UniqueConstraint(
            "business_id", "to_ticket_id", name=op.f("uq_ticket_transfer_business_id_to_ticket_id")
        ),
    )
    with op.batch_alter_table("ticket_transfer", schema=None) as batch_op:
        batch_op.create_index(
            "ix_ticket_transfer_once",
            ["business_id", "from_ticket_id"],
            unique=True,
            postgresql_where=sa.text("status <> 'released'"),
            sqlite_where=sa.text("status <> 'released'"),
        )
        batch_op.create_index(
            "ix_ticket_transfer_pending",
            ["claimed_until"],
            unique=False,
            postgresql_where=sa.text("status = 'pending'"),
            sqlite_where=sa.text("status = 'pending'"),
        )

    with op.batch_alter_table("account_checkout", schema=None) as batch_op:
        batch_op.add_column(sa.Column("ticket_transfer_id", sa.Uuid(), nullable=True))
        batch_op.alter_column("customer_id", existing_type=sa.Uuid(), nullable=True)
        batch_op.create_index(
            "ix_account_checkout_of_transfer",
            ["business_id", "ticket_transfer_id"],
            unique=True,
            postgresql_where=sa.text("closed_at IS NULL"),
            sqlite_where=sa.text("closed_at IS NULL"),
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_account_checkout_business_id_ticket_transfer_id"),
            "ticket_transfer",
            ["business_id", "ticket_transfer_id"],
            ["business_id", "id"],
        )

    with op.batch_alter_table("account_entry", schema=None) as batch_op:
        batch_op.add_column(sa.Column("ticket_transfer_id", sa.Uuid(), nullable=True))
        batch_op.create_unique_constraint(
            batch_op.f("uq_account_entry_business_id_ticket_transfer_id"),
            ["business_id", "ticket_transfer_id"],
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_account_entry_business_id_ticket_transfer_id"),
            "ticket_transfer",
            ["business_id", "ticket_transfer_id"],
            ["business_id", "id"],
        )

    with op.batch_alter_table("booking_preferences", schema=None) as batch_op:
        batch_op.add_column(sa.Column("offer_minutes", sa.Integer(), nullable=False, server_default="120"))

    with op.batch_alter_table("class_session", schema=None) as batch_op:
        batch_op.add_column(sa.Column("waiting", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index(
            "ix_class_session_waited_for",
            ["starts_at"],
            unique=False,
            postgresql_where=sa.text("waiting > 0"),
            sqlite_where=sa.text("waiting > 0"),
        )

    with op.batch_alter_table("pass_extension", schema=None) as batch_op:
        batch_op.add_column(sa.Column("class_cancellation_id", sa.Uuid(), nullable=True))
        batch_op.create_unique_constraint(
            batch_op.f("uq_pass_extension_business_id_class_pass_id_class_cancellation_id"),
            ["business_id", "class_pass_id", "class_cancellation_id"],
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_pass_extension_business_id_class_cancellation_id"),
            "class_cancellation",
            ["business_id", "class_cancellation_id"],
            ["business_id", "id"],
        )

    with op.batch_alter_table("refund", schema=None) as batch_op:
        batch_op.add_column(sa.Column("ticket_transfer_id", sa.Uuid(), nullable=True))
        batch_op.create_index(
            "ix_refund_ticket_transfer", ["business_id", "ticket_transfer_id"], unique=False
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_refund_business_id_ticket_transfer_id"),
            "ticket_transfer",
            ["business_id", "ticket_transfer_id"],
            ["business_id", "id"],
        )

    with op.batch_alter_table("ticket_cancellation", schema=None) as batch_op:
        batch_op.add_column(sa.Column("class_cancellation_id", sa.Uuid(), nullable=True))
        batch_op.create_index(
            "ix_ticket_cancellation_class", ["business_id", "class_cancellation_id"], unique=False
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_ticket_cancellation_business_id_class_cancellation_id"),
            "class_cancellation",
            ["business_id", "class_cancellation_id"],
            ["business_id", "id"],
        )

    with op.batch_alter_table("account_checkout", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_account_checkout_dues_have_an_amount"), type_="check")
        batch_op.drop_constraint(batch_op.f("ck_account_checkout_accountcheckoutpurpose"), type_="check")
        batch_op.create_check_constraint(
            batch_op.f("ck_account_checkout_accountcheckoutpurpose"),
            "purpose IN ('dues', 'card', 'transfer')",
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_account_checkout_guests_only_transfer"),
            "customer_id IS NOT NULL OR purpose = 'transfer'",
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_account_checkout_money_has_an_amount"),
            "amount >= 0 AND (purpose <> 'card') = (amount > 0)",
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_account_checkout_transfer_names_it"),
            "(purpose = 'transfer') = (ticket_transfer_id IS NOT NULL)",
        )

    with op.batch_alter_table("booking_preferences", schema=None) as batch_op:
        batch_op.create_check_constraint(
            batch_op.f("ck_booking_preferences_offer_within_limits"), "offer_minutes BETWEEN 15 AND 2880"
        )
        batch_op.alter_column(
            "offer_minutes", existing_type=sa.Integer(), existing_nullable=False, server_default=None
        )

    with op.batch_alter_table("class_session", schema=None) as batch_op:
        batch_op.create_check_constraint(
            batch_op.f("ck_class_session_waiting_never_below_zero"), "waiting >= 0"
        )
        batch_op.alter_column(
            "waiting", existing_type=sa.Integer(), existing_nullable=False, server_default=None
        )

    with op.batch_alter_table("letter", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_letter_letterkind"), type_="check")
        batch_op.create_check_constraint(
            batch_op.f("ck_letter_letterkind"),
            "kind IN ('booking_confirmed', 'booking_refunded', 'confirm_email', 'already_registered', 'reset_password', 'no_account', 'auto_payment_failed', 'ticket_cancelled', 'reminder', 'pass_nearly_used_up', 'pass_nearly_over', 'balance_due', 'ticket_moved', 'refund_sent', 'place_offered', 'class_cancelled')",
        )

    with op.batch_alter_table("pass_use", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_pass_use_of_a_ticket"), type_="check")
        batch_op.drop_constraint(batch_op.f("ck_pass_use_usekind"), type_="check")
        batch_op.create_check_constraint(
            batch_op.f("ck_pass_use_of_a_ticket"),
            "(kind IN ('booked', 'returned', 'moved')) = (ticket_id IS NOT NULL)",
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_pass_use_usekind"),
            "kind IN ('bought', 'issued', 'booked', 'adjusted', 'returned', 'moved')",
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_pass_use_moved_changes_nothing"), "kind <> 'moved' OR change = 0"
        )

    with op.batch_alter_table("account_checkout", schema=None) as batch_op:
        batch_op.drop_index("ix_account_checkout_one_open")
        batch_op.create_index(
            "ix_account_checkout_one_open",
            ["business_id", "customer_id", "purpose"],
            unique=True,
            postgresql_where=sa.text("closed_at IS NULL AND purpose <> 'transfer'"),
            sqlite_where=sa.text("closed_at IS NULL AND purpose <> 'transfer'"),
        )


def downgrade() -> None:
    with op.batch_alter_table("account_checkout", schema=None) as batch_op:
        batch_op.drop_index("ix_account_checkout_one_open")
        batch_op.create_index(
            "ix_account_checkout_one_open",
            ["business_id", "customer_id", "purpose"],
            unique=True,
            postgresql_where=sa.text("closed_at IS NULL"),
            sqlite_where=sa.text("closed_at IS NULL"),
        )

    with op.batch_alter_table("account_checkout", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_account_checkout_guests_only_transfer"), type_="check")
        batch_op.drop_constraint(batch_op.f("ck_account_checkout_money_has_an_amount"), type_="check")
        batch_op.drop_constraint(batch_op.f("ck_account_checkout_transfer_names_it"), type_="check")
        batch_op.drop_constraint(batch_op.f("ck_account_checkout_accountcheckoutpurpose"), type_="check")
        batch_op.create_check_constraint(
            batch_op.f("ck_account_checkout_accountcheckoutpurpose"), "purpose IN ('dues', 'card')"
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_account_checkout_dues_have_an_amount"), "(purpose = 'dues') = (amount > 0)"
        )

    with op.batch_alter_table("booking_preferences", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_booking_preferences_offer_within_limits"), type_="check")

    with op.batch_alter_table("class_session", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_class_session_waiting_never_below_zero"), type_="check")

    with op.batch_alter_table("letter", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_letter_letterkind"), type_="check")
        batch_op.create_check_constraint(
            batch_op.f("ck_letter_letterkind"),
            "kind IN ('booking_confirmed', 'booking_refunded', 'confirm_email', 'already_registered', 'reset_password', 'no_account', 'auto_payment_failed', 'ticket_cancelled', 'reminder', 'pass_nearly_used_up', 'pass_nearly_over', 'balance_due')",
        )

    with op.batch_alter_table("pass_use", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_pass_use_moved_changes_nothing"), type_="check")
        batch_op.drop_constraint(batch_op.f("ck_pass_use_of_a_ticket"), type_="check")
        batch_op.drop_constraint(batch_op.f("ck_pass_use_usekind"), type_="check")
        batch_op.create_check_constraint(
            batch_op.f("ck_pass_use_of_a_ticket"),
            "(kind IN ('booked', 'returned')) = (ticket_id IS NOT NULL)",
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_pass_use_usekind"),
            "kind IN ('bought', 'issued', 'booked', 'adjusted', 'returned')",
        )

    with op.batch_alter_table("ticket_cancellation", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("fk_ticket_cancellation_business_id_class_cancellation_id"), type_="foreignkey"
        )
        batch_op.drop_index("ix_ticket_cancellation_class")
        batch_op.drop_column("class_cancellation_id")

    with op.batch_alter_table("refund", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_refund_business_id_ticket_transfer_id"), type_="foreignkey")
        batch_op.drop_index("ix_refund_ticket_transfer")
        batch_op.drop_column("ticket_transfer_id")

    with op.batch_alter_table("pass_extension", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("fk_pass_extension_business_id_class_cancellation_id"), type_="foreignkey"
        )
        batch_op.drop_constraint(
            batch_op.f("uq_pass_extension_business_id_class_pass_id_class_cancellation_id"), type_="unique"
        )
        batch_op.drop_column("class_cancellation_id")

    with op.batch_alter_table("class_session", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_class_session_waited_for",
            postgresql_where=sa.text("waiting > 0"),
            sqlite_where=sa.text("waiting > 0"),
        )
        batch_op.drop_column("cancelled_at")
        batch_op.drop_column("waiting")

    with op.batch_alter_table("booking_preferences", schema=None) as batch_op:
        batch_op.drop_column("offer_minutes")

    with op.batch_alter_table("account_entry", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("fk_account_entry_business_id_ticket_transfer_id"), type_="foreignkey"
        )
        batch_op.drop_constraint(
            batch_op.f("uq_account_entry_business_id_ticket_transfer_id"), type_="unique"
        )
        batch_op.drop_column("ticket_transfer_id")

    with op.batch_alter_table("account_checkout", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("fk_account_checkout_business_id_ticket_transfer_id"), type_="foreignkey"
        )
        batch_op.drop_index(
            "ix_account_checkout_of_transfer",
            postgresql_where=sa.text("closed_at IS NULL"),
            sqlite_where=sa.text("closed_at IS NULL"),
        )
        batch_op.alter_column("customer_id", existing_type=sa.Uuid(), nullable=False)
        batch_op.drop_column("ticket_transfer_id")

    with op.batch_alter_table("ticket_transfer", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_ticket_transfer_pending",
            postgresql_where=sa.text("status = 'pending'"),
            sqlite_where=sa.text("status = 'pending'"),
        )
        batch_op.drop_index(
            "ix_ticket_transfer_once",
            postgresql_where=sa.text("status <> 'released'"),
            sqlite_where=sa.text("status <> 'released'"),
        )

    op.drop_table("ticket_transfer")
    with op.batch_alter_table("waiting_entry", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_waiting_entry_queue",
            postgresql_where=sa.text("status = 'waiting'"),
            sqlite_where=sa.text("status = 'waiting'"),
        )
        batch_op.drop_index(
            "ix_waiting_entry_once",
            postgresql_where=sa.text("ended_at IS NULL"),
            sqlite_where=sa.text("ended_at IS NULL"),
        )
        batch_op.drop_index(
            "ix_waiting_entry_offers_end",
            postgresql_where=sa.text("status = 'offered'"),
            sqlite_where=sa.text("status = 'offered'"),
        )
        batch_op.drop_index(
            "ix_waiting_entry_offered",
            postgresql_where=sa.text("status = 'offered'"),
            sqlite_where=sa.text("status = 'offered'"),
        )
        batch_op.drop_index("ix_waiting_entry_customer")

    op.drop_table("waiting_entry")
    with op.batch_alter_table("class_cancellation", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_class_cancellation_unfinished",
            postgresql_where=sa.text("finished_at IS NULL"),
            sqlite_where=sa.text("finished_at IS NULL"),
        )

    op.drop_table("class_cancellation")
