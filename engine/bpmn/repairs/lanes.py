"""Lanes whose name is no group of the organisation: each is mapped once to one of its groups."""

from __future__ import annotations

from functools import partial

from lxml import etree

from engine.bpmn.dialects.names import HUMAN, bpmn, children, kind
from engine.bpmn.model import Definition
from engine.bpmn.repairs.draft import Draft
from engine.bpmn.repairs.groups import closest, groups_of
from engine.bpmn.repairs.model import Choice, Mend
from engine.bpmn.repairs.tree import vendor
from engine.domain.text import Text

RULE = "lane-without-group"


def lanes_without_group(
    draft: Draft, scopes: list[etree._Element], definition: Definition, groups: tuple[str, ...]
) -> list[Mend]:
    """One repair for each innermost lane whose people nobody else names, and that no group is called after."""
    if not groups:
        return []
    nodes = (node for scope in scopes for node in draft.nodes(scope) if kind(node) in HUMAN)
    people = {node.get("id") for node in nodes if not groups_of(node, definition)}
    found = []
    for scope in scopes:
        for lane in scope.iter(bpmn("lane")):
            name = " ".join((lane.get("name") or lane.get("id") or "").split())
            works = any((r.text or "").strip() in people for r in children(lane, "flowNodeRef"))
            if lane.get("id") and works and name not in groups and mapped(lane) is None:
                found.append(_map(lane, name, groups))
    return found


def mapped(lane: etree._Element) -> str | None:
    """The groups a lane says it stands for."""
    for entry in lane.iterfind(f"{bpmn('extensionElements')}/*/*"):
        if (entry.get("name") or entry.get("id")) == "candidateGroups" and (entry.get("value") or "").strip():
            return entry.get("value")
    return None


def _map(lane: etree._Element, name: str, groups: tuple[str, ...]) -> Mend:
    default = closest(name, groups)
    why = Text(
        f"没有名为“{name}”的组：该泳道的任务无人可以领取。",
        f"No group is called “{name}”: nobody could take the tasks of this lane.",
    )
    message = (
        Text(f"泳道“{name}”的任务交给组“{default}”。", f"The tasks of the lane “{name}” go to the group “{default}”.")
        if default
        else Text(f"泳道“{name}”的任务交给所选的组。", f"The tasks of the lane “{name}” go to the group that is chosen.")
    )
    choices = tuple(Choice(group, Text.same(group)) for group in groups)
    return Mend(RULE, lane.get("id") or "", message, why, partial(_do, lane), choices, default, "warning", phase=7)


def _do(lane: etree._Element, draft: Draft, choice: str | None) -> None:
    if choice:
        vendor(draft.extension(lane, "properties"), "property", name="candidateGroups", value=choice)
        draft.change(lane)
