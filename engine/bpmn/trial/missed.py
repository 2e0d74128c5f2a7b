"""Why an element or flow was not reached, as far as the trial can tell."""

from __future__ import annotations

from collections.abc import Mapping

from engine.bpmn.flow_nodes import Element, Flow
from engine.bpmn.spec import ExecutableSpec
from engine.domain.text import Text

BEHIND = Text("它在未到达的“{id}”之后。", "It comes after “{id}”, which was not reached.")
NEVER_TRUE = Text("试过的值都不能使其条件成立。", "No value that was tried makes its condition true.")
NEVER_DEFAULT = Text("总有别的条件成立，没有走默认路径。", "Some other condition always held, so the default was not taken.")
NOT_HAPPENED = Text("试运行中没有发生该事件。", "The event did not happen in the trial run.")
NOT_TRIED = Text("在试运行的限度内没有走到。", "The trial run did not come there within its bounds.")


def reasons(spec: ExecutableSpec, missed: set[str], complete: bool) -> Mapping[str, Text]:
    """For each missed element or flow what kept the trial from it."""
    leading: dict[str, list[tuple[Element, Flow]]] = {}
    for element in spec.elements():
        for flow in element.outgoing:
            leading.setdefault(ident(flow.target), []).append((element, flow))
            leading.setdefault(flow.id, []).append((element, flow))
    hosts = {ident(event): element for element in spec.elements() for event in element.boundary}
    found: dict[str, Text] = {}
    for element in spec.elements():
        for one in (ident(element), *(flow.id for flow in element.outgoing)):
            if one in missed and one not in found:
                found[one] = reason(one, leading.get(one, []), hosts, missed, complete)
    return found


def reason(
    one: str, leading: list[tuple[Element, Flow]], hosts: Mapping[str, Element], missed: set[str], complete: bool
) -> Text:
    if one in hosts:
        host = ident(hosts[one])
        return BEHIND.format(id=host) if host in missed else NOT_HAPPENED
    sources = [ident(element) for element, _ in leading]
    if sources and all(source in missed for source in sources):
        return BEHIND.format(id=sources[0])
    for element, flow in leading:
        if ident(element) not in missed and flow.condition is not None:
            return NEVER_TRUE
        if ident(element) not in missed and element.default is flow:
            return NEVER_DEFAULT
    return NOT_HAPPENED if complete else NOT_TRIED


def ident(element: Element) -> str:
    return element.bpmn_id or element.name
