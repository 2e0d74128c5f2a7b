"""What a version would do to the cases that run: where they are, which could move to it, which not and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from engine import moves
from engine.bpmn import migration, stepper
from engine.bpmn.migration import Match
from engine.bpmn.results import Surroundings
from engine.domain.text import Text
from engine.queries.replay.history import due_of
from engine.store.organisation import Organisation
from engine.store.schema import instance, procedure_version, service_case
from engine.versions import Version, Versions

#: Instances looked at one by one; of more than these only the number is known.
MOST = 1_000
EXAMPLES = 5
WAITS = ("open", "waiting", "failed")


@dataclass(frozen=True, slots=True)
class Standing:
    """How many stand at one element of one version, and how many of them could move."""

    version: int
    element_id: str
    name: Text
    count: int
    can_move: int


@dataclass(frozen=True, slots=True)
class Stays:
    """Why some cannot move: the element that is the reason, and a few of the cases."""

    version: int
    element_id: str
    name: Text
    why: Text
    count: int
    case_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Effect:
    """`running` on other versions, of them `examined` one by one; `there` are on the version already."""

    running: int
    examined: int
    there: int
    can_move: int
    standing: tuple[Standing, ...]
    stays: tuple[Stays, ...]

    @property
    def cannot(self) -> int:
        return self.examined - self.can_move


def of_candidate(
    conn: Connection,
    versions: Versions,
    organisation: Organisation,
    candidate: Version,
    now: datetime,
    *,
    from_: int | None = None,
    most: int = MOST,
    go_on: Callable[[int], bool] = lambda _: True,
) -> Effect:
    """Nothing is changed. `from_` names one version to look at; `go_on(examined)` may end the looking early."""
    running = _running(conn, candidate.key)
    there = running.pop(candidate.id, 0)
    named = select(procedure_version.c.id, procedure_version.c.number).where(procedure_version.c.procedure == candidate.key)
    numbers = {row.id: row.number for row in conn.execute(named)}
    wanted = [id_ for id_ in running if from_ is None or numbers[id_] == from_]
    at: Counter[tuple[int, str]] = Counter()
    able: Counter[tuple[int, str]] = Counter()
    reasons: dict[tuple[int, str, Text], list[int]] = {}
    examined = can_move = 0
    matches: dict[int, Match] = {}
    for row in _instances(conn, wanted, most):
        if not go_on(examined):
            break
        examined += 1
        version = versions.get(conn, row.version_id)
        around = Surroundings(now, due_of(organisation, row.department))
        if version.id not in matches:
            matches[version.id] = _match(version, candidate)
        plan = migration.plan(matches[version.id], bytes(row.state), around)
        places = {p.element_id for p in stepper.positions(version.spec, bytes(row.state)) if p.state in WAITS}
        at.update((version.id, element) for element in places)
        if plan.moves:
            can_move += 1
            able.update((version.id, element) for element in places)
        for obstacle in plan.obstacles:
            reasons.setdefault((version.id, obstacle.element_id, obstacle.text), []).append(row.case_id)
    known = {id_: versions.get(conn, id_) for id_ in {id_ for id_, _ in at} | {id_ for id_, _, _ in reasons}}
    return Effect(
        running=sum(running[id_] for id_ in wanted),
        examined=examined,
        there=there,
        can_move=can_move,
        standing=tuple(
            Standing(known[id_].number, element, known[id_].name_of(element), count, able[id_, element])
            for (id_, element), count in sorted(at.items(), key=lambda one: (-known[one[0][0]].number, -one[1], one[0][1]))
        ),
        stays=tuple(
            Stays(known[id_].number, element, _name(known[id_], candidate, element), why, len(set(cases)), _few(cases))
            for (id_, element, why), cases in sorted(reasons.items(), key=lambda one: -len(one[1]))
        ),
    )


def _match(old: Version, new: Version) -> Match:
    """What is found out about a file that is not deployed is not kept with the version that is."""
    match = moves.match_of(old, new, moves.proposed(old, new))
    if new.id < 0:
        for key in [key for key in old.matches if key[0] == new.id]:
            del old.matches[key]
    return match


def _running(conn: Connection, key: str) -> dict[int, int]:
    query = select(instance.c.version_id, func.count().label("n"))
    query = query.where(instance.c.procedure == key, instance.c.ended_at.is_(None)).group_by(instance.c.version_id)
    return {row.version_id: row.n for row in conn.execute(query)}


def _instances(conn: Connection, version_ids: list[int], most: int):
    query = select(instance.c.case_id, instance.c.version_id, instance.c.state, service_case.c.department)
    query = query.join(service_case, service_case.c.id == instance.c.case_id)
    query = query.where(instance.c.version_id.in_(version_ids), instance.c.ended_at.is_(None))
    return conn.execute(query.order_by(instance.c.case_id, instance.c.no).limit(most))


def _name(old: Version, new: Version, element_id: str) -> Text:
    return moves.name_in(old, new, element_id)


def _few(cases: list[int]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(cases))[:EXAMPLES]
