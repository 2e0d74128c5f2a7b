"""What was forged in the database and then exported: the verifier without the database uses the same words."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.audit import offline
from engine.audit.notary import Notary
from engine.audit.signing import Signer
from engine.domain import commands as c
from tests.audit import forging as f
from tests.audit.test_exports import exported
from tests.office import Office, auditor, clerk

TABLE = Path(__file__).parents[2] / "docs/tampering.md"
NOTHING = "nothing"
#: What an export of everything shows by itself, and against the checkpoint kept outside.
FOUND = {
    f.altered: ("altered", "altered regenerated"),
    f.removed: ("removed", "regenerated removed"),
    f.reordered: ("reordered", "regenerated reordered"),
    f.inserted: ("inserted", "inserted regenerated"),
    f.tail_cut: ("tail-cut", "regenerated tail-cut"),
    f.tail_cut_with_the_head: ("tail-cut", "regenerated tail-cut"),
    f.case_removed: (NOTHING, "regenerated"),
    f.chain_rehashed: (NOTHING, "regenerated"),
    f.history_regenerated: (NOTHING, "regenerated"),
    f.added_at_the_end: (NOTHING, NOTHING),
}


@pytest.mark.parametrize("forgery", FOUND, ids=lambda one: one.__name__)
def test_what_is_forged_is_found_in_the_export(forgery, database, tmp_path):
    office, kept = Office(database), {}
    office.engine.notary = Notary(lambda: Signer(bytes(32)), kept.__setitem__)
    case = office.start("inquiry")
    office.ask(c.AddNote(case.id, "asked again"), clerk)
    office.ask(c.MakeCheckpoint(), auditor)
    (outside := tmp_path / "kept.json").write_bytes(kept["checkpoint-000001.json"])
    url = database.url.render_as_string(hide_password=False)
    f.forge(url, f.SUPERUSER, office, case.id, forgery)
    (trail := tmp_path / "trail.jsonl").write_bytes(exported(office))
    found = [sorted({kind for _, _, kind in offline.verify(trail, given).faults}) for given in (None, outside)]
    assert tuple(" ".join(kinds) or NOTHING for kinds in found) == FOUND[forgery]


def test_the_table_in_the_docs_says_the_same():
    rows = {how.__name__.replace("_", " "): found for how, found in FOUND.items()}
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in TABLE.read_text(encoding="utf-8").splitlines()]
    assert {one[0]: (one[1], one[2]) for one in cells if len(one) == 3 and one[0] in rows} == rows
