"""Setting up: the secret all processes share, a demo that is made once, a real organisation that never becomes one."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.domain import commands as c
from engine.domain.actors import SYSTEM
from engine.domain.clock import SystemClock
from engine.runtime import Engine
from engine.store import migrate, people
from engine.store.organisation_clock import LOOK_EVERY, OrganisationClock
from webui import start
from webui.cli import serving
from webui.config import Settings

DEMO = Settings(is_demo=True)


def test_all_processes_sign_with_one_secret(empty_url):
    first, second = _open(empty_url), _open(empty_url)
    start.upgrade(first)
    kept = start.secret_key(Settings(), first)
    assert len(kept) == 64 and start.secret_key(Settings(), second) == kept
    start.upgrade(second)
    assert start.secret_key(Settings(), second) == kept
    assert start.secret_key(Settings(secret_key="given"), first) == "given"
    first.close()
    second.close()


def test_an_engine_wants_the_schema(empty_url):
    database = _open(empty_url)
    with pytest.raises(migrate.DatabaseNotUpgraded):
        start.open_engine(Settings(), database)
    database.close()


def test_a_database_without_people_becomes_a_demo_and_stays_one(database):
    assert start.open_engine(DEMO, database).is_demo
    start.open_engine(Settings(), database).execute(c.SaveUser("anna"), SYSTEM)
    assert start.open_engine(DEMO, database).is_demo


def test_a_real_organisation_does_not_become_a_demo(database):
    Engine(database).execute(c.SaveUser("anna"), SYSTEM)
    with pytest.raises(start.NotADemo):
        start.open_engine(DEMO, database)
    assert not start.open_engine(Settings(), database).is_demo


def test_the_demo_is_made_once(database, monkeypatch):
    made = _watch(monkeypatch)
    for _ in range(3):
        serving._make_demo(start.open_engine(DEMO, database))
    assert made == ["person-0"]


def test_a_demo_that_was_interrupted_is_made_anew(database, monkeypatch):
    made = _watch(monkeypatch, fails=1)
    with pytest.raises(KeyboardInterrupt):
        serving._make_demo(start.open_engine(DEMO, database))
    assert not start.demo_is_made(database)
    engine = start.open_engine(DEMO, database)
    serving._make_demo(engine)
    assert start.demo_is_made(database)
    with database.read() as conn:
        assert [row.login for row in people.users(conn)] == ["person-1"]
    assert made == ["person-0", "person-1"]
    assert engine.actor("person-1") is not None and engine.actor("person-0") is None


def test_the_clock_of_the_demo_is_the_databases(database):
    engine = start.open_engine(DEMO, database)
    engine.execute(c.MoveClock(3600), SYSTEM)
    engine.clock.look()
    assert timedelta(minutes=59) < engine.clock.now() - SystemClock().now() < timedelta(minutes=61)


def test_another_process_sees_the_clock_moved_half_a_second_later(database):
    ticks = [0.0]
    clock = OrganisationClock(database, lambda: ticks[0])
    before = clock.now()
    Engine(database, is_demo=True).execute(c.MoveClock(86_400), SYSTEM)
    assert clock.now() - before < timedelta(hours=1)
    ticks[0] += LOOK_EVERY
    assert clock.now() - before > timedelta(hours=23)


def test_a_password_is_never_shown():
    assert start.shown_url("postgresql://anna:hidden@host/desk") == "postgresql://anna:***@host/desk"
    for odd in ("hidden@host", "postgresql://anna:hidden@host:port/desk", "x" * 500):
        assert "hidden" not in start.shown_url(odd) and len(start.shown_url(odd)) <= 200


def _open(url: str):
    return start.open_database(Settings(database_url=url), may_make=True)


def _watch(monkeypatch, fails: int = 0) -> list[str]:
    """In place of the making of the demo: one person each time; the first `fails` times it is interrupted."""
    from webui import demo

    made: list[str] = []

    def make(engine: Engine) -> int:
        made.append(f"person-{len(made)}")
        engine.execute(c.SaveUser(made[-1]), SYSTEM)
        if len(made) <= fails:
            raise KeyboardInterrupt
        return 0

    monkeypatch.setattr(demo, "make", make)
    return made
