"""The specification of one process or subprocess, and how the parser fills it.

SpiffWorkflow's parser walks along the flows by recursion: 800 elements in a chain exhaust the stack, elements nobody
reaches are never seen, and a few shapes are refused that the standard allows. Ours reads the elements first and their
flows afterwards, so the size of a process is no matter of depth.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn.parser.ProcessParser import ProcessParser
from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec

from engine.bpmn.errors import Unrunnable
from engine.bpmn.events import BoundaryEvent, Catching, NoneEvent, StartEvent
from engine.bpmn.expressions import Expression, ExpressionError, compile_expression
from engine.bpmn.flow_nodes import Activity, Element, EventGateway, ExclusiveGateway, Flow
from engine.bpmn.joins import InclusiveGateway, reach_of
from engine.domain.text import Text

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"


class ProcessSpec(BpmnProcessSpec):
    """`key` names it within its executable spec; `process_id` is the process it belongs to."""

    key: str
    process_id: str
    plain_start: Element | None = None
    watches: tuple[Element, ...] = ()
    """The starts of its event subprocesses: each waits as long as the process or subprocess goes on."""

    def __init__(self, name: str, **params: Any) -> None:
        super().__init__(name=name, **params)
        self.task_specs = {}
        """Without the library's own `Start` and `End`, which would clash with elements of these very ids."""

    def starts(self) -> list[Element]:
        return list(self.bpmn_start_events)


