"""Changing a living procedure: reviews, releases to a scope, training, suggestions, migrations.

Revision ID: 0004
Revises: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.BigInteger()
JSON = sa.LargeBinary()

#: What is released already is released to everyone: `{"all": true}` as the product writes it.
RELEASED = """
INSERT INTO release (procedure, version_id, scope, note, released_at, released_by)
SELECT v.procedure, v.id, :everyone, '', COALESCE(v.released_at, v.deployed_at), v.deployed_by
FROM procedure p JOIN procedure_version v ON v.id = p.released_id
ORDER BY v.id
"""


def upgrade() -> None:
    op.add_column("procedure", sa.Column("department", sa.String(64)))
    op.add_column("procedure_version", sa.Column("source", sa.LargeBinary()))
    op.add_column("procedure_version", sa.Column("repairs", JSON))
    op.add_column("procedure_version", sa.Column("coverage", JSON))
    op.add_column("procedure_version", sa.Column("training", sa.String(16), nullable=False, server_default="none"))
    op.add_column("instance", sa.Column("release_id", ID))
    op.create_index("ix_instance_version", "instance", ["version_id", "started_at"])
    op.create_table(
        "version_file",
        sa.Column("version_id", ID, autoincrement=False, nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("version_id", "name", name="pk_version_file"),
    )
    _release()
    op.create_table(
        "acknowledgement",
        sa.Column("version_id", ID, autoincrement=False, nullable=False),
        sa.Column("user_id", ID, autoincrement=False, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("version_id", "user_id", name="pk_acknowledgement"),
    )
    _suggestion()
    _upload()
    _migration()


def _release() -> None:
    op.create_table(
        "release",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("procedure", sa.String(200), nullable=False),
        sa.Column("version_id", ID, nullable=False),
        sa.Column("scope", JSON, nullable=False),
        sa.Column("places", JSON),
        sa.Column("guard", JSON),
        sa.Column("note", sa.Text(), nullable=False, server_default=""),
        sa.Column("released_at", INSTANT, nullable=False),
        sa.Column("released_by", sa.String(100), nullable=False),
        sa.Column("ended_at", INSTANT),
        sa.Column("ended_by", sa.String(100)),
        sa.Column("ended_how", sa.String(16)),
        sa.Column("ended_why", sa.Text()),
        sa.Column("figures", JSON),
        sa.PrimaryKeyConstraint("id", name="pk_release"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_release_version", "release", ["version_id"])
    running = sa.text("ended_at IS NULL")
    op.create_index(
        "ix_release_procedure", "release", ["procedure", "id"], sqlite_where=running, postgresql_where=running
    )
    op.execute(sa.text(RELEASED).bindparams(sa.bindparam("everyone", b'{"all":true}', sa.LargeBinary())))


def _suggestion() -> None:
    op.create_table(
        "suggestion",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("procedure", sa.String(200), nullable=False),
        sa.Column("version_id", ID, nullable=False),
        sa.Column("element_id", sa.String(200)),
        sa.Column("case_id", ID),
        sa.Column("task_no", sa.Integer()),
        sa.Column("author_id", ID, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("answer", sa.Text()),
        sa.Column("answered_by", ID),
        sa.Column("answered_at", INSTANT),
        sa.Column("taken_up_id", ID),
        sa.PrimaryKeyConstraint("id", name="pk_suggestion"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_suggestion_author_id", "suggestion", ["author_id"])
    op.create_index("ix_suggestion_procedure", "suggestion", ["procedure", "state", "id"])


def _upload() -> None:
    op.create_table(
        "upload",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("procedure", sa.String(200)),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("main", sa.String(200)),
        sa.Column("repairs", JSON, nullable=False),
        sa.Column("note", sa.Text(), nullable=False, server_default=""),
        sa.Column("report", JSON),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.Column("version_id", ID),
        sa.PrimaryKeyConstraint("id", name="pk_upload"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_upload_user_id", "upload", ["user_id"])
    op.create_table(
        "upload_file",
        sa.Column("upload_id", ID, autoincrement=False, nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("upload_id", "name", name="pk_upload_file"),
    )


def _migration() -> None:
    op.create_table(
        "migration",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("procedure", sa.String(200), nullable=False),
        sa.Column("from_id", ID, nullable=False),
        sa.Column("to_id", ID, nullable=False),
        sa.Column("mapping", JSON, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False, server_default=""),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("created_by", sa.String(100), nullable=False),
        sa.Column("stopped_at", INSTANT),
        sa.Column("finished_at", INSTANT),
        sa.PrimaryKeyConstraint("id", name="pk_migration"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_migration_procedure", "migration", ["procedure"])
    op.create_table(
        "migration_case",
        sa.Column("migration_id", ID, autoincrement=False, nullable=False),
        sa.Column("case_id", ID, autoincrement=False, nullable=False),
        sa.Column("instance_no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("why", JSON),
        sa.Column("before", JSON),
        sa.Column("revision", sa.Integer()),
        sa.Column("at", INSTANT),
        sa.PrimaryKeyConstraint("migration_id", "case_id", "instance_no", name="pk_migration_case"),
    )
    op.create_index("ix_migration_case_case", "migration_case", ["case_id"])
    op.create_index("ix_migration_case_state", "migration_case", ["migration_id", "state", "case_id"])


def downgrade() -> None:
    for table in ("migration_case", "migration", "upload_file", "upload", "suggestion", "acknowledgement", "release"):
        op.drop_table(table)
    op.drop_table("version_file")
    op.drop_index("ix_instance_version", table_name="instance")
    op.drop_column("instance", "release_id")
    for column in ("training", "coverage", "repairs", "source"):
        op.drop_column("procedure_version", column)
    op.drop_column("procedure", "department")
