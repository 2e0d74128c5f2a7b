"""Migrations: what a move would do, case by case, and how those that were begun stand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection, Row

from engine import moves
from engine.bpmn import migration
from engine.bpmn.migration import Match, Obstacle
from engine.bpmn.results import Surroundings
from engine.domain.actors import OVERSEERS, Actor
from engine.domain.calendar import WALL
from engine.domain.case import case_number
from engine.domain.duration import Duration
from engine.domain.errors import Forbidden, NotFound
from engine.domain.text import Text
from engine.queries.paging import MOST, USUAL, Page, cut, read_cursor
from engine.store import migrations as store
from engine.store.organisation import Organisation
from engine.versions import Version, Versions

MIGRATION = Text("迁移", "The migration")
OWNERS_ONLY = Text("只有流程负责人、审计人员或管理员可以查看迁移", "only process owners, auditors and administrators look at migrations")


@dataclass(frozen=True, slots=True)
class Prediction:
    """What would become of one instance: it moves where there are no obstacles."""

    case_id: int
    instance_no: int
    obstacles: tuple[Obstacle, ...]

    @property
    def number(self) -> str:
        return case_number(self.case_id)

    @property
    def moves(self) -> bool:
        return not self.obstacles


@dataclass(frozen=True, slots=True)
class Preview:
    """`pairs` as they would be used; `predictions` in the order of the cases, `left` more were not looked at."""

    old: Version
    new: Version
    pairs: moves.Pairs
    predictions: tuple[Prediction, ...]
    left: int = 0

    @property
    def moving(self) -> int:
        return sum(one.moves for one in self.predictions)

    @property
    def staying(self) -> int:
        return len(self.predictions) - self.moving


@dataclass(frozen=True, slots=True)
class MigrationRow:
    """`counts`: how many instances are planned, moved, stayed, undone and stopped."""

    id: int
    procedure: str
    from_number: int
    to_number: int
    mapping: Mapping[str, str | None]
    reason: str
    created_at: datetime
    created_by: str
    stopped_at: datetime | None
    finished_at: datetime | None
    counts: Mapping[str, int]

    @property
    def state(self) -> str:
        if self.stopped_at is not None:
            return "stopped"
        return "finished" if self.finished_at is not None else "running"


@dataclass(frozen=True, slots=True)
class CaseMove:
    """`why` it stayed, by element. `can_undo`: nothing has happened to it since it was moved."""

    case_id: int
    number: str
    title: str
    instance_no: int
    state: str
    why: tuple[tuple[str | None, Text], ...]
    at: datetime | None
    can_undo: bool


def preview(
    conn: Connection,
    actor: Actor,
    organisation: Organisation,
    versions: Versions,
    now: datetime,
    key: str,
    numbers: tuple[int, int],
    mapping: Mapping[str, Any] | None = None,
    case_ids: Iterable[int] | None = None,
    go_on: Callable[[int], bool] = lambda _: True,
) -> Preview:
    """What a migration begun now would do. The very plan is made that would move each instance, and thrown away.

    `go_on(looked_at)` may end it early.
    """
    check_may_look(actor)
    old, new = moves.two_of(conn, versions, key, *numbers)
    pairs = moves.checked(old, new, mapping)
    rows = store.running_of(conn, old.id, case_ids)
    moves.check_there(case_ids, (row.case_id for row in rows))
    match = moves.match_of(old, new, pairs)
    found: list[Prediction] = []
    for row in rows:
        if not go_on(len(found)):
            break
        found.append(predict(match, organisation, now, row))
    return Preview(old, new, pairs, tuple(found), len(rows) - len(found))


def predict(match: Match, organisation: Organisation, now: datetime, row: Row) -> Prediction:
    """`row`: a running instance with `case_id`, `no`, `state` and the `department` of its case."""
    around = Surroundings(now, partial(_due, organisation, row.department))
    return Prediction(row.case_id, row.no, migration.plan(match, bytes(row.state), around).obstacles)


def of_procedure(conn: Connection, actor: Actor, key: str) -> tuple[MigrationRow, ...]:
    """The newest first."""
    check_may_look(actor)
    return tuple(_migration(conn, row) for row in store.of_procedure(conn, key))


def find(conn: Connection, actor: Actor, key: str, migration_id: int) -> MigrationRow:
    """A migration of that procedure and no other."""
    found = next((row for row in of_procedure(conn, actor, key) if row.id == migration_id), None)
    if found is None:
        raise NotFound(what=MIGRATION)
    return found


def cases(
    conn: Connection, migration_id: int, *, state: str | None = None, limit: int = USUAL, cursor: str | None = None
) -> Page[CaseMove]:
    """What became of each case, in the order of the cases."""
    limit = max(1, min(limit, MOST))
    after = read_cursor(cursor, 2) or (0, 0)
    rows = store.cases_page(conn, migration_id, (state,) if state else (), (after[0], after[1]), limit + 1)
    shown, following = cut(rows, limit, lambda row: (row.case_id, row.instance_no))
    return Page(tuple(_case(row) for row in shown), following)


def check_may_look(actor: Actor) -> None:
    if not actor.has(*OVERSEERS):
        raise Forbidden(why=OWNERS_ONLY)


def _due(organisation: Organisation, department: str | None, calendar: str, start: datetime, duration: str) -> datetime:
    counted = WALL if calendar == "wall" else organisation.calendar_of(department)
    return counted.add(start, Duration.parse(duration))


def _migration(conn: Connection, row: Row) -> MigrationRow:
    names = ("id", "procedure", "from_number", "to_number", "mapping", "reason", "created_at", "created_by", "stopped_at", "finished_at")
    return MigrationRow(*(getattr(row, name) for name in names), store.counts(conn, row.id))


def _case(row: Row) -> CaseMove:
    why = tuple((one["element_id"], Text(**one["text"])) for one in row.why or ())
    untouched = row.state == store.MOVED and row.revision == row.revision_now and row.case_state == "open"
    return CaseMove(row.case_id, case_number(row.case_id), row.title, row.instance_no, row.state, why, row.at, untouched)
