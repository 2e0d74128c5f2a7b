"""The auditor's desk: exports, samples, imported logs, attachments, ways to log in.

Revision ID: 0006
Revises: 0005
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.BigInteger()
JSON = sa.LargeBinary()
TABLES = (
    "deviation",
    "verdict",
    "attachment_data",
    "attachment",
    "imported_log",
    "review",
    "sample_case",
    "sample",
    "export_piece",
    "export",
)


ROUTINE = (
    "AttachmentAdded", "CaseClosed", "CaseStarted", "ClockPaused", "ClockResumed", "ClockStarted", "ClockStopped",
    "ClockWarned", "CustomerRegistered", "CustomerUpdated", "InstanceEnded", "InstanceStarted", "LoggedIn", "LoggedOut",
    "MessageReceived", "MessageSent", "NoteAdded", "PathTaken", "TaskCancelled", "TaskClaimed", "TaskCompleted",
    "TaskCreated", "TimerFired",
)  # fmt: skip
NO_ROUTINE = f"type NOT IN ({', '.join(repr(type_) for type_ in ROUTINE)})"
REMARKABLE = {"sqlite_where": sa.text(NO_ROUTINE), "postgresql_where": sa.text(NO_ROUTINE)}
LATE = {
    "sqlite_where": sa.text("type = 'TimerFired' AND instr(body, '\"late_s\"') > 0"),
    "postgresql_where": sa.text("type = 'TimerFired' AND position('\"late_s\"'::bytea in body) > 0"),
}
NOTES = {"sqlite_where": sa.text("name = 'text'"), "postgresql_where": sa.text("name = 'text'")}


def upgrade() -> None:
    op.create_index("ix_entry_remarkable", "entry", ["type", "at", "case_id", "seq"], **REMARKABLE)
    op.create_index("ix_entry_late", "entry", ["at", "case_id", "seq"], **LATE)
    op.create_index("ix_personal_value_text", "personal_value", ["case_id", "seq"], **NOTES)
    _accounts()
    op.add_column("service_case", sa.Column("forget_at", INSTANT))
    left = sa.text("done_at IS NULL")
    op.create_index("ix_effect_case", "effect", ["case_id"], sqlite_where=left, postgresql_where=left)
    some = sa.text("forget_at IS NOT NULL")
    op.create_index("ix_service_case_forget", "service_case", ["forget_at"], sqlite_where=some, postgresql_where=some)
    _exports()
    _verdicts()
    _samples()
    _logs()
    _attachments()
    _keys()
    _values()


def _values() -> None:
    """A personal value may go, and never become another."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE TRIGGER personal_value_no_update BEFORE UPDATE OR TRUNCATE ON personal_value "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_trail()"
        )
        return
    refuse = "BEGIN SELECT RAISE(ABORT, 'the trail is append-only'); END"
    op.execute(f"CREATE TRIGGER personal_value_no_update BEFORE UPDATE ON personal_value {refuse}")


def _keys() -> None:
    """Keys are only ever added, which the database itself sees to, as it does for checkpoints (0005)."""
    op.drop_column("signing_key", "until_at")
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE TRIGGER signing_key_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON signing_key "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_trail()"
        )
        return
    refuse = "BEGIN SELECT RAISE(ABORT, 'the trail is append-only'); END"
    exists = "EXISTS (SELECT 1 FROM signing_key WHERE key_id = NEW.key_id)"
    for change in ("update", "delete"):
        op.execute(f"CREATE TRIGGER signing_key_no_{change} BEFORE {change} ON signing_key {refuse}")
    op.execute(f"CREATE TRIGGER signing_key_no_replace BEFORE INSERT ON signing_key WHEN {exists} {refuse}")


def _id() -> sa.Column:
    return sa.Column("id", ID, autoincrement=True, nullable=False)


def _key(name: str, type_: object = ID) -> sa.Column:
    return sa.Column(name, type_, autoincrement=False, nullable=False)


def _accounts() -> None:
    op.add_column("user_account", sa.Column("issuer", sa.String(400)))
    op.add_column("user_account", sa.Column("subject", sa.String(400)))
    op.add_column("user_account", sa.Column("totp", JSON))
    op.add_column("user_account", sa.Column("password_at", INSTANT))
    op.add_column("user_account", sa.Column("password_by", ID))
    op.add_column("api_token", sa.Column("used_at", INSTANT))
    op.create_table(
        "attempt",
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("until_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_attempt"),
    )
    op.create_index("ix_attempt_until_at", "attempt", ["until_at"])
    some = sa.text("subject IS NOT NULL")
    op.create_index(
        "uq_user_account_subject",
        "user_account",
        ["issuer", "subject"],
        unique=True,
        sqlite_where=some,
        postgresql_where=some,
    )


