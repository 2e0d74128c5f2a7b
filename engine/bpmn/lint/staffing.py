"""Whether today's groups can do the work: groups that exist and have members, and four eyes that can be four."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lxml import etree

from engine.bpmn.expressions import is_expression
from engine.bpmn.lint import staffing_rules as rules
from engine.bpmn.lint.sheet import Sheet
from engine.bpmn.model import Assignment, Step
from engine.domain.text import Text

MOST_PEOPLE = 12

Members = Mapping[str, frozenset[str]]


def check_staffing(sheet: Sheet) -> None:
    """Looks at the groups only where somebody has told who is in them."""
    if sheet.people is None:
        return
    nodes = {node.get("id"): node for _, node in sheet.nodes()}
    steps = {s.element_id: s for p in sheet.definition.procedures.values() for s in p.steps.values() if s.is_human}
    lacking: dict[tuple[str, bool], list[str]] = {}
    for step in steps.values():
        for group in groups_of(step.assignment):
            found = members(sheet.people, group)
            if not found:
                lacking.setdefault((group, found is None), []).append(step.element_id)
    for (group, is_unknown), ids in lacking.items():
        rule = rules.GROUP_UNKNOWN if is_unknown else rules.GROUP_EMPTY
        sheet.say_of_all(rule, [nodes.get(ident) for ident in ids], group=group, count=len(ids))
    for step in steps.values():
        others = [steps[ident] for ident in step.separate_from if ident in steps and ident != step.element_id]
        check_separation(sheet, nodes.get(step.element_id), step, others)


def check_separation(sheet: Sheet, node: etree._Element | None, step: Step, others: list[Step]) -> None:
    """Somebody may do the step whoever has done the ones it must be separate from."""
    able = candidates(sheet.people or {}, step.assignment)
    doers = [(other, found) for other in others if (found := candidates(sheet.people or {}, other.assignment))]
    if not able or not doers:
        return
    forced = frozenset(who for _, found in doers if len(found) == 1 for who in found)
    if able <= forced:
        who, first = ", ".join(sorted(able)), next(other for other, found in doers if found & able)
        sheet.say(rules.IMPOSSIBLE, node, name=named(step), other=named(first), who=who)
    elif len(able) <= MOST_PEOPLE and (taken := all_taken(sorted(able), doers)):
        names = list(dict.fromkeys(named(other) for other in taken))
        said = Text("、".join(f"“{n.zh}”" for n in names), ", ".join(f"“{n.en}”" for n in names))
        sheet.say(rules.NARROW, node, name=named(step), other=said, who=", ".join(sorted(able)))


def all_taken(able: list[str], doers: list[tuple[Step, frozenset[str]]]) -> list[Step] | None:
    """Steps that may each be done by another of those who are able, so that nobody of them is left; None if not."""
    if not able:
        return []
    who, *rest = able
    for at, (other, found) in enumerate(doers):
        if who in found and (more := all_taken(rest, doers[:at] + doers[at + 1 :])) is not None:
            return [other, *more]
    return None


def candidates(people: Members, who: Assignment) -> frozenset[str] | None:
    """Those who may do a step today; None where that is open: anybody may, or an expression decides."""
    if who.assignee:
        return None if is_expression(who.assignee) else frozenset({who.assignee.strip()})
    entries = (*who.candidate_users, *who.candidate_groups)
    if not entries or any(is_expression(entry) for entry in entries):
        return None
    users = frozenset(part.strip() for entry in who.candidate_users for part in entry.split(",") if part.strip())
    return users.union(*(members(people, group) or () for group in groups_of(who)))


def groups_of(who: Assignment) -> Iterator[str]:
    for entry in who.candidate_groups:
        if not is_expression(entry):
            yield from (part.strip() for part in entry.split(",") if part.strip())


def members(people: Members, group: str) -> frozenset[str] | None:
    """The members of a group called by its key or name; None where there is no such group."""
    return people.get(group, people.get(group.casefold()))


def named(step: Step) -> Text:
    return step.name if step.name.zh or step.name.en else Text.same(step.element_id)
