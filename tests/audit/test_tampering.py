"""Each way to forge the trail, by somebody who owns the database, and what finds it. See docs/tampering.md."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from engine.audit import checkpoint
from engine.audit.entry import header
from engine.audit.notary import Notary
from engine.audit.signing import Signer
from engine.domain import commands as c
from engine.queries import verification
from engine.store import trail
from tests.office import Office, auditor, clerk

OURS, FORGED = Signer(bytes(32)), Signer(bytes(range(32)))
TABLE = Path(__file__).parents[2] / "docs/tampering.md"


class Forger:
    """Owns the database: no guard of its own stands in the way."""

    def __init__(self, office: Office, case_id: int) -> None:
        self.office, self.case_id = office, case_id

    def do(self, *statements: str, **values) -> None:
        with self.office.database.write() as conn:
            if self.office.database.is_sqlite:
                for name in conn.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars().all():
                    conn.execute(text(f'DROP TRIGGER "{name}"'))
            else:
                conn.execute(text("SET LOCAL session_replication_role = replica"))
            for statement in statements:
                conn.execute(text(statement), {"case": self.case_id} | values if ":case" in statement else values)

    def rehash(self, back: timedelta = timedelta(0), chains: tuple[int, ...] = ()) -> None:
        """The chains hold again by themselves, heads and all."""
        for chain in chains or (self.case_id,):
            with self.office.engine.read() as conn:
                rows = trail.of_case(conn, chain)
            previous = bytes(32)
            for row in rows:
                at = row.at - (back if row.seq == 3 else timedelta(0))
                previous = hashlib.sha256(previous + header(chain, row.seq, row.type, at, row.actor_id) + row.body).digest()
                moved = "" if not back or row.seq != 3 else f", at = at - {int(back.total_seconds() * 1_000_000)}"
                self.do(f"UPDATE entry SET hash = :hash{moved} WHERE case_id = {chain} AND seq = {row.seq}", hash=previous)
            if chain:
                self.do(f"UPDATE service_case SET head_seq = {len(rows)}, head_hash = :hash WHERE id = {chain}", hash=previous)


def altered(f):
    f.do("UPDATE entry SET actor_id = 99 WHERE case_id = :case AND seq = 2")


def removed(f):
    f.do("DELETE FROM entry WHERE case_id = :case AND seq = 2")


def tail_cut(f):
    f.do("DELETE FROM entry WHERE case_id = :case AND seq > 2")


def tail_cut_with_head(f):
    f.do("DELETE FROM entry WHERE case_id = :case AND seq > 2")
    f.rehash()


def case_removed(f):
    f.do("DELETE FROM entry WHERE case_id = :case", "DELETE FROM service_case WHERE id = :case")


def rehashed(f):
    f.do("UPDATE entry SET actor_id = 99 WHERE case_id = :case AND seq = 2")
    f.rehash()


def clock_back(f):
    f.do("DELETE FROM checkpoint_leaf", "DELETE FROM checkpoint")
    f.rehash(timedelta(days=1))


def checkpoint_altered(f):
    f.do("UPDATE checkpoint SET entries = entries + 1")


def leaf_altered(f):
    f.do("UPDATE checkpoint_leaf SET seq = seq + 1 WHERE no = 0")


def regenerated(f):
    """History and checkpoints are made anew, with a key of the forger's own."""
    f.do("DELETE FROM checkpoint_leaf", "DELETE FROM checkpoint", "DELETE FROM signing_key")
    f.do("UPDATE entry SET actor_id = 99 WHERE case_id = :case AND seq = 2")
    f.rehash()
    f.office.engine.notary = Notary(lambda: FORGED)
    f.office.ask(c.MakeCheckpoint())


#: what is done; what the database's own checkpoints show; what the one kept outside shows besides
FORGERIES = {
    altered: ("altered", "altered"),
    removed: ("removed", "removed"),
    tail_cut: ("tail-cut", "tail-cut"),
    tail_cut_with_head: ("tail-cut", "tail-cut"),
    case_removed: ("case-removed", "case-removed"),
    rehashed: ("rehashed", "rehashed"),
    clock_back: ("clock-back", "clock-back regenerated"),
    checkpoint_altered: ("checkpoint-altered", "checkpoint-altered"),
    leaf_altered: ("checkpoint-altered rehashed", "checkpoint-altered regenerated rehashed"),
    regenerated: ("", "regenerated"),
}


@pytest.fixture
def kept():
    return {}


@pytest.fixture
def office(database, kept):
    office = Office(database)
    office.engine.notary = Notary(lambda: OURS, kept.__setitem__)
    return office


@pytest.mark.parametrize("forgery", FORGERIES, ids=lambda one: one.__name__)
def test_what_is_forged_is_found(office, kept, forgery):
    case = office.start("inquiry")
    office.ask(c.AddNote(case.id, "asked again"), clerk)
    office.ask(c.MakeCheckpoint(), auditor)
    outside = checkpoint.read_file(kept["checkpoint-000001.json"])
    with office.engine.read() as conn:
        assert verification.verify(conn, kept=outside).faults == []
    forgery(Forger(office, case.id))
    found = []
    for one in (None, outside):
        with office.engine.read() as conn:
            found.append(" ".join(sorted({fault.kind for fault in verification.verify(conn, kept=one).faults})))
    assert tuple(found) == FORGERIES[forgery]


def test_a_checkpoint_that_is_not_genuine_proves_nothing(office, kept):
    office.ask(c.MakeCheckpoint())
    data = kept["checkpoint-000001.json"].replace(OURS.public.hex().encode(), FORGED.public.hex().encode())
    with office.engine.read() as conn:
        (fault,) = verification.verify(conn, kept=checkpoint.read_file(data)).faults
    assert fault.kind == "not-genuine"


def test_the_table_in_the_docs_says_the_same():
    rows = {
        forgery.__name__.replace("_", " "): tuple(kinds or "nothing" for kinds in found) for forgery, found in FORGERIES.items()
    }
    told = {}
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 3 and cells[0] in rows:
            told[cells[0]] = (cells[1], cells[2])
    assert told == rows
