"""What an element is called in a sentence, also where nobody has given it a name."""

from __future__ import annotations

from engine.bpmn.diff import words
from engine.bpmn.diff.drawing import Drawing, Node
from engine.bpmn.diff.facts import kind_of
from engine.domain.text import Text

AFTER = Text("{other}之后的{kind}", "the {kind} after {other}")
BEFORE = Text("{other}之前的{kind}", "the {kind} before {other}")
ON = Text("{other}上的{kind}", "the {kind} on {other}")
PLAIN = Text("{kind}", "the {kind}")


def title(drawing: Drawing, node: Node) -> Text:
    """“Assess”, or the choice after “Assess”."""
    if node.is_named:
        return words.quoted(node.name)
    kind = kind_of(node, drawing)
    if node.host and drawing.nodes[node.host].is_named:
        return ON.format(kind=kind, other=words.quoted(drawing.nodes[node.host].name))
    for pattern, ids in ((AFTER, _ids(node.incoming, "source")), (BEFORE, _ids(node.outgoing, "target"))):
        named = next((n for id_ in ids if (n := drawing.nodes[id_]).is_named), None)
        if named is not None:
            return pattern.format(kind=kind, other=words.quoted(named.name))
    return PLAIN.format(kind=kind)


def _ids(flows: list, end: str) -> list[str]:
    return [getattr(flow, end) for flow in flows]
