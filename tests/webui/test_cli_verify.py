"""`closeloop verify` names the first bad entry of a chain; the database's own guard is switched off to forge one."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import text

from engine.domain import commands as c
from engine.domain.actors import SYSTEM
from engine.runtime import Engine
from tests.office import Office, clerk
from tests.webui.terminal import Terminal


@pytest.fixture
def office(database):
    return Office(database)


@pytest.fixture
def case(office):
    return office.start("inquiry", by=clerk)


@pytest.fixture
def terminal(database_url):
    return Terminal(database_url)


def test_a_trail_that_holds(terminal, case):
    said = terminal.ok("verify")
    assert said.startswith("2 chain(s), ") and said.endswith(" entries: the trail holds\n")


def test_one_case_alone(terminal, case):
    for number in (f"CL-{case.id:06d}", f"cl-{case.id}", str(case.id)):
        assert terminal.ok("verify", "--case", number).startswith("1 chain(s), ")


def test_as_json(terminal, case):
    told = json.loads(terminal.ok("verify", "--format", "json"))
    assert told["holds"] is True and told["chains"] == 2 and told["faults"] == []


def test_an_altered_entry_is_named(terminal, database, case):
    _forge(database, "UPDATE entry SET body = :body WHERE case_id = :case AND seq = 2", case.id, body=b'{"v":1}')
    result = terminal.run("verify")
    assert result.exit_code == 1
    assert f"CL-{case.id:06d}, entry 2: its content was altered\n" in result.stdout
    assert "1 chain(s) do not hold" in result.stdout


def test_an_altered_entry_is_named_as_json(terminal, database, case):
    _forge(database, "UPDATE entry SET actor_id = 99 WHERE case_id = :case AND seq = 1", case.id)
    result = terminal.run("verify", "--case", str(case.id), "--format", "json")
    fault = {"chain": f"CL-{case.id:06d}", "case_id": case.id, "entry": 1, "kind": "altered"}
    assert (result.exit_code, json.loads(result.stdout)["faults"]) == (1, [fault])


@pytest.mark.parametrize(
    ("forgery", "words"),
    [
        ("DELETE FROM entry WHERE case_id = :case AND seq = 1", "entry 1: it is missing"),
        ("DELETE FROM entry WHERE case_id = :case AND seq > 1", "entry 2: the end of the chain from here on is missing"),
        ("DELETE FROM entry WHERE case_id = :case", "entry 1: it is missing"),
        ("DELETE FROM service_case WHERE id = :case", "the head of the chain was altered"),
    ],
)
def test_what_is_removed_is_missed(terminal, database, case, forgery, words):
    _forge(database, forgery, case.id)
    result = terminal.run("verify")
    assert result.exit_code == 1 and words in result.stdout


def test_a_case_that_is_not_there(terminal, case):
    assert terminal.refused("verify", "--case", "CL-000999") == "closeloop: Case CL-000999 was not found.\n"


@pytest.mark.parametrize("number", ["seventeen", "0", "-1", "CL-", "1.5", "9" * 40])
def test_what_is_no_case_number(terminal, number):
    assert "is not a case number" in terminal.refused("verify", f"--case={number}", status=2)


def test_the_reading_is_itself_in_the_trail(terminal, database, case):
    terminal.ok("verify")
    engine = Engine(database)
    engine.execute(c.LogOut(), SYSTEM)
    with engine.read() as conn:
        row = conn.execute(text("SELECT body FROM entry WHERE type = 'TrailVerified'")).one()
    assert json.loads(bytes(row.body))["data"] | {"entries": 0} == {"entries": 0, "scope": "all", "verdict": "holds"}


def _forge(database, statement: str, case_id: int, **values: object) -> None:
    """As somebody would who owns the database."""
    with database.write() as conn:
        if database.is_sqlite:
            for name in ("entry_no_update", "entry_no_delete"):
                conn.execute(text(f"DROP TRIGGER {name}"))
        else:
            conn.execute(text("SET LOCAL session_replication_role = replica"))
        conn.execute(text(statement), {"case": case_id, **values})
