"""Planted changes: each alters one thing of a shipped procedure and says what a comparison has to find, and no more."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from tests.bpmn.planting import (
    BPMN,
    CALLED,
    CAMUNDA,
    DI,
    Change,
    Found,
    Places,
    add_field,
    add_option,
    clocks,
    computations,
    conditions,
    constraint,
    defaults,
    drop_constraint,
    drop_limit,
    drop_property,
    every,
    fields,
    insert_step,
    messages,
    move_shape,
    neighbours,
    of_field,
    of_process,
    reclock,
    recompute,
    recondition,
    redefault,
    redocument,
    relabel,
    rename,
    rename_message,
    repeat,
    retarget,
    retime,
    set_attribute,
    set_property,
    shapes,
    straight,
    swap,
    take_out,
    timers,
    with_flow,
)

__all__ = ["BPMN", "MUTATORS", "Mutator", "mutations", "renumbered", "take_out"]


@dataclass(frozen=True)
class Mutator:
    """`places` are the elements it can be done to; `change` does it to one and tells what is to be found."""

    name: str
    places: Places
    change: Change


TASK = ("userTask",)
NAMED = ("userTask", "exclusiveGateway", "endEvent", "boundaryEvent", "scriptTask")
GROUPS = f"{CAMUNDA}candidateGroups"
EXECUTABLE = every("process", having="isExecutable")

MUTATORS: tuple[Mutator, ...] = (
    Mutator("limit", every(*TASK, having="sla"), set_property("sla", "PT99M", "limit")),
    Mutator("limit gone", every(*TASK, having="sla"), drop_limit),
    Mutator("warn", every(*TASK, having="sla.warn"), set_property("sla.warn", "55%", "warn")),
    Mutator("limit by the wall clock", every(*TASK, having="sla"), set_property("calendar", "wall", "calendar")),
    Mutator("name", every(*NAMED, having="name"), rename),
    Mutator("groups", every(*TASK, having=GROUPS), set_attribute(GROUPS, "planted", "groups")),
    Mutator("assignee", every(*TASK, lacking=f"{CAMUNDA}assignee"), set_attribute(f"{CAMUNDA}assignee", "planted", "assignee")),
    Mutator("priority", every(*TASK, lacking=f"{CAMUNDA}priority"), set_attribute(f"{CAMUNDA}priority", "70", "priority")),
    Mutator("guidance", every(*TASK, having="guidance.en"), set_property("guidance.en", "Planted.", "guidance")),
    Mutator("script", every(*TASK, having="script.zh"), set_property("script.zh", "植入", "script")),
    Mutator("separation", every(*TASK, having="separate-from"), drop_property("separate-from", "separate_from")),
    Mutator("clock stop", every(*TASK, having="clock.stop"), drop_property("clock.stop", "stops")),
    Mutator("clock pause", every(*TASK, having="clock.pause"), drop_property("clock.pause", "pauses")),
    Mutator("stage", every(*TASK, lacking="stage"), set_property("stage", "customer", "stage")),
    Mutator("touchpoint", every(*TASK, having="touchpoint"), drop_property("touchpoint", "touchpoint")),
    Mutator("field added", every(*TASK, having=f"{BPMN}extensionElements/{CAMUNDA}formData"), add_field),
    Mutator("field removed", fields, of_field("removed", "field", lambda field: field.getparent().remove(field))),
    Mutator("field label", fields, of_field("changed", "field_label", relabel)),
    Mutator("field optional", constraint("required"), of_field("changed", "field_required", drop_constraint)),
    Mutator("field choices", lambda root: [f for f in fields(root) if f.get("type") == "enum"],
            of_field("changed", "field_options", add_option)),
    Mutator("condition", conditions, recondition),
    Mutator("way", conditions, retarget),
    Mutator("default", defaults, redefault),
    Mutator("timer", timers, retime),
    Mutator("message", messages, rename_message),
    Mutator("computation", computations, recompute),
    Mutator("step added", with_flow, insert_step),
    Mutator("step removed", straight, take_out),
    Mutator("steps swapped", neighbours, swap),
    Mutator("repetition", every(*TASK, lacking=f"{BPMN}multiInstanceLoopCharacteristics"), repeat),
    Mutator("clock", clocks, reclock),
    Mutator("version tag", EXECUTABLE, of_process(f"{CAMUNDA}versionTag", "9.9", "version_tag")),
    Mutator("documentation", EXECUTABLE, redocument),
    Mutator("asynchronous", every(*TASK), set_attribute(f"{CAMUNDA}asyncBefore", "true", "other")),
    Mutator("drawing", shapes, move_shape),
)  # fmt: skip


def mutations(data: bytes, mutator: Mutator, most: int) -> Iterator[tuple[bytes, Found]]:
    """The file with the change done at up to `most` places, spread over all there are."""
    count = len(mutator.places(etree.fromstring(data)))
    step = max(1, -(-count // most))
    for index in range(0, count, step):
        root = etree.fromstring(data)
        expected = mutator.change(mutator.places(root)[index])
        yield etree.tostring(root, xml_declaration=True, encoding="UTF-8"), expected


def renumbered(data: bytes) -> bytes:
    """The same file as a tool writes it that gives every element an id of its own, with other spaces and order."""
    root = etree.fromstring(data)
    named = [e for e in root.iter(f"{{{BPMN[1:-1]}}}*") if e.get("id") and e.tag not in CALLED]
    ids = {e.get("id"): f"Id_{n:04}" for n, e in enumerate(named)}
    for element in root.iter(etree.Element):
        is_ours = element.tag.startswith(BPMN) or element.tag.startswith(DI)
        for name, value in element.attrib.items() if is_ours else ():
            if value in ids and name != "name":
                element.set(name, ids[value])
        if element.tag.startswith(BPMN) and (element.text or "").strip() in ids:
            element.text = ids[element.text.strip()]
        if element.tag == f"{CAMUNDA}property" and element.get("name") in ("separate-from", "same-as"):
            parts = [part.strip() for part in element.get("value").split(",")]
            element.set("value", ",".join(ids.get(part, part) for part in parts))
    etree.indent(root, "\t")
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")
