"""What can be executed of one process: built once per version and process, then shared by every thread.

`SUPPORTED` names the elements that run, `EVENTS` the event definitions each kind of event may carry, `REFUSED` what is
refused and why; `build` refuses it too (`Unrunnable`), but only the first of many: `engine.bpmn.lint` names them all.

Mended beyond SpiffWorkflow (`tests/bpmn/test_spiff_faults*.py` shows each): parallel and inclusive joins in loops, any
depth and length of run, join data, nested data, two timers behind an event gateway, link events, signal end events,
conditional flows leaving a task, implicit split of a task, timers in plain ISO 8601, failures kept for a retry, error
and escalation told only to the enclosing activities, elements called `Start` or `End`, same subprocess ids in called
files, long chains, processes not marked executable, data stores (drawings only), a gateway that waits for ever (fails).
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from engine.bpmn.flow_nodes import Element
from engine.bpmn.model import NOTHING
from engine.bpmn.parsing import UNSUPPORTED, Parser
from engine.bpmn.parsing_events import ALLOWED
from engine.bpmn.process import ProcessSpec, refused
from engine.bpmn.reader import read
from engine.domain.text import Text

MAX_CALLED = 50
SUPPORTED = frozenset(tag.rpartition("}")[2] for tag in Parser.ELEMENTS) - frozenset(UNSUPPORTED)
EVENTS = ALLOWED
REFUSED: Mapping[str, Text] = MappingProxyType(
    {
        **{tag: Text("引擎不执行此类元素", "the engine does not run this kind of element") for tag in UNSUPPORTED},
        "event-subprocess": Text("事件子流程应有一个等待事件的开始", "an event subprocess needs one start that waits"),
        "event-kind": Text("此处不支持这种事件（见 EVENTS）", "this kind of event is not supported here (see EVENTS)"),
        "several-definitions": Text("一个事件只能有一个定义", "an event may have one definition only"),
        "error-not-interrupting": Text("错误边界事件总是中断", "an error boundary event always interrupts"),
        "flow-without-condition": Text(
            "排他网关的路径须有条件或为默认路径", "a flow of an exclusive gateway needs a condition or is the default"
        ),
        "event-gateway-target": Text("事件网关之后只能是等待事件", "only events may follow an event gateway"),
        "flow-to-start": Text("连线不能指向开始或边界事件", "no flow may lead to a start or boundary event"),
        "no-message": Text(
            "消息事件或收发任务须指明消息", "a message event, send or receive task must name its message"
        ),
        "multi-instance-count": Text("多实例须有集合或次数", "a multi-instance needs a collection or a count"),
        "loop-without-end": Text("循环须有次数或条件", "a loop needs a maximum or a condition"),
        "called-process": Text("调用活动须指明现有的流程", "a call activity must name a process that exists"),
        "start": Text(
            "须有且只有一个普通开始事件（消息开始另计）", "one plain start event is needed; message starts aside"
        ),
        "link": Text("链接事件须有唯一的目标", "a link event needs exactly one target of its name"),
        "timer": Text("定时须为 ISO 8601 或表达式", "a timer is ISO 8601 text or an expression"),
        "calendar": Text("日历须为 business 或 wall", "a calendar is business or wall"),
    }
)

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


def build(
    data: bytes,
    process_id: str,
    called: Mapping[str, bytes] = NOTHING,
    beside: Mapping[str, bytes] = NOTHING,
    called_beside: Mapping[str, Mapping[str, bytes]] = NOTHING,
) -> ExecutableSpec:
    """Reads the process from its file, and the processes it calls from this file or from `called` (by process id).

    `beside` are the files uploaded with it, by name, and `called_beside` those of each called file, by process id.
    Raises `Unrunnable` naming the element, or what `engine.bpmn.reader` raises for bytes that are no BPMN.
    """
    bodies: dict[str, ProcessSpec] = {}
    files: list[Parser] = [parsed(data, beside)]
    main = read_process(files, called, process_id, bodies, called_beside)
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
            read_process(files, called, call.spec, bodies, called_beside, call.bpmn_id)
        call.body_spec = bodies[call.spec]
        if call.body_spec.plain_start is None:
            raise refused(call.bpmn_id, "被调用的流程没有普通开始事件", "the called process has no plain start event")
        waiting.extend(c for parser in files for c in parser.calls if id(c) not in done)
    return ExecutableSpec(process_id, main, MappingProxyType(bodies))


def read_process(
    files: list[Parser],
    called: Mapping[str, bytes],
    process_id: str,
    bodies: dict[str, ProcessSpec],
    called_beside: Mapping[str, Mapping[str, bytes]],
    at: str = "",
) -> ProcessSpec:
    parser = next((p for p in files if process_id in p.process_parsers), None)
    if parser is None and process_id in called:
        parser = parsed(called[process_id], called_beside.get(process_id, NOTHING))
        files.append(parser)
    if parser is None or process_id not in parser.process_parsers:
        raise refused(at or process_id, f"没有流程“{process_id}”", f"there is no process “{process_id}”")
    spec = parser.get_spec(process_id)
    bodies[process_id] = spec
    bodies.update(parser.bodies)
    return spec


def parsed(data: bytes, beside: Mapping[str, bytes]) -> Parser:
    parser = Parser(beside)
    parser.read(read(data))
    return parser
