"""What stands at an element that no other comparison knows: said by its name, so that nothing changes in silence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lxml import etree

from engine.bpmn.dialects.names import FLOW_NODES, VENDORS, bpmn, kind
from engine.bpmn.dialects.vocabulary import PLACES, general
from engine.bpmn.diff.changes import Change
from engine.bpmn.diff.drawing import Node
from engine.domain.text import Text

OTHER = Text("{it}的其他设置：{name} {before} → {after}", "Other settings of {it}: {name} {before} → {after}")
NOTHING = Text("无", "none")
LONGEST = 80
#: Attributes and children that `facts`, `fields` and `routes` compare.
KNOWN = frozenset(
    """id name default attachedToRef cancelActivity messageRef sourceRef targetRef calledElement implementation
    assignee candidateUsers candidateGroups dueDate followUpDate priority decisionRef topic class expression
    delegateExpression type incoming outgoing documentation script multiInstanceLoopCharacteristics scriptFormat
    standardLoopCharacteristics formData assignmentDefinition taskSchedule priorityDefinition in out input output
    inputParameter outputParameter calledDecision taskDefinition instructionsForEndUser laneSet sequenceFlow
    textAnnotation association
    ioSpecification property dataInputAssociation dataOutputAssociation dataObject dataObjectReference
    dataStoreReference group modelerTemplate modelerTemplateVersion modelerTemplateIcon""".split()
)


def of_rest(old: Node, new: Node, names: tuple[Mapping[str, str], Mapping[str, str]], it: Text) -> Iterator[Change]:
    """`names` say what the ids of either file stand for: references are compared by that."""
    before, after = (
        _named(dict(_leaves(node.element, "")), known) for node, known in zip((old, new), names, strict=True)
    )
    for path in dict.fromkeys([*before, *after]):
        was, is_ = before.get(path), after.get(path)
        if was != is_:
            shown = [Text.same(value[:LONGEST]) if value is not None else NOTHING for value in (was, is_)]
            sentence = OTHER.format(it=it, name=path, before=shown[0], after=shown[1])
            yield Change("changed", "other", new.id, old.id, sentence, *shown, part=path, step=it)


def _named(leaves: dict[str, str], names: Mapping[str, str]) -> dict[str, str]:
    return {path: names.get(value) or names.get(value.rpartition(":")[2]) or value for path, value in leaves.items()}


def _leaves(element: etree._Element, path: str) -> Iterator[tuple[str, str]]:
    """Attributes and texts by their way, in BPMN's and the understood vendors' words only."""
    spaces = VENDORS | {bpmn("x")[1:].partition("}")[0]}
    counted: dict[str, int] = {}
    for name, value in element.attrib.items():
        space, local = etree.QName(name).namespace or "", etree.QName(name).localname
        if local != "id" and (path or local not in KNOWN) and (not space or space in VENDORS):
            yield f"{path}{local}", " ".join(value.split())
    for child in element.iterchildren(etree.Element):
        space, local = etree.QName(child).namespace, etree.QName(child).localname
        is_known = not path and local in KNOWN and not (local == "property" and space in VENDORS)
        if space not in spaces or is_known or kind(child) in FLOW_NODES or local.endswith("EventDefinition"):
            continue
        if local in ("extensionElements", "properties"):
            yield from _leaves(child, path)
        elif local == "property":
            name = child.get("name") or child.get("id") or ""
            if general(name) not in PLACES and name not in ("payload", "accepts"):
                yield f"{path}{name}", child.get("value") or (child.text or "").strip()
        else:
            counted[local] = counted.get(local, 0) + 1
            way = f"{path}{local}{f'[{counted[local]}]' if counted[local] > 1 else ''}"
            if text := " ".join((child.text or "").split()):
                yield way, text
            yield from _leaves(child, f"{way}/")
