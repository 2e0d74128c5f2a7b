"""Procedure versions, read and built once per process: the definition people read and the spec that runs."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from sqlalchemy import Connection

from engine.bpmn import spec as bpmn_spec
from engine.bpmn.conformance.net import Net, net_of
from engine.bpmn.dialects import read_definition
from engine.bpmn.model import Definition, Field, Procedure, Step
from engine.bpmn.wording import worded
from engine.domain.errors import NotFound
from engine.domain.text import Text
from engine.store import procedures

VERSION = Text("流程版本", "The procedure version")


@dataclass(frozen=True)
class Version:
    """One immutable version. `called` are the bytes of the procedures it calls, bound when it was deployed.

    `beside` are its decision tables and forms by file name, `called_beside` those of the procedures it calls.
    """

    id: int
    key: str
    number: int
    bpmn: bytes
    definition: Definition
    called: Mapping[str, bytes]
    beside: Mapping[str, bytes] = field(default_factory=dict)
    called_beside: Mapping[str, Mapping[str, bytes]] = field(default_factory=dict)

    @property
    def procedure(self) -> Procedure:
        return self.definition.procedure

    def begins(self, message: str | None = None) -> bool:
        """Whether an instance can begin by that message; without one, by hand."""
        kind = "none" if message is None else "message"
        return any(start.kind == kind and start.message == message for start in self.procedure.starts)

    @cached_property
    def spec(self) -> bpmn_spec.ExecutableSpec:
        return bpmn_spec.build(self.bpmn, self.key, self.called, self.beside, self.called_beside)

    @cached_property
    def net(self) -> Net:
        """What trails are held against: read from the file by itself, not from what runs."""
        return net_of(self.bpmn, self.key, self.called)

    @cached_property
    def matches(self) -> dict[Any, Any]:
        """What `engine.moves` has found out about this version beside others; it never becomes out of date."""
        return {}

    def diagram(self, locale: str) -> bytes:
        """The file to look at, its elements called by their names in that language."""
        return worded(self.bpmn, locale)

    @cached_property
    def _called_definitions(self) -> tuple[Definition, ...]:
        besides = self.called_beside
        return tuple(read_definition(data, key, besides.get(key, {})) for key, data in self.called.items())

    @property
    def definitions(self) -> tuple[Definition, ...]:
        """This file and those it calls."""
        return (self.definition, *self._called_definitions)

    def step(self, process_id: str, element_id: str) -> Step | None:
        """A step of this file or of one it calls."""
        for definition in self.definitions:
            if (found := definition.step(process_id, element_id)) is not None:
                return found
        return None

    def find(self, element_id: str) -> Step | None:
        """The step with this id in whichever of the processes it stands."""
        for definition in self.definitions:
            for procedure in definition.procedures.values():
                if (step := procedure.step(element_id)) is not None:
                    return step
        return None

    def field(self, key: str) -> Field | None:
        """A field of that name in whichever form has one."""
        return self._fields.get(key)

    @cached_property
    def _fields(self) -> Mapping[str, Field]:
        procedures = [p for d in reversed(self.definitions) for p in d.procedures.values()]
        forms = [form for p in procedures for form in (p.start_form, *(step.form for step in p.steps.values()))]
        return {field.key: field for form in forms for field in form.fields}

    def name_of(self, element_id: str) -> Text:
        """What people call an element; its id where it has no name."""
        return self._names.get(element_id) or Text.same(element_id)

    @cached_property
    def _names(self) -> Mapping[str, Text]:
        steps = (s for d in reversed(self.definitions) for p in d.procedures.values() for s in p.steps.values())
        return {step.element_id: step.name for step in steps if step.name.zh or step.name.en}

    def name_of_clock(self, name: str) -> Text:
        """What people call a clock of the case: its `clock.NAME.zh/.en`, else the name itself."""
        clock = next((clock for clock in self.procedure.clocks if clock.name == name), None)
        return clock.label if clock is not None and clock.label is not None else Text.same(name)

    @cached_property
    def separations(self) -> Mapping[str, frozenset[str]]:
        """For each step the steps nobody may do together with it, whichever of the two names the other."""
        pairs: dict[str, set[str]] = {}
        for definition in self.definitions:
            for procedure in definition.procedures.values():
                for step in procedure.steps.values():
                    for other in step.separate_from:
                        pairs.setdefault(step.element_id, set()).add(other)
                        pairs.setdefault(other, set()).add(step.element_id)
        return {element: frozenset(others) for element, others in pairs.items()}


class Versions:
    """Shared by all threads of a process; a version never changes, so it is never out of date."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[int, Version] = {}

    def get(self, conn: Connection, version_id: int) -> Version:
        known = self._known.get(version_id)
        if known is None:
            known = self._read(conn, version_id)
            with self._lock:
                known = self._known.setdefault(version_id, known)
        return known

    def _read(self, conn: Connection, version_id: int) -> Version:
        row = procedures.version(conn, version_id)
        if row is None:
            raise NotFound(what=VERSION)
        called: dict[str, bytes] = {}
        called_beside: dict[str, Mapping[str, bytes]] = {}
        for key, bound in (row.bound or {}).items():
            other = self.get(conn, bound)
            called |= {key: other.bpmn, **other.called}
            called_beside |= {key: other.beside, **other.called_beside}
        bpmn, beside = bytes(row.bpmn), procedures.beside(conn, version_id)
        definition = read_definition(bpmn, row.procedure, beside)
        return Version(row.id, row.procedure, row.number, bpmn, definition, called, beside, called_beside)
