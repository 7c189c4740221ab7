"""All words of a client beside each of them

Revision 0006, after 0005. What clients are found by is kept whole: the words are put aside, the table is made
anew under another key, and the line of all words is made of the words themselves.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

LINES_ON_POSTGRESQL = """
CREATE TABLE lines_aside AS
SELECT business_id, customer_id, string_agg(' ' || word, '' ORDER BY word) AS line
FROM (
    SELECT DISTINCT business_id, customer_id, split_part(word, ' ', 1) AS word
    FROM words_aside WHERE substr(word, 1, 1) BETWEEN 'a' AND 'z' AND word NOT LIKE '%@%'
) AS words
GROUP BY business_id, customer_id
"""
LINES_ON_SQLITE = """
CREATE TABLE lines_aside AS
SELECT business_id, customer_id, group_concat(' ' || word, '') AS line
FROM (
    SELECT DISTINCT business_id, customer_id, substr(word, 1, instr(word || ' ', ' ') - 1) AS word
    FROM words_aside WHERE substr(word, 1, 1) BETWEEN 'a' AND 'z' AND word NOT LIKE '%@%'
    ORDER BY 1, 2, 3
) AS words
GROUP BY business_id, customer_id
"""
WORDS_WITH_LINES = """
INSERT INTO customer_word (business_id, customer_id, word, all_words)
SELECT words_aside.business_id, words_aside.customer_id, words_aside.word, coalesce(lines_aside.line, '')
FROM words_aside LEFT JOIN lines_aside USING (business_id, customer_id)
WHERE coalesce(length(lines_aside.line), 0) <= 1000
"""
UNLISTED = """
UPDATE customer SET is_listed = false
WHERE EXISTS (
    SELECT 1 FROM lines_aside
    WHERE lines_aside.business_id = customer.business_id AND lines_aside.customer_id = customer.id
    AND length(lines_aside.line) > 1000
)
"""
WORDS_ALONE = """
INSERT INTO customer_word (business_id, customer_id, word)
SELECT business_id, customer_id, word FROM words_aside
"""


def upgrade() -> None:
    put_aside()
    op.create_table(
        "customer_word",
        *words_of_customers(),
        sa.Column(
            "all_words",
            sa.String(length=1000).with_variant(sa.String(length=1000, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("business_id", "customer_id", "word", name=op.f("pk_customer_word")),
        sqlite_with_rowid=False,
    )
    take_back(with_lines=True)
    with op.batch_alter_table("customer_word", schema=None) as batch_op:
        batch_op.create_index(
            "ix_customer_word_read", ["business_id", "word", "customer_id", "all_words"], unique=False
        )


def downgrade() -> None:
    put_aside()
    op.create_table(
        "customer_word",
        *words_of_customers(),
        sa.PrimaryKeyConstraint("business_id", "word", "customer_id", name=op.f("pk_customer_word")),
    )
    take_back(with_lines=False)
    with op.batch_alter_table("customer_word", schema=None) as batch_op:
        batch_op.create_index(
            "ix_customer_word_customer", ["business_id", "customer_id", "word"], unique=False
        )


def words_of_customers() -> list[sa.Column[Any] | sa.ForeignKeyConstraint]:
    """The columns and references that the table has before and after."""
    return [
        sa.Column(
            "word",
            sa.String(length=254).with_variant(sa.String(length=254, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("business_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["business_id", "customer_id"],
            ["customer.business_id", "customer.id"],
            name=op.f("fk_customer_word_business_id_customer_id"),
        ),
        sa.ForeignKeyConstraint(["business_id"], ["business.id"], name=op.f("fk_customer_word_business_id")),
    ]


def put_aside() -> None:
    """The words go to a table without keys, and the old one with its index away."""
    op.execute("CREATE TABLE words_aside AS SELECT business_id, customer_id, word FROM customer_word")
    op.drop_table("customer_word")


def take_back(*, with_lines: bool) -> None:
    """The words come back; those of a client whose line would be too long are left to the worker, who lists
    them again.
    """
    if with_lines:
        op.execute(LINES_ON_POSTGRESQL if op.get_context().dialect.name == "postgresql" else LINES_ON_SQLITE)
        op.execute(WORDS_WITH_LINES)
        op.execute(UNLISTED)
        op.execute("DROP TABLE lines_aside")
    else:
        op.execute(WORDS_ALONE)
    op.execute("DROP TABLE words_aside")
