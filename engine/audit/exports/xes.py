"""XES (IEEE 1849): one trace a case, its events in their order; what customers entered is not in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from xml.sax.saxutils import quoteattr

from engine.audit.exports.lines import ChainEnd, Line

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<log xmlns="http://www.xes-standard.org/" xes.version="1849.2016" xes.features="">
<extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
<extension name="Time" prefix="time" uri="http://www.xes-standard.org/time.xesext"/>
<extension name="Organizational" prefix="org" uri="http://www.xes-standard.org/org.xesext"/>
<extension name="Lifecycle" prefix="lifecycle" uri="http://www.xes-standard.org/lifecycle.xesext"/>
<global scope="trace"><string key="concept:name" value=""/></global>
<global scope="event"><string key="concept:name" value=""/>\
<date key="time:timestamp" value="1970-01-01T00:00:00.000+00:00"/>\
<string key="lifecycle:transition" value="complete"/></global>
<classifier name="Activity" keys="concept:name"/>
<classifier name="ActivityAndLifecycle" keys="concept:name lifecycle:transition"/>
<string key="lifecycle:model" value="standard"/>
"""
#: What no XML document may contain, even escaped.
NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write(lines: Iterable[Line | ChainEnd]) -> Iterator[bytes]:
    yield HEAD.encode()
    is_open = False
    for line in lines:
        if not line.case.id:
            continue
        if not is_open:
            yield _trace(line)
            is_open = True
        if isinstance(line, ChainEnd):
            yield b"</trace>\n"
            is_open = False
        else:
            yield _event(line)
    yield b"</log>\n"


def _trace(line: Line | ChainEnd) -> bytes:
    case = line.case
    told = {"concept:name": case.number, "closeloop:procedure": case.procedure, "closeloop:state": case.state}
    told |= {"closeloop:channel": case.channel, "closeloop:department": case.department}
    return ("<trace>" + "".join(_string(key, value) for key, value in told.items() if value) + "\n").encode()


def _event(line: Line) -> bytes:
    parts = [
        _string("concept:name", line.activity),
        f'<date key="time:timestamp" value="{_instant(line.at)}"/>',
        _string("lifecycle:transition", line.lifecycle),
        _string("org:resource", line.login),
        _string("closeloop:event", line.type),
        f'<int key="closeloop:entry" value="{line.seq}"/>',
    ]
    if task := line.data.get("task"):
        parts.append(_string("concept:instance", f"{line.case.id}-{task}"))
    groups = line.data.get("groups")
    if line.type == "TaskCreated" and isinstance(groups, list) and groups:
        parts.append(_string("org:group", ", ".join(map(str, groups))))
    if line.element:
        parts.append(_string("closeloop:element", line.element))
    return f"<event>{''.join(parts)}</event>\n".encode()


def _string(key: str, value: str) -> str:
    return f'<string key="{key}" value={quoteattr(NOT_XML.sub("", value))}/>'


def _instant(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds")
