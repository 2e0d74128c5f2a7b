"""From the tree of a BPMN file to our elements: the parser of SpiffWorkflow with our classes registered.

What the file says in the attributes of Camunda 7, Camunda 8 (zeebe) or SpiffWorkflow is understood wherever it changes
what happens: collections, mappings, called processes, calendars, correlation.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.parser.event_parsers import EventDefinitionParser
from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser
from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException
from SpiffWorkflow.bpmn.specs.event_definitions.message import CorrelationProperty

from engine.bpmn import events, flow_nodes, joins, loops, subprocesses, timers
from engine.bpmn.expressions import Expression, ExpressionError, compile_expression, compile_script, compile_value
from engine.bpmn.messages import MessageEvent
from engine.bpmn.process import BPMN, ProcessReader, compiled, refused

TIMERS = {
    "timeDate": timers.InstantTimer, "timeDuration": timers.DurationTimer, "timeCycle": timers.CycleTimer,
}  # fmt: skip


def named(node: etree._Element, *names: str) -> list[etree._Element]:
    """The vendor elements of these local names directly under the element's extensions."""
    found = []
    for extensions in node.iterchildren(f"{BPMN}extensionElements"):
        for child in extensions.iter():
            if isinstance(child.tag, str) and etree.QName(child).localname in names:
                found.append(child)
    return found


def attribute(node: etree._Element, *names: str) -> str | None:
    """An attribute by its local name, whatever vendor's prefix it carries."""
    for key, value in node.attrib.items():
        if etree.QName(key).localname in names:
            return value
    return None


def properties(node: etree._Element) -> dict[str, str]:
    return {p.get("name"): p.get("value") or "" for p in named(node, "property") if p.get("name")}


def mapping(node: etree._Element, *names: str) -> dict[str, Expression] | None:
    """Input or output mappings of the element, target → expression; None if it has none."""
    found: dict[str, Expression] = {}
    for child in named(node, *names):
        target = child.get("target") or child.get("name")
        source = child.get("source") or child.get("sourceExpression") or child.text or ""
        if target and source.strip():
            read = compile_expression if child.get("source") or child.get("sourceExpression") else compile_value
            found[target] = readable(node, read, source)
    return found or None


def readable(node: etree._Element, read: Any, source: str) -> Any:
    try:
        return read(source)
    except ExpressionError as error:
        raise refused(node.get("id"), error.text.zh, error.text.en) from error


class Node(TaskParser):
    """Reads one element without following its flows."""

    @property
    def bpmn_attributes(self) -> dict[str, Any]:
        return {"description": self.node.tag, "lane": self.lane, "bpmn_name": self.node.get("name")}

    def parse_node(self) -> Any:
        self.task = self.create_task()
        self.dress(self.task)
        for tag, read in (("multiInstanceLoopCharacteristics", self.repeat), ("standardLoopCharacteristics", self.loop)):
            found = self.node.find(f"{BPMN}{tag}")
            if found is not None:
                self.wrap(read(found))
        return self.task

    def dress(self, task: Any) -> None:
        """Adds what the element needs beyond its constructor."""

    # -- loops --------------------------------------------------------------------------------------------------

    def wrap(self, outer: loops.Loop) -> None:
        inner = self.task
        inner.name = f"{self.bpmn_id} [child]"
        specs = self.spec.task_specs
        specs[inner.name], specs[outer.name] = inner, outer
        outer.inner, inner.loop = inner, outer
        outer.bpmn_id, outer.bpmn_name, outer.kind = inner.bpmn_id, inner.bpmn_name, inner.kind
        self.task = outer

    def repeat(self, node: etree._Element) -> loops.MultiInstance:
        if not isinstance(self.task, flow_nodes.Activity):
            raise refused(self.bpmn_id, "此元素不能多实例执行", "this element cannot be a multi-instance")
        kind = loops.SequentialMultiInstance if node.get("isSequential") == "true" else loops.ParallelMultiInstance
        del self.spec.task_specs[self.bpmn_id]
        loop = kind(self.spec, self.bpmn_id, "")
        zeebe = next(iter(named(node, "loopCharacteristics")), None)
        if zeebe is not None:
            collection, loop.element = zeebe.get("inputCollection"), zeebe.get("inputElement")
            loop.output, output_element = zeebe.get("outputCollection"), zeebe.get("outputElement")
        else:
            collection = attribute(node, "collection") or text(node, "loopDataInputRef")
            loop.element = attribute(node, "elementVariable") or item(node, "inputDataItem")
            loop.output, output_element = text(node, "loopDataOutputRef"), item(node, "outputDataItem")
        cardinality = text(node, "loopCardinality")
        if collection:
            loop.collection = compiled(self.bpmn_id, collection)
        elif cardinality:
            loop.cardinality = compiled(self.bpmn_id, cardinality)
        else:
            raise refused(self.bpmn_id, "多实例没有集合或次数", "the multi-instance has neither collection nor count")
        loop.output_element = compiled(self.bpmn_id, output_element) if output_element else None
        completion = text(node, "completionCondition")
        loop.completion = compiled(self.bpmn_id, completion) if completion else None
        return loop

    def loop(self, node: etree._Element) -> loops.StandardLoop:
        if not isinstance(self.task, flow_nodes.Activity):
            raise refused(self.bpmn_id, "此元素不能循环执行", "this element cannot be a loop")
        maximum, condition = node.get("loopMaximum"), text(node, "loopCondition")
        if (maximum is None or not maximum.isdigit()) and not condition:
            raise refused(self.bpmn_id, "循环没有次数或条件", "the loop has neither a maximum nor a condition")
        before = node.get("testBefore") == "true"
        del self.spec.task_specs[self.bpmn_id]
        limit = int(maximum) if maximum and maximum.isdigit() else None
        loop = loops.StandardLoop(self.spec, self.bpmn_id, "", limit, condition, before)
        loop.repeat = compiled(self.bpmn_id, condition) if condition else None
        return loop


