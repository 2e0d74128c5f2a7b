"""What can be executed of one process: built once per version and process, then shared by every thread.

`SUPPORTED` says what of BPMN runs here as it stands in the standard; everything not in it is refused when the spec is
built (`Unrunnable`), and earlier, element by element, by `engine.bpmn.lint`.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from engine.bpmn.errors import Unrunnable
from engine.bpmn.flow_nodes import Element
from engine.bpmn.parsing import Parser
from engine.bpmn.process import ProcessSpec, refused
from engine.bpmn.reader import read
from engine.domain.text import Text

MAX_CALLED = 50

for _name in ("spiff", "spiff.task", "spiff.workflow", "spiff.data"):
    logging.getLogger(_name).setLevel(logging.WARNING)


@dataclass(frozen=True, eq=False, slots=True)
class ExecutableSpec:
    """`main` is the process; `bodies` all processes and subprocesses it can be in, by key."""

    process_id: str
    main: ProcessSpec
    bodies: Mapping[str, ProcessSpec]

    def elements(self) -> Iterator[Element]:
        for body in self.bodies.values():
            yield from body.task_specs.values()


def build(data: bytes, process_id: str, called: Mapping[str, bytes] = MappingProxyType({})) -> ExecutableSpec:
    """Reads the process from its file, and the processes it calls from this file or from `called` (by process id).

    Raises `Unrunnable` naming the element, or what `engine.bpmn.reader` raises for bytes that are no BPMN.
    """
    bodies: dict[str, ProcessSpec] = {}
    files: list[Parser] = [parsed(data)]
    main = read_process(files, called, process_id, bodies)
    waiting = list(files[0].calls)
    done = set()
    while waiting:
        call = waiting.pop()
        if id(call) in done:
            continue
        done.add(id(call))
        if call.spec not in bodies:
            if len(bodies) > MAX_CALLED:
                raise refused(call.bpmn_id, "被调用的流程过多", "too many processes are called")
            read_process(files, called, call.spec, bodies, call.bpmn_id)
        call.body_spec = bodies[call.spec]
        if call.body_spec.plain_start is None:
            raise refused(call.bpmn_id, "被调用的流程没有普通开始事件", "the called process has no plain start event")
        waiting.extend(c for parser in files for c in parser.calls if id(c) not in done)
    return ExecutableSpec(process_id, main, MappingProxyType(bodies))


def read_process(
    files: list[Parser], called: Mapping[str, bytes], process_id: str, bodies: dict[str, ProcessSpec], at: str = ""
) -> ProcessSpec:
    parser = next((p for p in files if process_id in p.process_parsers), None)
    if parser is None and process_id in called:
        parser = parsed(called[process_id])
        files.append(parser)
    if parser is None or process_id not in parser.process_parsers:
        raise Unrunnable(element=at or process_id, why=Text(f"没有流程“{process_id}”", f"there is no process “{process_id}”"))
    spec = parser.get_spec(process_id)
    bodies[process_id] = spec
    bodies.update(parser.bodies)
    return spec


def parsed(data: bytes) -> Parser:
    parser = Parser()
    parser.read(read(data))
    return parser
