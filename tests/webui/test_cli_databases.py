"""Whatever is wrong with a database, the command line says in one sentence what, and never shows a password."""

from __future__ import annotations

import sqlite3

import pytest

from engine.store import migrate
from tests.webui.terminal import Terminal

NEED_A_DATABASE = (
    ("serve",),
    ("worker",),
    ("users", "add", "anna"),
    ("token", "create", "anna"),
    ("verify",),
)


def test_upgrade_makes_an_empty_database_and_then_has_nothing_to_do(empty_url):
    terminal = Terminal(empty_url)
    assert terminal.ok("upgrade") == f"The database now has schema version {migrate.head()}\n"
    assert terminal.ok("upgrade") == f"The database has schema version {migrate.head()} already\n"
    assert "holds" in terminal.ok("verify")


def test_upgrade_tells_from_where_to_where(empty_url):
    terminal = Terminal(empty_url)
    database = _open(empty_url)
    migrate.upgrade(database, "0001")
    database.close()
    assert terminal.ok("upgrade") == f"The database went from schema version 0001 to {migrate.head()}\n"


@pytest.mark.parametrize("words", NEED_A_DATABASE, ids=" ".join)
def test_a_missing_file_is_not_made_in_passing(words, tmp_path):
    said = Terminal(f"sqlite:///{tmp_path / 'none.db'}").refused(*words)
    assert said.startswith("closeloop: There is no database file") and "closeloop upgrade" in said
    assert not (tmp_path / "none.db").exists()


@pytest.mark.parametrize("words", NEED_A_DATABASE, ids=" ".join)
def test_an_empty_database_wants_an_upgrade_first(words, empty_url):
    _open(empty_url).close()
    if empty_url.startswith("sqlite"):
        sqlite3.connect(empty_url.removeprefix("sqlite:///")).close()
    assert "run `closeloop upgrade` first" in Terminal(empty_url).refused(*words)


def test_a_database_of_a_newer_program(database_url):
    database = _open(database_url)
    with database.write() as conn:
        conn.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    for words in (("upgrade",), ("verify",)):
        assert "schema version 9999, which this program does not know" in Terminal(database_url).refused(*words)
    with database.write() as conn:
        conn.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{migrate.head()}'")
    database.close()


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("postgresql://anna:hidden@127.0.0.1:1/desk", "Connection refused"),
        ("postgresql+psycopg://anna:hidden@/desk?host=/nowhere", "/nowhere"),
        ("sqlite:////nowhere/desk.db", "unable to open database file"),
        ("sqlite://", "should be sqlite:///FILE or postgresql://"),
        ("mysql://anna:hidden@host/desk", "should be sqlite:///FILE or postgresql://"),
        ("oracle+nothing://anna:hidden@host/desk", "should be sqlite:///FILE or postgresql://"),
        ("anna:hidden@host", "not understood"),
        ("postgresql://anna:hidden@host:port/desk", "not understood"),
    ],
)
def test_a_database_that_cannot_be_opened(url, words):
    said = Terminal(url).refused("upgrade")
    assert said.startswith("closeloop: The database ") and words in said
    assert "hidden" not in said
    assert len(said.splitlines()) == 1


def test_a_file_that_is_no_database(tmp_path):
    (tmp_path / "desk.db").write_bytes(b"not a database at all, but long enough to be looked at" * 40)
    said = Terminal(f"sqlite:///{tmp_path / 'desk.db'}").refused("verify")
    assert "file is not a database" in said


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "http"),
        ("PORT", "70000"),
        ("PORT", "-1"),
        ("CLOSELOOP_WORKERS", "0"),
        ("CLOSELOOP_DEMO", "maybe"),
        ("CLOSELOOP_LOG_FORMAT", "xml"),
        ("CLOSELOOP_THREADS", "9" * 500),
    ],
)
def test_a_setting_that_cannot_be_meant(name, value, sqlite_url):
    said = Terminal(sqlite_url).refused("verify", **{name: value})
    assert said.startswith(f"closeloop: {name} is “{value[:60]}” but should be ")


def test_refusals_are_chinese_on_a_chinese_terminal(tmp_path):
    said = Terminal(f"sqlite:///{tmp_path / 'none.db'}").refused("verify", LANG="zh_CN.UTF-8")
    assert said.startswith("closeloop: 没有数据库文件")


def test_demo_mode_does_not_open_a_real_organisation(database_url):
    terminal = Terminal(database_url)
    terminal.ok("users", "add", "anna")
    assert "holds a real organisation" in terminal.refused("verify", CLOSELOOP_DEMO="1")


@pytest.mark.parametrize("words", [("--bogus",), ("bogus",), ("verify", "--bogus"), ("lint",), ("run", "--port", "x")])
def test_what_is_not_understood_ends_with_two(words, sqlite_url):
    assert "Usage: " in Terminal(sqlite_url).refused(*words, status=2)


@pytest.mark.parametrize("words", [("run",), ("serve",), ("worker",), ("upgrade",), ("lint",), ("deploy",),
                                   ("users", "add"), ("token", "create"), ("verify",)], ids=" ".join)  # fmt: skip
def test_every_command_explains_itself(words, sqlite_url):
    assert f"Usage: main {' '.join(words)}" in Terminal(sqlite_url).ok(*words, "--help")


def test_it_tells_its_version(sqlite_url):
    assert Terminal(sqlite_url).ok("--version").startswith("closeloop 0.")


def _open(url: str):
    from engine.store.session import Database

    return Database(url)
