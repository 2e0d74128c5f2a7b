"""Was the procedure followed? A case's trail, held against the very versions it ran on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, func, select

from engine.bpmn.conformance.choices import Choices
from engine.bpmn.conformance.deviation import Deviation
from engine.bpmn.conformance.events import Sends, Timers
from engine.bpmn.conformance.net import Net
from engine.bpmn.conformance.replay import Replay
from engine.bpmn.model import Field
from engine.domain.errors import NotFound
from engine.domain.events import EventType
from engine.domain.text import Text
from engine.queries import catalogue
from engine.queries import conformance_declared as declared
from engine.queries.calendars import Calendars
from engine.queries.conformance_rules import Rules
from engine.queries.interventions import Remark, breaches, interventions
from engine.queries.memberships import Memberships
from engine.queries.paging import MOST, USUAL, Page, cut, read_cursor
from engine.queries.recorded import recorded
from engine.queries.trail import EntryRow, of_case
from engine.store.schema import instance, service_case
from engine.versions import Version, Versions


@dataclass(frozen=True, slots=True)
class Verdict:
    """`deviations` in the order of the trail; `interventions` are what administrators did, which is no deviation;
    `breaches` are the limits that were passed and told of; `ran` says which version each instance began on; after
    `again_at` there is more to be said if nothing happens before."""

    case_id: int
    deviations: tuple[Deviation, ...]
    interventions: tuple[Remark, ...]
    breaches: tuple[Remark, ...]
    entries: int
    ran: Mapping[int, tuple[str, int]] = field(default_factory=dict)
    again_at: datetime | None = None

    def ran_on(self, instance: int) -> tuple[str, int]:
        """Procedure and version of an instance; of what is of none, those the case began with."""
        return self.ran.get(instance) or next(iter(self.ran.values()), ("", 0))

    @property
    def conforms(self) -> bool:
        return not self.deviations


def check(conn: Connection, versions: Versions, case_id: int, now: datetime | None = None) -> Verdict:
    """Of a case the caller has already been allowed to see."""
    return Checker(conn, versions, now).case(case_id)


class Checker:
    """Several cases, each version read and drawn once. What should have come by `now` and did not is told; without it
    what should have come by the last entry of the case."""

    def __init__(self, conn: Connection, versions: Versions, now: datetime | None = None) -> None:
        self.conn, self.versions, self.now = conn, versions, now
        self.memberships, self.calendars = Memberships(conn), Calendars(conn)
        self._versions: dict[tuple[str, int], Version] = {}

    def case(self, case_id: int) -> Verdict:
        return self.of_entries(case_id, tuple(_entries(self.conn, case_id)))

    def of_entries(self, case_id: int, entries: Iterable[EntryRow]) -> Verdict:
        entries = tuple(entries)
        name = self.name_in(entries)
        calendar = self.calendars.of_case(case_id, entries)
        story = recorded(entries, self.version)
        watchers = (Choices(self.field), Timers(calendar), Sends())
        found = Replay(self.net, self.name, watchers).run(entries)
        held = declared.hold(story, calendar, name, self.now)
        found += held.broken
        found += Rules(self.version, self.memberships).run(entries)
        ordered = sorted(found, key=lambda one: one.seq)
        ran = {no: (known[0][1].key, known[0][1].number) for no, known in story.versions.items()}
        told = interventions(entries, name), breaches(entries, name)
        return Verdict(case_id, tuple(ordered), *told, len(entries), ran, held.again_at)

    def name_in(self, entries: tuple[EntryRow, ...]) -> Callable[[str], Text]:
        """What the elements and clocks of a case are called, by the latest of its versions that knows them."""
        known = []
        for entry in reversed(entries):
            if entry.type == EventType.InstanceStarted:
                with suppress(KeyError, TypeError, NotFound):
                    known.append(self.version(entry.data["procedure"], entry.data["version"]))

        def name(element: str) -> Text:
            for version in known:
                for found in (version.name_of(element), version.name_of_clock(element)):
                    if found != Text.same(element):
                        return found
            return Text.same(element)

        return name

    def version(self, key: str, number: int) -> Version:
        if (key, number) not in self._versions:
            self._versions[key, number] = catalogue.version(self.conn, self.versions, key, number)
        return self._versions[key, number]

    def net(self, key: str, number: int) -> Net:
        return self.version(key, number).net

    def field(self, key: str, number: int, element: str, name: str) -> Field | None:
        """The field of that name in the form of the element, of the start, or of any other step."""
        version = self.version(key, number)
        step = version.find(element) if element else None
        form = step.form if step else version.procedure.start_form
        return form.field(name) or version.field(name)

    def name(self, key: str, number: int, element: str) -> Text:
        version = self.version(key, number)
        return version.procedure.name if element == key else version.name_of(element)


def _entries(conn: Connection, case_id: int) -> Iterator[EntryRow]:
    cursor = None
    while True:
        page = of_case(conn, case_id, limit=MOST, cursor=cursor)
        yield from page.items
        if page.next is None:
            return
        cursor = page.next


def search(
    conn: Connection,
    versions: Versions,
    *,
    procedure: str | None = None,
    from_at: datetime | None = None,
    to_at: datetime | None = None,
    limit: int = USUAL,
    cursor: str | None = None,
    now: datetime | None = None,
) -> Page[Verdict]:
    """The verdicts of cases opened in that time, by case; `procedure` is one that ran in the case."""
    limit = max(1, min(limit, MOST))
    query = select(service_case.c.id)
    if procedure:
        query = query.where(service_case.c.id.in_(select(instance.c.case_id).where(instance.c.procedure == procedure)))
    if from_at is not None:
        query = query.where(service_case.c.opened_at >= from_at)
    if to_at is not None:
        query = query.where(service_case.c.opened_at < to_at)
    if after := read_cursor(cursor, 1):
        query = query.where(service_case.c.id > after[0])
    rows = conn.execute(query.order_by(service_case.c.id).limit(limit + 1)).all()
    shown, following = cut(rows, limit, lambda row: (row.id,))
    checker = Checker(conn, versions, now)
    return Page(tuple(checker.case(row.id) for row in shown), following)


def count(conn: Connection) -> int:
    """How many cases there are to look at, for whoever waits."""
    return conn.execute(select(func.count()).select_from(service_case)).scalar_one()
