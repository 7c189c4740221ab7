"""Calendars to subscribe to, and sites that show the classes

Revision 0010, after 0009.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "calendar_feed",
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Uuid(), nullable=False),
        sa.Column("renewed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("business_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["business_id", "customer_id"],
            ["customer.business_id", "customer.id"],
            name=op.f("fk_calendar_feed_business_id_customer_id"),
        ),
        sa.ForeignKeyConstraint(["business_id"], ["business.id"], name=op.f("fk_calendar_feed_business_id")),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("pk_calendar_feed")),
        sa.UniqueConstraint(
            "business_id", "customer_id", name=op.f("uq_calendar_feed_business_id_customer_id")
        ),
        sa.UniqueConstraint("business_id", "key", name=op.f("uq_calendar_feed_business_id_key")),
    )
    op.create_table(
        "embedding_site",
        sa.Column("origin", sa.String(length=200), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("business_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "origin LIKE 'https://%' OR origin LIKE 'http://%'",
            name=op.f("ck_embedding_site_origin_has_its_scheme"),
        ),
        sa.ForeignKeyConstraint(["business_id"], ["business.id"], name=op.f("fk_embedding_site_business_id")),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("pk_embedding_site")),
        sa.UniqueConstraint("business_id", "origin", name=op.f("uq_embedding_site_business_id_origin")),
    )


def downgrade() -> None:
    op.drop_table("embedding_site")
    op.drop_table("calendar_feed")
