"""What an instance may still come to, the conditions left out."""

from __future__ import annotations

from engine.bpmn import codec
from engine.bpmn.flow_nodes import Element
from engine.bpmn.loops import Loop
from engine.bpmn.spec import ExecutableSpec
from engine.bpmn.stepper import NOWHERE
from engine.bpmn.subprocesses import SubProcess


def ahead(spec: ExecutableSpec, state: bytes) -> frozenset[str]:
    """The ids of the elements at which a token stands or can come to stand."""
    instance = codec.load(spec, state, NOWHERE)
    found: set[Element] = set()
    todo: list[Element] = [token.task_spec for token in instance.tokens()]
    while todo:
        element = todo.pop()
        if element in found:
            continue
        found.add(element)
        todo += [flow.target for flow in element.outgoing]
        todo += element.boundary
        if isinstance(element, Loop):
            todo.append(element.inner)
        if element.is_watch:
            todo.append(element.subprocess)
        if isinstance(element, SubProcess):
            todo += element.body_spec.starts()
    return frozenset(element.bpmn_id for element in found)
