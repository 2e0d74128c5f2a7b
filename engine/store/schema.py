"""The tables. Everything that belongs to a case has `case_id` first in its key and is numbered within the case."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    text,
)

from engine.domain.events import ROUTINE
from engine.store.types import Blob, Id, Instant, Json, Told

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

#: `sort_at` of what has no due instant: after everything that has one.
NEVER = 2**62


def _of_case(*more: Column) -> tuple[Column, ...]:
    return (Column("case_id", Id, primary_key=True, autoincrement=False), *more)


def _number(name: str = "no") -> Column:
    return Column(name, Integer, primary_key=True, autoincrement=False)


def _new_id() -> Column:
    return Column("id", Id, primary_key=True, autoincrement=True)


# The organisation

setting = Table("setting", metadata, Column("name", String(64), primary_key=True), Column("value", Text, nullable=False))

department = Table(
    "department",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("name_zh", String(200), nullable=False),
    Column("name_en", String(200), nullable=False),
    Column("parent", String(64), ForeignKey("department.key")),
    Column("calendar", String(64)),
)

calendar = Table(
    "calendar",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("hash", String(64), nullable=False),
    Column("body", Json, nullable=False),
)

candidate_group = Table(
    "candidate_group",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("name_zh", String(200), nullable=False),
    Column("name_en", String(200), nullable=False),
    Column("department", String(64), ForeignKey("department.key")),
)

user_account = Table(
    "user_account",
    metadata,
    _new_id(),
    Column("login", String(100), nullable=False, unique=True),
    Column("name", String(200), nullable=False),
    Column("email", String(254), nullable=False, server_default=""),
    Column("password_hash", String(200)),
    Column("locale", String(10), nullable=False, server_default="zh-CN"),
    Column("department", String(64), ForeignKey("department.key")),
    Column("roles", Json, nullable=False),
    Column("groups", Json, nullable=False),
    Column("active", Boolean, nullable=False, server_default=text("true")),
    Column("substitute_id", Id),
    Column("away_from_at", Instant),
    Column("away_until_at", Instant),
    Column("issuer", String(400)),
    Column("subject", String(400)),
    Column("totp", Json),
    Column("password_at", Instant),
    Column("password_by", Id),
    Index(
        "uq_user_account_subject",
        "issuer",
        "subject",
        unique=True,
        sqlite_where=text("subject IS NOT NULL"),
        postgresql_where=text("subject IS NOT NULL"),
    ),
    sqlite_autoincrement=True,
)

login_session = Table(
    "login_session",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("user_id", Id, index=True),
    Column("body", Json, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False, index=True),
)

api_token = Table(
    "api_token",
    metadata,
    _new_id(),
    Column("hash", String(64), nullable=False, unique=True),
    Column("user_id", Id, nullable=False, index=True),
    Column("name", String(200), nullable=False, server_default=""),
    Column("scopes", Json, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant),
    Column("revoked_at", Instant),
    Column("used_at", Instant),
    sqlite_autoincrement=True,
)

attempt = Table(
    "attempt",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("count", Integer, nullable=False),
    Column("until_at", Instant, nullable=False, index=True),
)

customer = Table(
    "customer",
    metadata,
    _new_id(),
    Column("name", String(200), nullable=False, index=True),
    Column("phone", String(64), nullable=False, server_default=""),
    Column("phone_digits", String(64), nullable=False, server_default="", index=True),
    Column("email", String(254), nullable=False, server_default=""),
    Column("segment", String(64), nullable=False, server_default=""),
    Column("note", Text, nullable=False, server_default=""),
    Column("created_at", Instant, nullable=False),
    sqlite_autoincrement=True,
)

# Procedures

procedure = Table(
    "procedure",
    metadata,
    Column("key", String(200), primary_key=True),
    Column("name_zh", String(400), nullable=False),
    Column("name_en", String(400), nullable=False),
    Column("released_id", Id),
    Column("starts_by", Json, nullable=False),
    Column("department", String(64)),
)

procedure_version = Table(
    "procedure_version",
    metadata,
    _new_id(),
    Column("procedure", String(200), nullable=False),
    Column("number", Integer, nullable=False),
    Column("tag", String(200)),
    Column("sha256", String(64), nullable=False),
    Column("bpmn", LargeBinary, nullable=False),
    Column("note", Text, nullable=False, server_default=""),
    Column("state", String(16), nullable=False),
    Column("scope", Json),
    Column("findings", Json, nullable=False),
    Column("bound", Json, nullable=False),
    Column("deployed_at", Instant, nullable=False),
    Column("deployed_by", String(100), nullable=False),
    Column("released_at", Instant),
    Column("source", LargeBinary),
    Column("repairs", Json),
    Column("coverage", Json),
    Column("training", String(16), nullable=False, server_default="none"),
    Index("uq_procedure_version_number", "procedure", "number", unique=True),
    Index("uq_procedure_version_sha256", "procedure", "sha256", unique=True),
    sqlite_autoincrement=True,
)

#: What lies beside the BPMN of a version: decision tables and forms.
version_file = Table(
    "version_file",
    metadata,
    Column("version_id", Id, primary_key=True, autoincrement=False),
    Column("name", String(255), primary_key=True),
    Column("data", LargeBinary, nullable=False),
)

#: Who gets a version, from when to when. `places` are the stretches [from, to) of the ten thousand places of the
#: customers that a share has. `ended_how`: replaced, promoted, changed, withdrawn or stopped; `figures` what stopped it.
release = Table(
    "release",
    metadata,
    _new_id(),
    Column("procedure", String(200), nullable=False),
    Column("version_id", Id, nullable=False),
    Column("scope", Json, nullable=False),
    Column("places", Json),
    Column("guard", Json),
    Column("note", Text, nullable=False, server_default=""),
    Column("released_at", Instant, nullable=False),
    Column("released_by", String(100), nullable=False),
    Column("ended_at", Instant),
    Column("ended_by", String(100)),
    Column("ended_how", String(16)),
    Column("ended_why", Text),
    Column("figures", Json),
    Index("ix_release_version", "version_id"),
    Index(
        "ix_release_procedure",
        "procedure",
        "id",
        sqlite_where=text("ended_at IS NULL"),
        postgresql_where=text("ended_at IS NULL"),
    ),
    sqlite_autoincrement=True,
)

#: Who has read what a version changes.
acknowledgement = Table(
    "acknowledgement",
    metadata,
    Column("version_id", Id, primary_key=True, autoincrement=False),
    Column("user_id", Id, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
)

#: What an employee would do better at a step, and what became of it.
suggestion = Table(
    "suggestion",
    metadata,
    _new_id(),
    Column("procedure", String(200), nullable=False),
    Column("version_id", Id, nullable=False),
    Column("element_id", String(200)),
    Column("case_id", Id),
    Column("task_no", Integer),
    Column("author_id", Id, nullable=False, index=True),
    Column("text", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("state", String(16), nullable=False),
    Column("answer", Text),
    Column("answered_by", Id),
    Column("answered_at", Instant),
    Column("taken_up_id", Id),
    Index("ix_suggestion_procedure", "procedure", "state", "id"),
    sqlite_autoincrement=True,
)

#: A file under review, before it becomes a version: what was uploaded, what was accepted, what was found.
upload = Table(
    "upload",
    metadata,
    _new_id(),
    Column("user_id", Id, nullable=False, index=True),
    Column("procedure", String(200)),
    Column("name", String(255), nullable=False),
    Column("data", LargeBinary, nullable=False),
    Column("main", String(200)),
    Column("repairs", Json, nullable=False),
    Column("note", Text, nullable=False, server_default=""),
    Column("report", Json),
    Column("created_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Column("version_id", Id),
    sqlite_autoincrement=True,
)

upload_file = Table(
    "upload_file",
    metadata,
    Column("upload_id", Id, primary_key=True, autoincrement=False),
    Column("name", String(255), primary_key=True),
    Column("data", LargeBinary, nullable=False),
)

#: Running cases on their way from one version to another, one row a plan and one row an instance.
migration = Table(
    "migration",
    metadata,
    _new_id(),
    Column("procedure", String(200), nullable=False, index=True),
    Column("from_id", Id, nullable=False),
    Column("to_id", Id, nullable=False),
    Column("mapping", Json, nullable=False),
    Column("reason", Text, nullable=False, server_default=""),
    Column("created_at", Instant, nullable=False),
    Column("created_by", String(100), nullable=False),
    Column("stopped_at", Instant),
    Column("finished_at", Instant),
    sqlite_autoincrement=True,
)

migration_case = Table(
    "migration_case",
    metadata,
    Column("migration_id", Id, primary_key=True, autoincrement=False),
    Column("case_id", Id, primary_key=True, autoincrement=False),
    Column("instance_no", Integer, primary_key=True, autoincrement=False),
    Column("state", String(16), nullable=False),
    Column("why", Json),
    Column("before", Json),
    Column("revision", Integer),
    Column("at", Instant),
    Index("ix_migration_case_state", "migration_id", "state", "case_id"),
    Index("ix_migration_case_case", "case_id"),
)

# Cases

service_case = Table(
    "service_case",
    metadata,
    _new_id(),
    Column("procedure", String(200), nullable=False),
    Column("title", String(400), nullable=False),
    Column("state", String(16), nullable=False),
    Column("channel", String(64)),
    Column("customer_id", Id, index=True),
    Column("business_key", String(200)),
    Column("owner_id", Id),
    Column("department", String(64)),
    Column("opened_at", Instant, nullable=False),
    Column("closed_at", Instant),
    Column("forget_at", Instant),
    Column("last_no", Integer, nullable=False),
    Column("head_seq", Integer, nullable=False),
    Column("head_hash", Blob, nullable=False),
    Index("ix_service_case_opened", "opened_at", "id"),
    Index("ix_service_case_owner", "owner_id", "opened_at"),
    Index(
        "ix_service_case_forget",
        "forget_at",
        sqlite_where=text("forget_at IS NOT NULL"),
        postgresql_where=text("forget_at IS NOT NULL"),
    ),
    Index(
        "ix_service_case_business_key",
        "business_key",
        sqlite_where=text("business_key IS NOT NULL"),
        postgresql_where=text("business_key IS NOT NULL"),
    ),
    sqlite_autoincrement=True,
)

instance = Table(
    "instance",
    metadata,
    *_of_case(
        _number(),
        Column("version_id", Id, nullable=False),
        Column("procedure", String(200), nullable=False),
        Column("state", LargeBinary, nullable=False),
        Column("revision", Integer, nullable=False),
        Column("started_at", Instant, nullable=False),
        Column("ended_at", Instant),
        Column("ending", String(100)),
        Column("release_id", Id),
    ),
    Index("ix_instance_version", "version_id", "started_at"),
    Index(
        "ix_instance_running",
        "procedure",
        "version_id",
        sqlite_where=text("ended_at IS NULL"),
        postgresql_where=text("ended_at IS NULL"),
    ),
)

audience = Table(
    "audience",
    metadata,
    _new_id(),
    Column("key", String(2000), nullable=False, unique=True),
    Column("groups", Json, nullable=False),
    Column("user_ids", Json, nullable=False),
    sqlite_autoincrement=True,
)

user_task = Table(
    "user_task",
    metadata,
    *_of_case(
        _number(),
        Column("instance_no", Integer, nullable=False),
        Column("token", Integer, nullable=False),
        Column("version_id", Id, nullable=False),
        Column("process_id", String(200), nullable=False),
        Column("element_id", String(200), nullable=False),
        Column("state", String(16), nullable=False),
        Column("audience_id", Id, nullable=False),
        Column("assignee_id", Id),
        Column("priority", Integer, nullable=False),
        Column("waits", Boolean, nullable=False),
        Column("created_at", Instant, nullable=False),
        Column("warn_at", Instant),
        Column("due_at", Instant),
        Column("sort_at", BigInteger, nullable=False),
        Column("ended_at", Instant),
        Column("ended_by", Id),
        Column("ended_for", Id),
        Column("draft", Json),
    ),
    Index(
        "ix_user_task_assignee",
        "assignee_id",
        "sort_at",
        "case_id",
        "no",
        sqlite_where=text("state = 'open' AND assignee_id IS NOT NULL"),
        postgresql_where=text("state = 'open' AND assignee_id IS NOT NULL"),
    ),
    Index(
        "ix_user_task_audience",
        "audience_id",
        "sort_at",
        "case_id",
        "no",
        sqlite_where=text("state = 'open' AND assignee_id IS NULL"),
        postgresql_where=text("state = 'open' AND assignee_id IS NULL"),
    ),
    Index(
        "ix_user_task_due",
        "sort_at",
        "case_id",
        "no",
        sqlite_where=text("state = 'open'"),
        postgresql_where=text("state = 'open'"),
    ),
)

clock = Table(
    "clock",
    metadata,
    *_of_case(
        _number(),
        Column("task_no", Integer),
        Column("instance_no", Integer, nullable=False),
        Column("department", String(64)),
        Column("name", String(200), nullable=False),
        Column("limit", String(64), nullable=False),
        Column("warn", String(16)),
        Column("calendar_key", String(64), nullable=False),
        Column("calendar_hash", String(64), nullable=False),
        Column("started_at", Instant, nullable=False),
        Column("pauses", Json),
        Column("stopped_at", Instant),
        Column("due_at", Instant),
        Column("warned_at", Instant),
        Column("breached_at", Instant),
        Column("wake_at", Instant),
    ),
    Index(
        "ix_clock_wake",
        "wake_at",
        "case_id",
        sqlite_where=text("wake_at IS NOT NULL"),
        postgresql_where=text("wake_at IS NOT NULL"),
    ),
)

#: Every definition a calendar ever had, so that a clock can be explained by the calendar it was started under.
calendar_edition = Table(
    "calendar_edition",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("body", Json, nullable=False),
)

timer = Table(
    "timer",
    metadata,
    *_of_case(
        _number(),
        Column("instance_no", Integer, nullable=False),
        Column("token", Integer, nullable=False),
        Column("element_id", String(200), nullable=False),
        Column("due_at", Instant, nullable=False),
    ),
    Index("ix_timer_due", "due_at", "case_id"),
)

message_wait = Table(
    "message_wait",
    metadata,
    *_of_case(
        _number(),
        Column("instance_no", Integer, nullable=False),
        Column("token", Integer, nullable=False),
        Column("element_id", String(200), nullable=False),
        Column("message", String(200), nullable=False),
        Column("kind", String(16), nullable=False),
        Column("correlation", Json, nullable=False),
    ),
    Index("ix_message_wait_message", "message", "case_id"),
)

incident = Table(
    "incident",
    metadata,
    *_of_case(
        _number(),
        Column("instance_no", Integer, nullable=False),
        Column("token", Integer, nullable=False),
        Column("element_id", String(200), nullable=False),
        Column("text_zh", Text, nullable=False),
        Column("text_en", Text, nullable=False),
        Column("source", Text, nullable=False),
        Column("raised_at", Instant, nullable=False),
        Column("resolved_at", Instant),
    ),
)

#: Work that reaches outside the transaction: mail, webhook, a message to another case.
effect = Table(
    "effect",
    metadata,
    _new_id(),
    Column("case_id", Id, nullable=False),
    Column("kind", String(32), nullable=False),
    Column("body", Json, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("due_at", Instant),
    Column("attempts", Integer, nullable=False),
    Column("done_at", Instant),
    Column("last_error", Text),
    Index(
        "ix_effect_case",
        "case_id",
        sqlite_where=text("done_at IS NULL"),
        postgresql_where=text("done_at IS NULL"),
    ),
    Index(
        "ix_effect_due",
        "due_at",
        "id",
        sqlite_where=text("due_at IS NOT NULL"),
        postgresql_where=text("due_at IS NOT NULL"),
    ),
    sqlite_autoincrement=True,
)

# The trail

#: What is worth a look; a query has to say it in these words, too, for its index to be used.
NO_ROUTINE = f"type NOT IN ({', '.join(repr(type_.value) for type_ in sorted(ROUTINE))})"
IS_LATE = {
    "sqlite": "type = 'TimerFired' AND instr(body, '\"late_s\"') > 0",
    "postgresql": "type = 'TimerFired' AND position('\"late_s\"'::bytea in body) > 0",
}

entry = Table(
    "entry",
    metadata,
    *_of_case(
        _number("seq"),
        Column("type", String(40), nullable=False),
        Column("at", Instant, nullable=False),
        Column("actor_id", Id, nullable=False),
        Column("hash", Blob, nullable=False),
        Column("body", Blob, nullable=False),
    ),
    Index("ix_entry_at", "at", "case_id", "seq"),
    Index("ix_entry_actor", "actor_id", "at"),
    Index(
        "ix_entry_remarkable",
        "type",
        "at",
        "case_id",
        "seq",
        sqlite_where=text(NO_ROUTINE),
        postgresql_where=text(NO_ROUTINE),
    ),
    Index(
        "ix_entry_late",
        "at",
        "case_id",
        "seq",
        sqlite_where=text(IS_LATE["sqlite"]),
        postgresql_where=text(IS_LATE["postgresql"]),
    ),
    sqlite_with_rowid=False,
)

#: What somebody wrote in their own words: a note.
IS_NOTE = "name = 'text'"

personal_value = Table(
    "personal_value",
    metadata,
    *_of_case(
        _number("seq"),
        Column("name", String(200), primary_key=True),
        Column("salt", Blob, nullable=False),
        Column("value", Told, nullable=False),
    ),
    Index("ix_personal_value_text", "case_id", "seq", sqlite_where=text(IS_NOTE), postgresql_where=text(IS_NOTE)),
)

idempotency = Table(
    "idempotency",
    metadata,
    Column("actor_id", Id, primary_key=True, autoincrement=False),
    Column("key", String(200), primary_key=True),
    Column("fingerprint", String(64), nullable=False),
    Column("answer", Json),
    Column("at", Instant, nullable=False, index=True),
)

#: The head of the chain of everything that is not a case; one row, id 0.
system_chain = Table(
    "system_chain",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("head_seq", Integer, nullable=False),
    Column("head_hash", Blob, nullable=False),
)

# Proof

#: A signed statement of what the trail was at an instant; `note` are the very bytes that were signed. `peaks` are the
#: roots of the full subtrees, one after the other, from which the tree goes on without being hashed again.
checkpoint = Table(
    "checkpoint",
    metadata,
    _new_id(),
    Column("at", Instant, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("chains", BigInteger, nullable=False),
    Column("entries", BigInteger, nullable=False),
    Column("root", Blob, nullable=False),
    Column("peaks", Blob, nullable=False),
    Column("note", Blob, nullable=False),
    Column("signature", Blob, nullable=False),
    Column("key_id", String(64), nullable=False),
    sqlite_autoincrement=True,
)

#: The leaves of the tree, only ever appended to: the head of each chain that had moved since the checkpoint before.
checkpoint_leaf = Table(
    "checkpoint_leaf",
    metadata,
    Column("no", BigInteger, primary_key=True, autoincrement=False),
    Column("checkpoint_id", Id, nullable=False),
    Column("case_id", Id, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("hash", Blob, nullable=False),
    Index("ix_checkpoint_leaf_case", "case_id", "no"),
)

signing_key = Table(
    "signing_key",
    metadata,
    Column("key_id", String(64), primary_key=True),
    Column("public", Blob, nullable=False),
    Column("from_at", Instant, nullable=False),
)

# Audit

#: A file somebody asked for, made by the worker, kept in pieces until it expires.
export = Table(
    "export",
    metadata,
    _new_id(),
    Column("user_id", Id, nullable=False, index=True),
    Column("format", String(32), nullable=False),
    Column("wanted", Json, nullable=False),
    Column("state", String(16), nullable=False),
    Column("done", BigInteger, nullable=False),
    Column("total", BigInteger),
    Column("name", String(255), nullable=False),
    Column("size", BigInteger),
    Column("sha256", String(64)),
    Column("problem", Text),
    Column("created_at", Instant, nullable=False),
    Column("finished_at", Instant),
    Column("expires_at", Instant, index=True),
    sqlite_autoincrement=True,
)

export_piece = Table(
    "export_piece",
    metadata,
    Column("export_id", Id, primary_key=True, autoincrement=False),
    Column("no", Integer, primary_key=True, autoincrement=False),
    Column("data", LargeBinary, nullable=False),
)

#: Whether a case followed its procedures, as of its entry `seq`. `worst`: 2 it deviates, 1 somebody stepped in, 0 neither.
verdict = Table(
    "verdict",
    metadata,
    Column("case_id", Id, primary_key=True, autoincrement=False),
    Column("seq", Integer, nullable=False),
    Column("worst", Integer, nullable=False),
    Column("checked_at", Instant, nullable=False),
    Column("again_at", Instant, index=True),
    Index("ix_verdict_worst", "worst", "case_id"),
)

#: What there is to say of a case: a deviation, or (`is_remark`) what somebody did from outside.
deviation = Table(
    "deviation",
    metadata,
    *_of_case(
        _number(),
        Column("is_remark", Boolean, nullable=False),
        Column("kind", String(32), nullable=False),
        Column("procedure", String(200), nullable=False),
        Column("version", Integer, nullable=False),
        Column("element", String(200), nullable=False),
        Column("seq", Integer, nullable=False),
        Column("at", Instant, nullable=False),
        Column("sentence", Json, nullable=False),
    ),
    Index("ix_deviation_at", "at", "case_id", "no"),
    Index("ix_deviation_kind", "kind", "at", "case_id", "no"),
)

#: A sample of cases to be reviewed; drawn again from its seed it is the same. `digest` tells what it was drawn from,
#: `reviews` how many equal verdicts settle a case, `figures` what came out of it when it was closed.
sample = Table(
    "sample",
    metadata,
    _new_id(),
    Column("user_id", Id, nullable=False),
    Column("name", String(200), nullable=False),
    Column("method", String(16), nullable=False),
    Column("seed", String(64), nullable=False),
    Column("wanted", Json, nullable=False),
    Column("scorecard", Json, nullable=False),
    Column("reviews", Integer, nullable=False),
    Column("size", Integer, nullable=False),
    Column("population", BigInteger, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("drawn_at", Instant, nullable=False),
    Column("closed_at", Instant),
    Column("figures", Json),
    sqlite_autoincrement=True,
)

sample_case = Table(
    "sample_case",
    metadata,
    Column("sample_id", Id, primary_key=True, autoincrement=False),
    Column("case_id", Id, primary_key=True, autoincrement=False),
    Column("stratum", String(200), nullable=False),
    Column("risks", Json, nullable=False),
)

#: `seq` is the entry of the case in which the review stands with its words.
review = Table(
    "review",
    metadata,
    Column("sample_id", Id, primary_key=True, autoincrement=False),
    Column("case_id", Id, primary_key=True, autoincrement=False),
    Column("user_id", Id, primary_key=True, autoincrement=False),
    Column("ratings", Json, nullable=False),
    Column("score", Integer),
    Column("verdict", String(16), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("at", Instant, nullable=False),
)

#: What another system did, checked against a procedure.
imported_log = Table(
    "imported_log",
    metadata,
    _new_id(),
    Column("user_id", Id, nullable=False, index=True),
    Column("name", String(255), nullable=False),
    Column("version_id", Id, nullable=False),
    Column("mapping", Json, nullable=False),
    Column("state", String(16), nullable=False),
    Column("done", BigInteger, nullable=False),
    Column("total", BigInteger, nullable=False),
    Column("data", LargeBinary, nullable=False),
    Column("result", Json, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("finished_at", Instant),
    sqlite_autoincrement=True,
)

#: A file that belongs to a case. `stored` is the name under which its bytes lie; nobody can guess it, and it says
#: neither whose they are nor what.
attachment = Table(
    "attachment",
    metadata,
    *_of_case(
        _number(),
        Column("task_no", Integer),
        Column("stored", String(64), nullable=False, unique=True),
        Column("name", String(255), nullable=False),
        Column("media_type", String(100), nullable=False),
        Column("size", Integer, nullable=False),
        Column("sha256", String(64), nullable=False),
        Column("added_at", Instant, nullable=False),
        Column("added_by", Id, nullable=False),
        Column("removed_at", Instant),
        Column("removed_by", Id),
    ),
)

attachment_data = Table(
    "attachment_data",
    metadata,
    Column("stored", String(64), primary_key=True),
    Column("data", LargeBinary, nullable=False),
)
