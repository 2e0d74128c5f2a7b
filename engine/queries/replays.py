"""The latest finished cases of a procedure, driven again on a version: what would have been different, counted."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, func, select

from engine.bpmn.diff.words import quoted
from engine.domain.text import Text
from engine.queries import catalogue
from engine.queries.paging import MOST
from engine.queries.replay import OTHER, SAME, UNKNOWN, Replayed, replay
from engine.queries.trail import EntryRow, of_case
from engine.store import customers
from engine.store.organisation import Organisation
from engine.store.schema import instance, service_case
from engine.versions import Version, Versions

INSTEAD = Text("在{at}之后会到{would}，而不是{was}", "After {at} it would have gone to {would} instead of {was}")
NOT_THERE = Text("在{at}之后不会到{was}", "After {at} it would not have gone to {was}")
ALSO = Text("在{at}之后还会到{would}", "After {at} it would also have gone to {would}")
BEGINNING = Text("开始", "the beginning")
LATE = Text("{what}会超时 {would} 次（实际 {was} 次）", "{what} would be late {would}× (in fact {was}×)")
CLOCK = Text("时钟{name}", "the clock {name}")
USUAL = 200
EXAMPLES = 5
CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class OtherWay:
    """Cases that would have gone another way at the same place. Names of elements, None where there is none."""

    at: str | None
    at_name: Text | None
    was: str | None
    was_name: Text | None
    would: str | None
    would_name: Text | None
    waits_names: tuple[Text, ...]
    count: int
    case_ids: tuple[int, ...]

    @property
    def sentence(self) -> Text:
        names = {"at": self.at_name or BEGINNING, "was": self.was_name, "would": self.would_name}
        told = {key: quoted(name) if name is not BEGINNING else name for key, name in names.items() if name is not None}
        return (ALSO if self.was_name is None else INSTEAD if self.would_name is not None else NOT_THERE).format(**told)


@dataclass(frozen=True, slots=True)
class LimitCount:
    """Instances in which the limit was broken, and in which it would be."""

    kind: str
    element_id: str
    name: Text
    was_broken: int
    would_be_broken: int
    case_ids: tuple[int, ...]

    @property
    def sentence(self) -> Text:
        name = quoted(self.name)
        what = CLOCK.format(name=name) if self.kind == "clock" else name
        said = LATE.format(what=what, would=self.would_be_broken, was=self.was_broken)
        return Text(said.zh, said.en[:1].upper() + said.en[1:])


@dataclass(frozen=True, slots=True)
class Unknown:
    """Instances that cannot be driven again, by what is missing."""

    why: Text
    count: int
    case_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Replays:
    """`cases` were looked at, with `instances` of the procedure, of `finished` there are.

    `assumed` are new steps that were taken to be done at once, `skipped` steps that are gone, each with how often.
    """

    finished: int
    cases: int
    instances: int
    same: int
    other: int
    unknown: int
    ways: tuple[OtherWay, ...]
    limits: tuple[LimitCount, ...]
    reasons: tuple[Unknown, ...]
    assumed: tuple[tuple[Text, int], ...]
    skipped: tuple[tuple[Text, int], ...]
    each: tuple[Replayed, ...]


def of_procedure(
    conn: Connection,
    versions: Versions,
    organisation: Organisation,
    candidate: Version,
    *,
    limit: int = USUAL,
    go_on: Callable[[int], bool] = lambda _: True,
) -> Replays:
    """The latest `limit` cases with a finished instance, cancelled ones aside. `go_on(cases)` may end it early."""
    found: list[Replayed] = []
    cases = 0
    known = _Known(conn, versions)
    for row in _finished(conn, candidate.key, limit):
        if not go_on(cases):
            break
        cases += 1
        entries = tuple(_entries(conn, row.case_id))
        found += _of_case(conn, known, organisation, candidate, row, entries)
    return _summed(found, cases, _count(conn, candidate.key), candidate, known)


class _Known:
    """Versions by key and number, each asked for once."""

    def __init__(self, conn: Connection, versions: Versions) -> None:
        self._conn, self._versions = conn, versions
        self._found: dict[tuple[str, int], Version] = {}

    def __call__(self, key: str, number: int) -> Version:
        if (key, number) not in self._found:
            self._found[key, number] = catalogue.version(self._conn, self._versions, key, number)
        return self._found[key, number]


def _of_case(
    conn: Connection, version: _Known, organisation: Organisation, candidate: Version, row: Row,
    entries: tuple[EntryRow, ...],
) -> Iterator[Replayed]:  # fmt: skip
    """Instances that still run, or were cancelled, are no finished ones."""

    def customer(customer_id: int) -> Mapping[str, Any]:
        found = customers.find(conn, customer_id)
        names = ("name", "phone", "segment")
        return {f"customer_{name}": getattr(found, name) for name in names} if found is not None else {}

    endings = {e.data["instance"]: e.data["how"] for e in entries if e.type == "InstanceEnded" and "instance" in e.data}
    for one in replay(entries, candidate, organisation, row.department, version, customer):
        if endings.get(one.instance_no, CANCELLED) != CANCELLED:
            yield one


def _finished(conn: Connection, key: str, limit: int):
    last = func.max(instance.c.ended_at).label("last")
    query = select(instance.c.case_id, service_case.c.department, last)
    query = query.join(service_case, service_case.c.id == instance.c.case_id).where(*_ended(key))
    query = query.group_by(instance.c.case_id, service_case.c.department).order_by(last.desc(), instance.c.case_id.desc())
    return conn.execute(query.limit(limit)).all()


def _count(conn: Connection, key: str) -> int:
    return conn.execute(select(func.count(func.distinct(instance.c.case_id))).where(*_ended(key))).scalar_one()


def _ended(key: str) -> tuple[Any, ...]:
    return (instance.c.procedure == key, instance.c.ended_at.is_not(None), instance.c.ending != CANCELLED)


def _entries(conn: Connection, case_id: int) -> Iterator[EntryRow]:
    cursor = None
    while True:
        page = of_case(conn, case_id, limit=MOST, cursor=cursor)
        yield from page.items
        if page.next is None:
            return
        cursor = page.next


def _summed(
    each: list[Replayed], cases: int, finished: int, candidate: Version, version: _Known
) -> Replays:
    def old(one: Replayed, element_id: str | None) -> Text | None:
        return version(candidate.key, one.version).name_of(element_id) if element_id else None

    def new(element_id: str | None) -> Text | None:
        return candidate.name_of(element_id) if element_id else None

    ways: dict[tuple, list[Replayed]] = {}
    limits: dict[tuple[str, str, Text], list[tuple[int, bool, bool]]] = {}
    reasons: dict[Text, list[int]] = {}
    for one in each:
        if one.outcome == OTHER:
            ways.setdefault((one.at, one.was, old(one, one.was), one.would, one.waits), []).append(one)
        if one.outcome == UNKNOWN and one.why is not None:
            reasons.setdefault(one.why, []).append(one.case_id)
        for limit in one.limits:
            told = (one.case_id, limit.was_broken, limit.would_be_broken)
            limits.setdefault((limit.kind, limit.element_id, limit.name), []).append(told)
    outcomes = [one.outcome for one in each]
    return Replays(
        finished=finished,
        cases=cases,
        instances=len(each),
        same=outcomes.count(SAME),
        other=outcomes.count(OTHER),
        unknown=outcomes.count(UNKNOWN),
        ways=tuple(
            OtherWay(at, new(at), was, was_name, would, new(would), tuple(candidate.name_of(w) for w in waits),
                     len(same), _few(one.case_id for one in same))
            for (at, was, was_name, would, waits), same in sorted(ways.items(), key=lambda one: -len(one[1]))
        ),
        limits=tuple(
            LimitCount(*key, sum(was for _, was, _ in told), sum(would for _, _, would in told),
                       _few(case for case, was, would in told if would and not was))
            for key, told in sorted(limits.items(), key=lambda one: -sum(would for _, _, would in one[1]))
        ),
        reasons=tuple(Unknown(why, len(ids), _few(ids)) for why, ids in sorted(reasons.items(), key=lambda o: -len(o[1]))),
        assumed=_counted(candidate.name_of(id_) for one in each for id_ in one.assumed),
        skipped=_counted(old(one, id_) or Text.same(id_) for one in each for id_ in one.skipped),
        each=tuple(each),
    )  # fmt: skip


def _counted(names: Iterator[Text]) -> tuple[tuple[Text, int], ...]:
    found: dict[Text, int] = {}
    for name in names:
        found[name] = found.get(name, 0) + 1
    return tuple(found.items())


def _few(ids: Iterator[int]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(ids))[:EXAMPLES]
