"""The words a process owner writes as properties: limits, clocks, standards, separation of duties, stage."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation

from lxml import etree

from engine.bpmn.dialects import rules
from engine.bpmn.dialects.names import FLOW_NODES, HUMAN, event_definitions, kind
from engine.bpmn.dialects.reading import Reading, Words
from engine.bpmn.model import CaseClock, Limit
from engine.domain.duration import Duration
from engine.domain.errors import Refusal
from engine.domain.retention import BadRetention, Retention
from engine.domain.text import Text

CALENDARS = ("business", "wall")
STAGES = ("customer", "frontstage", "backstage", "support")
TASK, STEP, PROCESS, LANE, TIMER, EVENT, ANY = "task", "step", "process", "lane", "timer", "event", "any"
PLACES: Mapping[str, tuple[str, ...]] = {
    "sla": (TASK,), "sla.warn": (TASK,), "guidance": (TASK,), "guidance.zh": (TASK,), "guidance.en": (TASK,),
    "script": (TASK,), "script.zh": (TASK,), "script.en": (TASK,), "separate-from": (TASK,), "same-as": (TASK,),
    "assignee": (TASK,), "candidateUsers": (TASK,), "candidateGroups": (TASK, LANE), "dueDate": (TASK,),
    "followUpDate": (TASK,), "priority": (TASK,), "formJsonSchemaFilename": (TASK, EVENT), "formUiSchemaFilename": (TASK, EVENT),
    "clock.stop": (STEP,), "clock.pause": (STEP,), "calendar": (PROCESS, TIMER, TASK), "stage": (STEP, LANE),
    "touchpoint": (STEP,), "name.zh": (ANY,), "name.en": (ANY,), "clock.NAME": (PROCESS,), "correlation.NAME": (EVENT,),
    "rule.NAME": (PROCESS,), "retention": (PROCESS,),
}  # fmt: skip
PLACE_NAMES = {
    TASK: Text("用户任务", "a user task"),
    STEP: Text("步骤", "a step"),
    PROCESS: Text("流程", "the process"),
    LANE: Text("泳道", "a lane"),
    TIMER: Text("定时事件", "a timer event"),
    EVENT: Text("消息事件", "a message event"),
}
WARN = Decimal("0.8")


def read_calendar(reading: Reading, words: Words, otherwise: str = "business") -> str:
    return _one_of(reading, words, "calendar", CALENDARS) or otherwise


def read_limit(reading: Reading, words: Words, calendar: str) -> Limit | None:
    """`sla` with `sla.warn`."""
    return _limit(reading, words, "sla", "sla.warn", calendar)


def read_clocks(reading: Reading, words: Words, calendar: str) -> tuple[CaseClock, ...]:
    """`clock.NAME`, each with an optional `.warn`, `.calendar`, and `.zh`, `.en` to call it by."""
    clocks = []
    for word in words.starting("clock."):
        name = word.removeprefix("clock.")
        if name in ("stop", "pause") or "." in name:
            continue
        own = _one_of(reading, words, f"{word}.calendar", CALENDARS) or calendar
        if limit := _limit(reading, words, word, f"{word}.warn", own):
            clocks.append(CaseClock(name, limit, _label(words, word)))
    return tuple(clocks)


def _label(words: Words, word: str) -> Text | None:
    named = words.take_text(f"{word}.name") or Text("", "")
    zh, en = words.take(f"{word}.zh") or named.zh, words.take(f"{word}.en") or named.en
    return Text(zh, en) if zh or en else None


def read_retention(reading: Reading, words: Words) -> str | None:
    written = words.take("retention")
    try:
        return str(written.strip()) if written and Retention.parse(written) else None
    except BadRetention as refusal:
        reading.say(rules.RETENTION_BAD, words.element, value=refusal.params["given"])
        return None


def read_stage(reading: Reading, words: Words) -> str | None:
    return _one_of(reading, words, "stage", STAGES)


def read_touchpoint(reading: Reading, words: Words) -> bool:
    return _one_of(reading, words, "touchpoint", ("true", "false")) == "true"


def read_names(words: Words, word: str) -> tuple[str, ...]:
    """A list of names: `a, b`."""
    return tuple(part.strip() for part in (words.take(word) or "").split(",") if part.strip())


def read_name(reading: Reading, element: etree._Element) -> Text:
    """What an element is called: `name` and the other language; empty when it has no name."""
    name = " ".join((element.get("name") or "").split())
    return reading.words(element).take_text("name", name) or Text("", "")


def report_leftovers(reading: Reading, idle: Sequence[etree._Element] = ()) -> None:
    """Says of every property that nobody took why it has no effect, but for processes that do not run (`idle`)."""
    for words in reading.all_words():
        if any(around in idle for around in (words.element, *words.element.iterancestors())):
            continue
        for name in sorted(words.left):
            _report(reading, words, name)


def _report(reading: Reading, words: Words, name: str) -> None:
    place = place_of(words.element)
    known = general(name)
    places = PLACES.get(known)
    if places and (ANY in places or place in places or (EVENT in places and place in (EVENT, STEP))):
        return
    if places:
        names = [PLACE_NAMES[p] for p in places]
        where = Text("、".join(n.zh for n in names), ", ".join(n.en for n in names))
        reading.say(rules.PROPERTY_MISPLACED, words.element, name=name, places=where)
    elif likely := difflib.get_close_matches(name.lower(), PLACES, 1, 0.75):
        reading.say(rules.PROPERTY_MISSPELT, words.element, name=name, likely=likely[0])
    else:
        reading.say(rules.PROPERTY_UNKNOWN, words.element, name=name)


def general(name: str) -> str:
    """The word of the vocabulary a property's name stands for."""
    if name in PLACES:
        return name
    for prefix in ("clock.", "correlation.", "rule."):
        if name.startswith(prefix) and len(name) > len(prefix):
            return f"{prefix}NAME"
    return name