def text(node: etree._Element, tag: str) -> str | None:
    found = node.find(f"{BPMN}{tag}")
    return (found.text or "").strip() or None if found is not None else None


def item(node: etree._Element, tag: str) -> str | None:
    found = node.find(f"{BPMN}{tag}")
    return found.get("name") or found.get("id") if found is not None else None


class ScriptNode(Node):
    def create_task(self) -> flow_nodes.ScriptTask:
        script = text(self.node, "script")
        zeebe = next(iter(named(self.node, "script")), None)
        if zeebe is not None:
            script = f"{zeebe.get('resultVariable')} = {zeebe.get('expression')}"
        elif script and attribute(self.node, "resultVariable"):
            script = f"{attribute(self.node, 'resultVariable')} = {script}"
        if not script:
            raise refused(self.bpmn_id, "脚本任务没有脚本", "the script task has no script")
        task = self.spec_class(self.spec, self.bpmn_id, script=script, **self.bpmn_attributes)
        task.program = readable(self.node, compile_script, script)
        return task


class SubProcessNode(Node):
    def create_task(self) -> subprocesses.SubProcess:
        if self.node.get("triggeredByEvent") == "true":
            raise refused(self.bpmn_id, "不支持事件子流程", "event subprocesses are not supported")
        task = self.spec_class(self.spec, self.bpmn_id, subworkflow_spec=self.bpmn_id, **self.bpmn_attributes)
        reader = ProcessReader(
            self.process_parser.parser, self.node, self.nsmap, {}, filename=self.filename, lane=self.lane
        )
        reader.enclosing = self.spec
        task.body_spec = reader.get_spec()
        task.spec = task.body_spec.key
        self.process_parser.parser.bodies[task.spec] = task.body_spec
        return task


class CallNode(Node):
    def create_task(self) -> subprocesses.CallActivity:
        zeebe = next(iter(named(self.node, "calledElement")), None)
        called = self.node.get("calledElement") or (zeebe.get("processId") if zeebe is not None else None)
        if not called or called.startswith(("=", "${", "#{")):
            raise refused(self.bpmn_id, "调用活动没有指明固定的流程", "the call activity names no fixed process")
        task = self.spec_class(self.spec, self.bpmn_id, subworkflow_spec=called, **self.bpmn_attributes)
        self.process_parser.parser.calls.append(task)
        return task

    def dress(self, task: subprocesses.CallActivity) -> None:
        for name, tag in (("given", "in"), ("returned", "out")):
            if not any(child.get("variables") == "all" for child in named(self.node, tag)):
                setattr(task, name, mapping(self.node, tag, "input" if tag == "in" else "output"))


