"""Which way a search goes: the index that leads to what is wanted, and what is left to be looked for on the way."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Select,
    Text,
    and_,
    cast,
    exists,
    func,
    literal,
    or_,
    select,
    text,
)

from engine.domain.actors import ADMIN, AUDITOR, OWNER, Actor
from engine.domain.events import ROUTINE
from engine.store.organisation import Organisation
from engine.store.schema import (
    IS_LATE,
    IS_NOTE,
    NO_ROUTINE,
    deviation,
    entry,
    instance,
    personal_value,
    procedure_version,
    service_case,
)
from engine.store.trail import SYSTEM_CHAIN
from engine.store.visibility import visible_cases

#: A minute or more: `late_s` ends the body of a timer that fired, and its number is greater than 59.
LATE = ("%\"late_s\":___%}}", *(f"%\"late_s\":{tens}_}}}}" for tens in "6789"))
#: Up to so many cases are looked up one by one.
FEW = 1_000


@dataclass(frozen=True, slots=True)
class Some:
    """The events of a type, or those whose body is like one of the patterns."""

    type: str
    like: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """All of it together. `step` is an element, `words` stand in a note; `some` are kinds of events any of which will do, as
    will, if wanted, what was found to deviate from the procedure."""

    case_id: int | None = None
    actor_id: int | None = None
    customer_ids: tuple[int, ...] = ()
    procedure: str | None = None
    version: int | None = None
    step: str = ""
    types: tuple[str, ...] = ()
    words: str = ""
    from_at: datetime | None = None
    to_at: datetime | None = None
    some: tuple[Some, ...] = ()
    deviating: bool = False


@dataclass(slots=True)
class Way:
    """`frame` leads by an index along `key`, the newest last; `conditions` are what is left to be looked for."""

    key: Sequence[ColumnElement[Any]] = (entry.c.at, entry.c.case_id, entry.c.seq)
    source: FromClause = entry
    frame_source: FromClause = entry
    frame: list[ColumnElement[bool]] = field(default_factory=list)
    conditions: list[ColumnElement[bool]] = field(default_factory=list)
    index: str = ""
    is_by_case: bool = False
    is_few: bool = False
    is_distinct: bool = False

    @property
    def is_searched(self) -> bool:
        return bool(self.conditions) and not self.is_few


def ways_to(conn: Connection, actor: Actor, organisation: Organisation, wanted: Wanted) -> list[Way]:
    """One; where any of several kinds of events will do and nothing narrower leads there, one for each of them."""
    how = Way()
    among = _cases(conn, actor, organisation, wanted, how)
    if wanted.from_at:
        how.frame.append(entry.c.at >= wanted.from_at)
    if wanted.to_at:
        how.frame.append(entry.c.at < wanted.to_at)
    some = wanted.some or tuple(Some(type_) for type_ in wanted.types)
    if wanted.words:
        _by_notes(conn, wanted, how, among)
    elif among is not None:
        how.frame.append(entry.c.case_id.in_(among))
        how.is_few = True
    elif wanted.actor_id is not None:
        how.frame.append(entry.c.actor_id == wanted.actor_id)
        how.index = "ix_entry_actor"
    elif (some or wanted.deviating) and all(one.type not in ROUTINE or one.like == LATE for one in some):
        _the_rest(conn, wanted, how)
        return [*(_by_type(conn, one, how) for one in some), *([_by_deviations(how)] if wanted.deviating else [])]
    else:
        how.index = "ix_entry_at"
    _the_rest(conn, wanted, how)
    if some or wanted.deviating:
        how.conditions.append(or_(*(_is(conn, one) for one in some), *([_deviates()] if wanted.deviating else [])))
    return [how]


def contains(conn: Connection, column: ColumnElement[Any], words: str) -> ColumnElement[bool]:
    """The bytes of the column have these words in them."""
    if conn.dialect.name == "postgresql":
        return func.position(literal(words.encode()).op("IN")(column)) > 0
    return func.instr(column, words) > 0


def readable(conn: Connection, column: ColumnElement[Any]) -> ColumnElement[str]:
    """Bytes as text."""
    return func.convert_from(column, "UTF8") if conn.dialect.name == "postgresql" else cast(column, Text)


def _cases(
    conn: Connection, actor: Actor, organisation: Organisation, wanted: Wanted, how: Way
) -> Collection[int] | None:
    """The cases it can only be in, where they are few; else None, and the way has the conditions on cases."""
    sees_all = actor.has(AUDITOR, ADMIN)
    if not sees_all:
        how.conditions.append(entry.c.case_id != SYSTEM_CHAIN)
    queries: list[tuple[Select, ColumnElement[bool]]] = []
    if wanted.customer_ids:
        queries.append(_of_cases(service_case.c.customer_id.in_(wanted.customer_ids)))
    if wanted.procedure is not None:
        queries.append(_of_versions(conn, wanted.procedure, wanted.version))
    if not sees_all and not actor.has(OWNER):
        queries.append(_of_cases(visible_cases(conn, actor, organisation)))
    how.conditions += [condition for _, condition in queries]
    if wanted.case_id is not None:
        return {wanted.case_id}
    few = (conn.execute(query.limit(FEW + 1)).scalars().all() for query, _ in queries)
    return min((set(found) for found in few if len(found) <= FEW), key=len, default=None)


def _of_cases(condition: ColumnElement[bool]) -> tuple[Select, ColumnElement[bool]]:
    found = exists().where(service_case.c.id == entry.c.case_id, condition)
    return select(service_case.c.id).where(condition), found


def _of_versions(conn: Connection, key: str, number: int | None) -> tuple[Select, ColumnElement[bool]]:
    """Cases in which the procedure ran."""
    version = procedure_version.c
    query = select(version.id).where(version.procedure == key, *([version.number == number] if number else []))
    ids = conn.execute(query).scalars().all()
    cases = select(instance.c.case_id).where(instance.c.version_id.in_(ids)).distinct()
    # Of one case this has to be read by the case, which "+ 0" leaves as the only way.
    return cases, exists().where(instance.c.case_id == entry.c.case_id, (instance.c.version_id + 0).in_(ids))


def _by_notes(conn: Connection, wanted: Wanted, how: Way, among: Collection[int] | None) -> None:
    """Along the notes there still are; a redacted one is there no more."""
    note = personal_value.c
    how.key, how.is_by_case = (note.case_id, note.seq), True
    how.source = personal_value.join(entry, and_(entry.c.case_id == note.case_id, entry.c.seq == note.seq))
    how.frame_source = personal_value
    how.conditions += how.frame
    how.frame = [text(f"personal_value.{IS_NOTE}"), *([note.case_id.in_(among)] if among is not None else [])]
    told = readable(conn, note.value)
    for word in wanted.words.split():
        pattern = json.dumps(word, ensure_ascii=False)[1:-1]
        how.conditions.append(told.icontains(pattern, autoescape=True))


def _by_type(conn: Connection, one: Some, how: Way) -> Way:
    """By the index of what is remarkable, or of the timers that fired late."""
    if one.like == LATE:
        led, index = text(IS_LATE[conn.dialect.name]), "ix_entry_late"
    else:
        led, index = and_(text(NO_ROUTINE), entry.c.type == one.type), "ix_entry_remarkable"
    like = [_like(conn, one)] if one.like else []
    return replace(how, frame=[led, *how.frame], conditions=[*how.conditions, *like], index=index)


def _by_deviations(how: Way) -> Way:
    """Along what was found of the cases that were checked."""
    found = deviation.c
    at = and_(entry.c.case_id == found.case_id, entry.c.seq == found.seq)
    return replace(
        how,
        key=(found.at, found.case_id, found.seq),
        source=deviation.join(entry, at),
        frame_source=deviation,
        frame=[found.is_remark.is_(False)],
        conditions=[*how.conditions, *how.frame],
        is_distinct=True,
    )


def _deviates() -> ColumnElement[bool]:
    at = and_(deviation.c.case_id == entry.c.case_id, deviation.c.seq == entry.c.seq)
    return exists().where(at, deviation.c.is_remark.is_(False))


def _the_rest(conn: Connection, wanted: Wanted, how: Way) -> None:
    if wanted.actor_id is not None and how.index != "ix_entry_actor":
        how.conditions.append(entry.c.actor_id == wanted.actor_id)
    if wanted.step:
        element = json.dumps(wanted.step, ensure_ascii=False)
        how.conditions.append(contains(conn, entry.c.body, f'"element":{element}'))


def _is(conn: Connection, one: Some) -> ColumnElement[bool]:
    return and_(entry.c.type == one.type, _like(conn, one)) if one.like else entry.c.type == one.type


def _like(conn: Connection, one: Some) -> ColumnElement[bool]:
    told = readable(conn, entry.c.body)
    return or_(*(told.like(pattern) for pattern in one.like))
