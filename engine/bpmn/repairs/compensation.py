"""Compensation: what was to be undone by itself becomes steps of people, where the undoing is called for."""

from __future__ import annotations

from lxml import etree

from engine.bpmn.dialects.names import ACTIVITIES, SUBPROCESSES, bpmn, children, event_definitions, kind
from engine.bpmn.lint.sheet import name_of
from engine.bpmn.repairs.draft import Draft
from engine.bpmn.repairs.events import drop_definitions
from engine.bpmn.repairs.faults import Fault
from engine.bpmn.repairs.model import Mend
from engine.domain.text import Text


def compensation(draft: Draft, fault: Fault) -> Mend | None:
    """One repair for the whole file, since the parts of a compensation stand all over it."""
    message = Text(
        "抛出补偿的地方依次由人完成各个撤销步骤（未做过的可直接确认）；补偿边界事件、补偿活动和补偿事件子流程被删除。",
        "Where compensation is thrown, people do the steps that undo, one after the other (and confirm at once what was never "
        "done); compensation boundary events, activities and event subprocesses go.",
    )
    return Mend(fault.rule.id, "file", message, fault.why, _undo_by_hand, phase=1)


def _undo_by_hand(draft: Draft, choice: str | None) -> None:
    events = [e for e in draft.root.iter(bpmn("intermediateThrowEvent"), bpmn("endEvent")) if _compensates(e)]
    planned = [(e, _handlers(draft, e)) for e in events if not _in_handling(e)]
    for event, handlers in planned:
        drop_definitions(draft, event)
        _chain(draft, event, handlers)
    for node in list(draft.root.iter(etree.Element)):
        if not draft.is_here(node):
            continue
        starts = (
            children(node, "startEvent")
            if kind(node) in SUBPROCESSES and node.get("triggeredByEvent") == "true"
            else []
        )
        catches = kind(node) == "boundaryEvent" and _compensates(node)
        if (
            node.get("isForCompensation") == "true"
            and kind(node) in ACTIVITIES
            or any(map(_compensates, starts))
            or catches
        ):
            draft.change(node.getparent())
            draft.remove(node)
    for event in draft.root.iter(bpmn("startEvent"), bpmn("intermediateCatchEvent")):
        if _compensates(event):
            drop_definitions(draft, event)


def _compensates(event: etree._Element) -> bool:
    return any(what == "compensation" for what, _ in event_definitions(event))


def _in_handling(event: etree._Element) -> bool:
    """Whether it stands in an event subprocess that itself handles compensation."""
    return any(
        a.get("triggeredByEvent") == "true" and any(map(_compensates, children(a, "startEvent")))
        for a in event.iterancestors()
    )


def _handlers(draft: Draft, event: etree._Element) -> list[etree._Element]:
    """The activities that undo what the event calls for: the last done first."""
    scope = event.getparent()
    wanted = next((d.get("activityRef") for what, d in event_definitions(event) if what == "compensation"), None)
    target = draft.ids.get((wanted or "").split(":")[-1])
    catches = [
        b
        for b in (target if target is not None and kind(target) in SUBPROCESSES else scope).iter(bpmn("boundaryEvent"))
        if _compensates(b)
    ]
    if target is not None and kind(target) not in SUBPROCESSES:
        catches = [
            b
            for b in draft.root.iter(bpmn("boundaryEvent"))
            if _compensates(b) and b.get("attachedToRef") == target.get("id")
        ]
    named = [b for b in catches if b.get("name") and b.get("name") == event.get("name")]
    found = [_handler(draft, b) for b in (named if wanted is None and named else catches)]
    return list(dict.fromkeys(h for h in reversed(found) if h is not None))


def _handler(draft: Draft, catch: etree._Element) -> etree._Element | None:
    for line in draft.root.iter(bpmn("association")):
        if line.get("sourceRef") == catch.get("id"):
            return draft.ids.get(line.get("targetRef"))
    return next((n for f in draft.out_of(catch) if (n := draft.end(f)) is not None), None)


def _chain(draft: Draft, event: etree._Element, handlers: list[etree._Element]) -> None:
    """The steps stand after an event on the way, or before an end."""
    at_end = kind(event) == "endEvent" or not draft.out_of(event)
    following = draft.out_of(event)
    last = event
    for handler in handlers:
        task = draft.new_node(
            "userTask",
            draft.fresh(f"Task_undo_{handler.get('id')}"),
            last,
            "before" if at_end else "after",
            name_of(handler),
        )
        if at_end:
            for flow in draft.into(event):
                draft.lead(flow, target=task)
            draft.new_flow(task, event)
        else:
            draft.new_flow(last, task)
            last = task
    if not at_end and last is not event:
        for flow in following:
            draft.lead(flow, source=last)
