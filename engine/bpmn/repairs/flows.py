"""Flows that lead nowhere, into starts or out of ends; ids that are missing or used twice; shapes that cannot be drawn."""

from __future__ import annotations

from lxml import etree

from engine.bpmn.dialects.names import ACTIVITIES, SUBPROCESSES, bpmn, children, event_definitions, kind
from engine.bpmn.lint.sheet import name_of
from engine.bpmn.repairs.draft import Draft
from engine.bpmn.repairs.faults import Fault
from engine.bpmn.repairs.model import Choice, Mend
from engine.bpmn.repairs.tree import drop
from engine.domain.text import Text

THROWN = ("message", "signal", "escalation")


def loose_flow(draft: Draft, fault: Fault) -> Mend | None:
    """A flow to what does not exist goes; one across the border of a subprocess leads to the subprocess itself."""
    flow = fault.element
    source, target = (draft.end(flow, end) for end in ("sourceRef", "targetRef"))
    over = _meant(draft, flow)
    if over is None and (source is None) != (target is None):
        over = _across(draft, flow)

    def do(draft: Draft, choice: str | None) -> None:
        if choice == "border" and over is not None:
            draft.lead(flow, **over)
        else:
            draft.remove(flow)
            draft.change(flow.getparent() if flow.getparent() is not None else draft.root)

    ident = flow.get("id") or _ends(flow)
    gone = Choice("remove", Text("删除该连线", "remove the flow"))
    if over is None:
        message = Text(f"删除连线“{name_of(flow)}”。", f"The flow “{name_of(flow)}” is removed.")
        return Mend(fault.rule.id, ident, message, fault.why, do, (), "remove", phase=1)
    message = Text(
        f"连线“{name_of(flow)}”重新接到它应接的元素上。",
        f"The flow “{name_of(flow)}” is joined again where it was meant to be.",
    )
    border = Choice("border", Text("接到应接的元素上", "join it where it was meant to be"))
    return Mend(fault.rule.id, ident, message, fault.why, do, (border, gone), "border", phase=1)


def _meant(draft: Draft, flow: etree._Element) -> dict[str, etree._Element] | None:
    """The ends of a flow that names them with a prefix, as some tools do."""
    known = {n.get("id"): n for n in draft.nodes(flow.getparent()) if n.get("id")}
    ends = {name: (flow.get(f"{name}Ref") or "").rpartition(":")[2] for name in ("source", "target")}
    if not all(end in known for end in ends.values()):
        return None
    return {name: known[end] for name, end in ends.items()}


def _ends(flow: etree._Element) -> str:
    return f"{flow.get('sourceRef') or '—'}→{flow.get('targetRef') or '—'}"


def _across(draft: Draft, flow: etree._Element) -> dict[str, etree._Element] | None:
    """What the missing end should be: the subprocess around it, where that stands beside the other end."""
    missing = "sourceRef" if draft.end(flow, "sourceRef") is None else "targetRef"
    node = draft.ids.get(flow.get(missing) or "")
    while node is not None and node.getparent() is not flow.getparent():
        node = node.getparent()
    if (
        node is None
        or kind(node) not in SUBPROCESSES
        or node.get("triggeredByEvent") == "true"
        or node.get("id") in (flow.get("sourceRef"), flow.get("targetRef"))
    ):
        return None
    return {"source" if missing == "sourceRef" else "target": node}


def into_start(draft: Draft, fault: Fault) -> Mend | None:
    """A flow into a start event goes on to the step after it; one into a boundary event, to what it sits on."""
    flow, event = fault.element, draft.end(fault.element)
    if event is None:
        return None

    def do(draft: Draft, choice: str | None) -> None:
        after = draft.ids.get(event.get("attachedToRef") or "") if kind(event) == "boundaryEvent" else None
        after = (
            after
            if after is not None
            else next((n for f in draft.out_of(event) if (n := draft.end(f)) is not None), None)
        )
        if (
            after is None
            or after.getparent() is not flow.getparent()
            or after is event
            or kind(after) in ("startEvent", "boundaryEvent")
        ):
            draft.remove(flow)
        else:
            draft.lead(flow, target=after)

    message = Text(
        f"连线“{name_of(flow)}”改接到“{name_of(event)}”之后的步骤。",
        f"The flow “{name_of(flow)}” leads to the step after “{name_of(event)}”.",
    )
    return Mend(fault.rule.id, flow.get("id") or _ends(flow), message, fault.why, do, phase=3)


