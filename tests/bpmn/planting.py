"""How changes are planted in a file: where one can be done, and doing it. `mutated` lists them."""

from __future__ import annotations

from collections.abc import Callable

from lxml import etree

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
CAMUNDA = "{http://camunda.org/schema/1.0/bpmn}"
DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
#: What other files may call keeps its id.
CALLED = tuple(BPMN + tag for tag in ("process", "globalTask", "globalUserTask", "globalScriptTask", "globalBusinessRuleTask"))
#: kind, what, element id of the new file, part
Found = tuple[str, str, str | None, str]
Places = Callable[[etree._Element], list[etree._Element]]
Change = Callable[[etree._Element], Found]


def every(*tags: str, having: str = "", lacking: str = "") -> Places:
    """All elements of these kinds in the process that have, or lack, a property or an attribute."""

    def found(root: etree._Element) -> list[etree._Element]:
        nodes = [e for tag in tags for e in root.iter(BPMN + tag)]
        return [e for e in nodes if (not having or has(e, having)) and not (lacking and has(e, lacking))]

    return found


def has(element: etree._Element, name: str) -> bool:
    return prop(element, name) is not None or name in element.attrib or element.find(name) is not None


def prop(element: etree._Element, name: str) -> etree._Element | None:
    holder = element.find(f"{BPMN}extensionElements/{CAMUNDA}properties")
    return None if holder is None else next((p for p in holder if p.get("name") == name), None)


def put(element: etree._Element, name: str, value: str) -> None:
    holder = element.find(f"{BPMN}extensionElements/{CAMUNDA}properties")
    etree.SubElement(holder, f"{CAMUNDA}property", name=name, value=value)


def set_property(name: str, value: str, what: str, kind: str = "changed", part: str = "") -> Change:
    def change(element: etree._Element) -> Found:
        found = prop(element, name)
        if found is None:
            put(element, name, value)
        else:
            found.set("value", value)
        return kind, what, element.get("id"), part

    return change


def drop_property(name: str, what: str) -> Change:
    def change(element: etree._Element) -> Found:
        found = prop(element, name)
        found.getparent().remove(found)
        return "changed", what, element.get("id"), ""

    return change


def set_attribute(name: str, value: str, what: str) -> Change:
    def change(element: etree._Element) -> Found:
        element.set(name, value)
        return "changed", what, element.get("id"), ""

    return change


def fields(root: etree._Element) -> list[etree._Element]:
    return list(root.iter(f"{CAMUNDA}formField"))


def of_field(kind: str, what: str, alter: Callable[[etree._Element], None]) -> Change:
    def change(field: etree._Element) -> Found:
        owner, key = next(field.iterancestors(*(BPMN + tag for tag in ("userTask", "startEvent")))), field.get("id")
        alter(field)
        return kind, what, owner.get("id"), key

    return change


def with_flow(root: etree._Element) -> list[etree._Element]:
    """Flows from one step straight to another, into which a step can be put."""
    tasks = {e.get("id") for tag in ("userTask", "scriptTask", "exclusiveGateway") for e in root.iter(BPMN + tag)}
    return [f for f in root.iter(f"{BPMN}sequenceFlow") if {f.get("sourceRef"), f.get("targetRef")} <= tasks]


def insert_step(flow: etree._Element) -> Found:
    process = flow.getparent()
    task = etree.Element(f"{BPMN}userTask", id="planted", name="Planted step")
    process.insert(process.index(flow), task)
    etree.SubElement(process, f"{BPMN}sequenceFlow", id="f-planted", sourceRef="planted", targetRef=flow.get("targetRef"))
    flow.set("targetRef", "planted")
    return "added", "step", "planted", ""


