"""The parsers of events: what an event waits for or throws, with the values it needs for it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn.parser.event_parsers import EventDefinitionParser

from engine.bpmn import events, timers
from engine.bpmn.dialects.names import event_definitions
from engine.bpmn.expressions import Expression
from engine.bpmn.messages import MessageEvent, SignalEvent
from engine.bpmn.parsing_nodes import Node
from engine.bpmn.process import BPMN, compiled, refused
from engine.bpmn.vendor import attribute, mapping, properties, readable, text

TIMERS = {
    "timeDate": timers.InstantTimer, "timeDuration": timers.DurationTimer, "timeCycle": timers.CycleTimer,
}  # fmt: skip


CATCHES = frozenset({"message", "signal", "timer", "conditional"})
ALLOWED = {
    "startEvent": frozenset({"message", "timer"}),
    "startEvent of an event subprocess": CATCHES | {"error", "escalation"},
    "intermediateCatchEvent": CATCHES | {"link"},
    "boundaryEvent": CATCHES | {"error", "escalation", "cancel"},
    "intermediateThrowEvent": frozenset({"message", "signal", "escalation", "link"}),
    "endEvent": frozenset({"message", "signal", "escalation", "error", "terminate", "cancel"}),
}


class EventNode(EventDefinitionParser, Node):
    """Reads an event with the definition our elements understand."""

    bpmn_attributes = Node.bpmn_attributes
    parse_node = Node.parse_node

    def create_task(self) -> Any:
        return self.spec_class(self.spec, self.bpmn_id, event_definition=self.definition(), **self.bpmn_attributes)

    def definition(self) -> Any:
        found = [definition for _, definition in event_definitions(self.node)]
        if len(found) > 1:
            raise refused(self.bpmn_id, "一个事件不能有多个定义", "an event with several definitions is not supported")
        if not found:
            return events.NoneEvent()
        kind = etree.QName(found[0]).localname.removesuffix("EventDefinition")
        if kind not in self.allowed():
            raise refused(self.bpmn_id, f"此处不支持{kind}事件", f"a {kind} event is not supported here")
        return getattr(self, f"read_{kind}")(found[0])

    def allowed(self) -> frozenset[str]:
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
                readable(self.node, partial(timer.prepare, calendar=calendar), child.text)
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

    def read_signal(self, node: etree._Element) -> SignalEvent:
        return SignalEvent(self.referred(node, "signalRef", self.process_parser.parser.signals))

    def read_error(self, node: etree._Element) -> events.ErrorEvent:
        event = events.ErrorEvent(None, None)
        if node.get("errorRef") is not None:
            found = self.referred(node, "errorRef", self.process_parser.parser.errors)
            event = events.ErrorEvent(found["name"], found["error_code"])
        event.code_variable = attribute(node, "errorCodeVariable")
        event.name_variable = attribute(node, "errorMessageVariable")
        return event

    def read_escalation(self, node: etree._Element) -> events.EscalationEvent:
        event = events.EscalationEvent(None, None)
        if node.get("escalationRef") is not None:
            found = self.referred(node, "escalationRef", self.process_parser.parser.escalations)
            event = events.EscalationEvent(found["name"], found["escalation_code"])
        event.code_variable = attribute(node, "escalationCodeVariable")
        return event

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
    def allowed(self) -> frozenset[str]:
        inside = self.node.getparent().get("triggeredByEvent") == "true"
        return ALLOWED["startEvent of an event subprocess" if inside else "startEvent"]

    def create_task(self) -> events.StartEvent:
        task = super().create_task()
        task.interrupts = self.node.get("isInterrupting", "true") != "false"
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