def _exports() -> None:
    op.create_table(
        "export",
        _id(),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("format", sa.String(32), nullable=False),
        sa.Column("wanted", JSON, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("done", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger()),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("size", sa.BigInteger()),
        sa.Column("sha256", sa.String(64)),
        sa.Column("problem", sa.Text()),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("finished_at", INSTANT),
        sa.Column("expires_at", INSTANT),
        sa.PrimaryKeyConstraint("id", name="pk_export"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_export_user_id", "export", ["user_id"])
    op.create_index("ix_export_expires_at", "export", ["expires_at"])
    op.create_table(
        "export_piece",
        _key("export_id"),
        _key("no", sa.Integer()),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("export_id", "no", name="pk_export_piece"),
    )


def _verdicts() -> None:
    op.create_table(
        "verdict",
        _key("case_id"),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("worst", sa.Integer(), nullable=False),
        sa.Column("checked_at", INSTANT, nullable=False),
        sa.Column("again_at", INSTANT),
        sa.PrimaryKeyConstraint("case_id", name="pk_verdict"),
    )
    op.create_index("ix_verdict_again_at", "verdict", ["again_at"])
    op.create_index("ix_verdict_worst", "verdict", ["worst", "case_id"])
    op.create_table(
        "deviation",
        _key("case_id"),
        _key("no", sa.Integer()),
        sa.Column("is_remark", sa.Boolean(), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("procedure", sa.String(200), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("element", sa.String(200), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("sentence", JSON, nullable=False),
        sa.PrimaryKeyConstraint("case_id", "no", name="pk_deviation"),
    )
    op.create_index("ix_deviation_at", "deviation", ["at", "case_id", "no"])
    op.create_index("ix_deviation_kind", "deviation", ["kind", "at", "case_id", "no"])


def _samples() -> None:
    op.create_table(
        "sample",
        _id(),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("method", sa.String(16), nullable=False),
        sa.Column("seed", sa.String(64), nullable=False),
        sa.Column("wanted", JSON, nullable=False),
        sa.Column("scorecard", JSON, nullable=False),
        sa.Column("reviews", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("population", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("drawn_at", INSTANT, nullable=False),
        sa.Column("closed_at", INSTANT),
        sa.Column("figures", JSON),
        sa.PrimaryKeyConstraint("id", name="pk_sample"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "sample_case",
        _key("sample_id"),
        _key("case_id"),
        sa.Column("stratum", sa.String(200), nullable=False),
        sa.Column("risks", JSON, nullable=False),
        sa.PrimaryKeyConstraint("sample_id", "case_id", name="pk_sample_case"),
    )
    op.create_table(
        "review",
        _key("sample_id"),
        _key("case_id"),
        _key("user_id"),
        sa.Column("ratings", JSON, nullable=False),
        sa.Column("score", sa.Integer()),
        sa.Column("verdict", sa.String(16), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("sample_id", "case_id", "user_id", name="pk_review"),
    )


def _logs() -> None:
    op.create_table(
        "imported_log",
        _id(),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("version_id", ID, nullable=False),
        sa.Column("mapping", JSON, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("done", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("result", JSON, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("finished_at", INSTANT),
        sa.PrimaryKeyConstraint("id", name="pk_imported_log"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_imported_log_user_id", "imported_log", ["user_id"])


def _attachments() -> None:
    op.create_table(
        "attachment",
        _key("case_id"),
        _key("no", sa.Integer()),
        sa.Column("task_no", sa.Integer()),
        sa.Column("stored", sa.String(64), nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("media_type", sa.String(100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("added_at", INSTANT, nullable=False),
        sa.Column("added_by", ID, nullable=False),
        sa.Column("removed_at", INSTANT),
        sa.Column("removed_by", ID),
        sa.PrimaryKeyConstraint("case_id", "no", name="pk_attachment"),
        sa.UniqueConstraint("stored", name="uq_attachment_stored"),
    )
    op.create_table(
        "attachment_data",
        sa.Column("stored", sa.String(64), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("stored", name="pk_attachment_data"),
    )


def downgrade() -> None:
    op.drop_index("ix_personal_value_text", table_name="personal_value")
    op.drop_index("ix_entry_late", table_name="entry")
    op.drop_index("ix_entry_remarkable", table_name="entry")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER personal_value_no_update ON personal_value")
        op.execute("DROP TRIGGER signing_key_append_only ON signing_key")
    else:
        op.execute("DROP TRIGGER personal_value_no_update")
        for change in ("update", "delete", "replace"):
            op.execute(f"DROP TRIGGER signing_key_no_{change}")
    op.add_column("signing_key", sa.Column("until_at", INSTANT))
    for table in TABLES:
        op.drop_table(table)
    op.drop_index("ix_effect_case", table_name="effect")
    op.drop_index("ix_service_case_forget", table_name="service_case")
    op.drop_column("service_case", "forget_at")
    op.drop_index("uq_user_account_subject", table_name="user_account")
    op.drop_table("attempt")
    op.drop_column("api_token", "used_at")
    for column in ("password_by", "password_at", "totp", "subject", "issuer"):
        op.drop_column("user_account", column)
