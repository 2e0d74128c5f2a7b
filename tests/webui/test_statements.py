"""How many statements a page costs: the same with one task and with many."""

import pytest
from sqlalchemy import event

from tests.office import clerk, lead
from tests.webui.test_tasks import FORMS
from tests.webui.web import Web


@pytest.fixture
def web(database):
    return Web.of(database)


def statements(web, path):
    """Those of the second visit; what is read once a process is not counted."""
    web.get(path)
    said = []
    engine = web.office.database.engine

    def hear(_conn, _cursor, statement, *_):
        if not statement.startswith("BEGIN"):
            said.append(statement)

    event.listen(engine, "before_cursor_execute", hear)
    try:
        assert web.get(path).status_code == 200
    finally:
        event.remove(engine, "before_cursor_execute", hear)
    return len(said)


@pytest.mark.parametrize(("login", "path", "most"), [(clerk, "/worklist?view=available", 11), (lead, "/worklist?view=all", 13)])
def test_a_worklist(web, login, path, most):
    web.office.start(FORMS)
    web.log_in(login)
    few = statements(web, path)
    for _ in range(20):
        web.office.start(FORMS)
    assert few == statements(web, path) <= most


def test_a_list_fetched_again(web):
    web.office.start(FORMS)
    assert statements(web.log_in(clerk), "/worklist?view=available&part=rows") <= 10


def test_a_task(web):
    case = web.office.start(FORMS)
    assert statements(web.log_in(clerk), f"/tasks/{case.id}-{case.task('details').no}") <= 22


def test_a_page_without_anything(web):
    assert statements(web.log_in(clerk), "/about/keys") <= 5
