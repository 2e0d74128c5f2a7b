"""`closeloop migrate`: what would happen, and that it happens."""

from __future__ import annotations

import json

import pytest

from tests.engine.drawn import bpmn, sequence, task
from tests.engine.migrating import version_of
from tests.office import Office, clerk
from tests.webui.terminal import Terminal

OLD = bpmn(sequence("p", task("a", "front-desk"), task("b", "front-desk"), path="s > a > b > e"))
NEW = bpmn(sequence("p", task("b", "front-desk"), task("c"), path="s > b > c > e"))
BOTH = ("--from", "1", "--to", "2")


@pytest.fixture
def office(database) -> Office:
    """Two cases: one at `a`, which the second version does not have, one at `b`."""
    office = Office(database)
    office.behind = office.start(OLD)
    office.ahead = office.start("p")
    office.ahead.task("a").complete(by=clerk)
    office.deploy(NEW)
    return office


@pytest.fixture
def terminal(office, database_url) -> Terminal:
    return Terminal(database_url)


def test_what_would_happen(office, terminal):
    said = terminal.ok("migrate", "p", *BOTH, "--dry-run")
    assert "1 would move, 1 would stay" in said
    assert "CL-000001: “a” is not in the new version" in said
    told = json.loads(terminal.ok("migrate", "p", *BOTH, "--dry-run", "--map", "a=b", "--format", "json"))
    assert (told["moves"], told["stays"], told["mapping"]) == (2, {}, {"a": "b"})
    assert version_of(office, office.ahead) == 1


def test_it_happens(office, terminal):
    said = terminal.ok("migrate", "p", *BOTH, "--reason", "shorter")
    assert said.startswith("Migration 1: 1 moved, 1 stayed\n  CL-000001: ")
    assert version_of(office, office.ahead) == 2
    assert office.ahead.trail().last("CaseMigrated")["reason"] == "shorter"
    assert office.system_trail().types[-1] == "MigrationFinished"


def test_only_one_case(office, terminal):
    told = json.loads(terminal.ok("migrate", "p", *BOTH, "--map", "a=b", "--case", "cl-000001", "--format", "json"))
    assert told["counts"]["moved"] == 1
    assert (version_of(office, office.behind), version_of(office, office.ahead)) == (2, 1)


def test_what_is_wrong_is_said(terminal):
    assert "element “nowhere”" in terminal.refused("migrate", "p", *BOTH, "--map", "a=nowhere")
    assert "CL-000009" in terminal.refused("migrate", "p", *BOTH, "--case", "9")
    assert "Version 7" in terminal.refused("migrate", "p", "--from", "1", "--to", "7")
    assert "OLD=NEW" in terminal.refused("migrate", "p", *BOTH, "--map", "a", status=2)
    assert "CL-000017" in terminal.refused("migrate", "p", *BOTH, "--case", "x", status=2)
