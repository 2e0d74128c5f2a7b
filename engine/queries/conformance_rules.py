"""Rules beyond the flow: who may do what at that moment, four eyes, required evidence."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from engine.bpmn.conformance.deviation import Deviation
from engine.bpmn.model import Step
from engine.domain.actors import EMPLOYEE, LEAD
from engine.domain.errors import NotFound
from engine.domain.events import EventType as E
from engine.domain.text import Text
from engine.queries.memberships import Memberships
from engine.queries.trail import EntryRow
from engine.versions import Version

SEPARATION, NOT_HIS, NOT_HELD, EVIDENCE = "separation", "not-allowed", "held-by-another", "missing-evidence"
SENTENCES = {
    SEPARATION: Text("{who} 办理了“{name}”，而“{other}”也是其办理的：两步须由不同的人办理。",
                     "{who} did “{name}” and had done “{other}”: the two must be done by different people."),
    NOT_HIS: Text("{who} 办理了“{name}”，当时无权办理。", "{who} did “{name}” without being entitled to it then."),
    NOT_HELD: Text("{who} 办理了“{name}”，当时由 {other} 持有。", "{who} did “{name}” while {other} held it."),
    EVIDENCE: Text("“{name}”缺少必填内容“{other}”。", "“{name}” was completed without “{other}”, which is required."),
}  # fmt: skip


@dataclass(slots=True)
class Task:
    """`given` are those it was delegated or assigned to: they may do it whatever their groups."""

    element: str
    version: Version
    offered: Mapping[str, Any]
    holder: str | None = None
    given: set[str] = field(default_factory=set)


class Rules:
    def __init__(self, version: Callable[[str, int], Version], memberships: Memberships) -> None:
        self.version, self.memberships = version, memberships
        self.running: dict[int, Version] = {}
        self.tasks: dict[int, Task] = {}
        self.doers: dict[str, set[str]] = {}
        self.before: dict[int, tuple[Mapping[str, str], Mapping[int, Mapping[str, Any]]]] = {}
        self.found: list[Deviation] = []

    def run(self, entries: Iterable[EntryRow]) -> tuple[Deviation, ...]:
        """Of an entry that cannot be read the replay of the flow says so already."""
        for entry in entries:
            with suppress(KeyError, TypeError, AttributeError, ValueError, NotFound):
                self.one(entry)
        return tuple(self.found)

    def one(self, entry: EntryRow) -> None:
        data = entry.data
        if entry.type == E.InstanceStarted:
            self.running[data["instance"]] = self.version(data["procedure"], data["version"])
        elif entry.type in (E.CaseMigrated, E.MigrationUndone):
            self.migrated(entry)
        elif entry.type == E.TaskCreated and data["instance"] in self.running:
            task = Task(data["element"], self.running[data["instance"]], data, data.get("assignee"))
            task.given |= {task.holder} if task.holder else set()
            self.tasks[data["task"]] = task
        elif (task := self.tasks.get(data.get("task", 0))) is not None:
            self.of_task(entry, task)

    def migrated(self, entry: EntryRow) -> None:
        """Open tasks go on in the other version, offered to whom it offers them; taken back, to those they were before."""
        data = entry.data
        version = self.running[data["instance"]] = self.version(data["procedure"], data["to"])
        mine = {no: task for no, task in self.tasks.items() if task.offered["instance"] == data["instance"]}
        if entry.type == E.CaseMigrated:
            renamed = data.get("mapping") or {}
            self.before[data["migration"]] = {new: old for old, new in renamed.items()}, {n: t.offered for n, t in mine.items()}
            offers = {told["task"]: told for told in data.get("tasks") or ()}
        else:
            renamed, offers = self.before.get(data["migration"], ({}, {}))
        for no, task in mine.items():
            task.version, task.element = version, renamed.get(task.element, task.element)
            told = offers.get(no, {})
            step = version.find(task.element)
            is_for_all = step is not None and not (step.assignment.candidate_groups or step.assignment.candidate_users)
            if told and ("groups" in told or "users" in told or is_for_all):
                task.offered = {"instance": data["instance"], **{k: told[k] for k in ("groups", "users") if k in told}}
            if told.get("assignee"):
                task.holder = task.holder or told["assignee"]
                task.given.add(told["assignee"])
        for was, now in renamed.items():
            self.doers.setdefault(now, set()).update(self.doers.pop(was, set()))

    def of_task(self, entry: EntryRow, task: Task) -> None:
        data = entry.data
        if entry.type == E.TaskClaimed:
            self.check_right(entry, task)
            task.holder = entry.login
        elif entry.type == E.TaskReleased:
            task.holder = None
        elif entry.type in (E.TaskDelegated, E.TaskAssigned):
            task.holder = data["to"]
            task.given.add(data["to"])
        elif entry.type == E.TaskCompleted:
            self.completed(entry, task)

    def completed(self, entry: EntryRow, task: Task) -> None:
        who, for_ = entry.login, entry.data.get("for")
        if task.holder in (None, for_):
            self.check_right(entry, task)
        elif task.holder != who:
            self.say(NOT_HELD, entry, task, other=Text.same(task.holder))
        people = {who, for_} - {None}
        for other in sorted(task.version.separations.get(task.element, ())):
            if self.doers.get(other, set()) & people:
                self.say(SEPARATION, entry, task, other=task.version.name_of(other))
                break
        self.doers.setdefault(task.element, set()).update(people)
        self.check_evidence(entry, task, task.version.find(task.element))

    def check_right(self, entry: EntryRow, task: Task) -> None:
        """The person, or whom they stood in for, was a candidate then; a task for nobody is for any employee.

        Whoever stands in for the holder needs no other right than that one's hold of it.
        """
        who, for_ = entry.login, entry.data.get("for")
        right = (for_ is not None and task.holder == for_) or self.may(for_ or who, entry, task)
        if for_ and not self.memberships.stands_in(who, for_, entry.at):
            right = False
        if not right:
            self.say(NOT_HIS, entry, task)

    def may(self, login: str, entry: EntryRow, task: Task) -> bool:
        groups, users = set(task.offered.get("groups", ())), set(task.offered.get("users", ()))
        if login in task.given or login in users:
            return True
        if groups or users:
            return bool(groups & self.memberships.groups(login, entry.at))
        return bool({EMPLOYEE, LEAD} & self.memberships.roles(login, entry.at))

    def check_evidence(self, entry: EntryRow, task: Task, step: Step | None) -> None:
        values = entry.data.get("values", {})
        for one in step.form.fields if step else ():
            if one.required and not one.readonly and values.get(one.key) in (None, ""):
                self.say(EVIDENCE, entry, task, other=one.label)

    def say(self, kind: str, entry: EntryRow, task: Task, **more: Text) -> None:
        name = task.version.name_of(task.element)
        sentence = SENTENCES[kind].format(who=entry.login, name=name, **more)
        instance = task.offered["instance"]
        self.found.append(Deviation(kind, task.element, name, entry.seq, entry.at, instance, sentence))
