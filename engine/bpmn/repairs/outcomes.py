"""Errors a machine would have thrown: the person who does the step instead says how it went."""

from __future__ import annotations

from functools import partial

from lxml import etree

from engine.bpmn.dialects.names import HUMAN, event_definitions, kind
from engine.bpmn.lint.sheet import name_of
from engine.bpmn.repairs.asking import add_field, can_ask, set_condition, variable_for
from engine.bpmn.repairs.draft import Draft
from engine.bpmn.repairs.events import never_happens
from engine.bpmn.repairs.faults import Fault
from engine.bpmn.repairs.model import Choice, Mend
from engine.bpmn.repairs.structure import become_message
from engine.bpmn.repairs.tree import vendor
from engine.bpmn.repairs.typed import slug
from engine.domain.text import Text

HOW = Text("{name}：结果", "{name}: how did it go?")
DONE = Text("已完成", "Done")


def said_by_person(draft: Draft, fault: Fault) -> Mend | None:
    """The way after an error on a step of a person is taken when the person says so; else a message begins it."""
    event = fault.element
    host = draft.ids.get(event.get("attachedToRef") or "")
    ways = draft.out_of(host) if host is not None else []
    error = any(what == "error" for what, _ in event_definitions(event))
    if (
        host is None
        or not error
        or kind(host) not in HUMAN
        or not can_ask(host)
        or len(ways) != 1
        or not draft.out_of(event)
    ):
        return never_happens(draft, fault)
    name, done = name_of(event), name_of(host)
    message = Text(
        f"完成“{done}”的人在表单中说明结果；选择“{name}”时走该边界事件之后的路径。",
        f"Whoever completes “{done}” says in the form how it went; “{name}” leads the way the boundary event led.",
    )
    choices = (
        Choice("ask", Text("由完成任务的人说明", "the person who completes the task says so")),
        Choice("message", Text("由同名消息触发", "a message of its name begins it")),
    )
    return Mend(
        fault.rule.id,
        event.get("id") or "",
        message,
        fault.why,
        partial(_do, event, host),
        choices,
        "ask",
        fault.rule.level,
        phase=5,
    )


def _do(event: etree._Element, host: etree._Element, draft: Draft, choice: str | None) -> None:
    if choice == "message":
        become_message(draft, event)
        return
    gateway, field = _gateway(draft, host)
    taken = {v.get("id") for v in field}
    value = slug(event.get("name") or event.get("id") or "", "error")
    while value in taken:
        value += "_2"
    vendor(field, "value", id=value, name=name_of(event))
    for flow in draft.out_of(event):
        draft.lead(flow, source=gateway)
        set_condition(draft, flow, f'{field.get("id")} == "{value}"')
    draft.remove(event)


def _gateway(draft: Draft, host: etree._Element) -> tuple[etree._Element, etree._Element]:
    """The gateway after the step that asks how it went, and the field of the step it asks for."""
    ident = f"Gateway_outcome_{host.get('id')}"
    gateway = draft.ids.get(ident)
    if gateway is None:
        (flow,) = draft.out_of(host)
        gateway = draft.new_node("exclusiveGateway", draft.fresh(ident), host, "after")
        draft.lead(flow, source=gateway)
        draft.new_flow(host, gateway)
        set_condition(draft, flow, None)
        gateway.set("default", draft.name(flow, f"Flow_{ident}"))
        add_field(
            draft,
            host,
            variable_for(host, "outcome"),
            draft.words(HOW.format(name=name_of(host))),
            "enum",
            [("done", draft.words(DONE))],
        )
    form = draft.extension(host, "formData")
    wanted = variable_for(host, "outcome")
    return gateway, next(f for f in reversed(children_of(form)) if (f.get("id") or "").startswith(wanted))


def children_of(form: etree._Element) -> list[etree._Element]:
    return [f for f in form if isinstance(f.tag, str) and etree.QName(f).localname == "formField"]
