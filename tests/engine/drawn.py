"""Procedures written in a few words, for the tests of the engine. See `tests.bpmn.drawn` for flows and elements."""

from __future__ import annotations

from collections.abc import Mapping

from tests.bpmn.drawn import bpmn, element, flows, message, process, timer

__all__ = [
    "boundary", "bpmn", "catch", "element", "flows", "message", "messages", "process", "properties", "receive", "script",
    "sequence", "task", "throw", "timer",
]  # fmt: skip


def properties(values: Mapping[str, str]) -> str:
    inner = "".join(f'<camunda:property name="{name}" value="{value}"/>' for name, value in values.items())
    return f"<camunda:properties>{inner}</camunda:properties>" if inner else ""


def extended(inner: str) -> str:
    return f"<bpmn:extensionElements>{inner}</bpmn:extensionElements>" if inner else ""


def task(
    ident: str,
    groups: str = "",
    *,
    fields: str = "",
    users: str = "",
    assignee: str = "",
    inner: str = "",
    **named: str,
) -> str:
    """A user task. `fields` as `amount:decimal! name:string`; other words are properties, `_` for `-` or `.`."""
    words = {("clock." + k[6:] if k.startswith("clock_") else k.replace("_", "-")): v for k, v in named.items()}
    given = {"candidateGroups": groups, "candidateUsers": users, "assignee": assignee}
    attributes = "".join(f' camunda:{name}="{value}"' for name, value in given.items() if value)
    inside = extended(form(fields) + properties(words)) + inner
    return f'<bpmn:userTask id="{ident}" name="{ident}"{attributes}>{inside}</bpmn:userTask>'


def form(fields: str) -> str:
    """`amount:decimal! name:string phone:phone*`: `!` is required, `*` is personal."""
    inner = "".join(_field(spec) for spec in fields.split())
    return f"<camunda:formData>{inner}</camunda:formData>" if inner else ""


def _field(spec: str) -> str:
    name, type_ = spec.rstrip("!*").split(":")
    words = {"type": type_} if type_ in ("decimal", "datetime", "long_text", "phone", "email") else {}
    words |= {"personal": "true"} if "*" in spec else {}
    inner = properties(words)
    if "!" in spec:
        inner += '<camunda:validation><camunda:constraint name="required"/></camunda:validation>'
    native = "string" if "type" in words else type_
    return f'<camunda:formField id="{name}" label="{name}" type="{native}">{inner}</camunda:formField>'


def script(ident: str, text: str) -> str:
    return f'<bpmn:scriptTask id="{ident}" scriptFormat="python"><bpmn:script><![CDATA[{text}]]></bpmn:script></bpmn:scriptTask>'


def catch(ident: str, duration: str, calendar: str = "wall") -> str:
    """An intermediate timer."""
    inner = extended(properties({"calendar": calendar})) + timer(duration)
    return f'<bpmn:intermediateCatchEvent id="{ident}">{inner}</bpmn:intermediateCatchEvent>'


def receive(ident: str, ref: str, **words: str) -> str:
    """An intermediate message event; `correlation_order="order"` asks for the value of a variable."""
    named = {k.replace("_", ".", 1): v for k, v in words.items()}
    inner = extended(properties(named)) + message(ref)
    return f'<bpmn:intermediateCatchEvent id="{ident}">{inner}</bpmn:intermediateCatchEvent>'


def throw(ident: str, ref: str, tag: str = "intermediateThrowEvent", **words: str) -> str:
    named = {k.replace("_", ".", 1): v for k, v in words.items()}
    return f'<bpmn:{tag} id="{ident}">{extended(properties(named))}{message(ref)}</bpmn:{tag}>'


def messages(*names: str) -> str:
    """Message declarations; the id of each is its name with `m-` before it."""
    return "".join(f'<bpmn:message id="m-{name}" name="{name}"/>' for name in names)


def boundary(ident: str, on: str, duration: str, *, interrupting: bool = True, calendar: str = "wall") -> str:
    inner = extended(properties({"calendar": calendar})) + timer(duration)
    stays = "true" if interrupting else "false"
    return f'<bpmn:boundaryEvent id="{ident}" attachedToRef="{on}" cancelActivity="{stays}">{inner}</bpmn:boundaryEvent>'


def sequence(
    ident: str,
    *parts: str,
    path: str,
    words: Mapping[str, str] | None = None,
    starts: str = "",
    ends: str = "",
    fields: str = "",
) -> str:
    """A process with a start event `s` and an end event `e`; `path` are its flows.

    `starts` and `ends` are the messages, by id, it starts by and sends at its end; `fields` its start form.
    """
    inner = extended(properties(words or {}))
    start = element("startEvent s", extended(form(fields)) + (message(starts) if starts else ""))
    end = element("endEvent e", message(ends) if ends else "")
    body = "".join((inner, start, *parts, end, flows(path)))
    return f'<bpmn:process id="{ident}" name="{ident}" isExecutable="true">{body}</bpmn:process>'
