"""Messages, signals, errors and escalations that events refer to and the file does not know."""

from __future__ import annotations

from lxml import etree

from engine.bpmn.dialects.names import EVENTS, children, event_definitions, kind
from engine.bpmn.lint.events import REFERENCES
from engine.bpmn.lint.sheet import name_of
from engine.bpmn.repairs.asking import to_person
from engine.bpmn.repairs.draft import Draft
from engine.bpmn.repairs.faults import Fault
from engine.bpmn.repairs.model import Choice, Mend
from engine.domain.text import Text

NEW, PERSON = "new", "person"
WHAT = {
    "message": Text("消息", "message"), "signal": Text("信号", "signal"),
    "error": Text("错误", "error"), "escalation": Text("升级", "escalation"),
}  # fmt: skip


def reference(draft: Draft, fault: Fault) -> Mend | None:
    """What an event refers to is created under the event's name, unless there is one that fits."""
    node = fault.element
    what, holder = _referring(draft, node)
    if holder is None:
        return None
    flow = draft.message_flow(node) if what == "message" else None
    declared = [d for d in children(draft.root, what) if d.get("id")]
    wanted = " ".join(
        ((flow.get("name") if flow is not None else None) or node.get("name") or node.get("id") or what).split()
    )
    of_flow = (flow.get("messageRef") or "").split(":")[-1] if flow is not None else ""
    same = next((d for d in declared if d.get("id") == of_flow), None)
    same = same if same is not None else next((d for d in declared if (d.get("name") or "") == wanted), None)

    def do(draft: Draft, choice: str | None) -> None:
        chosen = next((d for d in children(draft.root, what) if d.get("id") == choice), None)
        chosen = (
            chosen
            if chosen is not None
            else next((d for d in children(draft.root, what) if d.get("name") == wanted and d.get("id")), None)
        )
        if chosen is None:
            chosen = draft.declare(what, draft.fresh(f"{what.capitalize()}_{node.get('id')}"), wanted)
            if what in ("error", "escalation"):
                chosen.set(f"{what}Code", wanted)
        holder.set(REFERENCES[what], chosen.get("id"))
        draft.change(node)

    choices = (
        Choice(NEW, Text(f"新建“{wanted}”", f"create “{wanted}”")),
        *(Choice(d.get("id"), Text.same(d.get("name") or d.get("id"))) for d in declared[:30]),
    )
    default = same.get("id") if same is not None and any(c.value == same.get("id") for c in choices) else NEW
    kind_of = WHAT[what]
    message = Text(
        f"“{name_of(node)}”使用{kind_of.zh}“{wanted}”。", f"“{name_of(node)}” uses the {kind_of.en} “{wanted}”."
    )
    return Mend(fault.rule.id, node.get("id") or "", message, fault.why, do, choices, default, phase=3)


def _referring(draft: Draft, node: etree._Element) -> tuple[str, etree._Element | None]:
    """The kind of thing whose reference is missing or unknown, and the element that should refer."""
    if kind(node) in ("sendTask", "receiveTask"):
        return "message", node
    for what, definition in event_definitions(node) if kind(node) in EVENTS else ():
        if what in REFERENCES:
            return what, definition
    return "", None


def nameless(draft: Draft, fault: Fault) -> Mend | None:
    """The message or signal is called after the event that uses it."""
    node = fault.element
    what, holder = _referring(draft, node)
    if holder is None:
        return None
    ident = (holder.get(REFERENCES[what]) or "").split(":")[-1]
    declared = next((d for d in children(draft.root, what) if d.get("id") == ident), None)
    if declared is None:
        return None
    flow = draft.message_flow(node)
    wanted = " ".join(((flow.get("name") if flow is not None else None) or node.get("name") or ident).split())

    def do(draft: Draft, choice: str | None) -> None:
        if not (declared.get("name") or "").strip():
            declared.set("name", wanted)
            draft.change(declared)

    message = Text(f"{WHAT[what].zh}命名为“{wanted}”。", f"The {WHAT[what].en} is called “{wanted}”.")
    return Mend(fault.rule.id, ident, message, fault.why, do, phase=3)


def message_task(draft: Draft, fault: Fault) -> Mend | None:
    """A send or receive task without a message: a person does it, or a message of its name is sent or awaited."""
    node = fault.element
    sends = kind(node) == "sendTask"
    behind = any(
        kind(s) == "eventBasedGateway" for f in draft.into(node) if (s := draft.end(f, "sourceRef")) is not None
    )
    wanted = name_of(node)

    def do(draft: Draft, choice: str | None) -> None:
        if choice != "message":
            to_person(draft, node)
            return
        found = draft.declare("message", draft.fresh(f"Message_{node.get('id')}"), wanted)
        node.set("messageRef", found.get("id"))
        draft.change(node)

    person = Choice(PERSON, Text("由人完成，并确认已完成", "a person does it and says when it is done"))
    sent = Choice(
        "message",
        Text(f"发送消息“{wanted}”", f"send the message “{wanted}”")
        if sends
        else Text(f"等待消息“{wanted}”", f"wait for the message “{wanted}”"),
    )
    default = "message" if behind else PERSON
    message = (
        Text(
            f"“{wanted}”改为用户任务：由人完成并确认。",
            f"“{wanted}” becomes a user task: a person does it and says when it is done.",
        )
        if default == PERSON
        else Text(f"“{wanted}”等待同名消息。", f"“{wanted}” waits for a message of its name.")
    )
    choices = (sent,) if behind else (person, sent)
    return Mend(fault.rule.id, node.get("id") or "", message, fault.why, do, choices, default, phase=1)


def receive_starts(draft: Draft, fault: Fault) -> Mend | None:
    """A receive task that starts the process becomes a message start before a task a person sees."""
    node = fault.element

    def do(draft: Draft, choice: str | None) -> None:
        node.attrib.pop("instantiate", None)
        draft.change(node)
        if draft.into(node) or not node.get("messageRef"):
            return
        start = draft.new_node(
            "startEvent", draft.fresh(f"Start_{node.get('id')}"), node, "before", node.get("name") or ""
        )
        definition = etree.SubElement(start, f"{{{etree.QName(node).namespace}}}messageEventDefinition")
        definition.set("messageRef", node.get("messageRef"))
        draft.new_flow(start, node)
        to_person(draft, node)

    message = Text(
        f"“{name_of(node)}”之前画一个消息开始事件；任务本身由人处理所收到的内容。",
        f"A message start event is drawn before “{name_of(node)}”; the task itself is a person taking in what arrived.",
    )
    return Mend(fault.rule.id, node.get("id") or "", message, fault.why, do, phase=1)