class EventNode(EventDefinitionParser, Node):
    """Reads an event with the definition our elements understand."""

    bpmn_attributes = Node.bpmn_attributes
    parse_node = Node.parse_node

    def create_task(self) -> Any:
        return self.spec_class(self.spec, self.bpmn_id, event_definition=self.definition(), **self.bpmn_attributes)

    def definition(self) -> Any:
        found = [child for child in self.node if isinstance(child.tag, str) and child.tag.endswith("EventDefinition")]
        if len(found) > 1:
            raise refused(self.bpmn_id, "一个事件不能有多个定义", "an event with several definitions is not supported")
        if not found:
            return events.NoneEvent()
        kind = etree.QName(found[0]).localname.removesuffix("EventDefinition")
        if kind not in self.parser_allows():
            raise refused(self.bpmn_id, f"此处不支持{kind}事件", f"a {kind} event is not supported here")
        return getattr(self, f"read_{kind}")(found[0])

    def parser_allows(self) -> frozenset[str]:
        return ALLOWED[etree.QName(self.node).localname]

    def referred(self, node: etree._Element, reference: str, known: Mapping[str, Any]) -> Any:
        name = node.get(reference)
        found = known.get(name, known.get((name or "").rpartition(":")[2]))
        if found is None:
            raise refused(self.bpmn_id, "引用的定义不存在", "what the event refers to does not exist")
        return found

    def read_timer(self, node: etree._Element) -> timers.Timer:
        for child in node:
            kind = isinstance(child.tag, str) and TIMERS.get(etree.QName(child).localname)
            if kind and (child.text or "").strip():
                timer = kind(self.bpmn_id, child.text.strip())
                own = properties(self.node).get("calendar")
                calendar = own or self.process_parser.parser.calendars.get(self.spec.process_id) or "wall"
                if calendar not in ("business", "wall"):
                    raise refused(self.bpmn_id, f"没有日历“{calendar}”", f"there is no calendar “{calendar}”")
                readable(self.node, lambda source: timer.prepare(source, calendar), child.text)
                return timer
        raise refused(self.bpmn_id, "定时事件没有时间", "the timer event has no time")

    def read_message(self, node: etree._Element) -> MessageEvent:
        parser = self.process_parser.parser
        reference = node.get("messageRef")
        name = self.referred(node, "messageRef", parser.messages)
        if not name:
            raise refused(self.bpmn_id, "消息没有名称", "the message has no name")
        message = MessageEvent(name)
        keys = {}
        for prop in parser.message_correlations.get(reference, ()):
            keys[prop.name] = compiled(self.bpmn_id, prop.retrieval_expression)
        if reference in parser.subscriptions:
            keys["correlationKey"] = compiled(self.bpmn_id, parser.subscriptions[reference])
        for key, value in properties(self.node).items():
            if key.startswith("correlation."):
                keys[key.removeprefix("correlation.")] = compiled(self.bpmn_id, value)
        message.keys = keys
        message.payload = mapping(self.node, "input", "inputParameter") or self.listed("payload")
        message.accepts = mapping(self.node, "output", "outputParameter") or self.listed("accepts")
        return message

    def listed(self, name: str) -> dict[str, Expression] | None:
        """A property such as `payload` = `case_no, customer`."""
        names = [n.strip() for n in properties(self.node).get(name, "").split(",") if n.strip()]
        return {n: compiled(self.bpmn_id, n) for n in names} or None

    def read_signal(self, node: etree._Element) -> events.SignalEvent:
        return events.SignalEvent(self.referred(node, "signalRef", self.process_parser.parser.signals))

    def read_error(self, node: etree._Element) -> events.ErrorEvent:
        if node.get("errorRef") is None:
            return events.ErrorEvent(None, None)
        found = self.referred(node, "errorRef", self.process_parser.parser.errors)
        return events.ErrorEvent(found["name"], found["error_code"])

    def read_escalation(self, node: etree._Element) -> events.EscalationEvent:
        if node.get("escalationRef") is None:
            return events.EscalationEvent(None, None)
        found = self.referred(node, "escalationRef", self.process_parser.parser.escalations)
        return events.EscalationEvent(found["name"], found["escalation_code"])

    def read_conditional(self, node: etree._Element) -> events.ConditionalEvent:
        source = text(node, "condition")
        if not source:
            raise refused(self.bpmn_id, "条件事件没有条件", "the conditional event has no condition")
        event = events.ConditionalEvent(source)
        event.condition = compiled(self.bpmn_id, source)
        return event

    def read_cancel(self, node: etree._Element) -> events.CancelEvent:
        return events.CancelEvent()

    def read_terminate(self, node: etree._Element) -> events.TerminateEvent:
        return events.TerminateEvent()

    def read_link(self, node: etree._Element) -> events.NoneEvent:
        return events.NoneEvent()


class StartNode(EventNode):
    def create_task(self) -> events.StartEvent:
        task = super().create_task()
        task.message = task.event_definition.name if isinstance(task.event_definition, MessageEvent) else None
        return task


class CatchNode(EventNode):
    def definition(self) -> Any:
        found = super().definition()
        link = self.node.find(f"{BPMN}linkEventDefinition") is not None
        if isinstance(found, events.NoneEvent) and not link:
            raise refused(self.bpmn_id, "事件没有说明等待什么", "the event does not say what it waits for")
        return found


class BoundaryNode(CatchNode):
    def create_task(self) -> events.BoundaryEvent:
        interrupts = self.node.get("cancelActivity", "true") != "false"
        definition = self.definition()
        if not interrupts and isinstance(definition, events.ErrorEvent | events.CancelEvent):
            raise refused(self.bpmn_id, "错误边界事件总是中断", "an error or cancel boundary event always interrupts")
        return self.spec_class(
            self.spec, self.bpmn_id, event_definition=definition, cancel_activity=interrupts, **self.bpmn_attributes
        )


