"""What the keys in the trail are called: read for a page of entries at once, not entry by entry."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import CompoundSelect, Connection, Row, literal, select, union_all

from engine.domain.text import Text
from engine.queries.trail import EntryRow
from engine.store import procedures
from engine.store.schema import clock, customer, instance, migration, migration_case
from engine.store.trail import SYSTEM_CHAIN
from engine.versions import Version, Versions


@dataclass(frozen=True, slots=True)
class CaseNames:
    """Of one case: its steps, form fields with the words of their choices, and clocks by name and by number."""

    steps: Mapping[str, Text] = field(default_factory=dict)
    fields: Mapping[str, Text] = field(default_factory=dict)
    options: Mapping[str, Mapping[str, Text]] = field(default_factory=dict)
    clocks: Mapping[str, Text] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NameBook:
    procedures: Mapping[str, Text]
    customers: Mapping[str, str]
    cases: Mapping[int, CaseNames]

    def of(self, case_id: int) -> CaseNames:
        return self.cases.get(case_id, CaseNames())


def book(conn: Connection, versions: Versions, entries: Iterable[EntryRow]) -> NameBook:
    """A handful of statements however many entries there are."""
    entries = list(entries)
    cases = sorted({entry.case_id for entry in entries} - {SYSTEM_CHAIN})
    wanted = {entry.data["customer"] for entry in entries if isinstance(entry.data.get("customer"), int)}
    return NameBook(
        procedures={row.key: Text(row.name_zh, row.name_en) for row in procedures.all_(conn)},
        customers=_customers(conn, wanted),
        cases=_cases(conn, versions, cases),
    )


def of_case(conn: Connection, versions: Versions, case_id: int) -> CaseNames:
    """Of one case, whatever versions it has been on."""
    return _cases(conn, versions, [case_id]).get(case_id, CaseNames())


def of_versions(known: Iterable[Version]) -> CaseNames:
    """What these versions call their steps, fields and clocks; the later ones have the last word."""
    steps: dict[str, Text] = {}
    fields: dict[str, Text] = {}
    options: dict[str, dict[str, Text]] = {}
    clocks: dict[str, Text] = {}
    for version in known:
        for definition in version.definitions:
            for procedure in definition.procedures.values():
                for form in (procedure.start_form, *(step.form for step in procedure.steps.values())):
                    for one in form.fields:
                        fields[one.key] = one.label
                        options.setdefault(one.key, {}).update({o.value: o.label for o in one.options})
                named = {id_: step.name for id_, step in procedure.steps.items() if step.name.zh or step.name.en}
                steps |= named
                clocks |= named | {clock.name: clock.label for clock in procedure.clocks if clock.label is not None}
    return CaseNames(steps, fields, options, clocks)


def _cases(conn: Connection, versions: Versions, cases: list[int]) -> dict[int, CaseNames]:
    if not cases:
        return {}
    run: dict[int, dict[int, None]] = {}
    for row in conn.execute(_versions(cases)).all():
        run.setdefault(row.case_id, {}).pop(row.version_id, None)
        run[row.case_id][row.version_id] = None
    numbered: dict[int, dict[str, str]] = {}
    for case_id, no, name in _clocks(conn, cases):
        numbered.setdefault(case_id, {})[str(no)] = name
    same: dict[tuple[int, ...], CaseNames] = {}
    found = {}
    for case_id, ids in run.items():
        key = tuple(ids)
        if key not in same:
            same[key] = of_versions(versions.get(conn, id_) for id_ in key)
        names = same[key]
        clocks = {no: names.clocks.get(name, Text.same(name)) for no, name in numbered.get(case_id, {}).items()}
        found[case_id] = CaseNames(names.steps, names.fields, names.options, {**names.clocks, **clocks})
    return found


def _versions(cases: list[int]) -> CompoundSelect[Any]:
    """The versions the instances of these cases are on, after those they were on before."""
    now = select(instance.c.case_id, literal(1).label("turn"), instance.c.no, instance.c.version_id)
    moved = migration_case.c.case_id.in_(cases) & migration_case.c.at.is_not(None)
    then = [
        select(migration_case.c.case_id, literal(0), migration_case.c.instance_no, version_id)
        .join(migration, migration.c.id == migration_case.c.migration_id)
        .where(moved)
        for version_id in (migration.c.from_id, migration.c.to_id)
    ]
    return union_all(now.where(instance.c.case_id.in_(cases)), *then).order_by("case_id", "turn", "no")


def _clocks(conn: Connection, cases: list[int]) -> Iterator[Row]:
    query = select(clock.c.case_id, clock.c.no, clock.c.name).where(clock.c.case_id.in_(cases))
    yield from conn.execute(query).all()


def _customers(conn: Connection, wanted: set[int]) -> dict[str, str]:
    if not wanted:
        return {}
    query = select(customer.c.id, customer.c.name).where(customer.c.id.in_(sorted(wanted)))
    return {str(row.id): row.name for row in conn.execute(query)}
