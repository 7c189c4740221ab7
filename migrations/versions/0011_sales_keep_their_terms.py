"""Pass sales keep the terms that were quoted

Revision 0011, after 0010. A sale whose pass came into being promised what that pass has; of another, the
purchase option as it is now is the best that is known.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

TERMS = (
    "uses",
    "validity_kind",
    "period_length",
    "period_unit",
    "first_day",
    "last_day",
    "uses_per_day",
    "uses_per_week",
    "several_per_class",
)
VALIDITY_IS_WHOLE = (
    "(validity_kind = 'fixed_dates' AND first_day IS NOT NULL AND last_day >= first_day)"
    " OR (validity_kind <> 'fixed_dates' AND period_length > 0 AND period_unit IS NOT NULL)"
)
OPTION_CHECKS = {
    "price_within_limits": "price <= 100000000",
    "uses_within_limits": "uses <= 1000 AND uses_per_day <= 100 AND uses_per_week <= 100",
    "start_within_limits": "start_within_days BETWEEN 0 AND 3650",
    "period_within_limits": "period_length <= CASE period_unit WHEN 'days' THEN 3650 ELSE 120 END",
}
SINCE_PURCHASE = {
    "sqlite": "date(date(booking.created_at), '+' || purchase_option.start_within_days || ' days')",
    "postgresql": "CAST(booking.created_at AS date) + purchase_option.start_within_days",
}
"""The latest day to start of a sale without a pass, to within the hours between UTC and the studio's zone."""

SALE = sa.table(
    "pass_sale",
    *map(sa.column, ("business_id", "booking_id", "purchase_option_id", "id", "start_by", *TERMS)),
)
PASS = sa.table("class_pass", *map(sa.column, ("business_id", "pass_sale_id", "start_by", *TERMS)))
OPTION = sa.table("purchase_option", *map(sa.column, ("business_id", "id", "start_within_days", *TERMS)))
BOOKING = sa.table("booking", *map(sa.column, ("business_id", "id", "created_at")))
CAME = sa.and_(PASS.c.business_id == SALE.c.business_id, PASS.c.pass_sale_id == SALE.c.id)
OF_OPTION = sa.and_(OPTION.c.business_id == SALE.c.business_id, OPTION.c.id == SALE.c.purchase_option_id)
OF_BOOKING = sa.and_(BOOKING.c.business_id == SALE.c.business_id, BOOKING.c.id == SALE.c.booking_id)


def _kept(name: str) -> sa.Column[Any]:
    kinds: dict[str, Any] = {
        "validity_kind": sa.Enum(
            "from_first_class",
            "from_purchase",
            "fixed_dates",
            name="validitykind",
            native_enum=False,
            create_constraint=True,
            length=20,
        ),
        "period_unit": sa.Enum(
            "days", "months", name="unit", native_enum=False, create_constraint=True, length=20
        ),
        "first_day": sa.Date(),
        "last_day": sa.Date(),
        "several_per_class": sa.Boolean(),
    }
    return sa.Column(name, kinds.get(name, sa.Integer()), nullable=True)


def upgrade() -> None:
    with op.batch_alter_table("pass_sale", schema=None) as batch_op:
        batch_op.add_column(sa.Column("start_by", sa.Date(), nullable=True))
        for name in TERMS:
            batch_op.add_column(_kept(name))
    _fill()
    with op.batch_alter_table("pass_sale", schema=None) as batch_op:
        batch_op.alter_column("validity_kind", existing_type=sa.String(20), nullable=False)
        batch_op.alter_column("several_per_class", existing_type=sa.Boolean(), nullable=False)
        batch_op.create_check_constraint(op.f("ck_pass_sale_validity_is_whole"), VALIDITY_IS_WHOLE)
    with op.batch_alter_table("purchase_option", schema=None) as batch_op:
        for name, rule in OPTION_CHECKS.items():
            batch_op.create_check_constraint(op.f(f"ck_purchase_option_{name}"), rule)
    with op.batch_alter_table("class_pass", schema=None) as batch_op:
        batch_op.create_index(
            "ix_class_pass_purchase_option", ["business_id", "purchase_option_id"], unique=False
        )


def _fill() -> None:
    """From the pass that came of the sale, and of what is left from the purchase option."""
    op.execute(
        sa.update(SALE)
        .where(sa.exists().where(CAME))
        .values(
            {name: sa.select(PASS.c[name]).where(CAME).scalar_subquery() for name in (*TERMS, "start_by")}
        )
    )
    start_by: sa.ColumnElement[Any] = sa.literal_column(SINCE_PURCHASE[op.get_bind().dialect.name])
    op.execute(
        sa.update(SALE)
        .where(SALE.c.validity_kind.is_(None))
        .values(
            {name: sa.select(OPTION.c[name]).where(OF_OPTION).scalar_subquery() for name in TERMS}
            | {
                "start_by": sa.select(start_by)
                .select_from(OPTION)
                .join(BOOKING, BOOKING.c.business_id == OPTION.c.business_id)
                .where(OF_OPTION, OF_BOOKING)
                .scalar_subquery()
            }
        )
    )


def downgrade() -> None:
    with op.batch_alter_table("class_pass", schema=None) as batch_op:
        batch_op.drop_index("ix_class_pass_purchase_option")
    with op.batch_alter_table("purchase_option", schema=None) as batch_op:
        for name in OPTION_CHECKS:
            batch_op.drop_constraint(op.f(f"ck_purchase_option_{name}"), type_="check")
    with op.batch_alter_table("pass_sale", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_pass_sale_validity_is_whole"), type_="check")
        batch_op.drop_constraint(op.f("ck_pass_sale_validitykind"), type_="check")
        batch_op.drop_constraint(op.f("ck_pass_sale_unit"), type_="check")
        for name in (*TERMS, "start_by"):
            batch_op.drop_column(name)
