"""PostgreSQL with two roles: `closeloop upgrade` makes the tables as their owner, and everything else runs as a role that
can add to the trail and never change it."""

from __future__ import annotations

import itertools

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.exc import ProgrammingError

from engine.audit.notary import Notary
from engine.audit.signing import Signer
from engine.domain import commands as c
from engine.domain.actors import SYSTEM
from engine.store import migrate, roles
from engine.store.schema import metadata
from engine.store.session import Database
from engine.worker import make_checkpoint
from tests.office import admin, auditor
from tests.processes import shelf
from tests.processes.stage import play
from tests.roles import as_role
from tests.webui.terminal import Terminal
from tests.webui.web import Web

_numbers = itertools.count(1)
SCENARIO = dict(shelf.scenarios())["inquiry/whole-loop"]


@pytest.fixture
def empty(new_postgres_url):
    """The superuser's address of an empty database, and the names of an owner, who may make roles, and of a role to be."""
    url, no = new_postgres_url(), next(_numbers)
    owner, application = f"owner_{no}", f"app_{no}"
    _run(url, f"CREATE ROLE {owner} LOGIN CREATEROLE", f"GRANT CREATE ON SCHEMA public TO {owner}")
    return url, owner, application


@pytest.fixture
def apart(empty):
    """The same, after `closeloop upgrade`."""
    url, owner, application = empty
    assert "schema version" in _upgrade(url, owner, application).stdout
    return empty


def test_the_whole_path_as_the_role_that_cannot_change_the_trail(apart, tmp_path):
    url, _, application = apart
    database = Database(as_role(url, application))
    with database.read() as conn:
        assert not roles.may_change_trail(conn)
    case = play(database, SCENARIO)
    stage = case.office
    stage.ask(c.SaveUser(admin, roles=("admin",)))
    stage.ask(c.SaveUser(auditor, roles=("auditor",)))
    stage.engine.notary = Notary(lambda: Signer(bytes(32)))
    stage.work()
    web = Web(stage).log_in(auditor)
    for path in ("/cases", f"/cases/{case.id}", "/trail", "/audit", "/audit/conformance", "/audit/checkpoints", "/audit/exports"):
        assert web.get(path).status_code == 200, path
    assert make_checkpoint(stage.engine)
    stage.ask(c.RedactPersonalValues(case.id, "asked by the customer"), admin)
    stage.ask(c.TidyUp(), SYSTEM)
    terminal = Terminal(as_role(url, application))
    assert terminal.ok("verify").endswith("the trail holds\n")
    for form in ("jsonl", "xes", "ocel", "csv", "xlsx"):
        out = tmp_path / f"trail.{form}"
        terminal.ok("export", "--format", form, "--out", str(out))
        assert out.stat().st_size > 1000
    assert terminal.run("verify-export", str(tmp_path / "trail.jsonl")).exit_code == 0
    database.close()


@pytest.mark.parametrize("table", ["entry", "checkpoint", "checkpoint_leaf", "signing_key"])
@pytest.mark.parametrize("change", ["UPDATE {} SET {} = {}", "DELETE FROM {}", "TRUNCATE {}", "ALTER TABLE {} DISABLE TRIGGER ALL", "DROP TABLE {}"])
def test_the_database_does_not_let_it(apart, table, change):
    url, _, application = apart
    column = metadata.tables[table].columns.keys()[0]
    database = Database(as_role(url, application))
    with pytest.raises(ProgrammingError, match="permission denied|must be owner"), database.write() as conn:
        conn.execute(text(change.format(table, column, column)))
    database.close()


def test_a_second_upgrade_covers_what_is_new(apart):
    url, owner, application = apart
    _run(url, f"SET ROLE {owner}", f"REVOKE ALL ON customer FROM {application}", "RESET ROLE")
    assert "already" in _upgrade(url, owner, application).stdout
    _run(as_role(url, application), "SELECT * FROM customer")


def test_without_the_owner_a_migration_says_whom_it_needs(apart):
    url, owner, application = apart
    _run(url, "UPDATE alembic_version SET version_num = '0001'")
    said = Terminal(as_role(url, application)).refused("upgrade")
    assert f"belongs to the database role “{owner}”" in said and "CLOSELOOP_OWNER_URL" in said
    _run(url, f"UPDATE alembic_version SET version_num = '{migrate.head()}'")
    assert "already" in Terminal(as_role(url, application)).ok("upgrade")


def test_tables_somebody_else_made_stay_theirs_until_told(empty):
    url, owner, application = empty
    Terminal(url).ok("upgrade")
    refused = Terminal(as_role(url, application)).refused("upgrade", CLOSELOOP_OWNER_URL=as_role(url, owner))
    assert "REASSIGN OWNED BY postgres TO" in refused and owner in refused


def test_the_owner_and_those_who_may_act_for_it_are_no_roles_to_run_as(empty):
    url, owner, _ = empty
    assert "is the owner of the tables" in Terminal(as_role(url, owner)).refused("upgrade", CLOSELOOP_OWNER_URL=as_role(url, owner))
    assert "is a superuser" in Terminal(url).refused("upgrade", CLOSELOOP_OWNER_URL=as_role(url, owner))


def test_an_owner_that_may_not_make_roles_says_what_to_do(empty):
    url, owner, application = empty
    _run(url, f"ALTER ROLE {owner} NOCREATEROLE")
    terminal = Terminal(as_role(url, application))
    assert f"CREATE ROLE {application} LOGIN" in terminal.refused("upgrade", CLOSELOOP_OWNER_URL=as_role(url, owner))
    _run(url, f"CREATE ROLE {application} LOGIN")
    assert terminal.run("upgrade", CLOSELOOP_OWNER_URL=as_role(url, owner)).exit_code == 0


def test_a_role_is_made_with_the_password_of_its_address(empty):
    url, owner, application = empty
    address = make_url(as_role(url, application)).set(password="it's 100 % secret").render_as_string(hide_password=False)
    assert Terminal(address).run("upgrade", CLOSELOOP_OWNER_URL=as_role(url, owner)).exit_code == 0
    _run(url, f"DO $$ BEGIN ASSERT (SELECT rolpassword IS NOT NULL FROM pg_authid WHERE rolname = '{application}'); END $$")


def test_where_nothing_is_apart_upgrade_says_so(empty):
    said = Terminal(empty[0]).run("upgrade")
    assert said.exit_code == 0 and "could change the trail" in said.stderr


def test_an_owner_that_cannot_be_meant(sqlite_url):
    said = Terminal(sqlite_url).refused("upgrade", CLOSELOOP_OWNER_URL="sqlite:///secret.db")
    assert "CLOSELOOP_OWNER_URL" in said and "secret" not in said


def _upgrade(url, owner, application):
    result = Terminal(as_role(url, application)).run("upgrade", CLOSELOOP_OWNER_URL=as_role(url, owner))
    assert result.exit_code == 0, result.output
    return result


def _run(url, *statements):
    database = Database(url)
    with database.write() as conn:
        for statement in statements:
            conn.execute(text(statement))
    database.close()
