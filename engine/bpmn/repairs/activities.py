"""Activities nobody can carry out here, or that do not say how often, what, or whom they call."""

from __future__ import annotations

from functools import partial

from lxml import etree

from engine.bpmn.dialects.names import HUMAN, bpmn, children, kind
from engine.bpmn.lint.sheet import name_of
from engine.bpmn.repairs.asking import LOOPS, add_field, asker, can_ask, person_before, to_person, variable_for
from engine.bpmn.repairs.draft import Draft
from engine.bpmn.repairs.faults import Fault
from engine.bpmn.repairs.model import Choice, Mend
from engine.domain.text import Text

PERSON, ASK, ONCE = "person", "ask", "once"
BY_HAND = Choice(PERSON, Text("由人完成，并确认已完成", "a person does it and says when it is done"))
HOW_MANY = Text("{name}：次数", "{name}: how many")
ONCE_MORE = Text("{name}：再做一次？", "{name}: once more?")


def by_hand(draft: Draft, fault: Fault) -> Mend | None:
    """What no machine here can do, a person does."""
    node = fault.element
    name = name_of(node)
    message = Text(
        f"“{name}”改为用户任务：由人完成，并确认已完成。",
        f"“{name}” becomes a user task: a person does it and says when it is done.",
    )

    def do(draft: Draft, choice: str | None) -> None:
        if choice == "message":
            draft.retag(node, "sendTask", "implementation", "operationRef")
            node.set("messageRef", draft.declare("message", draft.fresh(f"Message_{node.get('id')}"), name).get("id"))
            return
        to_person(draft, node)

    choices: tuple[Choice, ...] = (BY_HAND,)
    if kind(node) == "serviceTask":
        choices += (
            Choice("message", Text(f"向外部系统发送消息“{name}”", f"tell another system by the message “{name}”")),
        )
    return Mend(fault.rule.id, node.get("id") or "", message, fault.why, do, choices, PERSON, phase=1)


def call(draft: Draft, fault: Fault) -> Mend | None:
    """A call of a process that is not there: another process of the file, one deployed, or a person."""
    node = fault.element
    own = next((a.get("id") for a in node.iterancestors() if kind(a) == "process"), None)
    others = [p for p in children(draft.root, "process") if p.get("id") and p.get("id") != own and draft.nodes(p)]
    same = next((p for p in others if p.get("name") and p.get("name") == node.get("name")), None)

    def do(draft: Draft, choice: str | None) -> None:
        if choice == PERSON or choice is None:
            to_person(draft, node)
            return
        node.set("calledElement", choice)
        draft.change(node)

    choices = (
        BY_HAND,
        *(
            Choice(p.get("id"), Text(f"调用“{name_of(p)}”", f"call “{name_of(p)}”"))
            for p in others[:20]
            if fault.rule.id != "call-recursion"
        ),
    )
    default = same.get("id") if same is not None and fault.rule.id != "call-recursion" else PERSON
    message = (
        Text(
            f"“{name_of(node)}”改为用户任务：由人完成所调用的流程。",
            f"“{name_of(node)}” becomes a user task: a person does what was to be called.",
        )
        if default == PERSON
        else Text(f"“{name_of(node)}”调用同名流程。", f"“{name_of(node)}” calls the process of its name.")
    )
    free = "id" if fault.rule.id in ("call-open", "call-unknown") else None
    return Mend(fault.rule.id, node.get("id") or "", message, fault.why, do, choices, default, phase=1, free=free)


def call_not_executable(draft: Draft, fault: Fault) -> Mend | None:
    called = draft.ids.get(str(fault.params.get("called") or ""))
    if called is None or kind(called) != "process":
        return call(draft, fault)

    def do(draft: Draft, choice: str | None) -> None:
        called.set("isExecutable", "true")
        draft.change(called)

    message = Text(
        f"被调用的流程“{name_of(called)}”标为可执行。",
        f"The called process “{name_of(called)}” is marked as executable.",
    )
    return Mend(fault.rule.id, called.get("id") or "", message, fault.why, do, phase=1)


def call_without_start(draft: Draft, fault: Fault) -> Mend | None:
    """The called process begins plainly: its first start event waits for nothing when it is called."""
    called = draft.ids.get(str(fault.params.get("called") or ""))
    starts = children(called, "startEvent") if called is not None and kind(called) == "process" else []
    if not starts:
        return None if called is not None and kind(called) == "process" else call(draft, fault)

    def do(draft: Draft, choice: str | None) -> None:
        for child in list(starts[0]):
            if kind(child).endswith("EventDefinition") or kind(child) == "eventDefinitionRef":
                starts[0].remove(child)
        draft.change(starts[0])

    message = Text(
        f"开始事件“{name_of(starts[0])}”改为普通开始。", f"The start “{name_of(starts[0])}” becomes a plain one."
    )
    return Mend(fault.rule.id, starts[0].get("id") or "", message, fault.why, do, phase=2)


