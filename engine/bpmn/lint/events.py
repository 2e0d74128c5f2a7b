"""Events: what they wait for or throw, whether it exists, and whether it can happen where they stand."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date, datetime

from lxml import etree

from engine.bpmn.dialects.names import ACTIVITIES, EVENTS, SUBPROCESSES, bpmn, event_definitions, kind, text_of
from engine.bpmn.expressions import ExpressionError, compile_expression
from engine.bpmn.findings import Rule
from engine.bpmn.lint import event_rules as rules
from engine.bpmn.lint.sheet import Scope, Sheet, name_of
from engine.bpmn.lint.structure import link_name
from engine.bpmn.timers import IS_CYCLE, IS_DURATION, literal
from engine.domain.duration import Duration
from engine.domain.errors import Refusal
from engine.domain.text import Text

CATCHES = frozenset({"message", "signal", "timer", "conditional"})
ALLOWED = {
    "startEvent": frozenset({"message", "timer"}),
    "intermediateCatchEvent": CATCHES | {"link"},
    "boundaryEvent": CATCHES | {"error", "escalation", "cancel"},
    "intermediateThrowEvent": frozenset({"message", "signal", "escalation", "link"}),
    "endEvent": frozenset({"message", "signal", "escalation", "error", "terminate", "cancel"}),
}
REFERENCES = {"message": "messageRef", "signal": "signalRef", "error": "errorRef", "escalation": "escalationRef"}
NEARLY_ISO = re.compile(r"[PR][0-9TYMWDHSR/.,]*")
TIMES = ("timeDate", "timeDuration", "timeCycle")
WRITTEN = {
    "timeDate": Text("时刻，例如 2026-05-01T09:00:00+08:00", "an instant such as 2026-05-01T09:00:00+08:00"),
    "timeDuration": Text("时长，例如 PT4H", "a duration such as PT4H"),
    "timeCycle": Text("周期，例如 R3/PT1H", "a cycle such as R3/PT1H"),
}


def check_events(sheet: Sheet) -> None:
    for scope, node in sheet.nodes(*EVENTS):
        definitions = event_definitions(node)
        if len(definitions) > 1:
            sheet.say(rules.SEVERAL, node, name=name_of(node))
            continue
        if not definitions and kind(node) in ("intermediateCatchEvent", "boundaryEvent"):
            sheet.say(rules.NOTHING_TO_WAIT_FOR, node, name=name_of(node))
        for what, definition in definitions:
            if what not in allowed(scope, node):
                sheet.say(forbidden(kind(node), what), node, name=name_of(node))
                continue
            check_reference(sheet, node, what, definition)
            if what == "timer":
                check_timer(sheet, scope, node, definition)
            elif what == "conditional" and not text_of(definition.find(bpmn("condition"))):
                sheet.say(rules.NO_CONDITION, node, name=name_of(node))
            elif what == "cancel" and kind(node) == "endEvent" and kind(scope.element) != "transaction":
                sheet.say(rules.CANCEL_OUTSIDE, node, name=name_of(node))
        if kind(node) == "boundaryEvent":
            check_boundary(sheet, scope, node, definitions)


def allowed(scope: Scope, node: etree._Element) -> frozenset[str]:
    """What an event may be at its place; an event subprocess begins by what it waits for."""
    if kind(node) == "startEvent" and scope.element.get("triggeredByEvent") == "true":
        return CATCHES | {"error", "escalation"}
    return ALLOWED[kind(node)]


def forbidden(place: str, what: str) -> Rule:
    """The rule an event definition breaks where it may not stand."""
    if what == "compensation":
        return rules.COMPENSATION
    if place == "intermediateThrowEvent":
        return {"error": rules.ERROR_THROW, "terminate": rules.TERMINATE_THROW}.get(what, rules.NOT_HERE)
    return rules.START_KIND if place == "startEvent" else rules.NOT_HERE


def check_boundary(sheet: Sheet, scope: Scope, node: etree._Element, definitions: list) -> None:
    host = scope.nodes.get(node.get("attachedToRef") or "")
    kinds = {name for name, _ in definitions}
    if host is None or kind(host) not in ACTIVITIES:
        sheet.say(rules.BOUNDARY_LOOSE, node, name=name_of(node))
        return
    if node.get("cancelActivity") == "false" and kinds & {"error", "cancel"}:
        sheet.say(rules.ERROR_NOT_INTERRUPTING, node, name=name_of(node))
    if "cancel" in kinds and kind(host) != "transaction":
        sheet.say(rules.CANCEL_OUTSIDE, node, name=name_of(node))
    if kinds & {"error", "escalation"} and kind(host) not in SUBPROCESSES | {"callActivity"}:
        sheet.say(rules.NOTHING_THROWN, node, name=name_of(node), host=name_of(host))


def check_reference(sheet: Sheet, node: etree._Element, what: str, definition: etree._Element) -> None:
    """What an event refers to exists and has a name. Errors and escalations may be caught without saying which."""
    if what not in REFERENCES:
        return
    reference = (definition.get(REFERENCES[what]) or "").strip()
    if definition.get(REFERENCES[what]) is None and what in ("error", "escalation"):
        return
    declared = sheet.declared(what)
    found = declared.get(reference, declared.get(reference.rpartition(":")[2]))
    if found is None:
        rule = rules.REFERENCE_UNKNOWN if reference else rules.REFERENCE_MISSING
        sheet.say(rule, node, name=name_of(node), reference=reference, what=rules.WHAT[what])
    elif what in ("message", "signal") and not (found.get("name") or "").strip():
        sheet.say(rules.REFERRED_WITHOUT_NAME, node, name=name_of(node), what=rules.WHAT[what])


def check_declarations(sheet: Sheet) -> None:
    """Messages, signals, errors and escalations can be referred to."""
    for what in REFERENCES:
        for declared in sheet.root.iter(bpmn(what)):
            if not declared.get("id"):
                sheet.say(rules.DECLARED_WITHOUT_ID, declared, what=rules.WHAT[what], name=declared.get("name") or "—")


def check_message_tasks(sheet: Sheet) -> None:
    """A send or receive task says which message."""
    for _, node in sheet.nodes("sendTask", "receiveTask"):
        if not node.get("messageRef"):
            rule = rules.SEND_WITHOUT_MESSAGE if kind(node) == "sendTask" else rules.RECEIVE_WITHOUT_MESSAGE
            sheet.say(rule, node, name=name_of(node))
        else:
            check_reference(sheet, node, "message", node)
        if node.get("instantiate") == "true":
            sheet.say(rules.RECEIVE_STARTS, node, name=name_of(node))


def check_links(sheet: Sheet) -> None:
    """Each link thrown has exactly one target in the same process, and each target is thrown to."""
    for scope in sheet.scopes:
        links = [n for n in scope.nodes.values() if any(what == "link" for what, _ in event_definitions(n))]
        catches = Counter(link_name(n) for n in links if kind(n) == "intermediateCatchEvent")
        throws = Counter(link_name(n) for n in links if kind(n) == "intermediateThrowEvent")
        for node in links:
            name = link_name(node)
            if kind(node) == "intermediateThrowEvent" and catches[name] != 1:
                sheet.say(rules.LINK_TARGET, node, name=name_of(node), link=name, count=catches[name])
            elif kind(node) == "intermediateCatchEvent" and not throws[name]:
                sheet.say(rules.LINK_SOURCE, node, name=name_of(node), link=name)


def check_timer(sheet: Sheet, scope: Scope, node: etree._Element, definition: etree._Element) -> None:
    """The time is ISO 8601 of the kind the element says, or a readable expression."""
    written = [(name, text) for name in TIMES if (text := text_of(definition.find(bpmn(name))))]
    if not written:
        sheet.say(rules.TIMER_EMPTY, node, name=name_of(node))
        return
    if kind(node) == "startEvent" and scope.is_process:
        sheet.say(rules.TIMER_START, node, name=name_of(node))
    if len(written) > 1:
        sheet.say(rules.TIMER_TWICE, node, name=name_of(node))
    how, text = written[0]
    bare = literal(text)
    if bare is None:
        try:
            expression = compile_expression(text)
        except ExpressionError:
            sheet.say(rules.TIMER_BAD, node, name=name_of(node), found=text, wanted=WRITTEN[how])
            return
        if expression.constant or NEARLY_ISO.fullmatch(text):
            sheet.say(rules.TIMER_BAD, node, name=name_of(node), found=text, wanted=WRITTEN[how])
    elif why := unusable(how, bare, calendar_of(sheet, node)):
        sheet.say(rules.TIMER_UNUSABLE, node, name=name_of(node), found=bare, why=why, wanted=WRITTEN[how])


def unusable(how: str, text: str, calendar: str) -> Text | None:
    """Why a time written in ISO 8601 cannot be used for this kind of timer; None when it can."""
    cycle = IS_CYCLE.fullmatch(text)
    found = "timeCycle" if cycle else "timeDuration" if IS_DURATION.fullmatch(text) else "timeDate"
    if found != how:
        return Text(f"这是{WRITTEN[found].zh.split('，')[0]}", f"it is {WRITTEN[found].en.split(' such')[0]}")
    if found == "timeDate":
        return None if is_instant(text) else Text("没有这个时刻", "there is no such instant")
    if cycle and (cycle["count"] == "0" or len(cycle["count"] or "") > 6 or cycle["end"]):
        return Text("不支持这种重复", "this repetition is not supported")
    if cycle and cycle["start"] and not is_instant(cycle["start"]):
        return Text("没有这个起始时刻", "there is no such instant to begin with")
    try:
        duration = Duration.parse(cycle["every"] if cycle else text)
    except Refusal as refusal:
        return refusal.text
    if duration.months and calendar == "business":
        return Text("工作时间中没有月和年", "business time has no months or years")
    if cycle and duration == Duration():
        return Text("间隔为零", "the interval is zero")
    return None


def is_instant(text: str) -> bool:
    for kind_of in (datetime, date):
        try:
            kind_of.fromisoformat(text)
        except ValueError:
            continue
        return True
    return False


def calendar_of(sheet: Sheet, node: etree._Element) -> str:
    """The calendar a timer counts in: its own, else that of its process, else the wall clock's."""
    process = node
    for element in (node, *node.iterancestors()):
        words = {
            p.get("name") or p.get("id"): p.get("value") for p in element.iterfind(f"{bpmn('extensionElements')}/*/*")
        }
        if kind(element) in (*EVENTS, "process") and words.get("calendar"):
            return words["calendar"]
        process = element
        if kind(process) == "process":
            break
    return "wall"
