"""One command under way: its transaction, its case, and the events it will have caused.

A handler reads and changes through `Work`; `finish` appends the events to their chains and writes the case back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from engine.audit import chain
from engine.audit.notary import Notary
from engine.bpmn.results import Surroundings
from engine.domain.actors import Actor
from engine.domain.calendar import WALL, Calendar
from engine.domain.case import CASE, case_number
from engine.domain.duration import Duration
from engine.domain.errors import CaseNotOpen, NotFound
from engine.domain.events import Event, EventType
from engine.domain.text import Text
from engine.handlers.vault import Vault
from engine.store import cases, trail
from engine.store.due import Due
from engine.store.organisation import Organisation, OrganisationCache
from engine.store.writes import Writes
from engine.versions import Versions

#: Beyond these no database can look; nothing has such a number.
MOST_IDS, MOST_NUMBERS = 2**63, 2**31
STATES = {"closed": Text("办结", "closed"), "cancelled": Text("取消", "cancelled")}


@dataclass(slots=True)
class Case:
    """The locked case; changed in memory, written once at the end."""

    id: int
    state: str
    owner_id: int | None
    department: str | None
    closed_at: datetime | None
    last_no: int
    head: chain.Head
    locked_seq: int

    @property
    def number(self) -> str:
        return case_number(self.id)


@dataclass(slots=True)
class Work:
    conn: Connection
    writes: Writes
    actor: Actor
    now: datetime
    random: Callable[[int], bytes]
    versions: Versions
    organisations: OrganisationCache
    is_demo: bool = False
    notary: Notary | None = None
    vault: Vault | None = None
    prepared: Any = None
    case: Case | None = None
    after: list[Callable[[], None]] = field(default_factory=list)
    _organisation: Organisation | None = None
    _events: list[Event] = field(default_factory=list)
    _system_events: list[Event] = field(default_factory=list)

    @property
    def claimed(self) -> Due | None:
        """What the worker has read ahead of this command, which is about that case and no other."""
        return self.prepared if isinstance(self.prepared, Due) else None

    @property
    def organisation(self) -> Organisation:
        if self._organisation is None:
            self._organisation = self.organisations.current(self.conn)
        return self._organisation

    def lock(self, case_id: int) -> Case:
        """The case, locked until the end of the transaction."""
        if self.claimed is not None and self.claimed.case_id == case_id:
            return self._locked(self.claimed.case)
        row = cases.lock(self.conn, case_id) if 0 < case_id < MOST_IDS else None
        if row is None:
            raise NotFound(what=CASE)
        return self._locked(row)

    def lock_open(self, case_id: int) -> Case:
        case = self.lock(case_id)
        self.check_open()
        return case

    def lock_with_task(self, case_id: int, no: int, *, wait: bool = True) -> Row:
        """The case locked, with the task and its instance in one row (`task_…`, `instance_…`)."""
        is_number = 0 < case_id < MOST_IDS and 0 < no < MOST_NUMBERS
        row = cases.lock_with_task(self.conn, case_id, no, wait=wait) if is_number else None
        if row is None:
            raise NotFound(what=Text("任务", "The task"))
        self._locked(row)
        return row

    def check_open(self) -> None:
        if self.case.state != "open":
            raise CaseNotOpen(number=self.case.number, state=STATES[self.case.state])

    def open_case(self, **values: Any) -> Case:
        """A new case, owned by nobody else until this transaction ends."""
        start = chain.Head()
        row = values | {"state": "open", "opened_at": self.now, "closed_at": None, "last_no": 0}
        case_id = cases.open_case(self.conn, row | {"head_seq": start.seq, "head_hash": start.hash})
        kept = {name: row[name] for name in Case.__slots__ if name in row}
        self.case = Case(id=case_id, head=start, locked_seq=start.seq, **kept)
        return self.case

    def number(self) -> int:
        """The next number within the case: of a task, instance, clock, timer, wait or incident."""
        self.case.last_no += 1
        return self.case.last_no

    def record(self, type_: EventType, *, personal: Iterable[tuple[str, ...]] = (), **data: Any) -> None:
        """This happened to the case. Keys without a value are left out."""
        self._events.append(Event(type_, _given(data), frozenset(personal)))

    def record_system(self, type_: EventType, *, personal: Iterable[tuple[str, ...]] = (), **data: Any) -> None:
        """This happened to something that is not a case."""
        self._system_events.append(Event(type_, _given(data), frozenset(personal)))

    def around(self) -> Surroundings:
        """What a step of this case may know of the world."""
        return Surroundings(self.now, self.due)

    def due(self, calendar: str, start: datetime, duration: str) -> datetime:
        return self.calendar(calendar).add(start, Duration.parse(duration))

    def calendar(self, kind: str, department: str | None = None) -> Calendar:
        """`wall`, or the business calendar of a department (the case's own, if none is named)."""
        if kind == "wall":
            return WALL
        return self.organisation.calendar_of(department or self.case.department)

    def finish(self) -> None:
        """Append the events to their chains and write the case back."""
        if self.case is not None and (self._events or self.case.locked_seq == 0):
            self._append_to_case()
        if self._system_events:
            head = chain.Head(*trail.lock_system_head(self.conn))
            head = self._append(trail.SYSTEM_CHAIN, head, self._system_events)
            trail.move_system_head(self.conn, head.seq, head.hash)

    def finished(self) -> None:
        """The transaction is committed: what depended on that may happen now."""
        for follow_up in self.after:
            follow_up()

    def _append_to_case(self) -> None:
        case = self.case
        case.head = self._append(case.id, case.head, self._events)
        cases.save(
            self.writes,
            case.id,
            case.locked_seq,
            {
                "head_seq": case.head.seq,
                "head_hash": case.head.hash,
                "last_no": case.last_no,
                "state": case.state,
                "owner_id": case.owner_id,
                "closed_at": case.closed_at,
            },
        )

    def _append(self, case_id: int, head: chain.Head, events: list[Event]) -> chain.Head:
        head, entries, personal = chain.append(case_id, head, events, self.now, self.actor, self.random)
        kept = [
            {"case_id": case_id, "seq": one.seq, "name": one.name, "salt": one.salt, "value": one.value}
            for one in personal
        ]
        trail.add(self.writes, trail.rows_of(entries), kept)
        return head

    def _locked(self, row: Row) -> Case:
        self._organisation = self.organisations.current(self.conn, int(row.organisation or 0))
        self.case = Case(
            id=row.case_id,
            state=row.case_state,
            owner_id=row.case_owner_id,
            department=row.case_department,
            closed_at=row.case_closed_at,
            last_no=row.case_last_no,
            head=chain.Head(row.case_head_seq, bytes(row.case_head_hash)),
            locked_seq=row.case_head_seq,
        )
        return self.case


def _given(data: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in data.items() if value is not None and value not in ((), {}, [])}
