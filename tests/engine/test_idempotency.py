"""A request sent twice happens once, and a refused one leaves nothing."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from engine.domain import commands as c
from engine.domain.errors import InvalidInput, KeyReused, SeparationOfDuties, TaskNotOpen
from engine.store.schema import api_token, entry, idempotency, metadata, service_case
from tests.engine.drawn import bpmn, sequence, task
from tests.office import admin, clerk, colleague

FILE = bpmn(
    sequence(
        "p", task("a", "front-desk", fields="n:long!"), task("b", "front-desk", separate_from="a"), path="s > a > b > e"
    )
)


def counts(office):
    with office.engine.read() as conn:
        tables = [table for table in metadata.sorted_tables if table.name != "idempotency"]
        return {table.name: conn.execute(select(func.count()).select_from(table)).scalar() for table in tables}


def test_the_same_key_gives_the_stored_answer(office):
    office.deploy(FILE)
    first = office.ask(c.StartCase("p"), clerk, key="k1")
    before = counts(office)
    assert office.ask(c.StartCase("p"), clerk, key="k1") == first
    assert counts(office) == before


def test_the_stored_answer_outlives_what_happened_since(office):
    case = office.start(FILE)
    a = case.task("a")
    answer = office.ask(c.CompleteTask(case.id, a.no, {"n": 1}), clerk, key="k")
    case.task("b").complete(by=colleague)
    assert office.ask(c.CompleteTask(case.id, a.no, {"n": 1}), clerk, key="k") == answer
    with pytest.raises(TaskNotOpen):
        office.ask(c.CompleteTask(case.id, a.no, {"n": 1}), clerk)


@pytest.mark.parametrize("other", [c.StartCase("p", title="another"), c.StartCase("p", {"n": 1}), c.TakeNextTask()])
def test_another_request_with_the_key_is_refused(office, other):
    office.deploy(FILE)
    office.ask(c.StartCase("p"), clerk, key="k")
    with pytest.raises(KeyReused):
        office.ask(other, clerk, key="k")


def test_keys_belong_to_whoever_sent_them(office):
    office.deploy(FILE)
    assert office.ask(c.StartCase("p"), clerk, key="k") != office.ask(c.StartCase("p"), colleague, key="k")


def test_a_refused_command_leaves_nothing_and_frees_its_key(office):
    case = office.start(FILE)
    before, trail = counts(office), case.trail()
    with pytest.raises(InvalidInput):
        case.task("a").complete(by=clerk, key="k", n="many")
    assert counts(office) == before
    assert case.trail() == trail
    with office.engine.read() as conn:
        assert conn.execute(select(func.count()).select_from(idempotency)).scalar() == 0
    case.task("a").complete(by=clerk, key="k", n="2")
    with pytest.raises(SeparationOfDuties):
        case.task("b").complete(by=clerk, key="k2")
    assert case.open_tasks == ["b"]


def test_a_command_that_breaks_leaves_nothing(office, monkeypatch):
    case = office.start(FILE)
    before, trail = counts(office), case.trail()
    monkeypatch.setattr("engine.store.tasks.end", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        case.task("a").complete(by=clerk, key="k", n=1)
    monkeypatch.undo()
    assert counts(office) == before
    assert case.trail() == trail
    case.task("a").complete(by=clerk, key="k", n=1)


@pytest.mark.parametrize("key", ["", "k" * 201, "a\0b", "\ud800"])
def test_a_key_is_a_short_text(office, key):
    office.deploy(FILE)
    with pytest.raises(InvalidInput):
        office.ask(c.StartCase("p"), clerk, key=key)
    with office.engine.read() as conn:
        assert conn.execute(select(func.count()).select_from(service_case)).scalar() == 0


def test_secrets_are_not_kept_with_the_answer(office):
    given = office.ask(c.CreateToken(clerk), clerk, key="k")
    again = office.ask(c.CreateToken(clerk), clerk, key="k")
    assert given["token"].startswith("clp_")
    assert again == {name: value for name, value in given.items() if name != "token"}
    with office.engine.read() as conn:
        stored = conn.execute(select(idempotency.c.answer)).scalar()
        hashes = conn.execute(select(api_token.c.hash)).scalars().all()
        bodies = b"".join(bytes(body) for body in conn.execute(select(entry.c.body)).scalars())
    assert given["token"] not in str(stored)
    assert given["token"] not in hashes
    assert given["token"].encode() not in bodies


def test_a_password_is_no_part_of_what_names_a_request(office):
    office.ask(c.SaveUser("new.person", password="first password"), admin, key="k")
    assert office.ask(c.SaveUser("new.person", password="other password"), admin, key="k")["is_new"] is True


def test_old_keys_are_forgotten(office):
    office.deploy(FILE)
    office.ask(c.StartCase("p"), clerk, key="k")
    office.wait("P15D")
    office.ask(c.TidyUp())
    with office.engine.read() as conn:
        assert conn.execute(select(func.count()).select_from(idempotency)).scalar() == 0