def straight(root: etree._Element) -> list[etree._Element]:
    """Steps with one way in and one out and nothing that speaks of them: they can be taken out."""
    spoken = {e.get("attachedToRef") for e in root.iter(f"{BPMN}boundaryEvent")}
    spoken |= {
        part.strip() for p in root.iter(f"{CAMUNDA}property") if p.get("name") in ("separate-from", "same-as")
        for part in p.get("value").split(",")
    }  # fmt: skip
    flows = list(root.iter(f"{BPMN}sequenceFlow"))

    def ways(id_: str, end: str) -> list[etree._Element]:
        return [flow for flow in flows if flow.get(end) == id_]

    found = []
    for task in root.iter(f"{BPMN}userTask"):
        id_ = task.get("id")
        into, out = ways(id_, "targetRef"), ways(id_, "sourceRef")
        ends = {(f.get("sourceRef"), out[0].get("targetRef")) for f in into} if len(out) == 1 else set()
        is_new = ends and all(not [f for f in ways(a, "sourceRef") if f.get("targetRef") == b] for a, b in ends)
        if len(into) == 1 and len(out) == 1 and is_new and id_ not in spoken:
            found.append(task)
    return found


def take_out(task: etree._Element) -> Found:
    process, id_ = task.getparent(), task.get("id")
    flows = list(process.iter(f"{BPMN}sequenceFlow"))
    into = next(f for f in flows if f.get("targetRef") == id_)
    out = next(f for f in flows if f.get("sourceRef") == id_)
    into.set("targetRef", out.get("targetRef"))
    process.remove(out)
    process.remove(task)
    for reference in [r for r in process.iter(f"{BPMN}flowNodeRef") if r.text == id_]:
        reference.getparent().remove(reference)
    return "removed", "step", None, ""


def neighbours(root: etree._Element) -> list[etree._Element]:
    """Steps that follow straight upon a step taken from `straight`, and can change places with it."""
    able = {task.get("id") for task in straight(root)}
    flows = list(root.iter(f"{BPMN}sequenceFlow"))
    return [flow for flow in flows if flow.get("sourceRef") in able and flow.get("targetRef") in able]


def swap(flow: etree._Element) -> Found:
    first, second = flow.get("sourceRef"), flow.get("targetRef")
    flows = list(flow.getparent().iter(f"{BPMN}sequenceFlow"))
    into = next(f for f in flows if f.get("targetRef") == first)
    out = next(f for f in flows if f.get("sourceRef") == second)
    into.set("targetRef", second)
    flow.set("sourceRef", second)
    flow.set("targetRef", first)
    out.set("sourceRef", first)
    return "moved", "place", second, ""


def conditions(root: etree._Element) -> list[etree._Element]:
    return [f for f in root.iter(f"{BPMN}sequenceFlow") if f.find(f"{BPMN}conditionExpression") is not None]


def recondition(flow: etree._Element) -> Found:
    flow.find(f"{BPMN}conditionExpression").text = "${amount > 12345}"
    return "changed", "condition", flow.get("id"), ""


def retarget(flow: etree._Element) -> Found:
    """The way now leads to a step that its gateway did not lead to."""
    flows = list(flow.getparent().iter(f"{BPMN}sequenceFlow"))
    taken = {f.get("targetRef") for f in flows if f.get("sourceRef") == flow.get("sourceRef")} | {flow.get("sourceRef")}
    target = next(t.get("id") for t in flow.getparent().iter(f"{BPMN}userTask") if t.get("id") not in taken)
    flow.set("targetRef", target)
    return "changed", "route", flow.get("id"), ""


def defaults(root: etree._Element) -> list[etree._Element]:
    """Gateways of two ways whose default can become the other way."""
    flows = list(root.iter(f"{BPMN}sequenceFlow"))
    ways = {g: [f for f in flows if f.get("sourceRef") == g.get("id")] for g in root.iter(f"{BPMN}exclusiveGateway")}
    return [g for g, out in ways.items() if g.get("default") and len(out) == 3]


def redefault(gateway: etree._Element) -> Found:
    ways = [f.get("id") for f in gateway.getparent().iter(f"{BPMN}sequenceFlow") if f.get("sourceRef") == gateway.get("id")]
    gateway.set("default", next(id_ for id_ in ways if id_ != gateway.get("default")))
    return "changed", "default", gateway.get("id"), ""


def timers(root: etree._Element) -> list[etree._Element]:
    return [d.getparent() for d in root.iter(f"{BPMN}timerEventDefinition")]


def retime(event: etree._Element) -> Found:
    event.find(f"{BPMN}timerEventDefinition")[0].text = "PT7H7M"
    return "changed", "timer", event.get("id"), ""


