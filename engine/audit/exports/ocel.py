"""OCEL 2.0 as JSON: events, and the cases, instances, tasks and customers (by number alone) they are about.

Events go out as they are read; the objects, which are only known then, wait in a file and follow them.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Iterator
from typing import IO, Any

from engine.audit.entry import iso
from engine.audit.exports.lines import ChainEnd, Line
from engine.domain.events import EventType

ATTRIBUTES = ("activity", "lifecycle", "resource")
OBJECTS = {"case": ("procedure", "channel", "department"), "instance": ("procedure",), "task": ("element",), "customer": ()}


def write(lines: Iterable[Line | ChainEnd]) -> Iterator[bytes]:
    yield b'{"objectTypes":' + _json([_type(name, keys) for name, keys in OBJECTS.items()])
    yield b',"eventTypes":' + _json([_type(type_.value, ATTRIBUTES) for type_ in EventType]) + b',"events":['
    with tempfile.TemporaryFile() as waiting:
        objects = _Objects(waiting)
        before = b"\n"
        for line in lines:
            if isinstance(line, Line) and line.case.id:
                objects.meet(line)
                yield before + _json(_event(line))
                before = b",\n"
            elif isinstance(line, ChainEnd):
                objects.end_of_case()
        yield b'],"objects":['
        waiting.seek(0)
        while piece := waiting.read(65_536):
            yield piece
    yield b"]}\n"


class _Objects:
    """What has been met. Of one case all its objects are held, of all cases the numbers of their customers."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self._of_case, self._customers, self._before = file, set(), set(), b"\n"

    def meet(self, line: Line) -> None:
        case, at = line.case, iso(line.at)
        told = {"procedure": case.procedure, "channel": case.channel, "department": case.department}
        if case.customer and case.customer not in self._customers:
            self._customers.add(case.customer)
            self._write(f"customer:{case.customer}", "customer", {}, at, ())
        customer = ((f"customer:{case.customer}", "customer"),) if case.customer else ()
        self._add(f"case:{case.number}", "case", told, at, customer)
        for id_, kind in _own(line):
            known = {"procedure": line.data.get("procedure") or case.procedure, "element": line.data.get("element")}
            keys = {key: known[key] for key in OBJECTS[kind]}
            self._add(id_, kind, keys, at, ((f"case:{case.number}", "case"),))

    def end_of_case(self) -> None:
        self._of_case.clear()

    def _add(self, id_: str, kind: str, told: dict[str, Any], at: str, related: tuple[tuple[str, str], ...]) -> None:
        if id_ not in self._of_case:
            self._of_case.add(id_)
            self._write(id_, kind, told, at, related)

    def _write(self, id_: str, kind: str, told: dict[str, Any], at: str, related: tuple[tuple[str, str], ...]) -> None:
        attributes = [{"name": key, "time": at, "value": str(value)} for key, value in told.items() if value]
        one = {"id": id_, "type": kind, "attributes": attributes, "relationships": _related(related)}
        self._file.write(self._before + _json(one))
        self._before = b",\n"


def _own(line: Line) -> list[tuple[str, str]]:
    """The instance and the task of an entry, where it is about one."""
    numbers = ((kind, line.data.get(kind)) for kind in ("instance", "task"))
    return [(f"{kind}:{line.case.id}-{no}", kind) for kind, no in numbers if isinstance(no, int)]


def _event(line: Line) -> dict[str, Any]:
    case = line.case
    related = [(f"case:{case.number}", "case"), *_own(line)]
    if case.customer:
        related.append((f"customer:{case.customer}", "customer"))
    told = zip(ATTRIBUTES, (line.activity, line.lifecycle, line.login), strict=True)
    return {
        "id": f"{case.number}/{line.seq}",
        "type": line.type,
        "time": iso(line.at),
        "attributes": [{"name": name, "value": value} for name, value in told],
        "relationships": _related(related),
    }


def _related(pairs: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"objectId": id_, "qualifier": kind} for id_, kind in pairs]


def _type(name: str, keys: Iterable[str]) -> dict[str, Any]:
    return {"name": name, "attributes": [{"name": key, "type": "string"} for key in keys]}


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
