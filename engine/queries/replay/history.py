"""A finished case, read from its trail and driven once more on its own versions, as faithfully as the trail allows.

What comes out are the inputs of every instance with their values as the engine had them: what another version would
have been given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from engine.bpmn import forms
from engine.bpmn.errors import NoSuchStart, NotFailed, NotReady, NotWaiting
from engine.bpmn.model import Field, Form
from engine.bpmn.results import Message
from engine.domain.calendar import WALL
from engine.domain.duration import Duration
from engine.domain.text import Text
from engine.queries.replay.drive import Drive
from engine.queries.replay.promises import Promises, Told
from engine.queries.trail import REDACTED, EntryRow
from engine.store.organisation import Organisation
from engine.versions import Version

MIGRATED = Text("该工单在办理中换过流程版本", "the case moved to another version while it ran")
REDACTED_WORDS = Text("个人信息已删除：{names}", "personal values were deleted: {names}")
UNLIKE = Text("留痕不足以还原办理过程（{element}）", "the trail does not say enough to do it again (at {element})")


class Unreplayable(Exception):
    """The trail cannot be driven again; `why` says what is missing."""

    def __init__(self, why: Text) -> None:
        self.why = why
        super().__init__(why.en)


@dataclass(frozen=True, slots=True)
class Input:
    """Something that came to an instance. `nth`: which of the open tasks of the element, the oldest first.

    `kind`: start, complete, deliver, edit, retry or cancel; `name` is that of a message.
    """

    kind: str
    at: datetime
    values: Mapping[str, Any] = field(default_factory=dict)
    element_id: str = ""
    nth: int = 0
    name: str | None = None
    message_kind: str = "message"


@dataclass(slots=True)
class Lived:
    """One instance as it was. `fired` are the instants at which its timers were noticed, by element and due instant."""

    no: int
    version: Version
    drive: Drive
    began_at: datetime
    inputs: list[Input] = field(default_factory=list)
    told: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    fired: dict[tuple[str, datetime], datetime] = field(default_factory=dict)
    ended_at: datetime | None = None
    tasks: dict[int, int] = field(default_factory=dict)
    unnumbered: int = 0


class Shadow:
    """Entries in, instances out. `version(key, number)` gives a version, `customer(id)` the record as it is now."""

    def __init__(
        self,
        organisation: Organisation,
        department: str | None,
        version: Callable[[str, int], Version],
        customer: Callable[[int], Mapping[str, Any]],
    ) -> None:
        self.organisation, self.department, self._version, self._customer = organisation, department, version, customer
        self.lived: dict[int, Lived] = {}
        self.last_at = datetime.min.replace(tzinfo=UTC)
        self.redacted: set[str] = set()
        self.clocks: list[tuple[int, Told]] = []
        self._opening: Mapping[str, Any] = {}
        self._sent: list[Message] = []
        self._incidents: dict[int, tuple[int, str]] = {}
        self._edits: dict[int, Mapping[str, Any]] = {}
        self._steps: Mapping[str, Callable[[EntryRow], None]] = {
            "CaseStarted": self._case_started, "InstanceStarted": self._instance_started,
            "TaskCreated": self._task_created, "TaskCompleted": self._task_completed, "TimerFired": self._timer_fired,
            "MessageReceived": self._message_received, "VariablesEdited": self._variables_edited,
            "IncidentRaised": self._incident_raised, "IncidentResolved": self._incident_resolved,
            "CaseCancelled": self._case_cancelled, "InstanceEnded": self._instance_ended, "PathTaken": self._path_taken,
        }  # fmt: skip

    def read(self, entries: Iterable[EntryRow]) -> None:
        """Raises `Unreplayable` where the case cannot be driven as it was."""
        for entry in entries:
            self.last_at = max(self.last_at, entry.at)
            if entry.type in ("CaseMigrated", "MigrationUndone"):
                raise Unreplayable(MIGRATED)
            if (step := self._steps.get(entry.type)) is not None:
                try:
                    step(entry)
                except (NotReady, NotWaiting, NotFailed, NoSuchStart, LookupError, StopIteration, ValueError):
                    raise Unreplayable(self._unlike(str(entry.data.get("element", "?")))) from None
        for lived in self.lived.values():
            was = [(p.element_id, p.flows) for p in lived.drive.passed]
            if was != lived.told:
                at = next((t[0] for t, w in zip(lived.told, was, strict=False) if t != w), "…")
                raise Unreplayable(self._unlike(at))

    def _unlike(self, element: str) -> Text:
        if self.redacted:
            return REDACTED_WORDS.format(names=", ".join(sorted(self.redacted)))
        return UNLIKE.format(element=element)

    # -- one function an entry ----------------------------------------------------------------------------------

    def _case_started(self, entry: EntryRow) -> None:
        version = self._version(entry.data["procedure"], entry.data["version"])
        customer = self._customer(entry.data["customer"]) if entry.data.get("customer") else {}
        values = self._kept(entry.data.get("values") or {})
        self._opening = {**customer, **typed(version.procedure.start_form, values, {})}

    def _instance_started(self, entry: EntryRow) -> None:
        data = entry.data
        version, no = self._version(data["procedure"], data["version"]), data["instance"]
        message, values = data.get("message"), self._opening
        if message is not None:
            brought = self._kept(data.get("values") or {})
            values = guessed(version, brought) if data.get("from") is None else self._sent_values(message)
        promises = Promises(version, self.organisation, self.department, no, lambda told: self._clock(no, told))
        lived = Lived(no, version, Drive(version.spec, self._due, promises), entry.at)
        self.lived[no] = lived
        self._do(lived, Input("start", entry.at, dict(values), name=message))

    def _task_created(self, entry: EntryRow) -> None:
        """Tasks are numbered in the order in which they were opened."""
        lived = self.lived[entry.data["instance"]]
        opened = lived.drive.every[lived.unnumbered]
        if opened.element_id != entry.data["element"]:
            raise ValueError(opened.element_id)
        lived.unnumbered += 1
        lived.tasks[entry.data["task"]] = opened.token

    def _task_completed(self, entry: EntryRow) -> None:
        lived, token = next((li, li.tasks[n]) for li in self.lived.values() if (n := entry.data["task"]) in li.tasks)
        task = lived.drive.open[token]
        step = lived.version.step(task.process_id, task.element_id)
        values = self._kept(entry.data.get("values") or {})
        filled = typed(step.form if step else Form(), values, lived.drive.seen_by(token))
        same = [one.token for one in lived.drive.open.values() if one.element_id == task.element_id]
        self._do(lived, Input("complete", entry.at, filled, task.element_id, same.index(token)))
        self._path_taken(entry)

    def _timer_fired(self, entry: EntryRow) -> None:
        lived = self.lived[entry.data["instance"]]
        due_at = datetime.fromisoformat(entry.data["due_at"]).astimezone(UTC)
        lived.fired[entry.data["element"], due_at] = entry.at
        if (entry.data["element"], due_at) in lived.drive.timers.values():
            lived.drive.fire(entry.at)
            self._collect(lived)

    def _message_received(self, entry: EntryRow) -> None:
        lived, name = self.lived[entry.data["instance"]], entry.data["name"]
        if "values" in entry.data:
            values = guessed(lived.version, self._kept(entry.data["values"]))
        else:
            values = self._sent_values(name)
        wait = next(wait for wait in lived.drive.waits.values() if wait.message == name)
        self._do(lived, Input("deliver", entry.at, values, wait.element_id, name=name, message_kind=wait.kind))

    def _variables_edited(self, entry: EntryRow) -> None:
        lived = self.lived[entry.data["instance"]]
        values = guessed(lived.version, self._kept(entry.data.get("values") or {}))
        reason = str(entry.data.get("reason", ""))
        if reason.startswith("incident ") and int(reason.removeprefix("incident ")) in self._incidents:
            self._edits[int(reason.removeprefix("incident "))] = values
        else:
            self._do(lived, Input("edit", entry.at, values))

    def _incident_raised(self, entry: EntryRow) -> None:
        self._incidents[entry.data["no"]] = (entry.data["instance"], entry.data["element"])

    def _incident_resolved(self, entry: EntryRow) -> None:
        if entry.data["how"] == "retried" and entry.data["no"] in self._incidents:
            instance, element = self._incidents[entry.data["no"]]
            values = self._edits.pop(entry.data["no"], {})
            self._do(self.lived[instance], Input("retry", entry.at, values, element))

    def _case_cancelled(self, entry: EntryRow) -> None:
        for lived in self.lived.values():
            if lived.drive.ended is None:
                self._do(lived, Input("cancel", entry.at))

    def _instance_ended(self, entry: EntryRow) -> None:
        self.lived[entry.data["instance"]].ended_at = entry.at

    def _path_taken(self, entry: EntryRow) -> None:
        if "instance" in entry.data:
            told = self.lived[entry.data["instance"]].told
            told += [(one["element"], tuple(one.get("flows", ()))) for one in entry.data.get("path", ())]

    # -- driving ------------------------------------------------------------------------------------------------

    def _do(self, lived: Lived, given: Input) -> None:
        lived.inputs.append(given)
        apply(lived.drive, given, given.element_id)
        self._collect(lived)

    def _collect(self, lived: Lived) -> None:
        self._sent += lived.drive.sent
        lived.drive.sent = []

    def _sent_values(self, name: str) -> Mapping[str, Any]:
        message = next((one for one in self._sent if one.name == name), None)
        if message is None:
            return {}
        if message.kind == "message":
            self._sent.remove(message)
        return message.values

    def _kept(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Without what was deleted since, which is noted."""
        self.redacted |= {name for name, value in values.items() if value == REDACTED}
        return {name: value for name, value in values.items() if value != REDACTED}

    def _clock(self, no: int, told: Told) -> None:
        self.clocks.append((no, told))
        for other in self.lived.values():
            if other.no != no:
                other.drive.promises.hear(told)

    def _due(self, calendar: str, start: datetime, duration: str) -> datetime:
        return due_of(self.organisation, self.department)(calendar, start, duration)