def how_often(draft: Draft, fault: Fault) -> Mend | None:
    """A person says how often it is repeated; or it is done once, or a fixed number of times."""
    node = fault.element
    name = name_of(node)
    task = person_before(draft, node)

    def do(draft: Draft, choice: str | None) -> None:
        loop = only_loop(node, "multiInstanceLoopCharacteristics")
        if loop is None:
            return
        if choice == ONCE:
            node.remove(loop)
            draft.change(node)
            return
        if choice in (ASK, None):
            step = asker(draft, node)
            label = draft.words(HOW_MANY.format(name=name))
            value = add_field(draft, step, variable_for(node, "count"), label, "long")
        else:
            value = choice
        for old in (*children(loop, "loopCardinality"), *children(loop, "loopDataInputRef")):
            loop.remove(old)
        cardinality = etree.Element(bpmn("loopCardinality"), nsmap=dict(loop.nsmap))
        cardinality.text = value
        after = next((c for c in reversed(loop) if kind(c) in ("documentation", "extensionElements")), None)
        loop.insert(0 if after is None else loop.index(after) + 1, cardinality)
        for extension in list(loop.iter("{*}loopCharacteristics")):
            extension.getparent().remove(extension)
        for key in [k for k in loop.attrib if etree.QName(k).localname in ("collection", "elementVariable")]:
            del loop.attrib[key]
        draft.change(node)

    where = (
        Text(f"在“{name_of(task)}”的表单中填写", f"in the form of “{name_of(task)}”")
        if task is not None
        else Text("在它之前的一个人工任务中填写", "in a task of a person before it")
    )
    message = Text(
        f"“{name}”的次数由人填写（{where.zh}）。", f"How often “{name}” is repeated, a person says ({where.en})."
    )
    choices = (
        Choice(ASK, Text("由人填写次数", "a person says how often")),
        Choice(ONCE, Text("只做一次", "once")),
        *(Choice(str(n), Text(f"{n} 次", f"{n} times")) for n in (2, 3, 5)),
    )
    return Mend(fault.rule.id, node.get("id") or "", message, fault.why, do, choices, ASK, phase=4, free="count")


def loop_end(draft: Draft, fault: Fault) -> Mend | None:
    """After each run the person who did it says whether once more; at most ten times. Others are done once."""
    node = fault.element
    asks = kind(node) in HUMAN and can_ask_inside(node)
    name = name_of(node)

    def do(draft: Draft, choice: str | None) -> None:
        loop = only_loop(node, "standardLoopCharacteristics")
        if loop is None:
            return
        for old in children(loop, "loopCondition"):
            loop.remove(old)
        if choice == ONCE:
            node.remove(loop)
        elif choice == ASK and asks:
            label = draft.words(ONCE_MORE.format(name=name))
            key = add_field(draft, node, variable_for(node, "again"), label, "boolean")
            condition = etree.SubElement(loop, bpmn("loopCondition"))
            condition.text = f"{key} == true"
            loop.set("loopMaximum", "10")
        else:
            loop.set("loopMaximum", choice or "1")
        draft.change(node)

    choices = (
        *(
            (
                Choice(
                    ASK,
                    Text(
                        "每次由人决定是否再做（最多 10 次）", "the person says each time whether once more (at most 10)"
                    ),
                ),
            )
            if asks
            else ()
        ),
        Choice(ONCE, Text("只做一次", "once")),
        *(Choice(str(n), Text(f"{n} 次", f"{n} times")) for n in (2, 3, 5)),
    )
    message = (
        Text(
            f"“{name}”每做完一次，由人决定是否再做。",
            f"After each run of “{name}” the person says whether it is done once more.",
        )
        if asks
        else Text(f"“{name}”只做一次。", f"“{name}” is done once.")
    )
    return Mend(
        fault.rule.id,
        node.get("id") or "",
        message,
        fault.why,
        do,
        choices,
        ASK if asks else ONCE,
        phase=3,
        free="count",
    )


def only_loop(node: etree._Element, name: str) -> etree._Element | None:
    """The first repetition of that kind; an activity is repeated in one way."""
    loops = children(node, name)
    for other in loops[1:]:
        node.remove(other)
    return loops[0] if loops else None


def can_ask_inside(task: etree._Element) -> bool:
    """Whether the form of the repeated task itself can ask."""
    bare = [c for c in task if kind(c) in LOOPS]
    return len(bare) == 1 and (
        can_ask(task) or not any(etree.QName(k).localname in ("formKey", "formRef") for k in task.attrib)
    )


def no_loop(draft: Draft, fault: Fault) -> Mend | None:
    node = fault.element

    def do(draft: Draft, choice: str | None) -> None:
        for name in LOOPS:
            for loop in children(node, name):
                node.remove(loop)
        draft.change(node)

    message = Text(f"“{name_of(node)}”不再重复。", f"“{name_of(node)}” is no longer repeated.")
    return Mend(fault.rule.id, node.get("id") or "", message, fault.why, do, phase=1)


def untyped_tasks(draft: Draft, scopes: list[etree._Element]) -> list[Mend]:
    """Tasks of no kind are done by people; a user task says so."""
    found = [n for scope in scopes for n in draft.nodes(scope) if kind(n) == "task" and n.get("id")]
    if not found:
        return []
    names = "、".join(name_of(n) for n in found[:4]), ", ".join(name_of(n) for n in found[:4])
    more = Text("等" if len(found) > 4 else "", " …" if len(found) > 4 else "")
    why = Text(
        f"{len(found)} 个任务没有类型（{names[0]}{more.zh}），没有说明由谁完成。",
        f"{len(found)} task(s) of no kind ({names[1]}{more.en}) do not say who does them.",
    )
    message = Text("没有类型的任务改为用户任务：由人完成。", "Tasks of no kind become user tasks: people do them.")

    def do(nodes: list[etree._Element], draft: Draft, choice: str | None) -> None:
        for node in nodes:
            draft.retag(node, "userTask")

    return [Mend("untyped-task", "file", message, why, partial(do, found), level="info", phase=1)]
