"""What was found not to be as the procedure says, each with its place in the trail and a sentence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from engine.domain.text import Text

SKIPPED, ORDER, TWICE, UNKNOWN = "skipped", "out-of-order", "twice", "unknown-path"
EARLY, NEVER, UNREADABLE = "ended-early", "never-ended", "unreadable"
SENTENCES = {
    SKIPPED: Text("“{name}”应当办理而没有办理。", "“{name}” should have been passed, and was not."),
    ORDER: Text("“{name}”没有按顺序：它还没有轮到，或应当在更早时。", "“{name}” was passed out of order."),
    TWICE: Text("“{name}”多做了一次。", "“{name}” was passed once more than the diagram allows."),
    UNKNOWN: Text("“{name}”的走法不在流程图中。", "The way taken at “{name}” is not in the diagram."),
    EARLY: Text("流程结束时，“{name}”还没有完成。", "The procedure ended while “{name}” was still to be passed."),
    NEVER: Text("“{name}”没有结束。", "“{name}” never came to its end."),
    UNREADABLE: Text("第 {name} 条记录无法读取或所指版本不存在。", "Entry {name} cannot be read, or names a version there is not."),
}


@dataclass(frozen=True, slots=True)
class Deviation:
    """`seq` is the entry of the trail it shows in, `instance` the instance of the case."""

    kind: str
    element: str
    name: Text
    seq: int
    at: datetime
    instance: int
    sentence: Text


def deviation(kind: str, element: str, name: Text, seq: int, at: datetime, instance: int) -> Deviation:
    return Deviation(kind, element, name, seq, at, instance, SENTENCES[kind].format(name=name))
