"""Each way to forge the trail, by everybody who might try, and what finds it. docs/tampering.md says the same."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError

from engine.audit import checkpoint
from engine.audit.notary import Notary
from engine.audit.signing import Signer
from engine.domain import commands as c
from engine.queries import verification
from engine.store.session import Database
from tests import roles
from tests.audit import forging as f
from tests.office import Office, auditor, clerk

OURS = Signer(bytes(32))
TABLE = Path(__file__).parents[2] / "docs/tampering.md"
REFUSED, NOTHING = "refused", "nothing"
PEOPLE = {"sqlite": (f.APPLICATION, f.OWNER), "postgresql": (f.APPLICATION, f.OWNER, f.SUPERUSER)}

#: What the role of the application achieves; what the owner's and a superuser's work is named by the database alone;
#: and with the checkpoint kept outside.
FOUND = {
    f.altered: (REFUSED, "altered", "altered"),
    f.removed: (REFUSED, "removed", "removed"),
    f.removed_and_numbered_anew: (REFUSED, "removed", "removed"),
    f.reordered: (REFUSED, "reordered", "reordered"),
    f.inserted: (REFUSED, "inserted", "inserted"),
    f.tail_cut: (REFUSED, "tail-cut", "tail-cut"),
    f.tail_cut_with_the_head: (REFUSED, "tail-cut", "tail-cut"),
    f.case_removed: (REFUSED, "case-removed", "case-removed"),
    f.chain_rehashed: (REFUSED, "rehashed", "rehashed"),
    f.time_of_an_entry_moved: (REFUSED, "checkpoint-removed clock-back", "clock-back regenerated"),
    f.checkpoint_altered: (REFUSED, "checkpoint-altered", "checkpoint-altered"),
    f.checkpoints_removed: (REFUSED, "checkpoint-removed", "regenerated"),
    f.leaf_altered: (REFUSED, "checkpoint-altered rehashed", "checkpoint-altered regenerated rehashed"),
    f.key_replaced: (REFUSED, "checkpoint-altered", "checkpoint-altered"),
    f.checkpoints_made_anew: (REFUSED, "checkpoint-altered", "regenerated"),
    f.history_regenerated: (REFUSED, NOTHING, "regenerated"),
    f.added_at_the_end: (NOTHING, NOTHING, NOTHING),
    f.personal_value_altered: (REFUSED, "value-altered", "value-altered"),
    f.personal_value_replaced: ("value-altered", "value-altered", "value-altered"),
    f.personal_value_removed: ("value-removed", "value-removed", "value-removed"),
    f.clock_turned_back: ("clock-back", "clock-back", "clock-back"),
    f.case_opened_with_the_clock_turned_back: ("clock-back", "clock-back", "clock-back"),
    f.checkpoint_made_with_the_clock_turned_back: ("checkpoint-back clock-back", "checkpoint-back clock-back", "checkpoint-back clock-back"),
}


@pytest.fixture(params=[(db, who) for db, people in PEOPLE.items() for who in people], ids="-".join)
def scene(request, database_url_of):
    """An office that works as the application's role does, the address of whoever forges, and who that is."""
    db, who = request.param
    url = database_url_of(db)
    owner, application = roles.separated(url)
    database = Database(application)
    office, kept = Office(database), {}
    office.engine.notary = Notary(lambda: OURS, kept.__setitem__)
    yield office, kept, {f.APPLICATION: application, f.OWNER: owner, f.SUPERUSER: url}[who], who
    database.close()


@pytest.fixture
def database_url_of(request):
    return lambda db: request.getfixturevalue("sqlite_url" if db == "sqlite" else "postgres_url")


@pytest.mark.parametrize("forgery", FOUND, ids=lambda one: one.__name__)
def test_what_is_forged_is_found(scene, forgery):
    office, kept, url, who = scene
    case = office.start("inquiry")
    office.ask(c.AddNote(case.id, "asked again"), clerk)
    office.ask(c.MakeCheckpoint(), auditor)
    outside = checkpoint.read_file(kept["checkpoint-000001.json"])
    assert _kinds(office, outside) == NOTHING
    as_the_application, alone, with_checkpoint = FOUND[forgery]
    if forgery in f.BY_THE_PROGRAM:
        forgery(office, case.id)
    elif who == f.APPLICATION and as_the_application == REFUSED:
        with pytest.raises(DBAPIError, match="append-only|permission denied"):
            f.forge(url, who, office, case.id, forgery)
        assert _kinds(office, outside) == NOTHING
        return
    else:
        f.forge(url, who, office, case.id, forgery)
    expected = (as_the_application, as_the_application) if who == f.APPLICATION else (alone, with_checkpoint)
    assert (_kinds(office, None), _kinds(office, outside)) == expected


def test_every_way_is_in_the_table():
    assert set(FOUND) == {*f.IN_THE_DATABASE, *f.BY_THE_PROGRAM}


def test_the_table_in_the_docs_says_the_same():
    rows = {how.__name__.replace("_", " "): list(found) for how, found in FOUND.items()}
    told = {}
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 4 and cells[1] not in ("---", "by the application's role"):
            told[cells[0]] = cells[1:]
    assert told == rows


def test_a_checkpoint_that_is_not_genuine_proves_nothing(database):
    office, kept = Office(database), {}
    office.engine.notary = Notary(lambda: OURS, kept.__setitem__)
    office.ask(c.MakeCheckpoint())
    data = kept["checkpoint-000001.json"].replace(OURS.public.hex().encode(), f.FORGED.public.hex().encode())
    assert _kinds(office, checkpoint.read_file(data)) == "not-genuine"


def test_a_number_beyond_the_calendar_is_named(sqlite_url):
    database = Database(sqlite_url)
    office = Office(database)
    case = office.start("inquiry")
    f.forge(sqlite_url, f.OWNER, office, case.id, lambda one: one.do(f"UPDATE entry SET at = {2**62} WHERE case_id = :case AND seq = 2"))
    assert _kinds(office, None) == "altered"
    database.close()


def _kinds(office, kept):
    with office.engine.read(is_snapshot=True) as conn:
        return " ".join(sorted({fault.kind for fault in verification.verify(conn, kept=kept).faults})) or NOTHING
