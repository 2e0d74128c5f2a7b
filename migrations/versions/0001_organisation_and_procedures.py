"""The organisation and its procedures.

Revision ID: 0001
Revises: nothing
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.BigInteger()
JSON = sa.LargeBinary()


def upgrade() -> None:
    op.create_table(
        "setting",
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_setting"),
    )
    op.create_table(
        "department",
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("name_zh", sa.String(200), nullable=False),
        sa.Column("name_en", sa.String(200), nullable=False),
        sa.Column("parent", sa.String(64)),
        sa.Column("calendar", sa.String(64)),
        sa.ForeignKeyConstraint(["parent"], ["department.key"], name="fk_department_parent"),
        sa.PrimaryKeyConstraint("key", name="pk_department"),
    )
    op.create_table(
        "calendar",
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("body", JSON, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_calendar"),
    )
    op.create_table(
        "calendar_edition",
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("body", JSON, nullable=False),
        sa.PrimaryKeyConstraint("hash", name="pk_calendar_edition"),
    )
    op.create_table(
        "candidate_group",
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("name_zh", sa.String(200), nullable=False),
        sa.Column("name_en", sa.String(200), nullable=False),
        sa.Column("department", sa.String(64)),
        sa.ForeignKeyConstraint(["department"], ["department.key"], name="fk_candidate_group_department"),
        sa.PrimaryKeyConstraint("key", name="pk_candidate_group"),
    )
    op.create_table(
        "user_account",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("login", sa.String(100), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("email", sa.String(254), nullable=False, server_default=""),
        sa.Column("password_hash", sa.String(200)),
        sa.Column("locale", sa.String(10), nullable=False, server_default="zh-CN"),
        sa.Column("department", sa.String(64)),
        sa.Column("roles", JSON, nullable=False),
        sa.Column("groups", JSON, nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False, server_default=sa.text("true")),
        sa.Column("substitute_id", ID),
        sa.Column("away_from_at", INSTANT),
        sa.Column("away_until_at", INSTANT),
        sa.ForeignKeyConstraint(["department"], ["department.key"], name="fk_user_account_department"),
        sa.PrimaryKeyConstraint("id", name="pk_user_account"),
        sa.UniqueConstraint("login", name="uq_user_account_login"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "login_session",
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("user_id", ID),
        sa.Column("body", JSON, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name="pk_login_session"),
    )
    op.create_index("ix_login_session_expires_at", "login_session", ["expires_at"])
    op.create_index("ix_login_session_user_id", "login_session", ["user_id"])
    op.create_table(
        "api_token",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("name", sa.String(200), nullable=False, server_default=""),
        sa.Column("scopes", JSON, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT),
        sa.Column("revoked_at", INSTANT),
        sa.PrimaryKeyConstraint("id", name="pk_api_token"),
        sa.UniqueConstraint("hash", name="uq_api_token_hash"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_api_token_user_id", "api_token", ["user_id"])
    op.create_table(
        "customer",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("phone", sa.String(64), nullable=False, server_default=""),
        sa.Column("phone_digits", sa.String(64), nullable=False, server_default=""),
        sa.Column("email", sa.String(254), nullable=False, server_default=""),
        sa.Column("segment", sa.String(64), nullable=False, server_default=""),
        sa.Column("note", sa.Text(), nullable=False, server_default=""),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_customer"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_customer_name", "customer", ["name"])
    op.create_index("ix_customer_phone_digits", "customer", ["phone_digits"])
    op.create_table(
        "procedure",
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("name_zh", sa.String(400), nullable=False),
        sa.Column("name_en", sa.String(400), nullable=False),
        sa.Column("released_id", ID),
        sa.Column("starts_by", JSON, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_procedure"),
    )
    op.create_table(
        "procedure_version",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("procedure", sa.String(200), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("tag", sa.String(200)),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("bpmn", sa.LargeBinary(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False, server_default=""),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("scope", JSON),
        sa.Column("findings", JSON, nullable=False),
        sa.Column("bound", JSON, nullable=False),
        sa.Column("deployed_at", INSTANT, nullable=False),
        sa.Column("deployed_by", sa.String(100), nullable=False),
        sa.Column("released_at", INSTANT),
        sa.PrimaryKeyConstraint("id", name="pk_procedure_version"),
        sqlite_autoincrement=True,
    )
    op.create_index("uq_procedure_version_number", "procedure_version", ["procedure", "number"], unique=True)
    op.create_index("uq_procedure_version_sha256", "procedure_version", ["procedure", "sha256"], unique=True)


def downgrade() -> None:
    op.drop_table("procedure_version")
    op.drop_table("procedure")
    op.drop_table("customer")
    op.drop_table("api_token")
    op.drop_table("login_session")
    op.drop_table("user_account")
    op.drop_table("candidate_group")
    op.drop_table("calendar_edition")
    op.drop_table("calendar")
    op.drop_table("department")
    op.drop_table("setting")