def messages(root: etree._Element) -> list[etree._Element]:
    """Messages that one event of the file refers to."""
    used = [d.get("messageRef") for d in root.iter(f"{BPMN}messageEventDefinition")]
    return [m for m in root.iter(f"{BPMN}message") if used.count(m.get("id")) == 1]


def rename_message(message: etree._Element) -> Found:
    message.set("name", "planted-message")
    uses = message.getparent().iter(f"{BPMN}messageEventDefinition")
    return "changed", "message", next(d for d in uses if d.get("messageRef") == message.get("id")).getparent().get("id"), ""


def computations(root: etree._Element) -> list[etree._Element]:
    return list(root.iter(f"{BPMN}scriptTask"))


def recompute(task: etree._Element) -> Found:
    task.find(f"{BPMN}script").text = "planted = 1"
    return "changed", "computation", task.get("id"), ""


def rename(element: etree._Element) -> Found:
    for name in ("name.zh", "name.en"):
        if (found := prop(element, name)) is not None:
            found.set("value", "Planted name")
    element.set("name", "Planted name")
    return "changed", "name", element.get("id"), ""


def repeat(task: etree._Element) -> Found:
    loop = etree.SubElement(task, f"{BPMN}multiInstanceLoopCharacteristics", isSequential="true")
    etree.SubElement(loop, f"{BPMN}loopCardinality").text = "3"
    return "changed", "multi_instance", task.get("id"), ""


def clocks(root: etree._Element) -> list[etree._Element]:
    return [p for p in root.iter(f"{CAMUNDA}property") if (p.get("name") or "").startswith("clock.") and p.get("name").count(".") == 1
            and p.get("name") not in ("clock.stop", "clock.pause")]  # fmt: skip


def reclock(clock: etree._Element) -> Found:
    clock.set("value", "PT99H")
    process = next(clock.iterancestors(f"{BPMN}process"))
    return "changed", "limit", process.get("id"), clock.get("name").removeprefix("clock.")


def add_field(task: etree._Element) -> Found:
    form = task.find(f"{BPMN}extensionElements/{CAMUNDA}formData")
    etree.SubElement(form, f"{CAMUNDA}formField", id="planted", label="Planted", type="string")
    return "added", "field", task.get("id"), "planted"


def add_option(field: etree._Element) -> None:
    etree.SubElement(field, f"{CAMUNDA}value", id="planted", name="Planted")


def constraint(name: str) -> Places:
    def found(root: etree._Element) -> list[etree._Element]:
        return [f for f in fields(root) if f.find(f"{CAMUNDA}validation/{CAMUNDA}constraint[@name='{name}']") is not None]

    return found


def drop_constraint(field: etree._Element) -> None:
    holder = field.find(f"{CAMUNDA}validation")
    holder.remove(holder.find(f"{CAMUNDA}constraint[@name='required']"))


def relabel(field: etree._Element) -> None:
    for one in field.iterfind(f"{CAMUNDA}properties/{CAMUNDA}property"):
        if one.get("id") in ("label.zh", "label.en"):
            one.set("value", "Planted label")
    field.set("label", "Planted label")


def of_process(name: str, value: str, what: str) -> Change:
    def change(process: etree._Element) -> Found:
        process.set(name, value)
        return "changed", what, process.get("id"), ""

    return change


def redocument(process: etree._Element) -> Found:
    process.find(f"{BPMN}documentation").text = "Planted."
    return "changed", "documentation", process.get("id"), ""


def move_shape(root_shape: etree._Element) -> Found:
    bounds = next(root_shape.iter("{*}Bounds"))
    bounds.set("x", str(float(bounds.get("x")) + 40))
    return "changed", "drawing", None, ""


def shapes(root: etree._Element) -> list[etree._Element]:
    tasks = {t.get("id") for t in root.iter(f"{BPMN}userTask")}
    return [s for s in root.iter(f"{DI}BPMNShape") if s.get("bpmnElement") in tasks]


def drop_limit(task: etree._Element) -> Found:
    for name in ("sla", "sla.warn"):
        if (found := prop(task, name)) is not None:
            found.getparent().remove(found)
    return "changed", "limit", task.get("id"), ""
