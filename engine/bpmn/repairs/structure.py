"""Which process runs, and where it and its subprocesses begin."""

from __future__ import annotations

from functools import partial

from lxml import etree

from engine.bpmn.dialects.names import children, event_definitions, kind
from engine.bpmn.dialects.pools import running
from engine.bpmn.lint.sheet import name_of
from engine.bpmn.model import Definition
from engine.bpmn.repairs.draft import Draft
from engine.bpmn.repairs.faults import Fault
from engine.bpmn.repairs.model import Choice, Mend
from engine.domain.text import Text

ALL = "all"


def make_executable(draft: Draft, fault: Fault, definition: Definition) -> Mend | None:
    """The process that is to run is marked as executable."""
    likely = running(draft.root, draft.main)
    processes = [p for p in children(draft.root, "process") if p.get("id")]
    names = {c.process_id: c.name for c in definition.candidates}
    choices = tuple(Choice(p.get("id"), names[p.get("id")]) for p in processes if p.get("id") in names)
    if not likely or not choices:
        return None
    default = likely[0].get("id") if likely[0].get("id") in names else choices[0].value

    def do(draft: Draft, choice: str | None) -> None:
        for process in processes:
            if process.get("id") == choice:
                process.set("isExecutable", "true")
                draft.change(process)

    message = Text(
        f"流程“{names[default].zh}”标为可执行；其余流程仍只作图示。",
        f"The process “{names[default].en}” is marked as executable; the others stay drawings of the other side.",
    )
    return Mend(fault.rule.id, "file", message, fault.why, do, choices, default, fault.rule.level, phase=0)


def missing_start(draft: Draft, fault: Fault) -> Mend | None:
    """A start event leads to the first steps; an empty subprocess is given the step it stands for."""
    scope = fault.element
    first = first_steps(draft, scope)
    if not first and draft.nodes(scope):
        first = [draft.nodes(scope)[0]]
    name = name_of(scope)
    if not first:
        message = Text(f"“{name}”里面是空的：由人完成它。", f"“{name}” is empty inside: a person does it.")
        return Mend(fault.rule.id, scope.get("id") or "", message, fault.why, partial(_fill, scope), phase=2)
    choices: tuple[Choice, ...] = ()
    if len(first) > 1:
        choices = (
            Choice(ALL, Text("全部同时开始", "all of them begin together")),
            *(
                Choice(n.get("id"), Text(f"只从“{name_of(n)}”开始", f"only “{name_of(n)}” begins"))
                for n in first[:20]
                if n.get("id")
            ),
        )
    names = "、".join(name_of(n) for n in first[:4]), ", ".join(name_of(n) for n in first[:4])
    message = Text(
        f"在“{name}”中画一个开始事件，连到：{names[0]}。",
        f"A start event is drawn in “{name}”, leading to: {names[1]}.",
    )
    return Mend(
        fault.rule.id,
        scope.get("id") or "",
        message,
        fault.why,
        partial(_start, scope),
        choices,
        ALL if choices else None,
        phase=2,
    )


def first_steps(draft: Draft, scope: etree._Element) -> list[etree._Element]:
    """What nothing leads to: by the standard it begins with the process. Of a process, only what leads on."""
    entered = {f.get("targetRef") for f in draft.flows(scope)}
    found = [n for n in draft.nodes(scope) if n.get("id") not in entered and begins(n)]
    leading = [n for n in found if draft.out_of(n)]
    return leading if leading and kind(scope) == "process" else found


def begins(node: etree._Element) -> bool:
    if kind(node) in ("boundaryEvent", "endEvent", "startEvent"):
        return False
    if node.get("triggeredByEvent") == "true" or node.get("isForCompensation") == "true":
        return False
    return not (kind(node) == "intermediateCatchEvent" and any(what == "link" for what, _ in event_definitions(node)))


def _start(scope: etree._Element, draft: Draft, choice: str | None) -> None:
    first = first_steps(draft, scope) or draft.nodes(scope)[:1]
    if choice not in (ALL, None):
        first = [n for n in first if n.get("id") == choice] or first
    if not first:
        return
    scope_id = scope.get("id") or "process"
    for number, node in enumerate(first):
        draft.name(node, f"{scope_id}_{kind(node)}_{number + 1}")
    start = draft.new_node("startEvent", draft.fresh(f"Start_{scope_id}"), first[0], "before")
    source = start
    if len(first) > 1:
        source = draft.new_node("parallelGateway", draft.fresh(f"Gateway_split_{start.get('id')}"), first[0], "before")
        draft.new_flow(start, source)
    for node in first:
        draft.new_flow(source, node)


