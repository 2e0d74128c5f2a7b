"""Whatever somebody with the database file writes into a column, verifying reads it and says that something is wrong."""

from __future__ import annotations

import sqlite3

import pytest
from sqlalchemy.exc import IntegrityError

from engine.audit import checkpoint
from engine.audit.notary import Notary
from engine.audit.signing import Signer
from engine.domain import commands as c
from engine.queries import verification
from engine.store.session import Database
from tests.office import Office, auditor, clerk

GARBAGE = ("'words'", "x'00ff'", "-1", str(2**62), "1.5", "''", "NULL")
COLUMNS = {
    "entry": "case_id seq type at actor_id hash body",
    "service_case": "head_seq head_hash",
    "system_chain": "head_seq head_hash",
    "checkpoint": "at size chains entries root key_id note signature peaks",
    "checkpoint_leaf": "case_id seq hash",
    "signing_key": "key_id public",
    "personal_value": "seq name salt value",
}
#: One row of those that have several.
LAST = {"entry": "case_id = 1 AND seq = 3", "checkpoint_leaf": "no = 1", "personal_value": "case_id = 1"}


@pytest.fixture(scope="module")
def file(sqlite_files, tmp_path_factory):
    """A small trail with checkpoints, guards removed; and the checkpoint kept outside."""
    path = tmp_path_factory.mktemp("garbage") / "closeloop.db"
    database = Database(sqlite_files.copy_to(path))
    office, kept = Office(database), {}
    office.engine.notary = Notary(lambda: Signer(bytes(32)), kept.__setitem__)
    case = office.start("inquiry")
    office.ask(c.AddNote(case.id, "asked again"), clerk)
    office.ask(c.MakeCheckpoint(), auditor)
    database.close()
    connection = sqlite3.connect(path)
    for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        connection.execute(f'DROP TRIGGER "{name}"')
    connection.commit()
    connection.close()
    return path, checkpoint.read_file(kept["checkpoint-000001.json"])


@pytest.mark.parametrize(("table", "column"), [(table, one) for table, names in COLUMNS.items() for one in names.split()])
def test_it_is_named(file, table, column):
    path, outside = file
    database = Database(f"sqlite:///{path}")
    for garbage in GARBAGE:
        with database.engine.connect() as conn:
            try:
                conn.exec_driver_sql(f"UPDATE {table} SET {column} = {garbage} WHERE {LAST.get(table, 'true')}")
            except IntegrityError:  # the schema itself refuses it
                continue
            for kept in (None, outside):
                assert not verification.verify(conn, kept=kept).holds, (garbage, kept)
            verification.verify(conn, since_checkpoint=True)
            verification.verify(conn, 1)
            conn.rollback()
    database.close()
