"""What somebody has still to read, what it changes, and who has read it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Row

from engine.bpmn.diff import Source, diff
from engine.domain.actors import Actor
from engine.domain.errors import NotFound
from engine.domain.text import Text
from engine.domain.training import NONE, REQUIRED
from engine.facts import people_of
from engine.store import procedures, trainings
from engine.store.organisation import Organisation
from engine.versions import Versions

VERSION = Text("流程版本", "The version")


@dataclass(frozen=True, slots=True)
class ToRead:
    """One version somebody is asked to read. `before`: the number of the version they worked with until then."""

    id: int
    procedure: str
    name: Text
    version: int
    before: int | None
    note: str
    training: str
    released_at: datetime | None


@dataclass(frozen=True, slots=True)
class Reader:
    """`read_at` is None for somebody who has not read; `is_asked` False for who read without being asked."""

    login: str
    name: str
    groups: frozenset[str]
    read_at: datetime | None
    is_asked: bool


@dataclass(frozen=True, slots=True)
class Roster:
    training: str
    people: tuple[Reader, ...]

    @property
    def missing(self) -> tuple[Reader, ...]:
        return tuple(one for one in self.people if one.read_at is None)


def to_read(conn: Connection, actor: Actor, organisation: Organisation, versions: Versions) -> tuple[ToRead, ...]:
    """The released versions that ask this person and that they have not acknowledged, the newest first."""
    if not organisation.trainings:
        return ()
    found = trainings.unread(conn, actor.id, organisation.trainings)
    mine = (row for row in found if row.state == "released" and _asks(conn, actor.id, organisation, versions, row))
    return tuple(_to_read(conn, versions, row) for row in mine)


def to_read_first(conn: Connection, actor: Actor, organisation: Organisation) -> frozenset[tuple[str, int]]:
    """The versions, by procedure and number, this person may not take tasks of before reading them."""
    required = [id_ for id_, training in organisation.trainings.items() if training == REQUIRED]
    found = trainings.unread(conn, actor.id, required) if required else ()
    return frozenset((row.procedure, row.number) for row in found)


def find(conn: Connection, versions: Versions, key: str, number: int) -> ToRead:
    """What is to be read of one version, whoever reads it."""
    row = procedures.version_by_number(conn, key, number)
    if row is None:
        raise NotFound(what=VERSION)
    return _to_read(conn, versions, row)


def changes(conn: Connection, versions: Versions, wanted: ToRead) -> tuple[Text, ...]:
    """What is different from the version people worked with until then, in sentences; nothing for the first one."""
    if wanted.before is None:
        return ()
    row = procedures.version_by_number(conn, wanted.procedure, wanted.before)
    before, after = versions.get(conn, row.id), versions.get(conn, wanted.id)
    found = diff(*(Source(one.bpmn, one.definition, one.beside) for one in (before, after)))
    return tuple(dict.fromkeys(change.sentence for change in found.changes))


def read_at(conn: Connection, version_id: int, user_id: int) -> datetime | None:
    return trainings.readers(conn, version_id).get(user_id)


def roster(conn: Connection, organisation: Organisation, versions: Versions, key: str, number: int) -> Roster:
    """Everybody the version asks and everybody who has read it; who has not stands first."""
    row = procedures.version_by_number(conn, key, number)
    if row is None:
        raise NotFound(what=VERSION)
    training, read = organisation.trainings.get(row.id, NONE), trainings.readers(conn, row.id)
    asked = people_of(organisation, versions.get(conn, row.id)) if training != NONE else frozenset()
    users = (organisation.users[id_] for id_ in asked | read.keys() if id_ in organisation.users)
    people = (Reader(u.login, u.name, u.groups, read.get(u.id), u.id in asked) for u in users)
    return Roster(training, tuple(sorted(people, key=lambda one: (one.read_at is not None, one.name, one.login))))


def _asks(conn: Connection, user_id: int, organisation: Organisation, versions: Versions, row: Row) -> bool:
    return user_id in people_of(organisation, versions.get(conn, row.id))


def _to_read(conn: Connection, versions: Versions, row: Row) -> ToRead:
    return ToRead(
        row.id,
        row.procedure,
        versions.get(conn, row.id).procedure.name,
        row.number,
        trainings.earlier_release(conn, row.procedure, row.number),
        row.note,
        row.training,
        row.released_at,
    )
