"""Where one instance of a case is and how it came there: for the marks on its diagram and the list beside it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Row, select

from engine.domain.text import Text
from engine.queries import passages
from engine.store.organisation import Organisation
from engine.store.schema import incident, message_wait, timer, user_task
from engine.versions import Version, Versions

#: A case that goes round in circles shows the latest of its steps; the trail has all of them.
MOST_STEPS = 200
TOLD = ("event", "subprocess", "call", "escalation", "error", "terminate")


@dataclass(frozen=True, slots=True)
class StepRow:
    """One thing the instance did, does or waits for. `state`: done, open, cancelled, waiting or failed.

    `kind`: task, watch (of a boundary event), timer, message, signal, incident, or how it was passed (event, call …).
    `at` is when it ended, or since when it stands; `task_no` is None for what is not a person's task. `waits`: the
    step is a person's, but it is the customer who has to act.
    """

    element_id: str
    name: Text
    kind: str
    state: str
    at: datetime | None
    who: str = ""
    stood_in_for: str = ""
    task_no: int | None = None
    warn_at: datetime | None = None
    due_at: datetime | None = None
    waits: bool = False


@dataclass(frozen=True, slots=True)
class CurrentStep:
    """The most urgent open step of a case; `more` are open beside it."""

    name: Text
    warn_at: datetime | None
    due_at: datetime | None
    waits: bool
    more: int


@dataclass(frozen=True, slots=True)
class Path:
    """`passed` and `flows` are what the instance left behind it; `earlier` how many steps are not listed."""

    passed: tuple[str, ...]
    flows: tuple[str, ...]
    steps: tuple[StepRow, ...]
    earlier: int = 0


def of_instance(
    conn: Connection, organisation: Organisation, versions: Versions, case_id: int, instance_no: int, version_id: int
) -> Path:
    """Of an instance of a case the caller has already been allowed to see."""
    version = versions.get(conn, version_id)
    passed = passages.of_instance(conn, versions, case_id, instance_no, version)
    flows = dict.fromkeys(flow for p in passed for flow in p.flows)
    ended = [_task(row, versions.get(conn, row.version_id), organisation) for row in _tasks(conn, case_id, instance_no)]
    human = {row.element_id for row in ended}
    told = [StepRow(p.element_id, p.name, p.kind, "done", p.at) for p in passed if p.kind in _kinds(p, human)]
    behind = sorted((row for row in [*ended, *told] if row.state != "open"), key=lambda row: row.at)
    ahead = [row for row in ended if row.state == "open"]
    ahead += _failed(conn, case_id, instance_no, version)
    ahead += _waiting(conn, case_id, instance_no, version, {row.element_id for row in ahead})
    elements = dict.fromkeys(p.element_id for p in passed)
    return Path(tuple(elements), tuple(flows), (*behind[-MOST_STEPS:], *ahead), max(0, len(behind) - MOST_STEPS))


def current_steps(conn: Connection, versions: Versions, case_ids: Iterable[int]) -> dict[int, CurrentStep]:
    """What people have to do in each of these cases now: the most urgent step, and how many more there are."""
    found: dict[int, list[Row]] = {}
    task = user_task.c
    columns = (task.case_id, task.version_id, task.element_id, task.warn_at, task.due_at, task.waits)
    query = select(*columns).where(task.case_id.in_(list(case_ids)), task.state == "open")
    for row in conn.execute(query.order_by(task.sort_at, task.no)).all():
        found.setdefault(row.case_id, []).append(row)
    return {case_id: _current(rows, versions.get(conn, rows[0].version_id)) for case_id, rows in found.items()}


def _current(rows: list[Row], version: Version) -> CurrentStep:
    first = rows[0]
    return CurrentStep(version.name_of(first.element_id), first.warn_at, first.due_at, bool(first.waits), len(rows) - 1)


def _tasks(conn: Connection, case_id: int, instance_no: int) -> Iterable[Row]:
    at = (user_task.c.case_id == case_id) & (user_task.c.instance_no == instance_no)
    return conn.execute(select(user_task).where(at).order_by(user_task.c.no))


def _task(row: Row, version: Version, organisation: Organisation) -> StepRow:
    return StepRow(
        element_id=row.element_id,
        name=version.name_of(row.element_id),
        kind="task",
        state={"completed": "done"}.get(row.state, row.state),
        at=row.ended_at or row.created_at,
        who=organisation.name_of(row.ended_by or row.assignee_id),
        stood_in_for=organisation.name_of(row.ended_for),
        task_no=row.no,
        warn_at=row.warn_at,
        due_at=row.due_at,
        waits=bool(row.waits),
    )


def _kinds(passed: passages.Passed, human: set[str]) -> tuple[str, ...]:
    """Which passages the list tells: what has a name and was no person's task. Gateways show on the diagram alone."""
    step = passed.version.find(passed.then_id)
    named = step is not None and (step.name.zh or step.name.en)
    is_told = named and not human & {passed.element_id, passed.then_id}
    return (*TOLD, "task") if is_told else ()


def _failed(conn: Connection, case_id: int, instance_no: int, version: Version) -> list[StepRow]:
    at = (incident.c.case_id == case_id) & (incident.c.instance_no == instance_no) & incident.c.resolved_at.is_(None)
    rows = conn.execute(select(incident).where(at).order_by(incident.c.no))
    return [StepRow(r.element_id, version.name_of(r.element_id), "incident", "failed", r.raised_at) for r in rows]


def _waiting(
    conn: Connection, case_id: int, instance_no: int, version: Version, shown: set[str]
) -> Iterator[StepRow]:
    """Timers and messages; a failed timer is told once, as failed."""
    at = (timer.c.case_id == case_id) & (timer.c.instance_no == instance_no)
    for row in conn.execute(select(timer).where(at).order_by(timer.c.due_at, timer.c.no)):
        if row.element_id not in shown:
            yield StepRow(
                row.element_id, version.name_of(row.element_id), _waits(version, row), "waiting", None, due_at=row.due_at
            )
    at = (message_wait.c.case_id == case_id) & (message_wait.c.instance_no == instance_no)
    for row in conn.execute(select(message_wait).where(at).order_by(message_wait.c.no)):
        if row.element_id not in shown:
            yield StepRow(row.element_id, version.name_of(row.element_id), _waits(version, row), "waiting", None)


def _waits(version: Version, row: Row) -> str:
    """A boundary event only watches the step it stands on; anything else holds the token itself."""
    step = version.find(row.element_id)
    if step is not None and step.kind == "boundaryEvent":
        return "watch"
    return "timer" if "due_at" in row._fields else row.kind