def out_of_end(draft: Draft, fault: Fault) -> Mend | None:
    """An end that goes on is no end: it becomes an event on the way; where it ends by force, the flow goes."""
    flow, event = fault.element, draft.end(fault.element, "sourceRef")
    if event is None:
        return None
    kinds = {what for what, _ in event_definitions(event)}
    goes_on = kinds <= set(THROWN)

    def do(draft: Draft, choice: str | None) -> None:
        if not goes_on:
            draft.remove(flow)
        elif kind(event) == "endEvent":
            draft.retag(event, "intermediateThrowEvent")

    message = (
        Text(
            f"结束事件“{name_of(event)}”改为中间事件。",
            f"The end event “{name_of(event)}” becomes an intermediate event.",
        )
        if goes_on
        else Text(
            f"删除结束事件“{name_of(event)}”之后的连线。",
            f"The flow after the end event “{name_of(event)}” is removed.",
        )
    )
    ident = (event.get("id") or "") if goes_on else (flow.get("id") or _ends(flow))
    return Mend(fault.rule.id, ident, message, fault.why, do, phase=2)


def loose_boundary(draft: Draft, fault: Fault) -> Mend | None:
    """A boundary event is put onto the activity its shape touches, or one the owner names; else it goes."""
    event = fault.element
    hosts = [n for n in draft.nodes(event.getparent()) if kind(n) in ACTIVITIES and n.get("id")]
    meant = (event.get("attachedToRef") or "").rpartition(":")[2]
    near = next((h for h in hosts if h.get("id") == meant), None)
    near = near if near is not None else _touched(draft, event, hosts)

    def do(draft: Draft, choice: str | None) -> None:
        host = next((h for h in hosts if h.get("id") == choice), None)
        if host is None:
            draft.remove(event)
            draft.change(event.getparent() if event.getparent() is not None else draft.root)
            return
        event.set("attachedToRef", host.get("id"))
        draft.change(event)

    choices = (
        *(Choice(h.get("id"), Text(f"附着在“{name_of(h)}”上", f"put it onto “{name_of(h)}”")) for h in hosts[:30]),
        Choice("remove", Text("删除该事件", "remove the event")),
    )
    message = (
        Text(
            f"边界事件“{name_of(event)}”附着到“{name_of(near)}”上。",
            f"The boundary event “{name_of(event)}” is put onto “{name_of(near)}”, which it touches.",
        )
        if near is not None
        else Text(
            f"删除边界事件“{name_of(event)}”及其连线。",
            f"The boundary event “{name_of(event)}” is removed with its flows.",
        )
    )
    default = near.get("id") if near is not None else "remove"
    return Mend(fault.rule.id, event.get("id") or "", message, fault.why, do, choices, default, phase=1)


def _touched(draft: Draft, event: etree._Element, hosts: list[etree._Element]) -> etree._Element | None:
    box = draft.drawing.box(event.get("id") or "")
    if box is None:
        return None
    x, y = box[0] + box[2] / 2, box[1] + box[3] / 2
    for host in hosts:
        around = draft.drawing.box(host.get("id"))
        if (
            around
            and around[0] - 20 <= x <= around[0] + around[2] + 20
            and around[1] - 20 <= y <= around[1] + around[3] + 20
        ):
            return host
    return None


def nameless(draft: Draft, fault: Fault) -> Mend | None:
    """Everything that needs an id and has none gets one."""

    def do(draft: Draft, choice: str | None) -> None:
        for scope in list(draft.root.iter(bpmn("process"), *(bpmn(s) for s in SUBPROCESSES))):
            for number, node in enumerate(draft.nodes(scope), 1):
                draft.name(node, f"{kind(node)}_{number}")

    message = Text(
        "没有 id 的步骤、网关和事件各得到一个 id。", "Steps, gateways and events without an id get one each."
    )
    return Mend(fault.rule.id, "file", message, fault.why, do, phase=0)


