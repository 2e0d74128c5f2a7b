"""Everything that can be different about one step, as facts that can be compared and said."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass

from lxml import etree

from engine.bpmn.dialects.names import CAMUNDA, SPIFF, ZEEBE, bpmn, text_of
from engine.bpmn.dialects.procedures import called_by
from engine.bpmn.diff import words
from engine.bpmn.diff.drawing import Drawing, Node
from engine.bpmn.model import Limit, Step
from engine.domain.text import Text

Refer = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Fact:
    """`value` is what is compared; `shown` what is said of it. `part` tells facts of one kind apart (field keys …)."""

    what: str
    value: Hashable
    shown: Text
    part: str = ""
    label: Text = Text("", "")


def of_node(node: Node, drawing: Drawing, refer: Refer) -> Iterator[Fact]:
    """`refer` gives the id by which both sides know an element."""
    yield Fact("kind", node.kind, kind_of(node, drawing))
    if node.is_named:
        yield Fact("name", node.name, node.name)
    if node.host:
        yield Fact("host", refer(node.host), words.quoted(called(drawing, node.host)))
    if node.step is not None:
        yield from _of_step(node.step, drawing, refer)
    yield from _of_event(node, drawing)
    yield from _of_repetition(node.element, drawing)
    yield from _of_work(node, drawing)


def _of_step(step: Step, drawing: Drawing, refer: Refer) -> Iterator[Fact]:
    if step.lane is not None:
        yield Fact("lane", step.lane, words.quoted(step.lane))
    of = step.assignment
    for what, names in (("groups", of.candidate_groups), ("users", of.candidate_users)):
        if names:
            yield Fact(what, frozenset(names), words.plain(names))
    for what in ("assignee", "due_date", "follow_up_date", "priority"):
        if (written := getattr(of, what)) is not None:
            yield Fact(what, written, Text.same(written))
    if step.limit is not None:
        yield from of_limit(step.limit)
    for what, names in (("stops", step.stops), ("pauses", step.pauses)):
        if names:
            yield Fact(what, frozenset(names), words.listed(words.quoted(drawing.clock(name)) for name in names))
    for what, ids in (("separate_from", step.separate_from), ("same_as", step.same_as)):
        if ids:
            said = words.listed(words.quoted(called(drawing, id_)) for id_ in ids)
            yield Fact(what, frozenset(refer(id_) for id_ in ids), said)
    for what in ("guidance", "script"):
        if (said := getattr(step, what)) is not None:
            yield Fact(what, _spaced(said), said)
    if step.stage is not None:
        yield Fact("stage", step.stage, words.STAGES.get(step.stage, Text.same(step.stage)))
    if step.touchpoint:
        yield Fact("touchpoint", True, words.YES)


def of_limit(limit: Limit, part: str = "", label: Text = Text("", "")) -> Iterator[Fact]:
    yield Fact("limit", limit.limit, words.duration(limit.limit, limit.calendar), part, label)
    yield Fact("warn", limit.warn, words.share(limit.warn), part, label)
    yield Fact("calendar", limit.calendar, words.CALENDARS.get(limit.calendar, Text.same(limit.calendar)), part, label)


def _of_event(node: Node, drawing: Drawing) -> Iterator[Fact]:
    for what, definition in drawing.definitions_of(node):
        match what:
            case "timer":
                yield from _of_timer(node, definition, drawing)
            case "message" | "signal" | "error" | "escalation":
                name = drawing.called(definition.get(f"{what}Ref"), what)
                yield Fact(what, name, Text.same(name) if name else words.NONE)
            case "conditional":
                source = text_of(definition.find(bpmn("condition")))
                yield Fact("condition", " ".join(source.split()), drawing.conditions.condition(source))
            case "link":
                yield Fact("link", definition.get("name") or "", Text.same(definition.get("name") or ""))
    if node.kind in ("sendTask", "receiveTask"):
        name = drawing.called(node.element.get("messageRef"), "message")
        yield Fact("message", name, Text.same(name) if name else words.NONE)
    if node.kind == "boundaryEvent":
        interrupts = node.element.get("cancelActivity", "true") != "false"
        yield Fact("interrupting", interrupts, words.YES if interrupts else words.NO)


def _of_timer(node: Node, definition: etree._Element, drawing: Drawing) -> Iterator[Fact]:
    for form in ("timeDate", "timeDuration", "timeCycle"):
        if written := text_of(definition.find(bpmn(form))):
            calendar = property_of(node.element, "calendar") or drawing.definition.procedures[node.process_id].calendar
            yield Fact("timer", (form, written.strip("\"'")), words.timer(form, written, calendar))
            yield Fact("timer_calendar", calendar, words.CALENDARS.get(calendar, Text.same(calendar)))


def _of_repetition(element: etree._Element, drawing: Drawing) -> Iterator[Fact]:
    for loop in element.iterfind(bpmn("multiInstanceLoopCharacteristics")):
        leaves = tuple(sorted(_leaves(loop)))
        way = Text("依次", "one after the other") if loop.get("isSequential") == "true" else Text("同时", "all at once")
        over = next((value for path, value in leaves if path.rpartition("/")[2].lower().endswith(OVER)), "")
        said = Text(f"{way.zh}，{over}", f"{way.en}, {over}") if over else way
        yield Fact("multi_instance", leaves, said)
    for loop in element.iterfind(bpmn("standardLoopCharacteristics")):
        source = text_of(loop.find(bpmn("loopCondition")))
        yield Fact("loop", tuple(sorted(_leaves(loop))), drawing.conditions.condition(source) if source else words.YES)


OVER = ("collection", "loopcardinality", "loopdatainputref")


def _of_work(node: Node, drawing: Drawing) -> Iterator[Fact]:
    """What is done without people: scripts, calls, decisions, services, values handed over."""
    if script := text_of(node.element.find(bpmn("script"))):
        yield Fact("computation", _lines(script), Text.same(script))
    if node.kind == "callActivity":
        yield Fact("calls", called_by(node.element), Text.same(called_by(node.element)))
    if decision := decision_of(node.element):
        yield Fact("decision", decision, Text.same(decision))
    if work := next((w for name in SERVICES if (w := attribute_of(node.element, name))), ""):
        yield Fact("service", work, Text.same(work))
    if work := _extension(node.element, "taskDefinition", "type"):
        yield Fact("service", work, Text.same(work))
    handed = tuple(sorted(_handed(node.element)))
    if handed:
        yield Fact("values", handed, words.plain(f"{target} = {source}" for target, source in handed))
    said = text_of(node.element.find(bpmn("documentation")))
    if said and not (node.step is not None and node.step.guidance == Text.same(said)):
        yield Fact("documentation", _spaced(Text.same(said)), Text.same(said))


def decision_of(element: etree._Element) -> str:
    """The id of the decision a business rule task makes; empty where it makes none."""
    return attribute_of(element, "decisionRef") or _extension(element, "calledDecision", "decisionId")


SERVICES = ("topic", "class", "expression", "delegateExpression", "type")


def _handed(element: etree._Element) -> Iterator[tuple[str, str]]:
    """Values that go in and come out: mappings of calls, payloads of messages, what they are told apart by."""
    for extension in element.iterfind(f"{bpmn('extensionElements')}//*"):
        name = etree.QName(extension).localname if isinstance(extension.tag, str) else ""
        if name in ("in", "out", "input", "output"):
            source = extension.get("source") or extension.get("sourceExpression") or extension.get("variables") or ""
            yield f"{name} {extension.get('target') or ''}".strip(), source
        elif name in ("inputParameter", "outputParameter"):
            yield f"{name[:-9]} {extension.get('name') or ''}", text_of(extension)
    for name in ("payload", "accepts"):
        if written := property_of(element, name):
            yield name, written
    for holder in _properties(element):
        if (holder.get("name") or "").startswith("correlation."):
            yield holder.get("name") or "", holder.get("value") or ""


def called(drawing: Drawing, id_: str) -> Text:
    node = drawing.nodes.get(id_)
    return node.name if node is not None and node.is_named else Text.same(id_)


def kind_of(node: Node, drawing: Drawing) -> Text:
    """What sort of element it is, in words."""
    if node.kind in KINDS:
        return KINDS[node.kind]
    for what, _ in drawing.definitions_of(node):
        if what in EVENTS:
            return EVENTS[what]
    return EVENTS.get(node.kind, Text.same(node.kind))


KINDS = {
    "userTask": Text("人工步骤", "step"),
    "manualTask": Text("线下步骤", "manual step"),
    "task": Text("未分类步骤", "plain step"),
    "scriptTask": Text("自动计算", "automatic computation"),
    "serviceTask": Text("服务任务", "service task"),
    "sendTask": Text("发送任务", "sending task"),
    "receiveTask": Text("接收任务", "receiving task"),
    "businessRuleTask": Text("规则决策", "decision by rules"),
    "exclusiveGateway": Text("分支判断", "choice"),
    "parallelGateway": Text("并行网关", "parallel split or join"),
    "inclusiveGateway": Text("包容网关", "inclusive split or join"),
    "eventBasedGateway": Text("等待分支", "wait for the first event"),
    "complexGateway": Text("复杂网关", "complex gateway"),
    "subProcess": Text("子流程", "subprocess"),
    "transaction": Text("事务子流程", "transaction"),
    "adHocSubProcess": Text("即席子流程", "ad-hoc subprocess"),
    "callActivity": Text("调用流程", "called procedure"),
}
EVENTS = {
    "message": Text("消息事件", "message"),
    "timer": Text("定时事件", "timer"),
    "signal": Text("信号事件", "signal"),
    "error": Text("错误事件", "error"),
    "escalation": Text("升级事件", "escalation"),
    "conditional": Text("条件事件", "condition event"),
    "link": Text("链接事件", "link"),
    "terminate": Text("终止事件", "end of everything"),
    "compensation": Text("补偿事件", "compensation"),
    "cancel": Text("取消事件", "cancellation"),
    "startEvent": Text("开始", "start"),
    "endEvent": Text("结束", "end"),
    "intermediateThrowEvent": Text("中间事件", "event on the way"),
    "intermediateCatchEvent": Text("中间事件", "event on the way"),
    "boundaryEvent": Text("边界事件", "boundary event"),
}


def property_of(element: etree._Element, name: str) -> str:
    return next((p.get("value") or "" for p in _properties(element) if (p.get("name") or p.get("id")) == name), "")


def attribute_of(element: etree._Element, name: str) -> str:
    return next((value for space in (*CAMUNDA, *SPIFF, *ZEEBE) if (value := element.get(f"{{{space}}}{name}"))), "")


def _properties(element: etree._Element) -> Iterable[etree._Element]:
    return element.iterfind(f"{bpmn('extensionElements')}/{{*}}properties/{{*}}property")


def _extension(element: etree._Element, name: str, attribute: str) -> str:
    found = element.find(f"{bpmn('extensionElements')}/{{*}}{name}")
    return (found.get(attribute) or "") if found is not None else ""


def _leaves(element: etree._Element, path: str = "") -> Iterator[tuple[str, str]]:
    """Every attribute and text within, by its way; ids tell nothing."""
    for name, value in element.attrib.items():
        if etree.QName(name).localname != "id":
            yield f"{path}/{etree.QName(name).localname}", " ".join(value.split())
    if words_ := " ".join((element.text or "").split()):
        yield path, words_
    for child in element.iterchildren(etree.Element):
        yield from _leaves(child, f"{path}/{etree.QName(child).localname}")


def _spaced(said: Text) -> tuple[str, str]:
    return _lines(said.zh), _lines(said.en)


def _lines(said: str) -> str:
    """Without the space at the ends of lines that tools add or take."""
    return "\n".join(line.strip() for line in said.strip().splitlines())