class MessageTaskNode(EventNode):
    """Send and receive tasks carry the message on themselves."""

    def definition(self) -> MessageEvent:
        if not self.node.get("messageRef"):
            raise refused(self.bpmn_id, "任务没有指明消息", "the task names no message")
        return self.read_message(self.node)


class EventGatewayNode(Node):
    def create_task(self) -> flow_nodes.EventGateway:
        return self.spec_class(self.spec, self.bpmn_id, event_definition=events.NoneEvent(), **self.bpmn_attributes)


CATCHES = frozenset({"message", "signal", "timer", "conditional"})
ALLOWED = {
    "startEvent": frozenset({"message", "timer"}),
    "intermediateCatchEvent": CATCHES | {"link"},
    "boundaryEvent": CATCHES | {"error", "escalation", "cancel"},
    "intermediateThrowEvent": frozenset({"message", "signal", "escalation", "link"}),
    "endEvent": frozenset({"message", "signal", "escalation", "error", "terminate", "cancel"}),
}
UNSUPPORTED = ("adHocSubProcess", "complexGateway", "businessRuleTask", "serviceTask", "callChoreography")


class UnsupportedNode(Node):
    def create_task(self) -> Any:
        tag = etree.QName(self.node).localname
        raise refused(self.bpmn_id, f"不支持元素{tag}", f"{tag} is not supported")


class Parser(BpmnParser):
    """Reads one file. `bodies` are the subprocesses it met, by key; `calls` the call activities, to be resolved."""

    ELEMENTS: Mapping[str, tuple[type, type | None]] = {
        f"{BPMN}{tag}": pair
        for tag, pair in {
            "startEvent": (StartNode, events.StartEvent),
            "endEvent": (EventNode, events.EndEvent),
            "intermediateCatchEvent": (CatchNode, events.IntermediateCatchEvent),
            "intermediateThrowEvent": (EventNode, events.IntermediateThrowEvent),
            "boundaryEvent": (BoundaryNode, events.BoundaryEvent),
            "userTask": (Node, flow_nodes.UserTask),
            "manualTask": (Node, flow_nodes.ManualTask),
            "task": (Node, flow_nodes.PlainTask),
            "scriptTask": (ScriptNode, flow_nodes.ScriptTask),
            "sendTask": (MessageTaskNode, events.SendTask),
            "receiveTask": (MessageTaskNode, events.ReceiveTask),
            "exclusiveGateway": (Node, flow_nodes.ExclusiveGateway),
            "parallelGateway": (Node, joins.ParallelGateway),
            "inclusiveGateway": (Node, joins.InclusiveGateway),
            "eventBasedGateway": (EventGatewayNode, flow_nodes.EventGateway),
            "subProcess": (SubProcessNode, subprocesses.SubProcess),
            "transaction": (SubProcessNode, subprocesses.Transaction),
            "callActivity": (CallNode, subprocesses.CallActivity),
            **{tag: (UnsupportedNode, flow_nodes.Element) for tag in UNSUPPORTED},
        }.items()
    }
    OVERRIDE_PARSER_CLASSES = ELEMENTS
    PROCESS_PARSER_CLASS = ProcessReader

    def __init__(self) -> None:
        super().__init__()
        self.bodies: dict[str, Any] = {}
        self.calls: list[subprocesses.CallActivity] = []
        self.subscriptions: dict[str, str] = {}
        self.calendars: dict[str, str] = {}

    def read(self, root: etree._Element) -> None:
        """Takes the tree in, which is not changed. Raises `Unrunnable`."""
        for message in root.iterchildren(f"{BPMN}message"):
            for subscription in named(message, "subscription"):
                if subscription.get("correlationKey"):
                    self.subscriptions[message.get("id")] = subscription.get("correlationKey")
        for process in root.iterchildren(f"{BPMN}process"):
            if properties(process).get("calendar"):
                self.calendars[process.get("id")] = properties(process)["calendar"]
        try:
            self.add_bpmn_xml(root)
        except ValidationException as error:
            raise refused(error.id or "?", str(error), str(error)) from error

    def _add_data_stores(self, bpmn: etree._Element) -> None:
        """Data stores are drawings to us: variables hold the data."""

    def _add_correlations(self, bpmn: etree._Element) -> None:
        """Correlation properties by message, named as the file names them rather than by their ids."""
        for prop in bpmn.iterchildren(f"{BPMN}correlationProperty"):
            for retrieval in prop.iterchildren(f"{BPMN}correlationPropertyRetrievalExpression"):
                source = "".join(retrieval.itertext()).strip()
                if source:
                    entry = CorrelationProperty(prop.get("name") or prop.get("id"), source, [])
                    self.message_correlations.setdefault(retrieval.get("messageRef"), []).append(entry)
