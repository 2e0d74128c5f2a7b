"""Clocks of cases that move: elapsed time counts, a broken promise stays broken, and the trail alone tells it all."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.handlers.moving_back import CaseTouched
from tests.engine.drawn import bpmn, sequence, task
from tests.engine.migrating import migrate, rows_of, undo
from tests.engine.test_clocks import agree
from tests.office import clerk

HOUR = timedelta(hours=1)


def limited(limit: str = "", ident: str = "a", groups: str = "front-desk", **words: str) -> bytes:
    more = {"sla": limit} if limit else {}
    step = task(ident, groups, **more, **{k: v for k, v in words.items() if k.startswith("clock_")})
    clocks = {k.replace("_", "."): v for k, v in words.items() if k.startswith(("total", "answer"))}
    of_case = {f"clock.{name}": value for name, value in clocks.items()}
    stops = {"clock_stop": "answer"} if "answer" in clocks else {}
    return bpmn(sequence("p", step, task("b", "front-desk", **stops), path=f"s > {ident} > b > e", words=of_case))


def started(office, old: bytes, new: bytes):
    case = office.start(old)
    office.deploy(new)
    return case


def test_a_limit_that_is_the_same_goes_on(office):
    case = started(office, limited("PT4H"), limited("PT4H").replace(b'name="b"', b'name="other"'))
    before = rows_of(office, case)["clock"]
    office.wait("PT1H")
    migrate(office, "p")
    assert rows_of(office, case)["clock"] == before
    assert "clocks" not in case.trail().last("CaseMigrated").data
    agree(office, case)


@pytest.mark.parametrize("limit", ["PT6H", "PT2H"])
def test_another_limit_counts_from_the_beginning_of_the_step(office, limit):
    """In the hours of the office: it opens at nine, and rests from twelve to one."""
    case = started(office, limited("PT4H"), limited(limit))
    office.wait("PT1H")
    migrate(office, "p")
    (clock,) = [row for row in [case.clocks["a"]] if row.stopped_at is None]
    fresh = office.start("p")
    assert clock.limit == limit
    assert clock.started_at == case.row.opened_at
    assert fresh.clocks["a"].due_at - clock.due_at >= HOUR
    assert case.task("a").row.due_at == clock.due_at
    assert case.task("a").row.warn_at is not None
    agree(office, case)
    case.task("a").complete(by=clerk)
    assert case.trail().last("TaskCompleted")["met"] is True
    agree(office, case)


def test_a_shorter_limit_that_is_used_up_is_broken_at_once(office):
    case = started(office, limited("PT6H"), limited("PT1H"))
    office.wait("PT2H")
    migrate(office, "p")
    broken = case.trail().last("ClockBreached")
    assert case.clocks["a"].breached_at == case.row.opened_at + HOUR
    assert broken["late_s"] == 3600
    agree(office, case)


def test_a_broken_promise_stays_broken(office):
    case = started(office, limited("PT1H"), limited("PT6H"))
    office.wait("PT2H")
    assert case.clocks["a"].breached_at is not None
    migrate(office, "p")
    assert case.clocks["a"].limit == "PT1H"
    case.task("a").complete(by=clerk)
    assert case.trail().last("TaskCompleted")["met"] is False
    agree(office, case)


def test_what_is_overdue_when_it_is_moved_was_overdue_before(office):
    """Nobody had looked; the old limit was broken all the same."""
    case = started(office, limited("PT1H"), limited("PT6H"))
    office.wait("PT2H", work=False)
    migrate(office, "p")
    assert case.clocks["a"].breached_at == case.row.opened_at + HOUR
    agree(office, case)


def test_a_warning_comes_again_where_the_limit_is_longer(office):
    case = started(office, limited("PT1H"), limited("PT3H"))
    office.wait("PT50M")
    assert case.trail().types.count("ClockWarned") == 1
    migrate(office, "p")
    office.wait("PT3H")
    assert case.trail().types.count("ClockWarned") == 2
    agree(office, case)


def test_a_step_that_has_a_limit_now_has_it_from_now_on(office):
    case = started(office, limited(), limited("PT2H"))
    office.wait("PT1H")
    migrate(office, "p")
    row = case.task("a").row
    assert row.due_at == case.clocks["a"].due_at
    assert case.clocks["a"].started_at == case.row.opened_at + HOUR
    assert case.clocks["a"].due_at == case.row.opened_at + 3 * HOUR
    agree(office, case)
    case.task("a").complete(by=clerk)
    agree(office, case)


def test_a_step_that_has_no_limit_any_more(office):
    case = started(office, limited("PT2H"), limited())
    migrate(office, "p")
    row = case.task("a").row
    assert (row.due_at, row.warn_at) == (None, None)
    assert case.clocks["a"].stopped_at is not None
    agree(office, case)
    case.task("a").complete(by=clerk)
    agree(office, case)


def test_the_clock_of_a_renamed_step_goes_by_its_new_name(office):
    case = started(office, limited("PT2H"), limited("PT2H", ident="a2"))
    migrate(office, "p", mapping={"a": "a2"})
    assert list(case.clocks) == ["a2"]
    agree(office, case)


def test_clocks_of_the_case(office):
    case = started(office, limited(total="PT4H", answer="PT1H"), limited(total="PT6H", total2="P1D"))
    office.wait("PT30M")
    migrate(office, "p")
    clocks = case.clocks
    assert clocks["total"].limit == "PT6H"
    assert clocks["total"].started_at == case.row.opened_at
    assert clocks["answer"].stopped_at is not None
    assert clocks["total2"].started_at > case.row.opened_at
    agree(office, case)


def test_a_clock_only_what_is_behind_could_stop_does_not_begin(office):
    """It would run until it is missed, and nobody could do anything about it."""

    def file(**clocks: str) -> bytes:
        words = {f"clock.{name}": value for name, value in clocks.items()}
        first = task("b", "front-desk", **({"clock_stop": "answer"} if clocks else {}))
        return bpmn(sequence("p", first, task("a", "front-desk"), path="s > b > a > e", words=words))

    behind, ahead = office.start(file()), office.start("p")
    behind.task("b").complete(by=clerk)
    office.deploy(file(answer="PT1H"))
    migrate(office, "p")
    assert "answer" not in behind.clocks
    assert "answer" in ahead.clocks


def test_a_clock_stands_still_where_the_new_version_says_so(office):
    case = started(office, limited(total="PT4H"), limited(total="PT4H", clock_pause="total"))
    office.wait("PT1H")
    migration = migrate(office, "p")
    assert case.clocks["total"].due_at is None
    assert case.task("a").row.waits
    agree(office, case)
    office.wait("PT1H")
    undo(office, migration, case)
    assert case.clocks["total"].due_at is not None
    assert not case.task("a").row.waits
    agree(office, case)


def test_a_clock_stands_still_no_more(office):
    case = started(office, limited(total="PT4H", clock_pause="total"), limited(total="PT4H"))
    office.wait("PT1H")
    assert case.clocks["total"].due_at is None
    migration = migrate(office, "p")
    assert case.clocks["total"].due_at is not None
    agree(office, case)
    undo(office, migration, case)
    assert case.clocks["total"].due_at is None
    case.task("a").complete(by=clerk)
    agree(office, case)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (limited("PT4H"), limited("PT2H")),
        (limited("PT4H", total="PT6H"), limited("PT5H", total="PT5H")),
        (limited("PT4H"), limited()),
        (limited("PT2H", total="PT6H"), limited(total2="PT5H")),
    ],
)
def test_clocks_are_put_back_as_they_were(office, old, new):
    case = started(office, old, new)
    office.wait("PT1H")
    before = rows_of(office, case)
    migration = migrate(office, "p")
    undo(office, migration, case)
    after = rows_of(office, case)
    assert after["user_task"] == before["user_task"]
    assert after["clock"][: len(before["clock"])] == before["clock"]
    agree(office, case)
    case.task("a").complete(by=clerk)
    agree(office, case)


def test_a_promise_broken_since_cannot_be_taken_back(office):
    case = started(office, limited("PT4H"), limited("PT2H"))
    migration = migrate(office, "p")
    office.wait("PT3H")
    with pytest.raises(CaseTouched):
        undo(office, migration, case)
