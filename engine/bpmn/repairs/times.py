"""Timers without a usable time."""

from __future__ import annotations

from lxml import etree

from engine.bpmn.dialects.names import bpmn, children, event_definitions, kind, text_of
from engine.bpmn.lint.sheet import name_of
from engine.bpmn.repairs.draft import Draft
from engine.bpmn.repairs.events import drop_definitions
from engine.bpmn.repairs.faults import Fault
from engine.bpmn.repairs.model import Choice, Mend
from engine.bpmn.repairs.typed import duration_in
from engine.bpmn.timers import IS_DURATION
from engine.domain.text import Text

TIMES = ("timeDate", "timeDuration", "timeCycle")
HOURS = (
    ("PT1H", Text("1 小时", "1 hour")),
    ("PT4H", Text("4 小时", "4 hours")),
    ("P1D", Text("1 天", "1 day")),
    ("P7D", Text("7 天", "7 days")),
)


def timer(draft: Draft, fault: Fault) -> Mend | None:
    """A timer without a usable time is given one; a timer at the start, which starts nothing here, becomes plain."""
    event = fault.element
    definition = next((d for what, d in event_definitions(event) if what == "timer"), None)
    if definition is None:
        return None
    written = next((t for name in TIMES if (t := text_of(definition.find(bpmn(name))))), "")
    heard = (
        duration_in(written)
        or duration_in(event.get("name") or "")
        or duration_in(text_of(event.find(bpmn("documentation"))))
    )
    at_start = kind(event) == "startEvent" and kind(event.getparent()) == "process"
    if IS_DURATION.fullmatch(written) and definition.find(bpmn("timeDuration")) is None:
        heard = written
    default = heard or "P1D"
    choices = [Choice(value, label) for value, label in HOURS]
    if default not in {c.value for c in choices}:
        choices.insert(0, Choice(default, Text.same(default)))
    if at_start:
        choices.insert(
            0, Choice("plain", Text("由人或消息开始，不定时", "begun by a person or a message, not by time"))
        )

    def do(draft: Draft, choice: str | None) -> None:
        if choice == "plain" and at_start:
            drop_definitions(draft, event)
            return
        value = choice or default
        for name in TIMES:
            for old in children(definition, name):
                definition.remove(old)
        how = "timeCycle" if value.startswith("R") else "timeDuration" if value.startswith("P") else "timeDate"
        entry = etree.SubElement(definition, bpmn(how))
        entry.text = value
        draft.change(event)

    name = name_of(event)
    message = (
        Text(
            f"开始事件“{name}”不再定时：由人或消息开始。",
            f"The start “{name}” loses its timer: a person or a message begins it.",
        )
        if at_start
        else Text(f"定时事件“{name}”设为 {default}。", f"The timer “{name}” is set to {default}.")
    )
    start = "plain" if at_start else default
    return Mend(
        fault.rule.id, event.get("id") or "", message, fault.why, do, tuple(choices), start, phase=3, free="time"
    )
