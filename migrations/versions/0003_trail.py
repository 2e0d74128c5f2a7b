"""The trail, which the database itself keeps append-only.

Revision ID: 0003
Revises: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.BigInteger()
JSON = sa.LargeBinary()

APPEND_ONLY = "the trail is append-only"
ZEROES = {"sqlite": "zeroblob(32)", "postgresql": "decode(repeat('00', 32), 'hex')"}

POSTGRES_FUNCTION = f"""
CREATE FUNCTION refuse_change_of_trail() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '{APPEND_ONLY}' USING ERRCODE = 'restrict_violation'; END $$
"""
POSTGRES_TRIGGER = """
CREATE TRIGGER entry_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON entry
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_trail()
"""

#: The third one is for INSERT OR REPLACE, which removes the earlier row without asking the trigger on DELETE.
SQLITE_TRIGGERS = (
    f"CREATE TRIGGER entry_no_update BEFORE UPDATE ON entry BEGIN SELECT RAISE(ABORT, '{APPEND_ONLY}'); END",
    f"CREATE TRIGGER entry_no_delete BEFORE DELETE ON entry BEGIN SELECT RAISE(ABORT, '{APPEND_ONLY}'); END",
    (
        "CREATE TRIGGER entry_no_replace BEFORE INSERT ON entry"
        " WHEN EXISTS (SELECT 1 FROM entry WHERE case_id = NEW.case_id AND seq = NEW.seq)"
        f" BEGIN SELECT RAISE(ABORT, '{APPEND_ONLY}'); END"
    ),
)


def upgrade() -> None:
    op.create_table(
        "entry",
        sa.Column("case_id", ID, autoincrement=False, nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("type", sa.String(40), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("actor_id", ID, nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "seq", name="pk_entry"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_entry_actor", "entry", ["actor_id", "at"])
    op.create_index("ix_entry_at", "entry", ["at", "case_id", "seq"])
    op.create_table(
        "personal_value",
        sa.Column("case_id", ID, autoincrement=False, nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("value", JSON, nullable=False),
        sa.PrimaryKeyConstraint("case_id", "seq", "name", name="pk_personal_value"),
    )
    op.create_table(
        "idempotency",
        sa.Column("actor_id", ID, autoincrement=False, nullable=False),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("answer", JSON),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("actor_id", "key", name="pk_idempotency"),
    )
    op.create_index("ix_idempotency_at", "idempotency", ["at"])
    op.create_table(
        "system_chain",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("head_seq", sa.Integer(), nullable=False),
        sa.Column("head_hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_system_chain"),
    )
    make_trail_append_only()


def downgrade() -> None:
    op.drop_table("system_chain")
    op.drop_table("idempotency")
    op.drop_table("personal_value")
    op.drop_table("entry")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_change_of_trail")


def make_trail_append_only() -> None:
    """The chain of the system gets its one row; the database itself refuses to change or remove an entry."""
    dialect = op.get_bind().dialect.name
    op.execute(f"INSERT INTO system_chain (id, head_seq, head_hash) VALUES (0, 0, {ZEROES[dialect]})")
    for statement in (POSTGRES_FUNCTION, POSTGRES_TRIGGER) if dialect == "postgresql" else SQLITE_TRIGGERS:
        op.execute(statement)
