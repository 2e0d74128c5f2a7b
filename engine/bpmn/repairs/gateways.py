"""Gateways that cannot choose, join or wait as they are drawn."""

from __future__ import annotations

from functools import partial

from lxml import etree

from engine.bpmn.dialects.names import children, event_definitions, kind
from engine.bpmn.lint.sheet import condition_of, name_of
from engine.bpmn.repairs.asking import add_field, asker, options_for, person_before, set_condition, variable_for
from engine.bpmn.repairs.draft import Draft
from engine.bpmn.repairs.faults import Fault
from engine.bpmn.repairs.model import Choice, Mend
from engine.domain.text import Text

ASK = "ask"
OTHERWISE = ("no", "else", "otherwise", "other", "default", "rejected", "否", "否则", "其他", "其它", "不", "未")
PERSON_DECIDES = Text("由人决定", "a person decides")


def choose_way(draft: Draft, fault: Fault) -> Mend | None:
    """An exclusive gateway with ways that have no condition."""
    gateway = draft.end(fault.element, "sourceRef")
    if gateway is None:
        return None
    flows = draft.out_of(gateway)
    bare = [
        f
        for f in flows
        if not condition_of(f) and not (gateway.get("default") and f.get("id") == gateway.get("default"))
    ]
    choices = [Choice(ASK, Text("由人在表单中选择走哪条路径", "a person chooses the way, in a form"))]
    if not gateway.get("default"):
        choices += (
            [Choice(way_id(f, flows), default_label(draft, f)) for f in bare]
            if len(bare) == 1 or len(bare) < len(flows)
            else []
        )
        if len(bare) == len(flows):
            choices += [Choice(way_id(f, flows), always_label(draft, f)) for f in bare]
    default = way_id(bare[0], flows) if len(bare) == 1 and len(flows) > 1 and not gateway.get("default") else ASK
    task = person_before(draft, gateway)
    where = (
        Text(f"在“{name_of(task)}”的表单中增加一个选择项", f"a choice is added to the form of “{name_of(task)}”")
        if task is not None
        else Text("在网关前增加一个人工任务", "a task of a person is put before the gateway")
    )
    message = (
        Text(
            f"网关“{name_of(gateway)}”：没有条件的路径“{name_of(bare[0])}”成为默认路径。",
            f"Gateway “{name_of(gateway)}”: the way without a condition, “{name_of(bare[0])}”, becomes the default.",
        )
        if default != ASK
        else Text(
            f"网关“{name_of(gateway)}”：由人决定走哪条路径（{where.zh}），路径的条件取其回答。",
            f"Gateway “{name_of(gateway)}”: a person decides which way it goes ({where.en}); the ways ask for that answer.",
        )
    )
    return Mend(
        fault.rule.id,
        gateway.get("id") or "",
        message,
        fault.why,
        partial(_way, gateway),
        tuple(choices),
        default,
        phase=4,
    )


def _way(gateway: etree._Element, draft: Draft, choice: str | None) -> None:
    flows = draft.out_of(gateway)
    bare = [
        f
        for f in flows
        if not condition_of(f) and not (gateway.get("default") and f.get("id") == gateway.get("default"))
    ]
    chosen = next((f for f in bare if way_id(f, flows) == choice), None)
    if choice == ASK or chosen is None:
        ask_way(draft, gateway, bare, default=bool(not gateway.get("default")))
        return
    gateway.set("default", draft.name(chosen, f"Flow_{gateway.get('id')}"))
    draft.change(gateway)
    rest = [f for f in bare if f is not chosen]
    if rest:
        ask_never(draft, rest)


def ask_way(draft: Draft, gateway: etree._Element, flows: list[etree._Element], *, default: bool) -> None:
    """A person says which of these flows is taken; the last becomes the default where there is none.

    A default that is there already can be chosen like the others.
    """
    if not flows:
        return
    task = asker(draft, gateway)
    others = [
        f
        for f in draft.out_of(gateway)
        if f not in flows and gateway.get("default") and f.get("id") == gateway.get("default")
    ]
    options = options_for([*flows, *others], draft)
    label = gateway.get("name") or draft.words(PERSON_DECIDES)
    key = add_field(draft, task, variable_for(gateway, "decision"), " ".join(label.split()), "enum", options)
    for flow, (value, _) in zip(flows, options, strict=False):
        last = default and flow is flows[-1]
        set_condition(draft, flow, None if last else f'{key} == "{value}"')
        if last:
            gateway.set("default", draft.name(flow, f"Flow_{gateway.get('id')}"))
    draft.change(gateway)


def ask_never(draft: Draft, flows: list[etree._Element]) -> None:
    """The owner wants one way always taken: the others stay drawn and are never chosen."""
    for flow in flows:
        set_condition(draft, flow, "false")


def default_way(draft: Draft, fault: Fault) -> Mend | None:
    """Every way has a condition, and all may fail."""
    gateway = fault.element
    flows = draft.out_of(gateway)
    if len(flows) < 2:
        return None
    default = next((f for f in flows if (f.get("name") or "").strip().lower().startswith(OTHERWISE)), flows[-1])
    return Mend(
        fault.rule.id,
        gateway.get("id") or "",
        Text(
            f"“{name_of(gateway)}”：其他条件都不成立时走所选的默认路径；该路径的条件不再检查。",
            f"“{name_of(gateway)}”: where no other condition holds, the chosen default flow is taken; its own condition is no longer asked.",
        ),
        fault.why,
        partial(_default, gateway),
        tuple(Choice(way_id(f, flows), default_label(draft, f)) for f in flows),
        way_id(default, flows),
        fault.rule.level,
        phase=6,
    )


