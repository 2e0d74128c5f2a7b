"""The way to a fault: in words, and whether its conditions may exclude each other."""

from __future__ import annotations

from engine.bpmn.dialects.names import GATEWAYS, kind
from engine.bpmn.expressions import ExpressionError, compile_expression
from engine.bpmn.lint.sheet import Scope, condition_of, name_of

MOST_NAMES = 8


def in_words(scope: Scope, path: tuple[str, ...]) -> str:
    """“A → B → … → Z”: the steps on the way, and those gateways and events that have a name."""
    names: list[str] = []
    for ident in path:
        node = scope.nodes.get(ident)
        if node is None or (not (node.get("name") or "").strip() and (kind(node) in GATEWAYS or "Event" in kind(node))):
            continue
        if not names or names[-1] != name_of(node):
            names.append(name_of(node)[:40])
    if not names:
        return name_of(scope.nodes[path[0]]) if path and path[0] in scope.nodes else "…"
    if len(names) > MOST_NAMES:
        names = [*names[:2], "…", *names[2 - MOST_NAMES :]]
    return " → ".join(names)


def excludes_itself(scope: Scope, path: tuple[str, ...]) -> bool:
    """Whether two different gateways on the way ask for the same variable: then it may never be taken as a whole."""
    asked: dict[str, str] = {}
    for flow in scope.flows:
        if flow.get("id") not in path:
            continue
        source = flow.get("sourceRef") or ""
        node = scope.nodes.get(source)
        if node is None or kind(node) in ("parallelGateway", "eventBasedGateway"):
            continue
        for name in {name for other in scope.out_of(node) for name in names_in(condition_of(other))}:
            if asked.setdefault(name, source) != source:
                return True
    return False


def names_in(condition: str) -> frozenset[str]:
    if not condition:
        return frozenset()
    try:
        return compile_expression(condition).names
    except ExpressionError:
        return frozenset({condition})