def place_of(element: etree._Element) -> str:
    name = kind(element)
    if name in HUMAN:
        return TASK
    definitions = [definition for definition, _ in event_definitions(element)]
    if "timer" in definitions:
        return TIMER
    if "message" in definitions or name in ("sendTask", "receiveTask"):
        return EVENT
    return STEP if name in FLOW_NODES else {"process": PROCESS, "lane": LANE}.get(name, "")


def _limit(reading: Reading, words: Words, name: str, warn_name: str, calendar: str) -> Limit | None:
    written, warn = words.take(name), words.take(warn_name)
    share = _share(reading, words, warn_name, warn) if warn else WARN
    if not written:
        if warn:
            reading.say(rules.WARN_ALONE, words.element, name=warn_name)
        return None
    if why := _unusable(written, calendar):
        reading.say(rules.LIMIT_BAD, words.element, name=name, value=written, why=why)
        return None
    return Limit(written, share, calendar)


def _unusable(written: str, calendar: str) -> Text | None:
    try:
        duration = Duration.parse(written)
    except Refusal as refusal:
        return refusal.text
    if duration == Duration():
        return Text("时限为零。", "it is zero.")
    if duration.months and calendar == "business":
        return Text("工作时间中没有月和年。", "business time has no months or years.")
    return None


def _share(reading: Reading, words: Words, name: str, written: str) -> Decimal:
    try:
        share = Decimal(written.rstrip("%％ ")) / (100 if written.rstrip().endswith(("%", "％")) else 1)
    except InvalidOperation:
        share = Decimal(0)
    if not (share.is_finite() and 0 < share <= 1):
        reading.say(rules.WARN_BAD, words.element, name=name, value=written)
        return WARN
    return share


def _one_of(reading: Reading, words: Words, name: str, allowed: tuple[str, ...]) -> str | None:
    value = words.take(name)
    if value and value.lower() not in allowed:
        reading.say(rules.VALUE_BAD, words.element, name=name, value=value, allowed=", ".join(allowed))
        return None
    return value.lower() if value else None
