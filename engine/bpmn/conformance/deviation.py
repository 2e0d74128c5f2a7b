"""What was found not to be as the procedure says, each with its place in the trail and a sentence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from engine.domain.text import Text

SKIPPED, ORDER, TWICE, UNKNOWN = "skipped", "out-of-order", "twice", "unknown-path"
EARLY, NEVER, UNREADABLE = "ended-early", "never-ended", "unreadable"
BRANCH, TIMER, UNSENT, MIGRATION = "wrong-branch", "timer-early", "not-sent", "wrong-migration"
SENTENCES = {
    SKIPPED: Text("“{name}”应当办理而没有办理。", "“{name}” should have been passed, and was not."),
    ORDER: Text("“{name}”没有按顺序：它还没有轮到，或应当在更早时。", "“{name}” was passed out of order."),
    TWICE: Text("“{name}”多做了一次。", "“{name}” was passed once more than the diagram allows."),
    UNKNOWN: Text("“{name}”的走法不在流程图中。", "The way taken at “{name}” is not in the diagram."),
    EARLY: Text("流程结束时，“{name}”还没有完成。", "The procedure ended while “{name}” was still to be passed."),
    NEVER: Text("“{name}”没有结束。", "“{name}” never came to its end."),
    BRANCH: Text("“{name}”走了与所填内容不符的分支。", "The branch taken at “{name}” does not agree with what was recorded."),
    TIMER: Text("“{name}”的定时未到就触发了。", "The timer “{name}” fired before its time."),
    UNSENT: Text("“{name}”应发出的消息没有发出。", "The message of “{name}” was not sent."),
    MIGRATION: Text("“{name}”不能这样迁移：起始版本不符，或新版本中没有其位置。", "“{name}” was moved from a version it was not on, or to one that has no place for it."),
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
