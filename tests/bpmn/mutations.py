"""What other tools, other people and accidents do to BPMN files, for the tests of reading, linting and mending."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator

from lxml import etree

MODEL = "http://www.omg.org/spec/BPMN/20100524/MODEL"
DI = "http://www.omg.org/spec/BPMN/20100524/DI"
B, VENDOR = f"{{{MODEL}}}", "urn:some:other:tool"
NODES = frozenset(
    "task userTask manualTask serviceTask sendTask receiveTask scriptTask businessRuleTask callActivity subProcess transaction "
    "adHocSubProcess startEvent endEvent intermediateCatchEvent intermediateThrowEvent boundaryEvent exclusiveGateway "
    "parallelGateway inclusiveGateway eventBasedGateway complexGateway".split()
)
EVENTS = ("message", "timer", "signal", "error", "escalation", "conditional", "link", "compensate", "cancel", "terminate")
WORDS = ("", "yes", "0.5", "amount > 3", "${ok}", "= a = b", "not (x)", "a greater than b", "{{x}}", "PT1H", "R/P1D", "7 days", "\u4e24\u5929", "getVariable('x')")

Tree = etree._Element
Mutation = Callable[[Tree, random.Random], None]
MUTATIONS: dict[str, Mutation] = {}


def mutation(change: Mutation) -> Mutation:
    MUTATIONS[change.__name__] = change
    return change


def local(element: Tree) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def nodes(root: Tree, *kinds: str) -> list[Tree]:
    return [e for e in root.iter(etree.Element) if e.tag.startswith(B) and local(e) in (kinds or NODES)]


def some(found: list[Tree], chance: random.Random, most: int = 3) -> list[Tree]:
    return chance.sample(found, min(len(found), chance.randint(1, most))) if found else []


def scopes(root: Tree) -> list[Tree]:
    return nodes(root, "process", "subProcess", "transaction", "adHocSubProcess")


@mutation
def drop_ids(root: Tree, chance: random.Random) -> None:
    for element in some([e for e in root.iter(etree.Element) if e.get("id")], chance, 5):
        del element.attrib["id"]


@mutation
def drop_flow_ids(root: Tree, chance: random.Random) -> None:
    for flow in root.iter(f"{B}sequenceFlow"):
        flow.attrib.pop("id", None)


@mutation
def double_ids(root: Tree, chance: random.Random) -> None:
    held = [e for e in root.iter(etree.Element) if e.get("id") and e.tag.startswith(B)]
    if len(held) > 1:
        one, other = chance.sample(held, 2)
        other.set("id", one.get("id"))


@mutation
def drop_diagram(root: Tree, chance: random.Random) -> None:
    for diagram in list(root.iter(f"{{{DI}}}BPMNDiagram")):
        diagram.getparent().remove(diagram)


@mutation
def drop_shapes(root: Tree, chance: random.Random) -> None:
    for shape in some(list(root.iter(f"{{{DI}}}BPMNShape", f"{{{DI}}}BPMNEdge")), chance, 6):
        shape.getparent().remove(shape)


@mutation
def spoil_coordinates(root: Tree, chance: random.Random) -> None:
    for place in some(list(root.iter("{*}Bounds", "{*}waypoint")), chance):
        place.set("x", chance.choice(("left", "", "NaN", "1e999")))


@mutation
def drop_listed_flows(root: Tree, chance: random.Random) -> None:
    for listed in list(root.iter(f"{B}incoming", f"{B}outgoing")):
        listed.getparent().remove(listed)


@mutation
def drop_some_elements(root: Tree, chance: random.Random) -> None:
    for element in some(nodes(root, *NODES, "sequenceFlow", "message", "signal", "laneSet", "messageFlow"), chance):
        if element.getparent() is not None:
            element.getparent().remove(element)


@mutation
def drop_starts(root: Tree, chance: random.Random) -> None:
    for start in nodes(root, "startEvent"):
        start.getparent().remove(start)


@mutation
def drop_ends(root: Tree, chance: random.Random) -> None:
    for end in nodes(root, "endEvent"):
        end.getparent().remove(end)


@mutation
def drop_definitions(root: Tree, chance: random.Random) -> None:
    for definition in some([e for e in root.iter(etree.Element) if local(e).endswith("EventDefinition")], chance, 5):
        definition.getparent().remove(definition)


@mutation
def add_definitions(root: Tree, chance: random.Random) -> None:
    for event in some(nodes(root, "startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent"), chance):
        definition = etree.SubElement(event, f"{B}{chance.choice(EVENTS)}EventDefinition")
        if chance.random() < 0.3:
            definition.set(f"{chance.choice(('message', 'signal', 'error'))}Ref", "nowhere")


@mutation
def change_kinds(root: Tree, chance: random.Random) -> None:
    for node in some(nodes(root), chance):
        node.tag = f"{B}{chance.choice(sorted(NODES))}"


@mutation
def loosen_flows(root: Tree, chance: random.Random) -> None:
    ids = [n.get("id") or "" for n in nodes(root)] + ["nowhere", ""]
    for flow in some(nodes(root, "sequenceFlow"), chance):
        flow.set(chance.choice(("sourceRef", "targetRef")), chance.choice(ids))


@mutation
def add_flows(root: Tree, chance: random.Random) -> None:
    for scope in some(scopes(root), chance):
        held = [n.get("id") for n in scope if local(n) in NODES and n.get("id")]
        if held:
            etree.SubElement(scope, f"{B}sequenceFlow", sourceRef=chance.choice(held), targetRef=chance.choice(held))


@mutation
def write_conditions(root: Tree, chance: random.Random) -> None:
    for flow in some(nodes(root, "sequenceFlow"), chance, 6):
        condition = etree.SubElement(flow, f"{B}conditionExpression")
        condition.text = chance.choice(WORDS)


@mutation
def drop_conditions(root: Tree, chance: random.Random) -> None:
    for condition in list(root.iter(f"{B}conditionExpression")):
        condition.getparent().remove(condition)


@mutation
def set_defaults(root: Tree, chance: random.Random) -> None:
    flows = [f.get("id") for f in nodes(root, "sequenceFlow") if f.get("id")] + ["nowhere"]
    for node in some(nodes(root), chance):
        node.set("default", chance.choice(flows))


@mutation
def repeat(root: Tree, chance: random.Random) -> None:
    for node in some(nodes(root), chance):
        loop = etree.SubElement(node, f"{B}{chance.choice(('multiInstance', 'standard'))}LoopCharacteristics")
        if chance.random() < 0.5:
            etree.SubElement(loop, f"{B}{chance.choice(('loopCardinality', 'loopCondition', 'loopDataInputRef'))}").text = chance.choice(WORDS)


@mutation
def detach_boundaries(root: Tree, chance: random.Random) -> None:
    for event in nodes(root, "boundaryEvent"):
        event.set("attachedToRef", chance.choice(("nowhere", "")))


@mutation
def nest_lanes(root: Tree, chance: random.Random) -> None:
    for lane in some(nodes(root, "lane"), chance):
        inner = etree.SubElement(etree.SubElement(lane, f"{B}childLaneSet"), f"{B}lane", id=f"inner_{chance.random()}", name="Back office")
        for reference in lane.findall(f"{B}flowNodeRef"):
            inner.append(reference)


@mutation
def add_vendor_extensions(root: Tree, chance: random.Random) -> None:
    for node in some(nodes(root), chance, 6):
        holder = node.find(f"{B}extensionElements")
        if holder is None:
            holder = etree.Element(f"{B}extensionElements")
            node.insert(0, holder)
        etree.SubElement(holder, f"{{{VENDOR}}}meta", nsmap={"tool": VENDOR}).set("value", chance.choice(WORDS))
        node.set(f"{{{VENDOR}}}colour", "#fff")


@mutation
def add_artifacts(root: Tree, chance: random.Random) -> None:
    for scope in scopes(root)[:2]:
        note = etree.SubElement(scope, f"{B}textAnnotation", id=f"note_{chance.randrange(10**6)}")
        etree.SubElement(note, f"{B}text").text = "A note"
        etree.SubElement(scope, f"{B}association", sourceRef=note.get("id"), targetRef="nowhere")
        etree.SubElement(scope, f"{B}group", categoryValueRef="nowhere")
        etree.SubElement(scope, f"{B}dataStoreReference", id=f"store_{chance.randrange(10**6)}", dataStoreRef="nowhere")
        etree.SubElement(scope, f"{B}dataObject")


@mutation
def trigger_by_event(root: Tree, chance: random.Random) -> None:
    for node in some(nodes(root, "subProcess"), chance):
        node.set("triggeredByEvent", chance.choice(("true", "false", "1")))


@mutation
def compensate(root: Tree, chance: random.Random) -> None:
    for node in some(nodes(root), chance):
        node.set("isForCompensation", "true")


@mutation
def second_pool(root: Tree, chance: random.Random) -> None:
    process = etree.SubElement(root, f"{B}process", id=f"Other_{chance.randrange(10**6)}")
    etree.SubElement(process, f"{B}task", id=f"{process.get('id')}_t")


@mutation
def process_ids(root: Tree, chance: random.Random) -> None:
    for process in nodes(root, "process"):
        process.set("id", "p") if chance.random() < 0.5 else process.attrib.pop("id", None)


@mutation
def executable(root: Tree, chance: random.Random) -> None:
    for process in nodes(root, "process"):
        process.set("isExecutable", chance.choice(("true", "false", "", "TRUE")))


@mutation
def odd_names(root: Tree, chance: random.Random) -> None:
    for element in some(nodes(root, *NODES, "sequenceFlow", "lane", "message"), chance, 6):
        element.set("name", chance.choice(("", "\n a \n b", "审批？", "“quoted” \"x\" 'y'", "{0} {name}", "x" * 300, "<b>&amp;", "7 days")))


@mutation
def wrap_in_subprocess(root: Tree, chance: random.Random) -> None:
    for scope in some(nodes(root, "process"), chance, 1):
        inner = etree.Element(f"{B}subProcess", id=f"Sub_{chance.randrange(10**6)}")
        for element in some([e for e in scope if local(e) in NODES], chance):
            inner.append(element)
        scope.append(inner)


@mutation
def forget_calls(root: Tree, chance: random.Random) -> None:
    for node in nodes(root, "callActivity"):
        node.set("calledElement", chance.choice(("", "nowhere", "${x}", "p")))


def written(root: Tree, chance: random.Random) -> bytes:
    """The tree as bytes: with another prefix, as the default namespace, with a BOM, CRLF, or on one line."""
    text = etree.tostring(root, encoding="unicode")
    prefix = root.prefix
    style = chance.randrange(6)
    if style == 0 and prefix and "m" not in root.nsmap:
        text = re.sub(rf"(</?){prefix}:", r"\1m:", text).replace(f"xmlns:{prefix}=", "xmlns:m=", 1)
    elif style == 1 and prefix and None not in root.nsmap:
        text = re.sub(rf"(</?){prefix}:", r"\1", text).replace(f"xmlns:{prefix}=", "xmlns=", 1)
    elif style == 2:
        text = text.replace("\r", "").replace("\n", "\r\n")
    elif style == 3:
        text = re.sub(r">\s+<", "><", text)
    head = chance.choice(("", '<?xml version="1.0" encoding="UTF-8"?>\n', "<?xml version='1.0'?>\n<!-- made elsewhere -->\n", "\ufeff"))
    return (head + text).encode()


def mutated(data: bytes, chance: random.Random, count: int) -> bytes:
    """The file after some of the accidents, one after the other."""
    root = etree.fromstring(data)
    for name in chance.choices(sorted(MUTATIONS), k=count):
        MUTATIONS[name](root, chance)
    return written(root, chance)


def seeds(faulty: dict[str, list[bytes]]) -> Iterator[bytes]:
    """Small files to begin with: those of the lint's own tests that are XML at all."""
    for files in faulty.values():
        yield from (data for data in files if data.startswith(b"<bpmn"))
