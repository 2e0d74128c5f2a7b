"""Which activities a file means to be done several times: once for each of a list, at once or one after another."""

from __future__ import annotations

from engine.bpmn.reader import read

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"


def repeating(data: bytes) -> frozenset[str]:
    """The ids of multi-instance activities and of all that stands within them."""
    found: set[str] = set()
    for mark in read(data).iter(f"{BPMN}multiInstanceLoopCharacteristics"):
        activity = mark.getparent()
        found |= {id_ for element in activity.iter() if isinstance(element.tag, str) and (id_ := element.get("id"))}
    return frozenset(found)