def due_of(organisation: Organisation, department: str | None) -> Callable[[str, datetime, str], datetime]:
    def due(calendar: str, start: datetime, duration: str) -> datetime:
        counted = WALL if calendar == "wall" else organisation.calendar_of(department)
        return counted.add(start, Duration.parse(duration))

    return due


def apply(drive: Drive, given: Input, element_id: str) -> None:
    """One input, at the element it goes to now. Raises `KeyError` where nothing there takes it."""
    match given.kind:
        case "start":
            drive.start(given.at, given.values, given.name)
        case "complete":
            tokens = [task.token for task in drive.open.values() if task.element_id == element_id]
            if not tokens:
                raise KeyError(element_id)
            drive.complete(given.at, tokens[min(given.nth, len(tokens) - 1)], given.values)
        case "deliver":
            waits = [wait for wait in drive.waits.values() if wait.message == given.name]
            here = next((w for w in waits if w.element_id == element_id), waits[0] if waits else None)
            if here is None:
                raise KeyError(element_id)
            drive.deliver(given.at, Message(given.name or "", dict(given.values), {}, here.kind), here.token)
        case "edit":
            drive.edit(given.at, given.values)
        case "retry":
            token = next((n for n, failure in drive.failures.items() if failure.element_id == element_id), None)
            if token is None:
                raise KeyError(element_id)
            drive.retry(given.at, token, given.values)
        case "cancel":
            drive.cancel(given.at)


def typed(form: Form, values: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """Values of the trail as the form makes them: numbers, dates and instants, not their texts."""
    if not form.fields:
        return dict(values)
    known = {field.key for field in form.fields}
    filled = forms.fill(form, {key: value for key, value in values.items() if key in known}, UTC, before)
    return {**values, **filled.values}


def guessed(version: Version, values: Mapping[str, Any]) -> dict[str, Any]:
    """Values that no form typed, typed like the field of that name wherever the procedure has one."""
    fields: dict[str, Field] = {}
    for procedure in (p for definition in version.definitions for p in definition.procedures.values()):
        for form in (procedure.start_form, *(step.form for step in procedure.steps.values())):
            fields |= {one.key: one for one in form.fields}
    found = dict(values)
    for key, value in values.items():
        if key in fields and fields[key].type in ("decimal", "integer") and isinstance(value, str):
            try:
                found[key] = Decimal(value)
            except InvalidOperation:
                continue
    return found