def _fill(scope: etree._Element, draft: Draft, choice: str | None) -> None:
    ident = scope.get("id") or "process"
    start = draft.new(scope, "startEvent", draft.fresh(f"Start_{ident}"))
    task = draft.new(scope, "userTask", draft.fresh(f"Task_{ident}"), name_of(scope))
    end = draft.new(scope, "endEvent", draft.fresh(f"End_{ident}"))
    draft.new_flow(start, task)
    draft.new_flow(task, end)


def several_starts(draft: Draft, fault: Fault) -> Mend | None:
    """One start begins; the others wait for a message (in a process), or all begin together (in a subprocess)."""
    scope = fault.element.getparent()
    starts = children(scope, "startEvent")
    plain = (
        [s for s in starts if not any(what == "message" for what, _ in event_definitions(s))]
        if kind(scope) == "process"
        else starts
    )
    plain = [s for s in plain if s.get("id")]
    if not plain:
        return None
    named = tuple(Choice(s.get("id"), Text(f"从“{name_of(s)}”开始", f"“{name_of(s)}” begins")) for s in plain[:30])
    best = max(plain, key=lambda s: not event_definitions(s))
    if kind(scope) == "process":
        message = Text(
            f"“{name_of(scope)}”从“{name_of(best)}”开始；其余开始事件由同名消息触发。",
            f"“{name_of(scope)}” begins at “{name_of(best)}”; its other starts wait for a message of their name.",
        )
        return Mend(
            fault.rule.id,
            scope.get("id") or "",
            message,
            fault.why,
            partial(_one_start, scope),
            named,
            best.get("id"),
            phase=2,
        )
    choices = (Choice(ALL, Text("全部同时开始", "all of them begin together")), *named)
    message = Text(f"“{name_of(scope)}”的各个开始同时开始。", f"All starts of “{name_of(scope)}” begin together.")
    return Mend(
        fault.rule.id, scope.get("id") or "", message, fault.why, partial(_join_starts, scope), choices, ALL, phase=2
    )


def _one_start(scope: etree._Element, draft: Draft, choice: str | None) -> None:
    for start in children(scope, "startEvent"):
        if start.get("id") == choice or any(what == "message" for what, _ in event_definitions(start)):
            continue
        become_message(draft, start)


def become_message(draft: Draft, event: etree._Element, name: str = "") -> None:
    """The event waits for a message of its own name instead of what it waited for."""
    for child in list(event):
        if kind(child).endswith("EventDefinition") or kind(child) == "eventDefinitionRef":
            event.remove(child)
    ident = event.get("id") or "event"
    flow = draft.message_flow(event)
    named = name or " ".join(((flow.get("name") if flow is not None else "") or event.get("name") or ident).split())
    message = draft.declare("message", draft.fresh(f"Message_{ident}"), named)
    definition = etree.SubElement(event, f"{{{etree.QName(event).namespace}}}messageEventDefinition")
    definition.set("messageRef", message.get("id"))
    draft.change(event)


def _join_starts(scope: etree._Element, draft: Draft, choice: str | None) -> None:
    starts = children(scope, "startEvent")
    kept = next((s for s in starts if s.get("id") == choice), starts[0])
    for start in starts:
        if start is kept:
            for child in list(start):
                if kind(child).endswith("EventDefinition"):
                    start.remove(child)
            continue
        if choice in (ALL, None):
            for flow in draft.out_of(start):
                draft.lead(flow, source=kept)
        draft.remove(start)
    draft.change(kept)


def start_inside(draft: Draft, fault: Fault) -> Mend | None:
    """A subprocess begins at once; what its start waited for is awaited inside."""
    start = fault.element

    def do(draft: Draft, choice: str | None) -> None:
        if choice == "drop":
            for child in list(start):
                if kind(child).endswith("EventDefinition"):
                    start.remove(child)
            draft.change(start)
            return
        draft.retag(start, "intermediateCatchEvent", "isInterrupting")
        plain = draft.new_node("startEvent", draft.fresh(f"Start_{start.getparent().get('id')}"), start, "before")
        draft.new_flow(plain, start)

    waits = event_definitions(start) and event_definitions(start)[0][0] in ("message", "timer", "signal", "conditional")
    choices = (
        Choice("wait", Text("子流程开始后等待该事件", "the subprocess begins, then waits for the event")),
        Choice("drop", Text("不等待，直接开始", "it begins without waiting")),
    )
    message = Text(
        f"“{name_of(start.getparent())}”立即开始，再等待“{name_of(start)}”。",
        f"“{name_of(start.getparent())}” begins at once and then waits for “{name_of(start)}”.",
    )
    return Mend(
        fault.rule.id,
        start.get("id") or "",
        message,
        fault.why,
        do,
        choices if waits else (),
        "wait" if waits else "drop",
        phase=2,
    )
