"""Every page and every call, asked for as everybody: exactly what the table allows succeeds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.store.session import Database
from tests.office import auditor, clerk
from tests.webui import asking as office
from tests.webui.probes import PROBES
from webui import permissions
from webui.permissions import DEPARTMENT, NO, OFFERED, OWN, SEEN, YES, Row

ROWS = permissions.rows()
REFUSED = {"forbidden", "missing", "409", "422", "refused"}
#: Logging in and out is of no effect on anybody's work, so auditors may; so is setting one's own absence.
OF_ONESELF = {"desk", "person"}
#: What auditors do is to look; that they did is written down.
RECORDED = {"conformance.check", "api.conformance_check"} | {name for name, row in ROWS.items() if row.object in ("trail", "sample", "imported log", "export")}


@pytest.fixture(scope="module")
def asking(sqlite_files, tmp_path_factory) -> Iterator[office.Asking]:
    folder = tmp_path_factory.mktemp("permissions")
    database = Database(sqlite_files.copy_to(folder / "furnished.db"))
    tokens = office.furnish(database)
    database.close()
    made = office.Asking(folder, folder / "furnished.db", tokens)
    yield made
    made.close()


def may(row: Row, role: str | None, login: str | None, elsewhere: bool) -> bool:
    if role is None:
        return row.public
    cell = getattr(row, role)
    own = login == {"upload": office.MINE, "imported log": auditor, "export": auditor}.get(row.object, clerk)
    return {YES: True, NO: False, SEEN: not elsewhere, DEPARTMENT: not elsewhere, OWN: own, OFFERED: login == clerk}[cell]


def test_each_page_and_call_has_one_row_and_one_request(asking):
    existing = {rule.endpoint for rule in asking.web.app.url_map.iter_rules()}
    assert existing == ROWS.keys() == PROBES.keys()


@pytest.mark.parametrize("name", sorted(PROBES))
def test_exactly_the_allowed_ones_succeed(asking, name):
    row = ROWS[name]
    for who, role, login, elsewhere in office.CAST:
        outcome, wrote = asking.outcome(name, login)
        if may(row, role, login, elsewhere):
            assert outcome == "done", (who, outcome)
            continue
        assert wrote == 0, who
        if role is None and row.object not in ("demo", "provider"):
            assert outcome == "log in", who
            continue
        assert outcome in REFUSED, (who, outcome)
        if elsewhere and role in ("employee", "lead") and name in asking.hidden:
            assert outcome == asking.outcome_elsewhere(name, login), f"{who} learns that it exists"


def test_auditors_change_nothing(asking):
    for name, (method, _, _) in PROBES.items():
        row = ROWS[name]
        if method != "GET" and row.object not in OF_ONESELF:
            assert row.auditor == NO or name in RECORDED, name


def test_the_printed_table_is_this_one():
    printed = Path(__file__).parents[2] / "docs" / "permissions.md"
    assert printed.read_text() == permissions.as_markdown(), "python -m webui.permissions > docs/permissions.md"
