"""What changed between two versions of a procedure, in sentences a manager understands.

Compared is what the files mean: steps, ways, limits, people, forms, conditions, clocks. Ids that a tool renumbered, the
order of elements in the file, spaces and the drawing mean nothing, and what means nothing is no change.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from engine.bpmn.dialects import read_definition
from engine.bpmn.diff.changes import Change, Diff, Source
from engine.bpmn.diff.decisions import of_decisions
from engine.bpmn.diff.drawing import Drawing
from engine.bpmn.diff.matching import match
from engine.bpmn.diff.routes import Routes
from engine.bpmn.diff.steps import Steps
from engine.domain.text import Text

__all__ = ["Change", "Diff", "Source", "diff", "source_of"]

DRAWING = Text("只有图的画法变了", "Only the drawing changed")
PROCEDURE_ADDED = Text("文件中新增流程“{name}”", "New process “{name}” in the file")
PROCEDURE_REMOVED = Text("文件中取消流程“{name}”", "Process “{name}” removed from the file")


def source_of(data: bytes, main: str | None = None, beside: Mapping[str, bytes] = MappingProxyType({})) -> Source:
    """A file as one side of a comparison. Raises `Unreadable`."""
    return Source(data, read_definition(data), beside)


def diff(old: Source, new: Source) -> Diff:
    """Everything that is different in `new`, in the order in which the procedure goes."""
    before, after = Drawing(old), Drawing(new)
    mapping = match(before, after)
    found = list(_changes(before, after, mapping))
    found.sort(key=_order(before, after, mapping))
    is_redrawn = _is_redrawn(before, after, mapping)
    if not found and is_redrawn:
        found = [Change("changed", "drawing", None, None, DRAWING)]
    return Diff(tuple(found), MappingProxyType(mapping), is_redrawn)


def _changes(old: Drawing, new: Drawing, mapping: Mapping[str, str]) -> Iterator[Change]:
    steps, routes = Steps(old, new, mapping), Routes(old, new, mapping)
    kept = set(mapping.values())
    for key in old.processes:
        before = old.definition.procedures[key]
        if key in mapping:
            yield from steps.of_procedure(before, new.definition.procedures[mapping[key]])
        else:
            sentence = PROCEDURE_REMOVED.format(name=before.name)
            yield Change("removed", "procedure", None, key, sentence, before.name)
    for key in new.processes:
        if key not in kept:
            name = new.definition.procedures[key].name
            yield Change("added", "procedure", key, None, PROCEDURE_ADDED.format(name=name), None, name)
    for id_, node in old.nodes.items():
        if id_ in mapping:
            yield from steps.of_node(node, new.nodes[mapping[id_]])
    yield from routes.changes()
    yield from of_decisions(old, new)


def _order(old: Drawing, new: Drawing, mapping: Mapping[str, str]):
    """What is about the whole first, then step by step; what is gone stands where it stood."""
    place = {id_: float(n) for n, id_ in enumerate(new.in_order())}
    gone: dict[str, float] = {}
    last = -0.5
    for id_ in old.in_order():
        last = place[mapping[id_]] + 0.5 if id_ in mapping else last + 1e-6
        gone.setdefault(id_, last)
    kinds = {"moved": 0, "added": 1, "changed": 2, "removed": 3}

    def key(change: Change) -> tuple[float, int]:
        id_ = change.at or change.element_id
        at = place.get(id_ or "", gone.get(change.old_element_id or "", -1.0) if id_ is None else -1.0)
        return (at, kinds[change.kind] if change.what in ("step", "place") else 2)

    return key


def _is_redrawn(old: Drawing, new: Drawing, mapping: Mapping[str, str]) -> bool:
    before, after = old.shapes(), new.shapes()
    kept = {id_: mapping.get(id_, id_) for id_ in before}
    moved = any(after[kept[id_]] != drawn for id_, drawn in before.items() if kept[id_] in after)
    appeared = any((id_ in before) != (mapping[id_] in after) for id_ in mapping)
    return moved or appeared or old.tool_notes() != new.tool_notes()
