"""Checkpoints: what they fix, that one goes on from the other, and who signed them."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from engine.audit import checkpoint, merkle
from engine.audit.notary import Notary
from engine.audit.signing import Signer
from engine.domain import commands as c
from engine.domain.errors import Forbidden
from engine.handlers.checkpoints import NoSigningKey
from engine.queries import checkpoints
from tests.office import Office, auditor, clerk

FIRST, SECOND = Signer(bytes(range(32))), Signer(bytes(range(1, 33)))


@pytest.fixture
def kept():
    return {}


@pytest.fixture
def office(database, kept):
    office = Office(database)
    office.engine.notary = Notary(lambda: FIRST, kept.__setitem__)
    return office


def _latest(office):
    with office.engine.read() as conn:
        return checkpoints.latest(conn)


def test_a_checkpoint_is_signed_and_kept_outside(office, kept):
    office.start("inquiry")
    assert office.ask(c.MakeCheckpoint(), auditor) == {"id": 1}
    found = checkpoint.read_file(kept["checkpoint-000001.json"])
    assert found.is_genuine and found.note == _latest(office).said
    assert (found.note.size, found.note.chains, found.note.previous, found.note.key) == (2, 2, None, FIRST.key_id)
    made = office.system_trail().last("CheckpointMade").data
    assert (made["root"], made["digest"]) == (found.note.root.hex(), checkpoint.digest(found.text).hex())


def test_one_goes_on_from_the_other(office):
    case, _ = office.start("inquiry"), office.start("inquiry")
    office.ask(c.MakeCheckpoint(), auditor)
    first = _latest(office)
    office.ask(c.AddNote(case.id, "again"), clerk)
    office.start("inquiry")
    office.ask(c.MakeCheckpoint(), auditor)
    second = _latest(office)
    old, new = first.said, second.said
    assert (old.size, new.size, new.chains) == (3, 6, 4)  # the system chain, the case with the note, and the new one
    assert new.previous == checkpoint.digest(first.note)
    with office.engine.read() as conn:
        heads = conn.execute(text("SELECT sum(head_seq) FROM service_case")).scalar()
        system = conn.execute(text("SELECT max(seq) FROM checkpoint_leaf WHERE case_id = 0")).scalar()
        proof = checkpoints.consistency(conn, old.size, new.size)
        assert new.root == checkpoints.root(conn, 0, new.size)
    assert new.entries == heads + system
    assert merkle.is_consistent(old.size, new.size, old.root, new.root, proof)


def test_a_case_is_proven_to_be_in_it(office):
    cases = [office.start("inquiry") for _ in range(3)]
    office.ask(c.MakeCheckpoint(), auditor)
    note = _latest(office).said
    for case in cases:
        with office.engine.read() as conn:
            found = checkpoints.inclusion(conn, case.id)
        leaf = checkpoint.leaf(case.id, found.seq, found.hash)
        assert merkle.is_included(leaf, found.index, note.size, found.path, note.root)
    with office.engine.read() as conn:
        assert checkpoints.inclusion(conn, 99) is None


def test_another_key_is_recorded(office):
    office.ask(c.MakeCheckpoint())
    office.engine.notary = Notary(lambda: SECOND)
    office.ask(c.MakeCheckpoint())
    changed = office.system_trail().last("SigningKeyChanged").data
    assert changed == {"key": SECOND.key_id, "before": FIRST.key_id}
    with office.engine.read() as conn:
        keys = conn.execute(text("SELECT key_id, until_at IS NULL AS signs FROM signing_key")).all()
    assert {row.key_id: bool(row.signs) for row in keys} == {FIRST.key_id: False, SECOND.key_id: True}


def test_who_may_make_one(office):
    with pytest.raises(Forbidden):
        office.ask(c.MakeCheckpoint(), clerk)


def test_without_a_key_there_is_none(office):
    office.engine.notary = None
    with pytest.raises(NoSigningKey):
        office.ask(c.MakeCheckpoint(), auditor)


@pytest.mark.parametrize("table", ["checkpoint", "checkpoint_leaf"])
@pytest.mark.parametrize("change", ["UPDATE {} SET checkpoint_id = 9", "DELETE FROM {}"])
def test_the_database_refuses_to_change_one(office, table, change):
    office.ask(c.MakeCheckpoint())
    statement = change.format(table).replace("checkpoint_id", "checkpoint_id" if table == "checkpoint_leaf" else "at")
    with pytest.raises(DBAPIError, match="append-only"), office.database.write() as conn:
        conn.execute(text(statement))


def test_a_note_is_read_back_to_the_byte(office, kept):
    office.ask(c.MakeCheckpoint())
    data = kept["checkpoint-000001.json"]
    note = checkpoint.read_file(data)
    assert note.note.text() == note.text
    assert not checkpoint.read_file(data.replace(b'\\"size\\":1', b'\\"size\\":2')).is_genuine
    for bad in (b"", b"[]", b"{}", data[:-20], b"\xff", b'{"note": "{}", "signature": "", "public_key": ""}', b"x" * 20_000):
        with pytest.raises(ValueError):
            checkpoint.read_file(bad)
