"""What changed between two versions of a procedure, or between a version and a file that is not deployed yet."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import lru_cache

from sqlalchemy import Connection

from engine.bpmn.dialects import read_definition
from engine.bpmn.diff import Diff, Source, diff
from engine.bpmn.model import NOTHING
from engine.domain.errors import NotFound
from engine.domain.text import Text
from engine.queries import catalogue
from engine.store import procedures
from engine.versions import Version, Versions

NO_OTHER = Text("可比较的另一个版本", "Another version to compare with")


def versions_to_compare(
    conn: Connection, versions: Versions, key: str, from_: int | None, to: int | None
) -> tuple[Version, Version]:
    """The two versions named; without names the newest, and the one in use, or else the one before it."""
    catalogue.procedure(conn, versions, key)
    rows = procedures.versions(conn, key)
    row = procedures.find(conn, key)
    to = to or rows[0].number
    if from_ is None:
        released = next((r.number for r in rows if row is not None and r.id == row.released_id and r.number != to), None)
        earlier = [r.number for r in rows if r.number < to]
        from_ = released or next(iter(earlier), None)
    if from_ is None:
        raise NotFound(what=NO_OTHER)
    return catalogue.version(conn, versions, key, from_), catalogue.version(conn, versions, key, to)


def candidate(conn: Connection, versions: Versions, key: str, number: int | None) -> Version:
    """The version named, else the newest."""
    catalogue.procedure(conn, versions, key)
    return catalogue.version(conn, versions, key, number or procedures.versions(conn, key)[0].number)


def not_deployed(
    conn: Connection, versions: Versions, data: bytes, main: str | None = None, beside: Mapping[str, bytes] = NOTHING
) -> Version:
    """A file as the version it would be, calling what is released now. Raises `Unreadable`; its `spec` may not run."""
    definition = read_definition(data, main, beside)
    others = {row.key: versions.get(conn, row.released_id) for row in procedures.released(conn)}
    called: dict[str, bytes] = {}
    besides: dict[str, Mapping[str, bytes]] = {}
    for key in {key for procedure in definition.procedures.values() for key in procedure.calls} & others.keys():
        called |= {key: others[key].bpmn, **others[key].called}
        besides |= {key: others[key].beside, **others[key].called_beside}
    number = -int.from_bytes(hashlib.sha256(data).digest()[:6], "big") - 1
    return Version(number, definition.main, 0, data, definition, called, beside, besides)


def source_of(version: Version) -> Source:
    return Source(version.bpmn, version.definition, version.beside)


def of_versions(old: Version, new: Version) -> Diff:
    """Versions never change, so neither does what changed between two of them."""
    return _known(_Pair(old, new))


class _Pair:
    """Two versions, the same as any other pair of these two."""

    def __init__(self, old: Version, new: Version) -> None:
        self.old, self.new = old, new
        self.key = (old.id, old.bpmn, new.id, new.bpmn)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Pair) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)


@lru_cache(maxsize=64)
def _known(pair: _Pair) -> Diff:
    return diff(source_of(pair.old), source_of(pair.new))
