"""Setting up a studio

Revision 0004, after 0003. A studio that is open already has no first steps ahead of it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("business", schema=None) as batch_op:
        batch_op.add_column(sa.Column("set_up_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE business SET set_up_at = created_at")


def downgrade() -> None:
    with op.batch_alter_table("business", schema=None) as batch_op:
        batch_op.drop_column("set_up_at")
