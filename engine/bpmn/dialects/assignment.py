"""Who may do a step, as four kinds of files say it: Camunda 7, Camunda 8, SpiffWorkflow, and BPMN itself; else the lane."""

from __future__ import annotations

import re
from dataclasses import replace

from lxml import etree

from engine.bpmn.dialects import rules
from engine.bpmn.dialects.names import CAMUNDA, HUMAN, ZEEBE, children, kind, text_of
from engine.bpmn.dialects.reading import Reading
from engine.bpmn.expressions import is_expression
from engine.bpmn.model import Assignment

LISTS = ("candidateUsers", "candidateGroups")
SINGLES = ("assignee", "dueDate", "followUpDate", "priority")
FIELDS = {
    "assignee": "assignee",
    "candidateUsers": "candidate_users",
    "candidateGroups": "candidate_groups",
    "dueDate": "due_date",
    "followUpDate": "follow_up_date",
    "priority": "priority",
}
ZEEBE_HOMES = {
    "assignmentDefinition": ("assignee", *LISTS),
    "taskSchedule": ("dueDate", "followUpDate"),
    "priorityDefinition": ("priority",),
}
FUNCTION = re.compile(r"(user|group)\(([^()]*)\)")


def read_assignment(reading: Reading, element: etree._Element, lanes: tuple[str, ...]) -> Assignment:
    """The assignment of a flow node. `lanes` are the groups a person's task falls to when the file names nobody."""
    written = {
        **_standard(element),
        **_zeebe(reading, element),
        **_properties(reading, element),
        **_camunda(reading, element),
    }
    if kind(element) not in HUMAN:
        for name in written:
            reading.say(rules.PERSON_IGNORED, element, name=name)
        return Assignment()
    found = Assignment(**{FIELDS[name]: entries(value) if name in LISTS else value for name, value in written.items()})
    if lanes and not (found.assignee or found.candidate_users or found.candidate_groups):
        return replace(found, candidate_groups=lanes)
    return found


def entries(written: str) -> tuple[str, ...]:
    """`a, b` as its parts; a comma inside an expression parts nothing."""
    if is_expression(written):
        return (written,)
    parts, depth, start = [], 0, 0
    for at, character in enumerate(written):
        depth += (character in "{([") - (character in "})]")
        if character == "," and depth == 0:
            parts.append(written[start:at])
            start = at + 1
    return tuple(part.strip() for part in [*parts, written[start:]] if part.strip())


def _camunda(reading: Reading, element: etree._Element) -> dict[str, str]:
    found = {name: reading.attribute(element, CAMUNDA, name) for name in (*SINGLES, *LISTS)}
    return {name: value for name, value in found.items() if value}


def _zeebe(reading: Reading, element: etree._Element) -> dict[str, str]:
    found: dict[str, str] = {}
    if kind(element) not in HUMAN:
        return found
    for home, names in ZEEBE_HOMES.items():
        for extension in reading.extensions(element, ZEEBE, home):
            found |= {name: value.strip() for name in names if (value := extension.get(name, "")).strip()}
    return found


def _properties(reading: Reading, element: etree._Element) -> dict[str, str]:
    """For modellers that have no attribute of their own for it."""
    words = reading.words(element)
    return {name: value for name in (*SINGLES, *LISTS) if (value := words.take(name))}


def _standard(element: etree._Element) -> dict[str, str]:
    """BPMN's own resource roles. `user(x)` and `group(y)` are told apart; a bare name is a group."""
    users: list[str] = []
    groups: list[str] = []
    assignee = ""
    for role in ("humanPerformer", "performer"):
        for performer in children(element, role):
            assignee = assignee or _named(performer)
    for owner in children(element, "potentialOwner"):
        for part in entries(_named(owner)):
            match = FUNCTION.fullmatch(part)
            (users if match and match[1] == "user" else groups).append(match[2].strip() if match else part)
    found = {"assignee": assignee, "candidateUsers": ",".join(users), "candidateGroups": ",".join(groups)}
    return {name: value for name, value in found.items() if value}


def _named(role: etree._Element) -> str:
    """The expression of a resource role, or the name of the resource it refers to."""
    for assignment in children(role, "resourceAssignmentExpression"):
        if expression := text_of(assignment):
            return expression
    reference = next((text_of(r) for r in children(role, "resourceRef")), "").split(":")[-1]
    resources = role.getroottree().getroot().iterfind("{*}resource")
    return next((r.get("name") or reference for r in resources if reference and r.get("id") == reference), "")
