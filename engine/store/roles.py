"""Two roles on PostgreSQL: the owner, who makes the tables, and the one Closeloop runs as, which may add to the trail
and to checkpoints and never change them. Whoever breaks into the application gets no further than that role.

On SQLite whoever may write the file may do everything; there is nothing to separate.
"""

from __future__ import annotations

from sqlalchemy import URL, Connection, text

from engine.domain.errors import Refusal
from engine.domain.text import Text
from engine.store.schema import metadata
from engine.store.session import Database

ALL = "SELECT, INSERT, UPDATE, DELETE"
#: What the role Closeloop runs as may do with the tables where it is not everything; emptying a table it may never.
GRANTS = {
    "alembic_version": "SELECT",
    "entry": "SELECT, INSERT",
    "checkpoint": "SELECT, INSERT",
    "checkpoint_leaf": "SELECT, INSERT",
    "signing_key": "SELECT, INSERT",
    "personal_value": "SELECT, INSERT, DELETE",
    "service_case": "SELECT, INSERT, UPDATE",
    "system_chain": "SELECT, UPDATE",
}
OWNERS = """
SELECT c.relname AS name, pg_get_userbyid(c.relowner) AS owner, pg_has_role(c.relowner, 'MEMBER') AS is_ours
FROM pg_class c WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') ORDER BY c.relname
"""
ROLE = "SELECT rolsuper OR pg_has_role(rolname, current_user, 'MEMBER') FROM pg_roles WHERE rolname = :role"
MAY_MAKE = "SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user"
NAMED = "SELECT format(:statement, CAST(:first AS text), CAST(:second AS text))"


class NotTheOwner(Refusal):
    code, kind = "not-the-owner", "unavailable"
    sentence = Text(
        "表“{table}”属于数据库角色“{owner}”。请把 CLOSELOOP_OWNER_URL 设为该角色的地址后重试；或由超级用户在此数据库中执行"
        "“REASSIGN OWNED BY {owner} TO {role}”。",
        "The table “{table}” belongs to the database role “{owner}”. Set CLOSELOOP_OWNER_URL to that role's address and "
        "try again; or, as a superuser in this database: REASSIGN OWNED BY {owner} TO {role}.",
    )


class RolesNotApart(Refusal):
    code, kind = "roles-not-apart", "unavailable"
    sentence = Text(
        "DATABASE_URL 的角色“{role}”{why}，可以更改轨迹。请在其中使用另一个普通角色。",
        "The role “{role}” in DATABASE_URL {why}, so it could change the trail. Put another, plain role there.",
    )


class RoleMissing(Refusal):
    code, kind = "role-missing", "unavailable"
    sentence = Text(
        "没有数据库角色“{role}”，而 CLOSELOOP_OWNER_URL 的角色不能新建角色。请先执行：CREATE ROLE {role} LOGIN PASSWORD '…'。",
        "There is no database role “{role}”, and the one of CLOSELOOP_OWNER_URL may not make roles. First: "
        "CREATE ROLE {role} LOGIN PASSWORD '…'.",
    )


def separate(owner: Database, runtime: URL) -> None:
    """The role of `runtime` exists and may do with each table what Closeloop needs, and nothing more.

    Asked again after every migration, so that new tables are covered.
    """
    role = runtime.username or ""
    with owner.write() as conn:
        check_owner(conn)
        _make_or_check(conn, role, runtime.password or "")
        quoted = conn.dialect.identifier_preparer.quote
        to = quoted(role)
        conn.execute(text(f"GRANT USAGE ON SCHEMA {quoted(_schema(conn))} TO {to}"))
        for row in conn.execute(text(OWNERS)).all():
            if row.name in metadata.tables or row.name in GRANTS:
                conn.execute(text(f"REVOKE ALL ON {quoted(row.name)} FROM PUBLIC, {to}"))
                conn.execute(text(f"GRANT {GRANTS.get(row.name, ALL)} ON {quoted(row.name)} TO {to}"))
        conn.execute(text(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {quoted(_schema(conn))} TO {to}"))


def check_owner(conn: Connection) -> None:
    """Raises `NotTheOwner` where a table of ours belongs to a role this one cannot act for."""
    if conn.dialect.name != "postgresql":
        return
    for row in conn.execute(text(OWNERS)).all():
        if row.name in metadata.tables and not row.is_ours:
            raise NotTheOwner(table=row.name, owner=row.owner, role=_current(conn))


def may_change_trail(conn: Connection) -> bool:
    """Whether the role of this connection could alter or remove entries, were it not for triggers it may switch off."""
    if conn.dialect.name != "postgresql":
        return True
    asked = "SELECT has_table_privilege('entry', 'UPDATE, DELETE, TRUNCATE') OR pg_has_role(relowner, 'MEMBER')"
    return bool(conn.execute(text(f"{asked} FROM pg_class WHERE oid = 'entry'::regclass")).scalar())


def _make_or_check(conn: Connection, role: str, password: str) -> None:
    if role == _current(conn):
        raise RolesNotApart(role=role, why=Text("就是表的所有者", "is the owner of the tables"))
    is_too_much = conn.execute(text(ROLE), {"role": role}).scalar()
    if is_too_much:
        why = Text("是超级用户或表的所有者的成员", "is a superuser, or a member of the owner of the tables")
        raise RolesNotApart(role=role, why=why)
    if is_too_much is None:
        if not role or not conn.execute(text(MAY_MAKE)).scalar():
            raise RoleMissing(role=role)
        made = {"statement": "CREATE ROLE %I LOGIN PASSWORD %L", "first": role, "second": password or None}
        conn.exec_driver_sql(conn.execute(text(NAMED), made).scalar_one().replace("%", "%%"))


def _current(conn: Connection) -> str:
    return conn.execute(text("SELECT current_user")).scalar_one()


def _schema(conn: Connection) -> str:
    return conn.execute(text("SELECT current_schema()")).scalar_one()
