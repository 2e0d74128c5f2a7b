"""Checkpoints of the trail, the leaves of their tree, and the keys that signed them.

Revision ID: 0005
Revises: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.BigInteger()
TABLES = ("signing_key", "checkpoint_leaf", "checkpoint")
#: Table and key.
APPEND_ONLY = (("checkpoint", "id"), ("checkpoint_leaf", "no"))


def _id() -> sa.Column:
    return sa.Column("id", ID, autoincrement=True, nullable=False)


def _key(name: str, type_: object = ID) -> sa.Column:
    return sa.Column(name, type_, autoincrement=False, nullable=False)


def upgrade() -> None:
    op.create_table(
        "checkpoint",
        _id(),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("chains", sa.BigInteger(), nullable=False),
        sa.Column("entries", sa.BigInteger(), nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column("peaks", sa.LargeBinary(), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.Column("key_id", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_checkpoint"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "checkpoint_leaf",
        _key("no", sa.BigInteger()),
        sa.Column("checkpoint_id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("no", name="pk_checkpoint_leaf"),
    )
    op.create_index("ix_checkpoint_leaf_case", "checkpoint_leaf", ["case_id", "no"])
    op.create_table(
        "signing_key",
        sa.Column("key_id", sa.String(64), nullable=False),
        sa.Column("public", sa.LargeBinary(), nullable=False),
        sa.Column("from_at", INSTANT, nullable=False),
        sa.Column("until_at", INSTANT),
        sa.PrimaryKeyConstraint("key_id", name="pk_signing_key"),
    )
    for table, key in APPEND_ONLY:
        _append_only(table, key)


def _append_only(table: str, key: str) -> None:
    """The database itself refuses to change or remove a row, as it does for entries (0003)."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_trail()"
        )
        return
    refuse = "BEGIN SELECT RAISE(ABORT, 'the trail is append-only'); END"
    for change in ("UPDATE", "DELETE"):
        op.execute(f"CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table} {refuse}")
    exists = f"EXISTS (SELECT 1 FROM {table} WHERE {key} = NEW.{key})"
    op.execute(f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} WHEN {exists} {refuse}")


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
