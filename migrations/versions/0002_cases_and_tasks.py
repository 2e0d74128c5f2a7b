"""Cases: instances, tasks, clocks, timers, messages, incidents, effects.

Revision ID: 0002
Revises: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.BigInteger()
JSON = sa.LargeBinary()


def upgrade() -> None:
    op.create_table(
        "service_case",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("procedure", sa.String(200), nullable=False),
        sa.Column("title", sa.String(400), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("channel", sa.String(64)),
        sa.Column("customer_id", ID),
        sa.Column("business_key", sa.String(200)),
        sa.Column("owner_id", ID),
        sa.Column("department", sa.String(64)),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("closed_at", INSTANT),
        sa.Column("last_no", sa.Integer(), nullable=False),
        sa.Column("head_seq", sa.Integer(), nullable=False),
        sa.Column("head_hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_service_case"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_service_case_business_key",
        "service_case",
        ["business_key"],
        sqlite_where=sa.text("business_key IS NOT NULL"),
        postgresql_where=sa.text("business_key IS NOT NULL"),
    )
    op.create_index("ix_service_case_customer_id", "service_case", ["customer_id"])
    op.create_index("ix_service_case_opened", "service_case", ["opened_at", "id"])
    op.create_index("ix_service_case_owner", "service_case", ["owner_id", "opened_at"])
    op.create_table(
        "instance",
        sa.Column("case_id", ID, autoincrement=False, nullable=False),
        sa.Column("no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version_id", ID, nullable=False),
        sa.Column("procedure", sa.String(200), nullable=False),
        sa.Column("state", sa.LargeBinary(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT),
        sa.Column("ending", sa.String(100)),
        sa.PrimaryKeyConstraint("case_id", "no", name="pk_instance"),
    )
    op.create_index(
        "ix_instance_running",
        "instance",
        ["procedure", "version_id"],
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "audience",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("key", sa.String(2000), nullable=False),
        sa.Column("groups", JSON, nullable=False),
        sa.Column("user_ids", JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audience"),
        sa.UniqueConstraint("key", name="uq_audience_key"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "user_task",
        sa.Column("case_id", ID, autoincrement=False, nullable=False),
        sa.Column("no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("instance_no", sa.Integer(), nullable=False),
        sa.Column("token", sa.Integer(), nullable=False),
        sa.Column("version_id", ID, nullable=False),
        sa.Column("process_id", sa.String(200), nullable=False),
        sa.Column("element_id", sa.String(200), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("audience_id", ID, nullable=False),
        sa.Column("assignee_id", ID),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("waits", sa.Boolean(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("warn_at", INSTANT),
        sa.Column("due_at", INSTANT),
        sa.Column("sort_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", INSTANT),
        sa.Column("ended_by", ID),
        sa.Column("ended_for", ID),
        sa.Column("draft", JSON),
        sa.PrimaryKeyConstraint("case_id", "no", name="pk_user_task"),
    )
    op.create_index(
        "ix_user_task_assignee",
        "user_task",
        ["assignee_id", "sort_at", "case_id", "no"],
        sqlite_where=sa.text("state = 'open' AND assignee_id IS NOT NULL"),
        postgresql_where=sa.text("state = 'open' AND assignee_id IS NOT NULL"),
    )
    op.create_index(
        "ix_user_task_audience",
        "user_task",
        ["audience_id", "sort_at", "case_id", "no"],
        sqlite_where=sa.text("state = 'open' AND assignee_id IS NULL"),
        postgresql_where=sa.text("state = 'open' AND assignee_id IS NULL"),
    )
    op.create_index(
        "ix_user_task_due",
        "user_task",
        ["sort_at", "case_id", "no"],
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_table(
        "clock",
        sa.Column("case_id", ID, autoincrement=False, nullable=False),
        sa.Column("no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("task_no", sa.Integer()),
        sa.Column("instance_no", sa.Integer(), nullable=False),
        sa.Column("department", sa.String(64)),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("limit", sa.String(64), nullable=False),
        sa.Column("warn", sa.String(16)),
        sa.Column("calendar_key", sa.String(64), nullable=False),
        sa.Column("calendar_hash", sa.String(64), nullable=False),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("pauses", JSON),
        sa.Column("stopped_at", INSTANT),
        sa.Column("due_at", INSTANT),
        sa.Column("warned_at", INSTANT),
        sa.Column("breached_at", INSTANT),
        sa.Column("wake_at", INSTANT),
        sa.PrimaryKeyConstraint("case_id", "no", name="pk_clock"),
    )
    op.create_index(
        "ix_clock_wake",
        "clock",
        ["wake_at", "case_id"],
        sqlite_where=sa.text("wake_at IS NOT NULL"),
        postgresql_where=sa.text("wake_at IS NOT NULL"),
    )
    op.create_table(
        "timer",
        sa.Column("case_id", ID, autoincrement=False, nullable=False),
        sa.Column("no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("instance_no", sa.Integer(), nullable=False),
        sa.Column("token", sa.Integer(), nullable=False),
        sa.Column("element_id", sa.String(200), nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("case_id", "no", name="pk_timer"),
    )
    op.create_index("ix_timer_due", "timer", ["due_at", "case_id"])
    op.create_table(
        "message_wait",
        sa.Column("case_id", ID, autoincrement=False, nullable=False),
        sa.Column("no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("instance_no", sa.Integer(), nullable=False),
        sa.Column("token", sa.Integer(), nullable=False),
        sa.Column("element_id", sa.String(200), nullable=False),
        sa.Column("message", sa.String(200), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("correlation", JSON, nullable=False),
        sa.PrimaryKeyConstraint("case_id", "no", name="pk_message_wait"),
    )
    op.create_index("ix_message_wait_message", "message_wait", ["message", "case_id"])
    op.create_table(
        "incident",
        sa.Column("case_id", ID, autoincrement=False, nullable=False),
        sa.Column("no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("instance_no", sa.Integer(), nullable=False),
        sa.Column("token", sa.Integer(), nullable=False),
        sa.Column("element_id", sa.String(200), nullable=False),
        sa.Column("text_zh", sa.Text(), nullable=False),
        sa.Column("text_en", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("raised_at", INSTANT, nullable=False),
        sa.Column("resolved_at", INSTANT),
        sa.PrimaryKeyConstraint("case_id", "no", name="pk_incident"),
    )
    op.create_table(
        "effect",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("body", JSON, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("due_at", INSTANT),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("done_at", INSTANT),
        sa.Column("last_error", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_effect"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_effect_due",
        "effect",
        ["due_at", "id"],
        sqlite_where=sa.text("due_at IS NOT NULL"),
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_table("effect")
    op.drop_table("incident")
    op.drop_table("message_wait")
    op.drop_table("timer")
    op.drop_table("clock")
    op.drop_table("user_task")
    op.drop_table("audience")
    op.drop_table("instance")
    op.drop_table("service_case")
