"""Conditions on what nothing in the file sets: mere labels are chosen by a person, variables are asked in a form."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from engine.bpmn.dialects.names import HUMAN, children, event_definitions, kind
from engine.bpmn.expressions import ExpressionError, compile_expression
from engine.bpmn.lint.sheet import condition_of, name_of
from engine.bpmn.repairs.asking import add_field, can_ask, person_before
from engine.bpmn.repairs.draft import Draft
from engine.bpmn.repairs.faults import Sight
from engine.bpmn.repairs.gateways import ask_way
from engine.bpmn.repairs.model import Choice, Mend
from engine.domain.text import Text

BARE = re.compile(r"(?:\$\{\s*|=\s*)?([^\W\d]\w*)\s*\}?")
LOOPING = frozenset(
    "loopCounter nrOfInstances nrOfCompletedInstances nrOfActiveInstances numberOfInstances numberOfCompletedInstances "
    "numberOfActiveInstances".split()
)
NAMING = ("elementVariable", "inputElement", "outputCollection", "target", "resultVariable", "name", "id")


def known(draft: Draft, sight: Sight) -> frozenset[str]:
    """Every name something in the file may set."""
    found = set(LOOPING) | sight.written
    for procedure in sight.definition.procedures.values():
        for form in (procedure.start_form, *(step.form for step in procedure.steps.values())):
            found |= {field.key for field in form.fields}
    for element in draft.root.iter(etree.Element):
        if kind(element) != "extensionElements" and (not kind(element) or "InstanceLoop" in kind(element)):
            found |= {value for key, value in element.attrib.items() if etree.QName(key).localname in NAMING}
        if kind(element) in ("inputDataItem", "outputDataItem", "dataObject", "dataObjectReference", "property"):
            found |= {element.get("name") or "", element.get("id") or ""}
    return frozenset(found)


def choices_of(draft: Draft, sight: Sight) -> Iterator[tuple[etree._Element, list[etree._Element]]]:
    """Each gateway that chooses by conditions, with the flows that have one."""
    for scope in sight.scopes:
        for node in draft.nodes(scope):
            if kind(node) in ("exclusiveGateway", "inclusiveGateway") and node.get("id"):
                flows = draft.out_of(node)
                asked = [f for f in flows if condition_of(f) and f.get("id") != (node.get("default") or "")]
                if len(flows) > 1 and asked:
                    yield node, asked


def labels(draft: Draft, sight: Sight) -> list[Mend]:
    """`yes` and `no` written as conditions are names of ways, not of variables."""
    set_here: frozenset[str] | None = None
    found = []
    for gateway, flows in choices_of(draft, sight):
        bare = [m[1] for f in flows if (m := BARE.fullmatch(condition_of(f)))]
        if kind(gateway) != "exclusiveGateway" or len(bare) < len(flows) or len(set(bare)) < 2:
            continue
        set_here = known(draft, sight) if set_here is None else set_here
        if not any(name in set_here or name in ("true", "false") for name in bare):
            found.append(_label(gateway, bare))
    return found


def _label(gateway: etree._Element, bare: list[str]) -> Mend:
    def do(draft: Draft, choice: str | None) -> None:
        default = gateway.attrib.pop("default", None)
        flows = draft.out_of(gateway)
        ask_way(
            draft,
            gateway,
            [*(f for f in flows if f.get("id") != default), *(f for f in flows if f.get("id") == default)],
            default=True,
        )

    name, words = name_of(gateway), ", ".join(bare)
    why = Text(
        f"网关“{name}”的条件 {words} 只是名称，没有任何步骤给出它们。",
        f"The conditions of “{name}”, {words}, are mere names, which no step gives.",
    )
    message = Text(
        f"网关“{name}”：由人在表单中选择走哪条路径。", f"Gateway “{name}”: a person chooses the way, in a form."
    )
    choices = (Choice("ask", Text("由人在表单中选择走哪条路径", "a person chooses the way, in a form")),)
    return Mend("condition-is-label", gateway.get("id") or "", message, why, do, choices, "ask", "warning", phase=4)


def unset(draft: Draft, sight: Sight) -> list[Mend]:
    """A condition reads what nothing in the file sets: the form of the step before asks for it."""
    set_here: frozenset[str] | None = None
    asked: dict[str, Mend] = {}
    for gateway, flows in choices_of(draft, sight):
        names = sorted({name for f in flows for name in _names(condition_of(f))})
        if not names:
            continue
        set_here = known(draft, sight) if set_here is None else set_here
        for variable in names:
            if variable in set_here or variable in asked:
                continue
            step = _asks(draft, gateway)
            if step is not None:
                conditions = [
                    condition_of(f)
                    for _, fs in choices_of(draft, sight)
                    for f in fs
                    if variable in _names(condition_of(f))
                ]
                asked[variable] = _field(gateway, step, variable, conditions)
    return list(asked.values())


def _field(gateway: etree._Element, step: etree._Element, variable: str, conditions: list[str]) -> Mend:
    type_, options = guess(variable, conditions)

    def do(draft: Draft, choice: str | None) -> None:
        if draft.extension(step, "formData").find(f"*[@id='{variable}']") is None:
            add_field(draft, step, variable, variable.replace("_", " "), type_, options)

    message = Text(
        f"“{name_of(step)}”的表单询问“{variable}”。", f"The form of “{name_of(step)}” asks for “{variable}”."
    )
    why = Text(
        f"网关“{name_of(gateway)}”的条件需要“{variable}”，而文件中没有任何步骤给出它。若由接口或消息给出，请不要采用。",
        f"The conditions of “{name_of(gateway)}” need “{variable}”, which no step of the file gives. Leave this out if it comes with a message or by the API.",
    )
    return Mend("variable-unset", variable, message, why, do, level="warning", phase=6)


def _names(source: str) -> frozenset[str]:
    try:
        return compile_expression(source).names if source else frozenset()
    except ExpressionError:
        return frozenset()


def _asks(draft: Draft, gateway: etree._Element) -> etree._Element | None:
    """The nearest step of a person on the way to a gateway, else the plain start of the process."""
    found = person_before(draft, gateway)
    node, seen = gateway, set()
    while found is None and node is not None and node not in seen:
        seen.add(node)
        flows = draft.into(node)
        node = draft.end(flows[0], "sourceRef") if flows else None
        if node is not None and kind(node) in HUMAN and can_ask(node):
            found = node
    if found is not None:
        return found
    process = next((a for a in gateway.iterancestors() if kind(a) == "process"), None)
    starts = [s for s in children(process, "startEvent") if not event_definitions(s)] if process is not None else []
    return starts[0] if starts else None


def guess(variable: str, conditions: list[str]) -> tuple[str, list[tuple[str, str]]]:
    """The type of the field, by what the conditions compare the variable with."""
    name = re.escape(variable)
    texts: list[str] = []
    for condition in conditions:
        for found in re.finditer(
            rf"(?<![\w.]){name}\s*[!=]=?\s*(['\"])(.*?)\1|(['\"])(.*?)\3\s*[!=]=?\s*{name}(?![\w.])", condition
        ):
            texts.append(found[2] if found[2] is not None else found[4])
        if re.search(rf"(?<![\w.]){name}\s*(?:[<>]=?|[!=]=?\s*-?\d)|\d\s*(?:[<>]=?)\s*{name}(?![\w.])", condition):
            return "double", []
    values = list(dict.fromkeys(t.strip() for t in texts if t.strip()))
    if values:
        shown = [*values, *([] if len(values) > 1 else ["other"])]
        return "enum", [(v, v) for v in shown]
    return "boolean", []
