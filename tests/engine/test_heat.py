"""How long the steps of a version take and how many miss their due instant, counted and compared with a plain reckoning."""

from datetime import timedelta
from random import Random
from statistics import median

import pytest
from sqlalchemy import select

from engine.queries import heat
from engine.store.schema import instance, user_task
from tests.office import Office, clerk
from tests.webui.pages import REFUND


@pytest.fixture
def office(database):
    return Office(database)


def of_version(office, days=30):
    with office.engine.read() as conn:
        version_id = conn.execute(select(instance.c.version_id)).scalars().first() or 1
        return heat.of_version(conn, version_id, days, office.now)


def test_nothing_ran_yet(office):
    assert of_version(office) == {}


@pytest.mark.parametrize("count", [1, 2, 5, 6])
def test_the_median_and_the_share_are_those_of_a_plain_reckoning(office, count):
    random = Random(count)
    for _ in range(count):
        case = office.start(REFUND)
        office.wait(timedelta(minutes=random.randrange(5, 300)), work=False)
        case.task("check").complete(by=clerk, amount="1")
    office.start(REFUND)
    office.wait("PT4H", work=False)
    with office.engine.read() as conn:
        rows = conn.execute(select(user_task).where(user_task.c.element_id == "check")).all()
    done = [row.ended_at - row.created_at for row in rows if row.state == "completed"]
    missed = [row for row in rows if row.due_at and row.due_at < (row.ended_at or office.now)]
    found = of_version(office)["check"]
    assert (found.done, found.limited, found.late) == (len(done), len(rows), len(missed))
    assert abs(found.median - median(done)) < timedelta(milliseconds=1)
    assert found.late_share == len(missed) / len(rows)


def test_a_step_without_a_limit_has_no_share_and_one_nobody_did_no_median(office):
    case = office.start(REFUND)
    case.task("check").complete(by=clerk, amount="1")
    found = of_version(office)["approve"]
    assert (found.done, found.median, found.late_share) == (0, None, None)


def test_cases_begun_before_the_period_are_left_out(office):
    office.start(REFUND).task("check").complete(by=clerk, amount="1")
    office.wait("P40D", work=False)
    assert of_version(office, 30) == {}
    assert of_version(office, 90)["check"].done == 1


def test_both_parts_are_found_by_an_index(office):
    if not office.database.is_sqlite:
        pytest.skip("PostgreSQL plans by the sizes of tables")
    office.start(REFUND)
    from sqlalchemy import event

    sent = []
    event.listen(office.database.engine, "before_cursor_execute", note := lambda *a: sent.append((a[2], a[3])))
    of_version(office)
    event.remove(office.database.engine, "before_cursor_execute", note)
    statement, values = next((s, v) for s, v in sent if "row_number" in s)
    with office.engine.read() as conn:
        plan = " ".join(row[-1] for row in conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values))
    assert "ix_instance_version" in plan and "SCAN user_task" not in plan and "SCAN instance" not in plan
