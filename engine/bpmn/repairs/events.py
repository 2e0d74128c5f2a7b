"""Events that do not say what they wait for or throw, say it wrongly, or say what cannot happen where they stand."""

from __future__ import annotations

from functools import partial

from lxml import etree

from engine.bpmn.dialects.names import bpmn, children, event_definitions, kind
from engine.bpmn.lint.sheet import name_of
from engine.bpmn.lint.structure import link_name
from engine.bpmn.repairs.draft import Draft
from engine.bpmn.repairs.faults import Fault
from engine.bpmn.repairs.model import Choice, Mend
from engine.bpmn.repairs.structure import become_message
from engine.domain.text import Text

PLAIN = Choice("plain", Text("改为普通事件", "make it a plain event"))
MESSAGE = Choice("message", Text("等待同名消息", "wait for a message of its name"))


def drop_definitions(draft: Draft, event: etree._Element) -> None:
    for child in list(event):
        if kind(child).endswith("EventDefinition") or kind(child) == "eventDefinitionRef":
            event.remove(child)
    draft.change(event)


def no_definition(draft: Draft, fault: Fault) -> Mend | None:
    """An event that says nothing waits for a message of its name; in the flow it may also just be passed."""
    event = fault.element
    in_flow = kind(event) == "intermediateCatchEvent"
    behind_gateway = any(
        kind(s) == "eventBasedGateway" for f in draft.into(event) if (s := draft.end(f, "sourceRef")) is not None
    )
    choices = (MESSAGE,)
    if in_flow and not behind_gateway:
        choices += (Choice("pass", Text("只作标记，不等待", "a mere mark: nothing is waited for")),)

    def do(draft: Draft, choice: str | None) -> None:
        if choice == "pass":
            draft.retag(event, "intermediateThrowEvent")
        else:
            become_message(draft, event)

    name = name_of(event)
    message = Text(f"事件“{name}”等待同名消息。", f"The event “{name}” waits for a message of its name.")
    return Mend(
        fault.rule.id, event.get("id") or "", message, fault.why, do, choices, "message", fault.rule.level, phase=3
    )


def never_happens(draft: Draft, fault: Fault) -> Mend | None:
    """What a person does throws no error: the event becomes a message a person or system may send."""
    event = fault.element
    name = name_of(event)
    message = Text(
        f"事件“{name}”改为等待同名消息，由人或系统发出。",
        f"The event “{name}” waits for a message of its name, sent by a person or a system.",
    )
    return Mend(
        fault.rule.id,
        event.get("id") or "",
        message,
        fault.why,
        partial(_to_message, event),
        level=fault.rule.level,
        phase=5,
    )


def _to_message(event: etree._Element, draft: Draft, choice: str | None) -> None:
    become_message(draft, event)


def unsupported_start(draft: Draft, fault: Fault) -> Mend | None:
    """A signal or condition starts nothing here: a message of that name does, or a person."""
    start = fault.element
    kinds = {what for what, _ in event_definitions(start)}
    signals = {s.get("id"): s.get("name") for s in children(draft.root, "signal")}
    reference = next((d.get("signalRef") for what, d in event_definitions(start) if what == "signal"), None)
    name = signals.get(reference) or ""
    others = [s for s in children(start.getparent(), "startEvent") if s is not start]
    default = "message" if kinds & {"signal"} or others else "plain"

    def do(draft: Draft, choice: str | None) -> None:
        if choice == "plain":
            drop_definitions(draft, start)
        else:
            become_message(draft, start, name)

    shown = name_of(start)
    message = (
        Text(f"开始事件“{shown}”由同名消息触发。", f"The start “{shown}” is begun by a message of that name instead.")
        if default == "message"
        else Text(
            f"开始事件“{shown}”改为普通开始，由人开始。",
            f"The start “{shown}” becomes a plain one: a person begins the case.",
        )
    )
    choices = (
        Choice("message", Text("由消息开始", "begun by a message")),
        Choice("plain", Text("由人开始", "begun by a person")),
    )
    return Mend(fault.rule.id, start.get("id") or "", message, fault.why, do, choices, default, phase=2)


def not_here(draft: Draft, fault: Fault) -> Mend | None:
    """An event of a kind that cannot happen at its place: an error ends the way, others wait for a message or are passed."""
    event = fault.element
    kinds = {what for what, _ in event_definitions(event)}
    tag = kind(event)
    name = name_of(event)
    if tag == "endEvent" and "link" in kinds:
        message = Text(f"结束事件“{name}”改为链接事件。", f"The end event “{name}” becomes a throwing link event.")
        return Mend(
            fault.rule.id,
            event.get("id") or "",
            message,
            fault.why,
            partial(_retag, event, "intermediateThrowEvent"),
            phase=2,
        )
    if tag == "intermediateThrowEvent" and kinds & {"error", "terminate"}:
        choices = (
            Choice("end", Text("在此结束（删除其后的连线）", "end here (the flows after it go)")),
            Choice("plain", Text("只作标记，继续进行", "a mere mark: it goes on")),
        )
        default = "plain" if draft.out_of(event) else "end"
        message = (
            Text(
                f"中间事件“{name}”只作标记：不抛出任何东西。",
                f"The event “{name}” becomes a mere mark: nothing is thrown.",
            )
            if default == "plain"
            else Text(f"中间事件“{name}”改为结束事件。", f"The event “{name}” becomes an end event.")
        )
        return Mend(
            fault.rule.id,
            event.get("id") or "",
            message,
            fault.why,
            partial(_end_here, event),
            choices,
            default,
            phase=2,
        )
    if tag in ("intermediateThrowEvent", "endEvent"):
        message = Text(
            f"事件“{name}”改为普通事件：不抛出任何东西。", f"The event “{name}” becomes a plain one: nothing is thrown."
        )
        return Mend(
            fault.rule.id, event.get("id") or "", message, fault.why, partial(_plain, event), (PLAIN,), "plain", phase=2
        )
    message = Text(f"事件“{name}”改为等待同名消息。", f"The event “{name}” waits for a message of its name instead.")
    return Mend(
        fault.rule.id,
        event.get("id") or "",
        message,
        fault.why,
        partial(_to_message, event),
        (MESSAGE,),
        "message",
        phase=2,
    )


