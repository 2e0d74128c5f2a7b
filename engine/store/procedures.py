"""Procedures and their immutable versions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from engine.store.schema import procedure, procedure_version, version_file

#: Everything of a version but its files.
HEAD = [column for column in procedure_version.c if column.name not in ("bpmn", "source")]


def find(conn: Connection, key: str) -> Row | None:
    return conn.execute(select(procedure).where(procedure.c.key == key)).one_or_none()


def all_(conn: Connection) -> Sequence[Row]:
    return conn.execute(select(procedure).order_by(procedure.c.key)).all()


def add(conn: Connection, key: str, name_zh: str, name_en: str, department: str | None) -> None:
    values = {"key": key, "name_zh": name_zh, "name_en": name_en, "starts_by": [], "department": department}
    conn.execute(insert(procedure).values(**values))


def version(conn: Connection, version_id: int) -> Row | None:
    return conn.execute(select(procedure_version).where(procedure_version.c.id == version_id)).one_or_none()


def version_by_number(conn: Connection, key: str, number: int) -> Row | None:
    at = (procedure_version.c.procedure == key) & (procedure_version.c.number == number)
    return conn.execute(select(procedure_version).where(at)).one_or_none()


def version_by_hash(conn: Connection, key: str, sha256: str) -> Row | None:
    at = (procedure_version.c.procedure == key) & (procedure_version.c.sha256 == sha256)
    return conn.execute(select(*HEAD).where(at)).one_or_none()


def versions(conn: Connection, key: str) -> Sequence[Row]:
    query = select(*HEAD).where(procedure_version.c.procedure == key).order_by(procedure_version.c.number.desc())
    return conn.execute(query).all()


def versions_of_all(conn: Connection) -> dict[str, list[Row]]:
    """The versions of every procedure, the newest first, without their bytes and findings."""
    columns = [column for column in HEAD if column.name != "findings"]
    found: dict[str, list[Row]] = {}
    for row in conn.execute(select(*columns).order_by(procedure_version.c.number.desc())):
        found.setdefault(row.procedure, []).append(row)
    return found


def next_number(conn: Connection, key: str) -> int:
    latest = select(func.max(procedure_version.c.number)).where(procedure_version.c.procedure == key)
    return (conn.execute(latest).scalar() or 0) + 1


def add_version(conn: Connection, values: Mapping[str, Any], beside: Mapping[str, bytes]) -> int:
    """The version with what lies beside it."""
    version_id = conn.execute(insert(procedure_version).returning(procedure_version.c.id), dict(values)).scalar_one()
    files = [{"version_id": version_id, "name": name, "data": data} for name, data in sorted(beside.items())]
    if files:
        conn.execute(insert(version_file), files)
    return version_id


def beside(conn: Connection, version_id: int) -> dict[str, bytes]:
    """The decision tables and forms of a version, by file name."""
    query = select(version_file).where(version_file.c.version_id == version_id).order_by(version_file.c.name)
    return {row.name: bytes(row.data) for row in conn.execute(query)}


def mark_version(conn: Connection, version_id: int, state: str, released_at: datetime | None, scope: Any) -> None:
    values: dict[str, Any] = {"state": state, "scope": scope}
    if released_at is not None:
        values["released_at"] = released_at
    conn.execute(update(procedure_version).where(procedure_version.c.id == version_id).values(**values))


def released(conn: Connection) -> Sequence[Row]:
    """Each procedure with a released version: key, names, version id, start messages."""
    return conn.execute(select(procedure).where(procedure.c.released_id.is_not(None)).order_by(procedure.c.key)).all()
