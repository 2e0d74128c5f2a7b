"""Accounts and tokens from the command line."""

from __future__ import annotations

import hashlib

import pytest

from engine.domain import commands as c
from engine.domain.actors import SYSTEM
from engine.handlers.passwords import is_password
from engine.runtime import Engine
from engine.store import people
from tests.webui.terminal import Terminal


@pytest.fixture
def terminal(database_url):
    return Terminal(database_url)


@pytest.fixture
def engine(database):
    return Engine(database)


def test_an_account_with_everything(terminal, engine):
    said = terminal.run(
        "users", "add", "anna", "--name", "安娜", "--role", "employee", "--role", "lead",
        "--group", "front-desk", "--department", "service", "--email", "anna@example.org", "--language", "en",
        "--password-stdin", typed="correct horse battery\n",
    )  # fmt: skip
    assert (said.exit_code, said.stdout) == (0, "Made the account anna\n")
    assert said.stderr == "“service” is new here\n“front-desk” is new here\n"
    actor = engine.actor("anna")
    assert (actor.name, actor.roles, actor.groups) == ("安娜", {"employee", "lead"}, {"front-desk"})
    assert (actor.department, actor.locale) == ("service", "en")
    assert is_password("correct horse battery", _row(engine).password_hash)


def test_the_same_login_again_changes_what_is_given_and_nothing_else(terminal, engine):
    terminal.ok("users", "add", "anna", "--name", "Anna", "--role", "lead", "--password-stdin", typed="correct horse battery")
    assert terminal.ok("users", "add", "anna", "--name", "Anna B.") == "Changed the account anna\n"
    actor = engine.actor("anna")
    assert (actor.name, actor.roles) == ("Anna B.", {"lead"})
    assert is_password("correct horse battery", _row(engine).password_hash)


def test_without_a_password_it_says_that_nobody_can_log_in(terminal):
    assert "--password-stdin" in terminal.run("users", "add", "anna").stderr


@pytest.mark.parametrize(
    ("words", "field"),
    [
        (("--role", "king"), "roles: There is no role “king”; there are: employee, lead, owner, auditor, admin."),
        (("--name", " "), "name: Fill in “Name”."),
        (("--language", "fr"), "locale: Languages: zh-CN, en."),
        (("--group", "a group\n"), "key: Only letters, digits"),
    ],
)
def test_wrong_input_names_the_field_and_makes_nothing(terminal, engine, words, field):
    assert field in terminal.refused("users", "add", "anna", *words)
    assert engine.actor("anna") is None


def test_what_is_refused_makes_no_group_in_passing(terminal, engine):
    terminal.refused("users", "add", "anna", "--group", "new-group", "--department", "new-one", "--role", "king")
    with engine.read() as conn:
        assert (people.groups(conn), people.departments(conn)) == ([], [])


@pytest.mark.parametrize("login", ["", "an na", "anna\n", "x" * 101, "<script>"])
def test_a_login_is_letters_and_digits(terminal, login):
    assert "login: Only letters, digits" in terminal.refused("users", "add", login)


def test_a_short_password_is_refused_and_not_shown(terminal, engine):
    said = terminal.refused("users", "add", "anna", "--password-stdin", typed="secret\n")
    assert "password: A password has 12 to 200 characters." in said and "secret" not in said
    assert engine.actor("anna") is None


def test_an_empty_standard_input_is_not_a_password(terminal):
    assert "standard input is empty" in terminal.refused("users", "add", "anna", "--password-stdin", typed="", status=2)


def test_bytes_that_are_no_text_are_not_a_password(terminal):
    said = terminal.refused("users", "add", "anna", "--password-stdin", typed=b"\xff\xfe\n", status=2)
    assert "standard input is not UTF-8" in said


def test_a_token_is_printed_alone_and_kept_as_its_hash(terminal, engine):
    terminal.ok("users", "add", "anna")
    token = terminal.ok("token", "create", "anna", "--scope", "read", "--scope", "deploy", "--name", "nightly")
    assert token.startswith("clp_") and token.count("\n") == 1
    with engine.read() as conn:
        row = people.token(conn, hashlib.sha256(token.strip().encode()).hexdigest())
    assert (row.name, row.scopes) == ("nightly", ["read", "deploy"])


def test_two_tokens_differ(terminal):
    terminal.ok("users", "add", "anna")
    assert terminal.ok("token", "create", "anna") != terminal.ok("token", "create", "anna")


def test_tokens_are_listed_and_revoked(terminal, engine):
    terminal.ok("users", "add", "anna")
    token = terminal.ok("token", "create", "anna", "--name", "nightly", "--days", "30").strip()
    listed = terminal.ok("token", "list", "anna")
    assert listed.split("\t")[1] == "read work" and listed.endswith("-\tnightly\n")
    assert token not in listed
    assert terminal.ok("token", "revoke", listed.split("\t")[0]).startswith("Revoked")
    assert "revoked" in terminal.ok("token", "list", "anna")
    assert "was not found" in terminal.refused("token", "list", "nobody")
    assert "was not found" in terminal.refused("token", "revoke", "99")
    assert "1 to 366 days" in terminal.refused("token", "create", "anna", "--days", "0")


def test_a_lost_device_is_reset_and_sessions_are_ended(terminal, engine):
    terminal.ok("users", "add", "anna")
    assert "no second factor" in terminal.refused("users", "reset-second-factor", "anna")
    with engine.database.write() as conn:
        people.save_user(conn, _row(engine).id, {"totp": {"secret": "…", "last": 0, "recovery": []}})
    assert terminal.ok("users", "reset-second-factor", "anna") == "Reset the second factor of anna\n"
    assert _row(engine).totp is None
    assert terminal.ok("users", "end-sessions", "anna") == "Ended 0 session(s) of anna\n"
    assert "was not found" in terminal.refused("users", "end-sessions", "nobody")


def test_no_token_for_nobody_or_for_anything(terminal):
    assert "was not found" in terminal.refused("token", "create", "nobody")
    terminal.ok("users", "add", "anna")
    assert "scopes: No scope “all”" in terminal.refused("token", "create", "anna", "--scope", "all")


def test_what_the_command_line_does_is_in_the_trail(terminal, engine):
    terminal.ok("users", "add", "anna", "--password-stdin", typed="correct horse battery\n")
    terminal.ok("token", "create", "anna")
    engine.execute(c.LogOut(), SYSTEM)
    with engine.read() as conn:
        from engine.store import trail

        rows = trail.of_case(conn, 0)
    assert [row.type for row in rows[:2]] == ["UserSaved", "TokenCreated"]
    assert not any(b"correct horse battery" in bytes(row.body) for row in rows)


def _row(engine: Engine):
    with engine.read() as conn:
        return people.user(conn, "anna")