def _default(gateway: etree._Element, draft: Draft, choice: str | None) -> None:
    flows = draft.out_of(gateway)
    flow = next((f for f in flows if way_id(f, flows) == choice), None)
    if flow is None:
        return
    set_condition(draft, flow, None)
    gateway.set("default", draft.name(flow, f"Flow_{gateway.get('id')}"))
    draft.change(gateway)


def wrong_default(draft: Draft, fault: Fault) -> Mend | None:
    """The default flow named does not leave the element: it names none any more, and another may be chosen."""

    def forget(node: etree._Element, draft: Draft, choice: str | None) -> None:
        node.attrib.pop("default", None)
        draft.change(node)

    node = fault.element
    message = Text(
        f"“{name_of(node)}”：删除指向不存在连线的默认路径。",
        f"“{name_of(node)}”: the default flow, which does not exist, is forgotten.",
    )
    return Mend(fault.rule.id, node.get("id") or "", message, fault.why, partial(forget, node), phase=2)


def idle_condition(draft: Draft, fault: Fault) -> Mend | None:
    """A condition nobody asks, or one that is the only way on: the flow is taken without it."""

    def bare(flow: etree._Element, draft: Draft, choice: str | None) -> None:
        set_condition(draft, flow, None)

    flow = fault.element
    if kind(flow) != "sequenceFlow":
        flow = next((f for f in draft.out_of(flow) if condition_of(f)), None)
    if flow is None:
        return None
    message = Text(f"连线“{name_of(flow)}”不再带条件。", f"The flow “{name_of(flow)}” loses its condition.")
    ident = flow.get("id") or fault.element.get("id") or ""
    return Mend(fault.rule.id, ident, message, fault.why, partial(bare, flow), level=fault.rule.level, phase=3)


def parallel_condition(draft: Draft, fault: Fault) -> Mend | None:
    """A parallel gateway takes all its flows, whatever is written on them."""
    gateway = draft.end(fault.element, "sourceRef")
    if gateway is None:
        return None

    def do(draft: Draft, choice: str | None) -> None:
        if choice == "inclusive":
            draft.retag(gateway, "inclusiveGateway")
            return
        for flow in draft.out_of(gateway):
            if condition_of(flow):
                set_condition(draft, flow, None)

    choices = (
        Choice("remove", Text("删除条件：总走所有路径", "remove the conditions: all ways are always taken")),
        Choice(
            "inclusive",
            Text("改为包容网关：只走条件成立的路径", "make it inclusive: only the ways whose condition holds"),
        ),
    )
    message = Text(
        f"并行网关“{name_of(gateway)}”的路径不再带条件。",
        f"The flows out of the parallel gateway “{name_of(gateway)}” lose their conditions.",
    )
    return Mend(fault.rule.id, gateway.get("id") or "", message, fault.why, do, choices, "remove", phase=3)


def complex_gateway(draft: Draft, fault: Fault) -> Mend | None:
    gateway = fault.element

    def do(draft: Draft, choice: str | None) -> None:
        draft.retag(gateway, choice or "inclusiveGateway", "activationCondition")
        if choice == "parallelGateway":
            gateway.attrib.pop("default", None)

    choices = tuple(
        Choice(tag, label)
        for tag, label in (
            (
                "inclusiveGateway",
                Text("包容网关：等待所有还会到达的路径", "inclusive: waits for all that can still arrive"),
            ),
            ("parallelGateway", Text("并行网关：等待所有路径", "parallel: waits for every flow")),
            ("exclusiveGateway", Text("排他网关：每次到达都继续", "exclusive: goes on with every arrival")),
        )
    )
    message = Text(
        f"复杂网关“{name_of(gateway)}”改为包容网关；其激活条件不再起作用。",
        f"The complex gateway “{name_of(gateway)}” becomes an inclusive one; its activation condition is lost.",
    )
    return Mend(fault.rule.id, gateway.get("id") or "", message, fault.why, do, choices, "inclusiveGateway", phase=2)


def impossible_join(draft: Draft, fault: Fault) -> Mend | None:
    """A parallel join behind a choice waits for ever: an inclusive one waits for what can still come."""
    gateway = fault.element
    if kind(gateway) != "parallelGateway":
        return None

    def do(draft: Draft, choice: str | None) -> None:
        draft.retag(gateway, "inclusiveGateway")

    message = Text(
        f"并行汇合“{name_of(gateway)}”改为包容网关：只等待确实会到达的路径。",
        f"The parallel join “{name_of(gateway)}” becomes inclusive: it waits only for what can still arrive.",
    )
    return Mend(fault.rule.id, gateway.get("id") or "", message, fault.why, do, phase=5)


def way_id(flow: etree._Element, flows: list[etree._Element]) -> str:
    """The id of a flow, else its place among those that leave the gateway."""
    return flow.get("id") or f"#{flows.index(flow) + 1}"


def default_label(draft: Draft, flow: etree._Element) -> Text:
    shown = _shown(draft, flow)
    return Text(f"默认路径：{shown}", f"default flow: {shown}")


def always_label(draft: Draft, flow: etree._Element) -> Text:
    shown = _shown(draft, flow)
    return Text(f"总走：{shown}（其余路径不再使用）", f"always: {shown} (the other ways are never taken)")


def _shown(draft: Draft, flow: etree._Element) -> str:
    target = draft.end(flow)
    return " → ".join(
        dict.fromkeys(filter(None, (flow.get("name"), name_of(target) if target is not None else "")))
    ) or name_of(flow)


def waits(node: etree._Element) -> bool:
    return kind(node) == "receiveTask" or (
        kind(node) == "intermediateCatchEvent" and bool(event_definitions(node) or children(node, "eventDefinitionRef"))
    )
