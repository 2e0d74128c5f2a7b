"""Verifying while people work, and verifying only what was added since the newest checkpoint."""

from __future__ import annotations

import pytest

from engine.audit.notary import Notary
from engine.audit.signing import Signer
from engine.domain import commands as c
from engine.queries import verification
from tests.audit import forging as f
from tests.office import Office, auditor, clerk


@pytest.fixture
def office(database):
    office = Office(database)
    office.engine.notary = Notary(lambda: Signer(bytes(32)))
    return office


def _verify(office, **how):
    with office.engine.read(is_snapshot=True) as conn:
        return verification.verify(conn, **how)


def _faults(office, **how):
    return [(fault.case_id, fault.seq, fault.kind) for fault in _verify(office, **how).faults]


def test_who_writes_meanwhile_breaks_nothing(office):
    cases = [office.start("inquiry") for _ in range(3)]
    office.ask(c.MakeCheckpoint(), auditor)
    seen = []

    def write(entries):
        seen.append(entries)
        for case in cases:
            office.ask(c.AddNote(case.id, "meanwhile"), clerk)
        office.start("inquiry")

    assert _verify(office, progress=write).holds
    assert len(seen) == 4 and _verify(office).holds


def test_only_what_was_added_is_read(office):
    quiet, busy = office.start("inquiry"), office.start("inquiry")
    whole = _verify(office, since_checkpoint=True)
    assert (whole.since, whole.entries) == (0, _verify(office).entries)
    office.ask(c.MakeCheckpoint(), auditor)
    head = len(busy.trail().entries)
    office.ask(c.AddNote(busy.id, "again"), clerk)
    new = office.start("inquiry")
    found = _verify(office, since_checkpoint=True)
    added = [entry for entry in office.system_trail().entries if entry.type in ("SigningKeyChanged", "CheckpointMade")]
    assert found.holds and (found.since, found.chains) == (1, 4)
    assert found.entries == len(added) + 1 + len(new.trail().entries)
    assert head + 1 == len(busy.trail().entries) and quiet.trail().entries
    assert _verify(office, since_checkpoint=True, case_id=busy.id).entries == 1


#: What is done to a case whose first six entries a checkpoint holds, and which goes on to the eighth; what is named.
AFTERWARDS = {
    "altered": (lambda one: one.do("UPDATE entry SET actor_id = 99 WHERE case_id = :case AND seq = 7"), 7, "altered"),
    "removed": (lambda one: one.do("DELETE FROM entry WHERE case_id = :case AND seq = 7"), 7, "removed"),
    "tail cut": (lambda one: one.do("DELETE FROM entry WHERE case_id = :case AND seq > 7"), 8, "tail-cut"),
    "tail cut before": (f.tail_cut_with_the_head, 3, "tail-cut"),
    "case removed": (f.case_removed, 1, "case-removed"),
    "head altered": (lambda one: one.move_head(one.case_id, 6, bytes(32)), 7, "head-altered"),
}


@pytest.mark.parametrize("done", AFTERWARDS)
def test_what_was_added_is_verified_as_the_whole_is(database_url, office, done):
    forgery, seq, kind = AFTERWARDS[done]
    case = office.start("inquiry")
    assert len(case.trail().entries) == 6
    office.ask(c.MakeCheckpoint(), auditor)
    for _ in range(2):
        office.ask(c.AddNote(case.id, "after"), clerk)
    f.forge(database_url, f.SUPERUSER, office, case.id, forgery)
    assert _faults(office, since_checkpoint=True) == [(case.id, seq, kind)]


def test_what_lies_before_is_not_read_again(database_url, office):
    case = office.start("inquiry")
    office.ask(c.MakeCheckpoint(), auditor)
    f.forge(database_url, f.SUPERUSER, office, case.id, f.altered)
    assert _faults(office, since_checkpoint=True) == []
    assert _faults(office) == [(case.id, 2, "altered")]


def test_after_a_checkpoint_that_does_not_hold_it_begins_at_the_one_before(database_url, office):
    case = office.start("inquiry")
    for _ in range(2):
        office.ask(c.MakeCheckpoint(), auditor)
    f.forge(database_url, f.SUPERUSER, office, case.id, lambda one: one.do("UPDATE checkpoint SET at = at + 1 WHERE id = 2"))
    found = _verify(office, since_checkpoint=True)
    assert (found.since, [fault.kind for fault in found.faults]) == (1, ["checkpoint-altered"])


def test_entries_without_a_case_are_found(database_url, office):
    case = office.start("inquiry")
    row = case.trail().rows[0]

    def add(one):
        one.case_id = -7
        one.add(1, bytes(32), row, row.body)

    f.forge(database_url, f.SUPERUSER, office, case.id, add)
    assert _faults(office) == [(-7, 1, "altered")]
