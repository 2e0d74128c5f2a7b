"""What is done to a chain has one name, whether the database is verified or an export of it on a machine without it."""

from __future__ import annotations

import pytest

from engine.audit import offline
from engine.domain import commands as c
from engine.queries import verification
from engine.store.session import Database
from tests.audit import forging as f
from tests.office import Office, clerk
from tests.webui.terminal import Terminal

OF_A_CHAIN = (f.altered, f.removed, f.removed_and_numbered_anew, f.reordered, f.inserted, f.tail_cut, f.clock_turned_back)


@pytest.mark.parametrize("forgery", OF_A_CHAIN, ids=lambda one: one.__name__)
def test_the_same_entry_and_the_same_kind(sqlite_url, tmp_path, forgery):
    database, out = Database(sqlite_url), tmp_path / "trail.jsonl"
    office = Office(database)
    case = office.start("inquiry")
    office.ask(c.AddNote(case.id, "asked again"), clerk)
    if forgery is f.clock_turned_back:
        forgery(office, case.id)
    else:
        f.forge(sqlite_url, f.OWNER, office, case.id, forgery)
    with office.engine.read(is_snapshot=True) as conn:
        (found,) = verification.verify(conn, case.id).faults
    Terminal(sqlite_url).ok("export", "--format", "jsonl", "--case", str(case.id), "--out", str(out))
    named = [fault for fault in offline.verify(out).faults if fault[0] == offline.name(case.id)]
    assert named == [(offline.name(case.id), found.seq, found.kind)]
    database.close()
