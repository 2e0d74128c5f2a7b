"""A safe tree → the procedures in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from engine.bpmn.dialects.assignment import entries, read_assignment
from engine.bpmn.dialects.declared import read_rules
from engine.bpmn.dialects.formfiles import say_introduced
from engine.bpmn.dialects.forms import read_form
from engine.bpmn.dialects.names import (
    CAMUNDA,
    EVENTS,
    FLOW_NODES,
    HUMAN,
    SPIFF,
    SUBPROCESSES,
    ZEEBE,
    bpmn,
    children,
    event_definitions,
    kind,
    text_of,
)
from engine.bpmn.dialects.pools import called_by
from engine.bpmn.dialects.reading import Reading
from engine.bpmn.dialects.vocabulary import (
    read_calendar,
    read_clocks,
    read_limit,
    read_name,
    read_names,
    read_retention,
    read_stage,
    read_touchpoint,
)
from engine.bpmn.model import Form, Procedure, Start, Step
from engine.domain.text import Text


@dataclass(frozen=True, slots=True)
class Lane:
    """`groups` are the candidate groups it stands for: those its property names, else the one it is called after."""

    name: Text
    groups: tuple[str, ...]
    stage: str | None


def read_procedure(reading: Reading, process: etree._Element) -> Procedure:
    """One executable process with all its steps, also those inside subprocesses."""
    words = reading.words(process)
    calendar = read_calendar(reading, words)
    lanes = _lanes(reading, process)
    nodes = list(flow_nodes(process))
    for node in nodes:
        if node.get("id") not in lanes and (host := _host(node)) in lanes:
            lanes[node.get("id")] = lanes[host]
    starts = [node for node in children(process, "startEvent")]
    plain = next((s for s in starts if not event_definitions(s)), None)
    return Procedure(
        key=process.get("id") or "",
        name=_pool_name(reading, process),
        version_tag=_version_tag(reading, process),
        calendar=calendar,
        clocks=read_clocks(reading, words, calendar),
        rules=read_rules(reading, words),
        retention=read_retention(reading, words),
        steps={
            node.get("id"): _step(reading, node, lanes.get(node.get("id")), calendar)
            for node in nodes
            if node.get("id")
        },
        starts=tuple(_start(reading, start) for start in starts),
        start_form=_start_form(reading, plain) if plain is not None else Form(),
        sends=tuple(dict.fromkeys(name for node in nodes for name in _sent(reading, node))),
        calls=tuple(dict.fromkeys(c for node in nodes if kind(node) == "callActivity" and (c := called_by(node)))),
        documentation=Text.same(words_) if (words_ := text_of(process.find(bpmn("documentation")))) else None,
    )


def flow_nodes(scope: etree._Element) -> Iterator[etree._Element]:
    """All flow nodes of a process, those inside subprocesses after the subprocess itself, in the order of the file."""
    waiting = list(scope)
    while waiting:
        node = waiting.pop(0)
        if kind(node) not in FLOW_NODES:
            continue
        yield node
        if kind(node) in SUBPROCESSES:
            waiting = [*node, *waiting]


def message_name(root: etree._Element, reference: str | None) -> str | None:
    """The name of the message an event refers to; None when there is no such message."""
    bare = (reference or "").split(":")[-1]
    for message in children(root, "message"):
        if bare and message.get("id") == bare:
            return message.get("name") or message.get("id")
    return None


def _step(reading: Reading, node: etree._Element, lane: Lane | None, calendar: str) -> Step:
    words = reading.words(node)
    human = kind(node) in HUMAN
    timed = any(what == "timer" for what, _ in event_definitions(node))
    own = read_calendar(reading, words, calendar) if human or timed else calendar
    form, words_of_form = read_form(reading, node) if human else (Form(), None)
    return Step(
        element_id=node.get("id"),
        kind=kind(node),
        name=read_name(reading, node),
        lane=lane.name if lane else None,
        assignment=read_assignment(reading, node, lane.groups if lane else ()),
        form=form,
        limit=read_limit(reading, words, own) if human else None,
        stops=read_names(words, "clock.stop"),
        pauses=read_names(words, "clock.pause"),
        separate_from=read_names(words, "separate-from") if human else (),
        same_as=read_names(words, "same-as") if human else (),
        guidance=_guidance(reading, node, words_of_form) if human else None,
        script=words.take_text("script") if human else None,
        stage=read_stage(reading, words) or (lane.stage if lane else None),
        touchpoint=read_touchpoint(reading, words),
    )


def _guidance(reading: Reading, node: etree._Element, of_form: Text | None) -> Text | None:
    """The standard of the step: the property, else SpiffWorkflow's instructions, the documentation, the form's words."""
    instructions = reading.extensions(node, SPIFF, "instructionsForEndUser")
    found = reading.words(node).take_text("guidance")
    if found is None and instructions:
        found = Text.same(text_of(instructions[0]))
    written = text_of(node.find(bpmn("documentation")))
    if found is None and written:
        found = Text.same(written)
    say_introduced(reading, node, of_form, found is None)
    return found or of_form


def _start_form(reading: Reading, start: etree._Element) -> Form:
    form, words = read_form(reading, start)
    say_introduced(reading, start, words, False)
    return form


def _lanes(reading: Reading, scope: etree._Element) -> dict[str, Lane]:
    """Flow node id → the innermost lane it lies in."""
    found: dict[str, Lane] = {}

    def descend(holder: etree._Element, outer: Lane | None) -> None:
        for lane in children(holder, "lane"):
            name = read_name(reading, lane)
            stage = read_stage(reading, reading.words(lane)) or (outer.stage if outer else None)
            group = " ".join((lane.get("name") or lane.get("id") or "").split())
            groups = entries(reading.words(lane).take("candidateGroups") or "") or (group,)
            inner = Lane(name if name.zh or name.en else Text.same(group), groups, stage)
            found.update({text_of(reference): inner for reference in children(lane, "flowNodeRef")})
            for nested in children(lane, "childLaneSet"):
                descend(nested, inner)

    for holder in scope.iter(bpmn("laneSet")):
        descend(holder, None)
    return found


def _host(node: etree._Element) -> str | None:
    """The element whose lane a node shares: what a boundary event sits on, else the subprocess around it."""
    return node.get("attachedToRef") or node.getparent().get("id")


def _start(reading: Reading, start: etree._Element) -> Start:
    for name, definition in event_definitions(start):
        message = message_name(reading.root, definition.get("messageRef")) if name == "message" else None
        return Start(start.get("id") or "", name, message)
    return Start(start.get("id") or "", "none")


def _sent(reading: Reading, node: etree._Element) -> Iterator[str]:
    """Names of the messages a node sends."""
    if kind(node) == "sendTask" and (name := message_name(reading.root, node.get("messageRef"))):
        yield name
    if kind(node) in EVENTS and kind(node) in ("endEvent", "intermediateThrowEvent"):
        for what, definition in event_definitions(node):
            if what == "message" and (name := message_name(reading.root, definition.get("messageRef"))):
                yield name


def _pool_name(reading: Reading, process: etree._Element) -> Text:
    """The name of the process, else that of its pool, else its id."""
    name = read_name(reading, process)
    pools = [
        p
        for p in reading.root.iter(bpmn("participant"))
        if (p.get("processRef") or "").split(":")[-1] == process.get("id")
    ]
    for pool in pools:
        pool_name = read_name(reading, pool)
        name = Text(name.zh or pool_name.zh, name.en or pool_name.en)
    return name if name.zh or name.en else Text.same(process.get("id") or "")


def _version_tag(reading: Reading, process: etree._Element) -> str | None:
    tag = reading.attribute(process, CAMUNDA, "versionTag")
    for extension in reading.extensions(process, ZEEBE, "versionTag"):
        tag = tag or extension.get("value")
    return tag
