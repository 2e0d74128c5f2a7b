"""What is measured: start → t1 → t2 → XOR → t3a|t3b → join → t4 → t5, a value of 100 bytes a step, a limit on each."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from sqlalchemy import insert, select

from engine.domain import commands as c
from engine.domain.actors import SYSTEM, Actor
from engine.runtime import Engine
from engine.store.migrate import upgrade
from engine.store.schema import audience, clock, instance, service_case, timer, user_task
from engine.store.session import Database
from engine.store.tasks import sort_at

KEY, WAITS = "five", "waits"
VALUE = "v" * 100
HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?><bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:camunda="http://camunda.org/schema/1.0/bpmn" id="d" targetNamespace="bench">'
)


def five() -> bytes:
    def task(name: str) -> str:
        limit = '<camunda:property name="sla" value="PT4H"/>'
        extension = f"<bpmn:extensionElements><camunda:properties>{limit}</camunda:properties></bpmn:extensionElements>"
        return f'<bpmn:userTask id="{name}" name="{name}" camunda:candidateGroups="bench">{extension}</bpmn:userTask>'

    def flow(number: int, source: str, target: str, condition: str = "") -> str:
        inner = f"<bpmn:conditionExpression>{condition}</bpmn:conditionExpression>" if condition else ""
        return f'<bpmn:sequenceFlow id="f{number}" sourceRef="{source}" targetRef="{target}">{inner}</bpmn:sequenceFlow>'

    ends = [("start", "t1"), ("t1", "t2"), ("t2", "gw"), ("gw", "t3b"), ("t3a", "join"), ("t3b", "join")]
    ends += [("join", "t4"), ("t4", "t5"), ("t5", "end")]
    flows = [flow(number, *pair) for number, pair in enumerate(ends)] + [flow(9, "gw", "t3a", "x == 1")]
    nodes = ['<bpmn:startEvent id="start"/>', *map(task, ("t1", "t2", "t3a", "t3b", "t4", "t5"))]
    nodes += ['<bpmn:exclusiveGateway id="gw" default="f3"/>', '<bpmn:exclusiveGateway id="join"/>']
    nodes += ['<bpmn:endEvent id="end"/>', *flows]
    body = "".join(nodes)
    return f'{HEAD}<bpmn:process id="{KEY}" name="{KEY}" isExecutable="true">{body}</bpmn:process></bpmn:definitions>'.encode()


def waits() -> bytes:
    """A case that only waits an hour for a timer."""
    timed = "<bpmn:timerEventDefinition><bpmn:timeDuration>PT1H</bpmn:timeDuration></bpmn:timerEventDefinition>"
    nodes = f'<bpmn:startEvent id="s"/><bpmn:intermediateCatchEvent id="t">{timed}</bpmn:intermediateCatchEvent>'
    nodes += '<bpmn:endEvent id="e"/><bpmn:sequenceFlow id="a" sourceRef="s" targetRef="t"/>'
    nodes += '<bpmn:sequenceFlow id="b" sourceRef="t" targetRef="e"/>'
    return f'{HEAD}<bpmn:process id="{WAITS}" name="{WAITS}" isExecutable="true">{nodes}</bpmn:process></bpmn:definitions>'.encode()


def prepare(url: str, clock_: object | None = None) -> tuple[Engine, Actor]:
    """A migrated database with one group, one employee and the two processes."""
    database = Database(url)
    upgrade(database)
    engine = Engine(database, clock_)
    for command in (
        c.DefineDepartment("bench", "测", "Bench"),
        c.DefineGroup("bench", "测", "Bench", "bench"),
        c.SaveUser("ann", name="Ann", roles=("employee",), groups=("bench",), department="bench"),
        c.DeployVersion(five(), draft=False),
        c.DeployVersion(waits(), draft=False),
    ):
        engine.execute(command, SYSTEM)
    return engine, engine.actor("ann")


def completions(engine: Engine, actor: Actor, case_ids: list[int]) -> Iterator[c.CompleteTask]:
    """The five completions of every case, each found by what the one before answered."""
    for case_id in case_ids:
        with engine.read() as conn:
            open_ = (user_task.c.case_id == case_id) & (user_task.c.state == "open")
            no = conn.execute(select(user_task.c.no).where(open_)).scalar_one()
        following: str | None = f"{case_id}-{no}"
        step = 0
        while following:
            step += 1
            number = int(following.split("-")[1])
            answer: dict = {}
            yield c.CompleteTask(case_id, number, {"x": case_id % 2, f"form_{step}": VALUE}), answer
            following = answer["next"]


def fill_worklist(engine: Engine, count: int) -> None:
    """Bring the number of open tasks to `count` by copies of one real task: rows as the engine writes them."""
    with engine.database.write() as conn:
        task = conn.execute(select(user_task).where(user_task.c.state == "open").limit(1)).mappings().one()
        case = conn.execute(select(service_case).where(service_case.c.id == task["case_id"])).mappings().one()
        run = conn.execute(select(instance).where(instance.c.case_id == case["id"])).mappings().one()
        others = conn.execute(select(audience.c.id)).scalars().all()
        have = conn.exec_driver_sql("SELECT count(*) FROM user_task WHERE state = 'open'").scalar_one()
        first, start = 10_000_000 + have, datetime.now(UTC)
        for begin in range(first, first + count - have, 5_000):
            ids = range(begin, min(begin + 5_000, first + count - have))
            due = {i: start + timedelta(minutes=i % 100_000) for i in ids}
            conn.execute(insert(service_case), [{**case, "id": i} for i in ids])
            conn.execute(insert(instance), [{**run, "case_id": i} for i in ids])
            rows = [{**task, "case_id": i, "due_at": due[i], "sort_at": sort_at(due[i])} for i in ids]
            conn.execute(insert(user_task), [{**row, "audience_id": others[0]} for row in rows])
    with engine.database.write() as conn:
        conn.exec_driver_sql("ANALYZE")


def fill_timers(engine: Engine, later: int) -> None:
    """So many timers that are not due for days, of cases that do nothing else."""
    at = datetime.now(UTC) + timedelta(days=30)
    with engine.database.write() as conn:
        for begin in range(20_000_000, 20_000_000 + later, 10_000):
            rows = [
                {"case_id": i, "no": 1, "instance_no": 1, "token": 1, "element_id": "t", "due_at": at}
                for i in range(begin, begin + 10_000)
            ]
            conn.execute(insert(timer), rows)


__all__ = ["KEY", "WAITS", "clock", "completions", "fill_timers", "fill_worklist", "five", "prepare", "waits"]
