"""Procedures written in a few words, for the tests of the engine. See `tests.bpmn.drawn` for flows and elements."""

from __future__ import annotations

from collections.abc import Mapping

from tests.bpmn.drawn import bpmn, element, flows, message, process, timer

__all__ = ["bpmn", "element", "flows", "manual", "message", "process", "properties", "script", "sequence", "task", "timer"]


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
    form = "".join(_field(*spec.rstrip("!").split(":"), required=spec.endswith("!")) for spec in fields.split())
    form = f"<camunda:formData>{form}</camunda:formData>" if form else ""
    return f'<bpmn:userTask id="{ident}" name="{ident}"{attributes}>{extended(form + properties(words))}{inner}</bpmn:userTask>'


def _field(name: str, type_: str, *, required: bool) -> str:
    must = '<camunda:validation><camunda:constraint name="required"/></camunda:validation>' if required else ""
    return f'<camunda:formField id="{name}" label="{name}" type="{type_}">{must}</camunda:formField>'


def script(ident: str, text: str) -> str:
    return f'<bpmn:scriptTask id="{ident}" scriptFormat="python"><bpmn:script><![CDATA[{text}]]></bpmn:script></bpmn:scriptTask>'


def sequence(ident: str, *parts: str, path: str, words: Mapping[str, str] | None = None) -> str:
    """A process with a start event `s` and an end event `e`; `path` are its flows."""
    inner = extended(properties(words or {}))
    body = "".join((inner, element("startEvent s"), *parts, element("endEvent e"), flows(path)))
    return f'<bpmn:process id="{ident}" name="{ident}" isExecutable="true" camunda:historyTimeToLive="1">{body}</bpmn:process>'


manual = task
