"""Activities: whether what they do can be done here, how often, and what they call."""

from __future__ import annotations

from lxml import etree

from engine.bpmn.dialects import executable
from engine.bpmn.dialects.names import ACTIVITIES, SUBPROCESSES, ZEEBE, bpmn, children, event_definitions, kind, text_of
from engine.bpmn.dialects.pools import called_by
from engine.bpmn.lint import activity_rules as rules
from engine.bpmn.lint.sheet import Scope, Sheet, name_of
from engine.bpmn.reader import Unreadable, read

LOOPS = ("multiInstanceLoopCharacteristics", "standardLoopCharacteristics")
UNSUPPORTED = {
    "serviceTask": rules.SERVICE,
    "adHocSubProcess": rules.AD_HOC,
}


def check_activities(sheet: Sheet) -> None:
    for _, node in sheet.nodes():
        if kind(node) not in ACTIVITIES and any(children(node, name) for name in LOOPS):
            sheet.say(rules.LOOP_NOT_HERE, node, name=name_of(node))
    for scope, node in sheet.nodes(*ACTIVITIES):
        if kind(node) in UNSUPPORTED:
            sheet.say(UNSUPPORTED[kind(node)], node, name=name_of(node))
        if kind(node) in SUBPROCESSES and node.get("triggeredByEvent") == "true":
            check_event_subprocess(sheet, scope, node)
        if node.get("isForCompensation") == "true":
            sheet.say(rules.FOR_COMPENSATION, node, name=name_of(node))
        if kind(node) == "scriptTask":
            check_script(sheet, node)
        check_loops(sheet, node)


def check_event_subprocess(sheet: Sheet, scope: Scope, node: etree._Element) -> None:
    """It begins by one event that is waited for, and by no flow."""
    starts = children(node, "startEvent")
    if len(starts) != 1 or not event_definitions(starts[0]) or scope.into(node) or scope.out_of(node):
        sheet.say(rules.EVENT_SUBPROCESS, node, name=name_of(node))


def check_script(sheet: Sheet, node: etree._Element) -> None:
    scripts = children(node, "script")
    zeebe = node.find(f"{bpmn('extensionElements')}/{{{ZEEBE[0]}}}script")
    if zeebe is None and not any(text_of(s) for s in scripts):
        sheet.say(rules.NO_SCRIPT, node, name=name_of(node))


def check_loops(sheet: Sheet, node: etree._Element) -> None:
    """A repeated activity says how often or over what."""
    for loop in children(node, "multiInstanceLoopCharacteristics"):
        written = [text_of(loop.find(bpmn(name))) for name in ("loopCardinality", "loopDataInputRef")]
        attributes = [value for key, value in loop.attrib.items() if etree.QName(key).localname == "collection"]
        vendor = [
            e.get("inputCollection")
            for e in loop.iterfind(f"{bpmn('extensionElements')}/{{{ZEEBE[0]}}}loopCharacteristics")
        ]
        if not any(value and value.strip() for value in (*written, *attributes, *vendor)):
            sheet.say(rules.HOW_OFTEN, node, name=name_of(node))
        if loop.get("behavior", "All") != "All":
            sheet.say(rules.LOOP_BEHAVIOUR, node, name=name_of(node))
    for loop in children(node, "standardLoopCharacteristics"):
        maximum, condition = (loop.get("loopMaximum") or "").strip(), text_of(loop.find(bpmn("loopCondition")))
        if not condition and not (maximum.isdecimal() and maximum.isascii()):
            sheet.say(rules.LOOP_WITHOUT_END, node, name=name_of(node))


def check_calls(sheet: Sheet) -> None:
    """Every called process exists, can start plainly, and never comes to call itself.

    One of another file was deployed, and so was chosen to run, whether it is marked executable or not.
    """
    known = {p.get("id"): p for p in children(sheet.root, "process") if p.get("id")}
    others = {key: process for key, data in sheet.called.items() if (process := called_process(key, data)) is not None}
    calls: dict[str, set[str]] = {}
    for scope, node in sheet.nodes("callActivity"):
        called = called_by(node)
        process = known.get(called, others.get(called))
        if not called or called.startswith(("=", "${", "#{")):
            sheet.say(rules.CALL_OPEN, node, name=name_of(node))
        elif process is None:
            sheet.say(rules.CALL_UNKNOWN, node, name=name_of(node), called=called)
        elif called in known and process not in executable(process.getparent()):
            sheet.say(rules.CALL_NOT_EXECUTABLE, node, name=name_of(node), called=called)
        elif not any(not event_definitions(s) for s in children(process, "startEvent")):
            sheet.say(rules.CALL_NO_START, node, name=name_of(node), called=called)
        caller = process_of(scope.element)
        calls.setdefault(caller.get("id") or "", set()).add(called)
    for key, process in {**others, **known}.items():
        calls.setdefault(key, set()).update(called_by(n) for n in process.iter(bpmn("callActivity")))
    for scope, node in sheet.nodes("callActivity"):
        caller = process_of(scope.element).get("id") or ""
        if caller in everything_called(calls, called_by(node)):
            sheet.say(rules.CALLS_ITSELF, node, name=name_of(node), called=caller)


def called_process(key: str, data: bytes) -> etree._Element | None:
    try:
        root = read(data)
    except Unreadable:
        return None
    return next((p for p in children(root, "process") if p.get("id") == key), None)


def everything_called(calls: dict[str, set[str]], start: str) -> set[str]:
    """The process called and all it comes to call."""
    found: set[str] = set()
    waiting = [start]
    while waiting:
        key = waiting.pop()
        if key and key not in found:
            found.add(key)
            waiting += calls.get(key, ())
    return found


def process_of(element: etree._Element) -> etree._Element:
    while kind(element) != "process" and element.getparent() is not None:
        element = element.getparent()
    return element
