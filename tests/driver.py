"""One case as a test drives it: its tasks by element, time passing, and its trail as text.

    case = office.start("inquiry", by=clerk)
    case.task("record_contact").complete(by=clerk, channel="phone", …)
    case.wait("PT3H")
    assert case.trail().types[-1] == "ClockBreached"
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row, select

from engine.audit.entry import iso
from engine.audit.verify import verify_chain
from engine.bpmn import stepper
from engine.domain import commands as c
from engine.domain.events import violations
from engine.store import cases, clocks, tasks, trail, waiting
from engine.store.schema import instance, service_case, user_task

if TYPE_CHECKING:
    from tests.office import Office


@dataclass(frozen=True)
class Case:
    office: Office
    id: int
    answer: Mapping[str, Any] = field(default_factory=dict, compare=False)

    def task(self, element_id: str, index: int = 0) -> Task:
        """The open task at this element (the `index`-th, where there are several)."""
        found = [row for row in self._open() if row.element_id == element_id]
        assert len(found) > index, f"no open task {element_id}; there are {self.open_tasks}"
        return Task(self, found[index].no)

    @property
    def open_tasks(self) -> list[str]:
        """The elements of the open tasks, oldest first."""
        return [row.element_id for row in self._open()]

    @property
    def state(self) -> str:
        with self.office.engine.read() as conn:
            return conn.execute(select(service_case.c.state).where(service_case.c.id == self.id)).scalar_one()

    @property
    def row(self) -> Row:
        with self.office.engine.read() as conn:
            return conn.execute(select(service_case).where(service_case.c.id == self.id)).one()

    @property
    def instances(self) -> Sequence[Row]:
        with self.office.engine.read() as conn:
            return conn.execute(select(instance).where(instance.c.case_id == self.id).order_by(instance.c.no)).all()

    @property
    def clocks(self) -> dict[str, Row]:
        """The latest clock of each name."""
        with self.office.engine.read() as conn:
            return {row.name: row for row in clocks.of_case(conn, self.id)}

    @property
    def incidents(self) -> Sequence[Row]:
        """Those that are not settled."""
        with self.office.engine.read() as conn:
            return waiting.open_incidents(conn, self.id)

    def variables(self, instance_no: int | None = None) -> dict[str, Any]:
        """Of the instance named, else of the latest one."""
        with self.office.engine.read() as conn:
            no = instance_no or self.instances[-1].no
            row = cases.instance_of(conn, self.id, no)
            version = self.office.engine.versions.get(conn, row.version_id)
        return stepper.variables(version.spec, bytes(row.state))

    def personal_values(self, seq: int) -> dict[str, Any]:
        """What the commitments of an entry stand for, by path."""
        with self.office.engine.read() as conn:
            found = trail.personal_values_of(conn, [(self.id, seq)])
        return {name: value for (_, _, name), value in found.items()}

    def trail(self) -> Trail:
        return Trail.read(self.office.engine, self.id)

    def ask(self, command: type[c.Command], *args: Any, by: str | None = None, key: str | None = None, **more: Any) -> Any:
        """A command about this case."""
        return self.office.ask(command(self.id, *args, **more), by, key)

    def wait(self, duration: str | timedelta, *, work: bool = True) -> Case:
        self.office.wait(duration, work=work)
        return self

    def _open(self) -> Sequence[Row]:
        with self.office.engine.read() as conn:
            return tasks.open_in(conn, self.id)


@dataclass(frozen=True)
class Task:
    case: Case
    no: int

    @property
    def row(self) -> Row:
        with self.case.office.engine.read() as conn:
            at = (user_task.c.case_id == self.case.id) & (user_task.c.no == self.no)
            return conn.execute(select(user_task).where(at)).one()

    @property
    def holder(self) -> str | None:
        """The login of whoever holds it."""
        office = self.case.office
        with office.engine.read() as conn:
            user = office.engine.organisations.current(conn).users.get(self.row.assignee_id or -1)
        return user.login if user else None

    def claim(self, by: str, key: str | None = None) -> Task:
        self._ask(c.ClaimTask(self.case.id, self.no), by, key)
        return self

    def release(self, by: str) -> Task:
        self._ask(c.ReleaseTask(self.case.id, self.no), by)
        return self

    def delegate(self, by: str, to: str, note: str = "") -> Task:
        self._ask(c.DelegateTask(self.case.id, self.no, to, note), by)
        return self

    def assign(self, by: str, to: str, note: str = "") -> Task:
        self._ask(c.AssignTask(self.case.id, self.no, to, note), by)
        return self

    def draft(self, by: str, **values: Any) -> Task:
        self._ask(c.SaveDraft(self.case.id, self.no, values), by)
        return self

    def complete(self, by: str, key: str | None = None, values: Mapping[str, Any] | None = None, **more: Any) -> Case:
        self._ask(c.CompleteTask(self.case.id, self.no, dict(values or {}) | more), by, key)
        return self.case

    def _ask(self, command: c.Command, by: str, key: str | None = None) -> Any:
        return self.case.office.ask(command, by, key)


@dataclass(frozen=True)
class Entry:
    """One entry of the trail, read from its very bytes."""

    seq: int
    type: str
    at: str
    by: str
    data: Mapping[str, Any]

    def __getitem__(self, key: str) -> Any:
        return self.data[key]


@dataclass(frozen=True)
class Trail:
    entries: tuple[Entry, ...]
    rows: tuple[Row, ...] = field(repr=False)
    case_id: int = 0
    head: tuple[int, bytes] | None = None

    @classmethod
    def read(cls, engine: Any, case_id: int) -> Trail:
        with engine.read() as conn:
            rows = tuple(trail.of_case(conn, case_id))
            head = next(iter([(seq, hash_) for _, seq, hash_ in trail.heads(conn, case_id)]), None)
        return cls(tuple(cls._entry(row) for row in rows), rows, case_id, head)

    @staticmethod
    def _entry(row: Row) -> Entry:
        body = json.loads(bytes(row.body))
        return Entry(row.seq, row.type, iso(row.at), body["by"], body["data"])

    @property
    def types(self) -> list[str]:
        return [entry.type for entry in self.entries]

    def of(self, *types: str) -> list[Entry]:
        return [entry for entry in self.entries if entry.type in types]

    def last(self, type_: str) -> Entry:
        return self.of(type_)[-1]

    def since(self, seq: int) -> list[Entry]:
        return [entry for entry in self.entries if entry.seq > seq]

    def check(self) -> None:
        """Every entry obeys its grammar and the chain holds."""
        wrong = [v for entry in self.entries for v in violations(entry.type, entry.data)]
        assert not wrong, wrong
        count, fault = verify_chain(self.case_id, self.rows, self.head)
        assert fault is None, fault
        assert count == len(self.entries)

    def lines(self) -> Iterator[str]:
        """The trail as golden files keep it: one line an entry, without hashes and salts."""
        for entry in self.entries:
            yield f"{entry.seq} {entry.at[:19]}Z {entry.by} {entry.type} {written(entry.data)}"


def written(data: Mapping[str, Any]) -> str:
    """The payload in a stable order; commitments to personal values only say that they are there."""

    def shown(value: Any) -> Any:
        if isinstance(value, Mapping):
            return "‹personal›" if value.keys() == {"sha256"} else {k: shown(v) for k, v in sorted(value.items())}
        return [shown(one) for one in value] if isinstance(value, list) else value

    return json.dumps(shown(data), ensure_ascii=False)