def nameless_process(draft: Draft, fault: Fault) -> Mend | None:
    process = fault.element

    def do(draft: Draft, choice: str | None) -> None:
        draft.name(process, f"Process_{process.get('name') or 1}")
        pools = [p for p in draft.root.iter(bpmn("participant")) if not (p.get("processRef") or "").strip()]
        if len(pools) == 1 and len(children(draft.root, "process")) == 1:
            pools[0].set("processRef", process.get("id"))

    message = Text("流程得到一个 id。", "The process gets an id.")
    return Mend(fault.rule.id, "file", message, fault.why, do, phase=0)


def nameless_declarations(draft: Draft, fault: Fault) -> Mend | None:
    def do(draft: Draft, choice: str | None) -> None:
        for what in ("message", "signal", "error", "escalation"):
            for number, declared in enumerate(children(draft.root, what), 1):
                draft.name(declared, f"{what.capitalize()}_{declared.get('name') or number}")

    message = Text(
        "没有 id 的消息、信号、错误和升级各得到一个 id。",
        "Messages, signals, errors and escalations without an id get one each.",
    )
    return Mend(fault.rule.id, "file", message, fault.why, do, phase=0)


def twice(draft: Draft, fault: Fault) -> Mend | None:
    """The second of two elements with one id gets another; what refers to it inside its own process follows."""
    ident = fault.element.get("id")
    if not ident:
        return None

    def do(draft: Draft, choice: str | None) -> None:
        holders = [e for e in draft.root.iter(etree.Element) if e.get("id") == ident and kind(e)]
        for other in holders[1:]:
            _rename(draft, holders[0], other, ident)
        draft.forget_lines()

    message = Text(
        f"第二个使用 id“{ident}”的元素得到新的 id。", f"The second element with the id “{ident}” gets another one."
    )
    return Mend(fault.rule.id, ident, message, fault.why, do, phase=0)


def _rename(draft: Draft, first: etree._Element, other: etree._Element, ident: str) -> None:
    new = draft.fresh(f"{ident}_2")
    other.set("id", new)
    draft.ids[new] = other
    draft.change(other)
    home, elsewhere = _process(other), _process(first)
    if kind(other) == "process":
        pools = [p for p in draft.root.iter(bpmn("participant")) if (p.get("processRef") or "").split(":")[-1] == ident]
        for pool in pools[1:2]:
            pool.set("processRef", new)
        return
    if home is None or home is elsewhere:
        return
    for element in home.iter(etree.Element):
        for name in ("sourceRef", "targetRef", "default", "attachedToRef"):
            if element.get(name) == ident:
                element.set(name, new)
        if kind(element) in ("incoming", "outgoing", "flowNodeRef") and (element.text or "").strip() == ident:
            element.text = new


def _process(element: etree._Element) -> etree._Element | None:
    return next((e for e in (element, *element.iterancestors()) if kind(e) == "process"), None)


def unplaceable(draft: Draft, fault: Fault) -> Mend | None:
    """Shapes whose place is no number are taken out of the diagram."""

    def do(draft: Draft, choice: str | None) -> None:
        from engine.bpmn.lint.structure import COORDINATE

        for part in list(draft.root.iter("{*}Bounds", "{*}waypoint")):
            if all(COORDINATE.fullmatch(part.get(name, "0")) for name in ("x", "y", "width", "height")):
                continue
            holder = part.getparent()
            while holder is not None and etree.QName(holder).localname not in ("BPMNShape", "BPMNEdge"):
                holder = holder.getparent()
            drop(holder if holder is not None else part)
        draft.change(draft.root)

    message = Text(
        "坐标不是数字的图形从图中删除。", "Shapes whose coordinates are no numbers are taken out of the diagram."
    )
    return Mend(fault.rule.id, "file", message, fault.why, do, phase=0)
