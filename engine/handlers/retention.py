"""How long a closed case keeps personal values, as its procedures say: the longest any version it ran on declares."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from engine.domain.errors import Refusal
from engine.domain.retention import Retention
from engine.domain.text import Text
from engine.handlers.work import Work
from engine.store import cases, personal
from engine.versions import Version


class ValuesForgotten(Refusal):
    code = "values-forgotten"
    sentence = Text(
        "服务工单 {number} 的个人信息已按保存期限删除，不能再添加内容。",
        "The personal values of case {number} were deleted when their time was over; nothing can be added to it any more.",
    )


@dataclass(frozen=True, slots=True)
class Rule:
    """The rule of a version, and until when the values of the case stay by it."""

    retention: str
    version: Version
    until: datetime


def rule_of(work: Work, more: Iterable[Version] = ()) -> Rule | None:
    """Of the locked case, which is closed. `more`: versions of instances not yet stored. None: no version has one."""
    ids = cases.versions_of(work.conn, work.case.id)
    versions = {id_: work.versions.get(work.conn, id_) for id_ in ids} | {one.id: one for one in more}
    rules = [
        Rule(kept, version, Retention.parse(kept).after(work.case.closed_at))
        for version in versions.values()
        if (kept := version.procedure.retention) is not None
    ]
    return max(rules, key=lambda rule: (rule.until, rule.version.id), default=None)


def plan(work: Work, more: Iterable[Version] = ()) -> None:
    """The case is closed just now: when its values go is noted, so that the worker finds it in time."""
    if (rule := rule_of(work, more)) is not None:
        personal.set_forget_at(work.writes, work.case.id, rule.until)


def check_not_forgotten(work: Work) -> None:
    """What were added now would stay for ever, because the time for it has been."""
    if work.case.state == "open":
        return
    rule = rule_of(work)
    if rule is not None and rule.until <= work.now:
        raise ValuesForgotten(number=work.case.number)
