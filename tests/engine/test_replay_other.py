"""Finished cases on another version: another way, limits, new steps, steps that are gone, what cannot be known."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree

from engine.domain import commands as c
from engine.domain.actors import ADMIN
from engine.queries import catalogue, comparison, replays
from engine.store.session import Database
from tests.bpmn.mutated import BPMN, renumbered, take_out
from tests.databases import SqliteFiles
from tests.processes import shelf
from tests.processes.stage import Stage, play

HANDLING = shelf.source("handling")
PLAYED = ("handling/happy", "handling/approved-over-limit", "handling/department-late")


@pytest.fixture(scope="module")
def finished_file(sqlite_files: SqliteFiles, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three complaints, handled."""
    path = tmp_path_factory.mktemp("replayed") / "stage.db"
    database = Database(sqlite_files.copy_to(path))
    Stage(database)
    for name in PLAYED:
        play(database, dict(shelf.scenarios())[name])
    database.close()
    return path


@pytest.fixture
def stage(finished_file: Path, tmp_path: Path) -> Iterator[Stage]:
    shutil.copyfile(finished_file, tmp_path / "closeloop.db")
    database = Database(f"sqlite:///{tmp_path / 'closeloop.db'}")
    yield Stage(database)
    database.close()


def on(stage: Stage, data: bytes, **more) -> replays.Replays:
    """All finished complaints on a file that is not deployed."""
    engine = stage.engine
    with engine.read() as conn:
        candidate = comparison.not_deployed(conn, engine.versions, data)
        return replays.of_procedure(conn, engine.versions, engine.organisations.current(conn), candidate, **more)


def altered(*pairs: tuple[str, str]) -> bytes:
    data = HANDLING.decode()
    for old, new in pairs:
        assert old in data, old
        data = data.replace(old, new, 1)
    return data.encode()


def test_the_same_file_changes_nothing(stage):
    found = on(stage, HANDLING)
    assert found.finished == found.cases == found.instances == found.same > 0
    assert not found.ways and not found.reasons
    assert all(limit.was_broken == limit.would_be_broken for limit in found.limits)


def test_a_file_with_other_ids_changes_nothing(stage):
    found = on(stage, renumbered(HANDLING))
    assert (found.same, found.other, found.unknown) == (found.instances, 0, 0)


def test_a_lower_threshold_sends_cases_another_way(stage):
    found = on(stage, altered(("${compensation_amount &gt; 500}", "${compensation_amount &gt; 50}")))
    (way,) = found.ways
    assert (way.at, way.was, way.would) == ("over_limit", "tell_decision", "approve_compensation")
    assert (way.at_name.en, way.would_name.en) == ("Above 500 CNY?", "Approve the compensation")
    assert found.other == way.count and found.same + found.other == found.instances
    assert found.same >= 1
    each = [one for one in found.each if one.outcome == "other"]
    assert {one.case_id for one in each} >= set(way.case_ids)


def test_a_longer_limit_would_have_been_kept(stage):
    at = HANDLING.index(b'<bpmn:userTask id="investigate"')
    longer = HANDLING[:at] + HANDLING[at:].replace(b'name="sla" value="PT2H"', b'name="sla" value="PT20H"', 1)
    before, found = on(stage, HANDLING), on(stage, longer)
    assert found.same == before.same == found.instances
    was, would = ({limit.element_id: limit for limit in one.limits} for one in (before, found))
    assert (was["investigate"].was_broken, was["investigate"].would_be_broken) == (1, 1)
    assert (would["investigate"].was_broken, would["investigate"].would_be_broken) == (1, 0)


def test_a_shorter_timer_happens_before_the_department_answers(stage):
    found = on(stage, altered((">PT2H</bpmn:timeDuration>", ">PT1S</bpmn:timeDuration>")))
    assert found.same + found.other == found.instances
    assert all(way.would is not None or way.waits_names for way in found.ways)


def test_a_new_step_is_taken_to_be_done_at_once(stage):
    found = on(stage, altered(
        ('<bpmn:scriptTask id="first_round"', '<bpmn:userTask id="planted" name="Planted"/><bpmn:sequenceFlow id="f-planted" '
         'sourceRef="planted" targetRef="first_round"/><bpmn:scriptTask id="first_round"'),
        ('sourceRef="register_direct" targetRef="first_round"', 'sourceRef="register_direct" targetRef="planted"'),
    ))  # fmt: skip
    assert (found.same, found.other, found.unknown) == (found.instances, 0, 0)
    assert [(name.en, count) for name, count in found.assumed] == [("Planted", found.instances)]


def test_what_a_condition_needs_and_nobody_filled_in_is_named(stage):
    found = on(stage, altered(("${compensation_amount &gt; 500}", "${customer_age &gt; 18}")))
    assert (found.same, found.other, found.unknown) == (0, 0, found.instances)
    (reason,) = found.reasons
    assert "customer_age" in reason.why.en and "Above 500 CNY?" in reason.why.en
    assert reason.count == found.unknown


def test_a_step_that_is_gone_is_skipped(stage):
    """What it asked for nobody has filled in then."""
    root = etree.fromstring(HANDLING)
    take_out(next(task for task in root.iter(f"{BPMN}userTask") if task.get("id") == "calm_customer"))
    found = on(stage, etree.tostring(root))
    assert found.unknown == found.instances
    assert "calm_outcome" in found.reasons[0].why.en
    root = etree.fromstring(HANDLING)
    take_out(next(task for task in root.iter(f"{BPMN}userTask") if task.get("id") == "acknowledge_complaint"))
    found = on(stage, etree.tostring(root))
    assert (found.same, found.unknown) == (found.instances, 0)
    assert [(name.en, count) for name, count in found.skipped] == [("Acknowledge", found.instances)]


def test_values_that_were_deleted_are_said_to_be(stage):
    engine = stage.engine
    with engine.read() as conn:
        case_id = max(one.case_id for one in on(stage, HANDLING).each)
        assert catalogue.version(conn, engine.versions, "handling", 1)
    stage.ask(c.RedactPersonalValues(case_id, "asked for"), _admin(stage))
    found = on(stage, altered(("${compensation_amount &gt; 500}", "${customer_name == 'x'}")))
    of_case = [one for one in found.each if one.case_id == case_id]
    assert of_case and all(one.outcome == "unknown" for one in of_case)


def test_it_can_be_ended_early_and_bounded(stage):
    assert on(stage, HANDLING, limit=1).cases == 1
    found = on(stage, HANDLING, go_on=lambda cases: cases < 2)
    assert (found.cases, found.finished) == (2, 3)


def _admin(stage: Stage):
    with stage.engine.read() as conn:
        users = stage.engine.organisations.current(conn).users.values()
    return next((user.login for user in users if ADMIN in user.roles), None)
