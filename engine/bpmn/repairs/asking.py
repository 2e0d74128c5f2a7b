"""A person is asked: a field in the form of the step before, or a step of its own where there is none."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lxml import etree

from engine.bpmn.dialects.names import CAMUNDA, HUMAN, ZEEBE, bpmn, children, kind
from engine.bpmn.lint.sheet import name_of
from engine.bpmn.repairs.draft import Draft
from engine.bpmn.repairs.tree import vendor
from engine.bpmn.repairs.typed import slug
from engine.domain.text import Text

DECIDE = Text("决定：{name}", "Decide: {name}")
LOOPS = ("multiInstanceLoopCharacteristics", "standardLoopCharacteristics")
MACHINERY = (
    "implementation", "operationRef", "messageRef", "instantiate", "scriptFormat", "script", "calledElement",
    "triggeredByEvent", "startQuantity", "completionQuantity", "renderingRef",
)  # fmt: skip


def to_person(draft: Draft, node: etree._Element) -> None:
    """The activity becomes a user task: a person does it and says when it is done."""
    draft.retag(node, "userTask", *MACHINERY)
    for key in list(node.attrib):
        name = etree.QName(key)
        if name.namespace in CAMUNDA and name.localname not in KEPT:
            del node.attrib[key]
    holder = node.find(bpmn("extensionElements"))
    for extension in list(holder) if holder is not None else ():
        if isinstance(extension.tag, str) and etree.QName(extension).localname in IMPLEMENTATIONS:
            holder.remove(extension)


KEPT = frozenset(
    {"assignee", "candidateUsers", "candidateGroups", "dueDate", "followUpDate", "priority", "formKey", "formRef"}
    | {"formRefBinding", "formRefVersion", "asyncBefore", "asyncAfter", "exclusive", "jobPriority"}
)
IMPLEMENTATIONS = frozenset(
    "taskDefinition script calledDecision calledElement connector serviceTaskOperator ioMapping inputOutput taskHeaders field in out".split()
)
"""How a machine was to do it, with what it was given and gave back."""


def asker(draft: Draft, node: etree._Element) -> etree._Element:
    """The step of a person right before a node that can ask something more; made if there is none."""
    found = person_before(draft, node)
    if found is not None:
        draft.change(found)
        return found
    name = draft.words(DECIDE.format(name=name_of(node)))
    task = draft.new_node("userTask", draft.fresh(f"Task_decide_{node.get('id')}"), node, "before", name)
    for flow in draft.into(node):
        draft.lead(flow, target=task)
    draft.new_flow(task, node)
    return task


def person_before(draft: Draft, node: etree._Element) -> etree._Element | None:
    flows = draft.into(node)
    if len(flows) != 1:
        return None
    source = draft.end(flows[0], "sourceRef")
    if source is None or kind(source) not in HUMAN or len(draft.out_of(source)) != 1:
        return None
    return source if can_ask(source) else None


def can_ask(task: etree._Element) -> bool:
    """Whether a field may be added to the form of a task: it is not repeated, and its form is not kept elsewhere."""
    if any(children(task, loop) for loop in LOOPS):
        return False
    if any(etree.QName(key).localname in ("formKey", "formRef") for key in task.attrib):
        return False
    holder = task.find(bpmn("extensionElements"))
    return holder is None or not any(
        isinstance(e.tag, str) and etree.QName(e).namespace in ZEEBE and etree.QName(e).localname == "formDefinition"
        for e in holder
    )


def add_field(
    draft: Draft, task: etree._Element, key: str, label: str, type_: str, options: Iterable[tuple[str, str]] = ()
) -> str:
    """A required field in the form of a task; the key it got, the one asked for unless that is taken."""
    form = draft.extension(task, "formData")
    taken = {f.get("id") for f in form}
    wanted, number = key, 2
    while key in taken:
        key, number = f"{wanted}_{number}", number + 1
    field = vendor(form, "formField", id=key, label=label, type=type_)
    for value, shown in options:
        vendor(field, "value", id=value, name=shown)
    vendor(vendor(field, "validation"), "constraint", name="required")
    draft.change(task)
    return key


def variable_for(node: etree._Element, prefix: str) -> str:
    """`decision_Approved`, or after its id where its name has no letters."""
    return slug(f"{prefix}_{node.get('name') or node.get('id') or ''}", prefix, 60)


def options_for(flows: Sequence[etree._Element], draft: Draft) -> list[tuple[str, str]]:
    """A value and a label for each flow: its name, else that of the step it leads to; all different."""
    found: list[tuple[str, str]] = []
    for number, flow in enumerate(flows, 1):
        target = draft.end(flow)
        label = (
            " ".join((flow.get("name") or "").split()) or (name_of(target) if target is not None else "") or str(number)
        )
        value = slug(label, f"way_{number}")
        if value in {v for v, _ in found}:
            value = f"{value}_{number}"
        if label in {shown for _, shown in found}:
            label = f"{label} ({number})"
        found.append((value, label[:80]))
    return found


def set_condition(draft: Draft, flow: etree._Element, source: str | None) -> None:
    """The condition on a flow, or none."""
    for old in children(flow, "conditionExpression"):
        flow.remove(old)
    if source is not None:
        condition = etree.SubElement(flow, bpmn("conditionExpression"))
        condition.set(
            "{http://www.w3.org/2001/XMLSchema-instance}type",
            f"{flow.prefix}:tFormalExpression" if flow.prefix else "tFormalExpression",
        )
        condition.text = source
    draft.change(flow)
