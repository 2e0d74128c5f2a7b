"""Cases moved to another version, for the tests of migration."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from engine.domain import commands as c
from engine.store import migrations
from engine.store.schema import clock, incident, instance, message_wait, migration_case, timer, user_task
from tests.driver import Case
from tests.office import Office, owner


def plan(office: Office, key: str, to: int = 2, from_: int = 1, by: str = owner, **more: Any) -> int:
    """A migration planned; the worker has not begun."""
    return office.ask(c.MigrateCases(key, from_, to, **more), by)["id"]


def migrate(office: Office, key: str, to: int = 2, from_: int = 1, **more: Any) -> int:
    """Everything is moved that can be."""
    migration = plan(office, key, to, from_, **more)
    office.work()
    return migration


def undo(office: Office, migration: int, case: Case, by: str | None = owner) -> Any:
    return office.ask(c.UndoMigration(case.id, migration), by)


def outcome(office: Office, migration: int) -> dict[int, str]:
    """What became of each case."""
    with office.engine.read() as conn:
        query = select(migration_case.c.case_id, migration_case.c.state).where(migration_case.c.migration_id == migration)
        return {row.case_id: row.state for row in conn.execute(query)}


def counts(office: Office, migration: int) -> dict[str, int]:
    """How many instances stand how; those of which there are none are left out."""
    with office.engine.read() as conn:
        return {state: n for state, n in migrations.counts(conn, migration).items() if n}


def reasons(office: Office, migration: int, case: Case) -> list[tuple[str | None, str]]:
    """Why the case stayed, by element, in English."""
    with office.engine.read() as conn:
        query = select(migration_case.c.why).where(
            migration_case.c.migration_id == migration, migration_case.c.case_id == case.id
        )
        return [(one["element_id"], one["text"]["en"]) for why in conn.execute(query).scalars() for one in why or ()]


def rows_of(office: Office, case: Case) -> Mapping[str, list[tuple]]:
    """Everything that is stored of the case but its trail; revisions aside."""
    found = {}
    with office.engine.read() as conn:
        for table in (instance, user_task, clock, timer, message_wait, incident):
            columns = [column for column in table.c if column.name != "revision"]
            query = select(*columns).where(table.c.case_id == case.id).order_by(table.c.no)
            found[table.name] = [tuple(row) for row in conn.execute(query)]
    return found


def version_of(office: Office, case: Case) -> int:
    """The number of the version the first instance of the case is on."""
    with office.engine.read() as conn:
        query = select(instance.c.version_id).where(instance.c.case_id == case.id).order_by(instance.c.no)
        return office.engine.versions.get(conn, conn.execute(query).scalars().first()).number