def _retag(event: etree._Element, tag: str, draft: Draft, choice: str | None) -> None:
    draft.retag(event, tag)


def _plain(event: etree._Element, draft: Draft, choice: str | None) -> None:
    drop_definitions(draft, event)


def _end_here(event: etree._Element, draft: Draft, choice: str | None) -> None:
    if choice == "plain":
        drop_definitions(draft, event)
        return
    for flow in draft.out_of(event):
        draft.remove(flow)
    draft.retag(event, "endEvent")


def interrupts(draft: Draft, fault: Fault) -> Mend | None:
    event = fault.element

    def do(draft: Draft, choice: str | None) -> None:
        event.attrib.pop("cancelActivity", None)
        draft.change(event)

    message = Text(f"边界事件“{name_of(event)}”设为中断。", f"The boundary event “{name_of(event)}” interrupts.")
    return Mend(fault.rule.id, event.get("id") or "", message, fault.why, do, phase=3)


def cancel_outside(draft: Draft, fault: Fault) -> Mend | None:
    """A subprocess with a cancel event is meant to be a transaction; elsewhere the event ends what it stands in."""
    event = fault.element
    scope = event.getparent()
    host = draft.ids.get(event.get("attachedToRef") or "") if kind(event) == "boundaryEvent" else scope
    name = name_of(event)
    if host is not None and kind(host) == "subProcess" and host.get("triggeredByEvent") != "true":
        message = Text(f"子流程“{name_of(host)}”改为事务。", f"The subprocess “{name_of(host)}” becomes a transaction.")
        return Mend(
            fault.rule.id, event.get("id") or "", message, fault.why, partial(_retag, host, "transaction"), phase=2
        )
    if kind(event) == "boundaryEvent":
        message = Text(
            f"边界事件“{name}”改为等待同名消息。", f"The boundary event “{name}” waits for a message of its name."
        )
        return Mend(fault.rule.id, event.get("id") or "", message, fault.why, partial(_to_message, event), phase=2)

    def do(draft: Draft, choice: str | None) -> None:
        drop_definitions(draft, event)
        etree.SubElement(event, bpmn("terminateEventDefinition"))

    message = Text(f"取消事件“{name}”改为终止事件。", f"The cancel event “{name}” becomes a terminate event.")
    return Mend(fault.rule.id, event.get("id") or "", message, fault.why, do, phase=2)


def link_target(draft: Draft, fault: Fault) -> Mend | None:
    """A link leads to the catching event of its name: another one may be meant, or the way ends here."""
    event = fault.element
    link = link_name(event)
    links = [n for n in draft.nodes(event.getparent()) if any(what == "link" for what, _ in event_definitions(n))]
    catches = [n for n in links if kind(n) == "intermediateCatchEvent" and n.get("id")]
    same = [n for n in catches if link and link_name(n) == link]
    if len(same) > 1:
        message = Text(
            f"“{link}”的其余目标改名，只有第一个是目标。", f"Of the targets of “{link}” only the first keeps the name."
        )
        return Mend(fault.rule.id, event.get("id") or "", message, fault.why, partial(_one_target, same), phase=2)
    thrown = {link_name(n) for n in links if kind(n) == "intermediateThrowEvent" and link_name(n)}
    free = [n for n in catches if link_name(n) not in thrown]
    called = [n for n in free if n.get("name") and n.get("name") == event.get("name")]
    best = called[0] if called else free[0] if len(free) == 1 else None
    choices = (
        *(Choice(n.get("id"), Text(f"接到“{name_of(n)}”", f"lead to “{name_of(n)}”")) for n in free[:20]),
        Choice("end", Text("在此结束", "end here")),
    )

    def do(draft: Draft, choice: str | None) -> None:
        target = next((n for n in free if n.get("id") == choice), None)
        if target is None:
            drop_definitions(draft, event)
            draft.retag(event, "endEvent")
            return
        name = link_name(target) or link or target.get("name") or target.get("id") or ""
        for end in (event, target):
            next(d for what, d in event_definitions(end) if what == "link").set("name", name)
            draft.change(end)

    shown = name_of(event)
    message = (
        Text(f"链接“{shown}”接到“{name_of(best)}”。", f"The link “{shown}” leads to “{name_of(best)}”.")
        if best is not None
        else Text(f"链接“{shown}”改为结束事件。", f"The link “{shown}” becomes an end event.")
    )
    default = best.get("id") if best is not None else "end"
    return Mend(fault.rule.id, event.get("id") or "", message, fault.why, do, choices, default, phase=2)


def _one_target(same: list[etree._Element], draft: Draft, choice: str | None) -> None:
    for number, other in enumerate(same[1:], 2):
        definition = next(d for what, d in event_definitions(other) if what == "link")
        definition.set("name", f"{definition.get('name')} {number}")
        draft.change(other)
