"""Groups that steps name and the organisation does not have: each name is mapped once to one of its groups."""

from __future__ import annotations

import difflib
from functools import partial

from lxml import etree

from engine.bpmn.dialects.assignment import entries
from engine.bpmn.dialects.names import HUMAN, kind
from engine.bpmn.expressions import is_expression
from engine.bpmn.model import Definition
from engine.bpmn.repairs.draft import Draft
from engine.bpmn.repairs.model import Choice, Mend
from engine.bpmn.repairs.tree import CAMUNDA_NS
from engine.domain.text import Text

RULE = "group-unknown"
Use = tuple[etree._Element, str]
"""A step and the name as it stands there."""
CANDIDATES = f"{{{CAMUNDA_NS}}}candidateGroups"


def unknown_groups(
    draft: Draft, scopes: list[etree._Element], definition: Definition, groups: tuple[str, ...]
) -> list[Mend]:
    """One repair for each name, at the first step that uses it; a step stands for one name at a time."""
    if not groups:
        return []
    known = {group.casefold() for group in groups}
    users: dict[str, list[Use]] = {}
    for scope in scopes:
        for node in draft.nodes(scope):
            named = groups_of(node, definition) if kind(node) in HUMAN else ()
            for name in named:
                if not is_expression(name) and name.casefold() not in known:
                    users.setdefault(name.casefold(), []).append((node, name))
    found: dict[str, Mend] = {}
    for uses in users.values():
        mend = _map(uses, definition, groups)
        found.setdefault(mend.id, mend)
    return list(found.values())


def closest(name: str, groups: tuple[str, ...]) -> str | None:
    """The group a name most likely means; None where none is like it."""
    folded = {group.casefold(): group for group in groups}
    near = difflib.get_close_matches(name.casefold()[:80], list(folded), 1, 0.5)
    return folded[near[0]] if near else None


def groups_of(node: etree._Element, definition: Definition) -> tuple[str, ...]:
    """The groups a step itself names; those it has from its lane are the lane's matter."""
    ident = node.get("id") or ""
    steps = (procedure.step(ident) for procedure in definition.procedures.values())
    step = next((step for step in steps if step is not None), None)
    if step is None:
        return ()
    lane = {word.casefold() for word in (step.lane.zh, step.lane.en) if word} if step.lane else set()
    named = tuple(part for one in step.assignment.candidate_groups for part in entries(one))
    return () if {name.casefold() for name in named} <= lane else named


def _map(uses: list[Use], definition: Definition, groups: tuple[str, ...]) -> Mend:
    (first, name), count = uses[0], len(uses)
    default = closest(name, groups)
    why = Text(
        f"没有名为“{name}”的组：无人可以领取这 {count} 个步骤。",
        f"There is no group “{name}”: nobody could take the {count} step(s) that name it.",
    )
    message = Text(
        f"原属“{name}”的步骤交给{f'组“{default}”' if default else '所选的组'}。",
        f"The steps of “{name}” go to the group {f'“{default}”' if default else 'that is chosen'}.",
    )
    choices = tuple(Choice(group, Text.same(group)) for group in groups)
    do = partial(_do, uses, definition)
    return Mend(RULE, first.get("id") or "", message, why, do, choices, default, "warning", phase=7)


def _do(uses: list[Use], definition: Definition, draft: Draft, choice: str | None) -> None:
    """Camunda's attribute goes before whatever else names groups at the step."""
    if not choice:
        return
    for node, name in uses:
        named = entries(node.get(CANDIDATES) or "") or groups_of(node, definition)
        node.set(CANDIDATES, ",".join(dict.fromkeys(choice if one == name else one for one in named)))
        draft.change(node)
