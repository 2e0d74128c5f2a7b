"""What was done to a case from outside its procedure, and the limits it passed: remarks, not deviations."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from engine.domain.events import EventType as E
from engine.domain.text import Text
from engine.queries.trail import EntryRow

KINDS = {
    E.VariablesEdited: ("variables-edited", Text("{who} 手工更正了变量。", "{who} corrected values by hand.")),
    E.IncidentResolved: ("retried", Text("{who} 让“{name}”重试。", "{who} had “{name}” tried again.")),
    E.TaskAssigned: ("reassigned", Text("{who} 指派了“{name}”的办理人。", "{who} decided who does “{name}”.")),
    E.CaseMigrated: ("migrated", Text("{who} 把流程转到另一版本。", "{who} moved the procedure to another version.")),
    E.MigrationUndone: ("migration-undone", Text("{who} 撤回了版本迁移。", "{who} took a migration back.")),
    E.CaseCancelled: ("cancelled", Text("{who} 取消了工单。", "{who} cancelled the case.")),
}
LATE = Text("“{name}”超过了时限。", "“{name}” passed its limit.")


@dataclass(frozen=True, slots=True)
class Remark:
    kind: str
    element: str
    seq: int
    at: datetime
    by: str
    sentence: Text
    instance: int = 0


def interventions(entries: Iterable[EntryRow], name: Callable[[str], Text]) -> tuple[Remark, ...]:
    """An incident that settled itself is nobody's doing."""
    found = []
    tasks: dict[int, int] = {}
    for entry in entries:
        if entry.type == E.TaskCreated:
            tasks[entry.data.get("task", 0)] = entry.data.get("instance", 0)
        kind, sentence = KINDS.get(entry.type, ("", None))
        if sentence is None or (kind == "retried" and entry.data.get("how") != "retried"):
            continue
        element = entry.data.get("element", "")
        told = sentence.format(who=entry.login, name=name(element))
        instance = entry.data.get("instance") or tasks.get(entry.data.get("task", 0), 0)
        found.append(Remark(kind, element, entry.seq, entry.at, entry.login, told, instance))
    return tuple(found)


def breaches(entries: Iterable[EntryRow], name: Callable[[str], Text]) -> tuple[Remark, ...]:
    return tuple(
        Remark("late", e.data.get("name", ""), e.seq, e.at, e.login, LATE.format(name=name(e.data.get("name", ""))))
        for e in entries
        if e.type == E.ClockBreached
    )