class ProcessReader(ProcessParser):
    """Reads one process or subprocess: all its elements, then all its flows."""

    def create_spec(self) -> ProcessSpec:
        """Any process that is asked for; whether it is marked executable is a finding, not an obstacle."""
        return ProcessSpec(self.bpmn_id, description=self.get_name(), filename=self.filename)

    def add_tasks(self) -> None:
        nodes = [node for node in self.node if self.is_flow_node(node)]
        if self.enclosing is None:
            self.spec.key = self.spec.process_id = self.bpmn_id
        else:
            self.spec.process_id = self.enclosing.process_id
            self.spec.key = f"{self.enclosing.key}/{self.bpmn_id}"
        for node in nodes:
            if not node.get("id") or node.get("id") in self.spec.task_specs:
                raise refused(node.get("id") or "?", "元素没有编号或编号重复", "an element needs an id of its own")
            self.parse_node(node)
        self.spec.data_objects = {}
        self.connect(nodes)
        self.check()
        self.find_start()
        for element in self.elements():
            element.process_id = self.spec.process_id
        for gateway in self.elements():
            if isinstance(gateway, InclusiveGateway) and len(gateway.incoming) > 1:
                gateway.reach = reach_of(gateway, [e for e in self.elements() if e.loop is None])

    enclosing: ProcessSpec | None = None

    def elements(self) -> Iterator[Element]:
        return iter(self.spec.task_specs.values())

    def is_flow_node(self, node: Any) -> bool:
        return isinstance(node.tag, str) and node.tag in self.parser.ELEMENTS

    def connect(self, nodes: list[etree._Element]) -> None:
        """Gives every element its flows, in the order of the file, and its boundary events."""
        specs = self.spec.task_specs
        incoming: dict[str, list[str]] = {}
        outgoing: dict[str, list[Flow]] = {}
        for node in self.node.iterchildren(f"{BPMN}sequenceFlow"):
            source, target = node.get("sourceRef"), node.get("targetRef")
            flow_id = node.get("id") or f"{source}→{target}"
            if source not in specs or target not in specs:
                raise refused(flow_id, "连线的一端不存在", "one end of the flow does not exist")
            outgoing.setdefault(source, []).append(Flow(flow_id, specs[target], condition_of(node)))
            incoming.setdefault(target, []).append(flow_id)
        for throw, catch in self.links(nodes):
            flow = f"{throw}→{catch}"
            outgoing.setdefault(throw, []).append(Flow(flow, specs[catch]))
            incoming.setdefault(catch, []).append(flow)
        for node in nodes:
            element = specs[node.get("id")]
            element.outgoing = tuple(outgoing.get(node.get("id"), ()))
            element.incoming = tuple(incoming.get(node.get("id"), ()))
            element._outputs = [flow.target.name for flow in element.outgoing]
            for flow in element.outgoing:
                flow.target._inputs.append(element.name)
            default = node.get("default")
            element.default = next((flow for flow in element.outgoing if flow.id == default), None)
            if node.tag == f"{BPMN}boundaryEvent":
                host = specs.get(node.get("attachedToRef"))
                if not isinstance(host, Activity):
                    raise refused(node.get("id"), "边界事件没有附着在任务上", "the boundary event sits on no activity")
                host.boundary += (element,)

    def links(self, nodes: list[etree._Element]) -> Iterator[tuple[str, str]]:
        """Link events are flows without a line: pairs of throwing and catching element."""
        throws, catches = {}, {}
        for node in nodes:
            definition = node.find(f"{BPMN}linkEventDefinition")
            if definition is not None:
                ends = throws if node.tag == f"{BPMN}intermediateThrowEvent" else catches
                ends.setdefault(definition.get("name"), []).append(node.get("id"))
        for name, sources in throws.items():
            if len(catches.get(name, ())) != 1:
                raise refused(sources[0], "链接事件没有唯一的目标", "the link event has no single target")
            yield from ((source, catches[name][0]) for source in sources)

    def check(self) -> None:
        """Refuses what would run, but not as it is drawn."""
        for element in self.elements():
            targets = [flow.target for flow in element.outgoing]
            if isinstance(element, ExclusiveGateway) and len(targets) > 1:
                for flow in element.outgoing:
                    if flow.condition is None and flow is not element.default:
                        raise refused(flow.id, "路径既无条件也非默认", "the flow has no condition and is no default")
            if isinstance(element, EventGateway) and not all(waits(t) for t in targets or [None]):
                raise refused(element.name, "事件网关之后只能是等待事件", "only events may follow an event gateway")
            if any(isinstance(target, StartEvent | BoundaryEvent) for target in targets):
                raise refused(element.name, "连线不能指向开始或边界事件", "a flow may not lead to such an event")

    def find_start(self) -> None:
        starts = self.spec.starts()
        plain = [start for start in starts if isinstance(start.event_definition, NoneEvent)]
        timed = [start for start in starts if not isinstance(start.event_definition, NoneEvent) and not start.message]
        self.spec.plain_start = next(iter(plain or timed), None)
        if not starts:
            raise refused(self.bpmn_id, "没有开始事件", "there is no start event")
        if len(plain) > 1:
            raise refused(plain[1].name, "有多个普通开始事件", "there is more than one plain start event")
        if self.node.get("triggeredByEvent") == "true":
            if len(starts) > 1 or plain:
                raise refused(self.bpmn_id, "事件子流程应有一个等待事件的开始", "an event subprocess needs one start that waits")
            self.spec.plain_start = starts[0]
            return
        if self.enclosing is not None and (len(starts) > 1 or not plain):
            raise refused(self.bpmn_id, "子流程应有一个普通开始事件", "a subprocess needs one plain start event")


def waits(element: Element | None) -> bool:
    return isinstance(element, Catching) and not isinstance(element.event_definition, NoneEvent)


def condition_of(flow: etree._Element) -> Expression | None:
    node = flow.find(f"{BPMN}conditionExpression")
    if node is None or not (node.text or "").strip():
        return None
    return compiled(flow.get("id"), node.text)


def compiled(element_id: str, source: str) -> Expression:
    """The expression; refused with the element it stands at if it cannot be read."""
    try:
        return compile_expression(source)
    except ExpressionError as error:
        raise Unrunnable(element=element_id, why=error.text) from error


def refused(element_id: str, zh: str, en: str) -> Unrunnable:
    return Unrunnable(element=element_id, why=Text(zh, en))
