"""The trail of one case, held against the diagrams its instances ran on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from engine.bpmn.conformance import deviation as d
from engine.bpmn.conformance.marking import Marking
from engine.bpmn.conformance.net import Net, Node
from engine.bpmn.conformance.watching import Watcher
from engine.domain.errors import NotFound
from engine.domain.events import GRAMMAR, EventType
from engine.domain.text import Text

CHOOSES_ONE = ("exclusiveGateway", "eventBasedGateway")


class Entry(Protocol):
    """What is read of an entry of the trail."""

    @property
    def seq(self) -> int: ...
    @property
    def type(self) -> str: ...
    @property
    def at(self) -> datetime: ...
    @property
    def data(self) -> Mapping[str, Any]: ...


@dataclass(slots=True)
class Track:
    """One instance under way. `tasks` are those open by number, `owed` skips that may turn out to be swaps, `is_lost`
    says that it was moved to where it has no place."""

    no: int
    procedure: str
    version: int
    marking: Marking
    ended: str | None = None
    is_terminated: bool = False
    is_lost: bool = False
    tasks: dict[int, str] = field(default_factory=dict)
    done: set[int] = field(default_factory=set)
    passed: set[str] = field(default_factory=set)
    owed: list[int] = field(default_factory=list)
    last: dict[str, tuple[str, ...]] = field(default_factory=dict)
    ways: dict[int, Mapping[str, str]] = field(default_factory=dict)
    incidents: set[int] = field(default_factory=set)


class Replay:
    """`nets` gives the net of a version by key and number, `name` what people call an element of it. `watchers` look on."""

    def __init__(
        self,
        nets: Callable[[str, int], Net],
        name: Callable[[str, int, str], Text],
        watchers: tuple[Watcher, ...] = (),
    ) -> None:
        self.nets, self.name, self.watchers = nets, name, watchers
        self.found: list[d.Deviation] = []
        self.tracks: dict[int, Track] = {}
        self.by_task: dict[int, Track] = {}

    def run(self, entries: Iterable[Entry]) -> tuple[d.Deviation, ...]:
        last, closed = None, None
        for entry in entries:
            last = entry
            try:
                self.one(entry)
            except (KeyError, TypeError, AttributeError, ValueError, NotFound):
                number = Text.same(str(entry.seq))
                self.found.append(d.deviation(d.UNREADABLE, "", number, entry.seq, entry.at, 0))
            closed = entry if entry.type in ("CaseClosed", "CaseCancelled") else closed
        for track in self.tracks.values():
            goes_on = track.ended is not None or last is None or track.incidents or track.is_lost
            if not goes_on and (closed is not None or not +track.marking.tokens):
                self.say(d.NEVER, track, "", closed or last)
        for watcher in self.watchers:
            watcher.ended(self)
        return tuple(sorted(self.found, key=lambda one: one.seq))

    def one(self, entry: Entry) -> None:
        data, type_ = entry.data, entry.type
        if not GRAMMAR[EventType(type_)][0] <= data.keys():
            raise KeyError(type_)
        if type_ == "InstanceStarted":
            net = self.nets(data["procedure"], data["version"])
            self.tracks[data["instance"]] = Track(data["instance"], data["procedure"], data["version"], Marking(net))
        track = self.tracks.get(data["instance"]) if "instance" in data else self.by_task.get(data.get("task", 0))
        for watcher in self.watchers:
            watcher.told(self, track, entry)
        if track is None or type_ == "InstanceStarted":
            return
        if type_ == "TaskCreated":
            track.tasks[data["task"]] = data["element"]
            self.by_task[data["task"]] = track
        elif type_ == "TaskCompleted":
            self.completed(track, entry)
        elif type_ == "TaskCancelled":
            track.tasks.pop(data["task"], None)
        elif type_ == "PathTaken":
            self.follow(track, entry)
        elif type_ in ("CaseMigrated", "MigrationUndone"):
            self.migrated(track, entry)
        elif type_ == "IncidentRaised":
            track.incidents.add(data["no"])
        elif type_ == "InstanceEnded":
            self.ended(track, entry)

    def completed(self, track: Track, entry: Entry) -> None:
        task = entry.data["task"]
        if task in track.done:
            self.say(d.TWICE, track, entry.data["element"], entry)
            return
        track.done.add(task)
        track.tasks.pop(task, None)
        self.follow(track, entry)

    def follow(self, track: Track, entry: Entry) -> None:
        for step in entry.data.get("path", ()):
            self.step(track, entry, step["element"], step["kind"], tuple(step.get("flows", ())))

    def step(self, track: Track, entry: Entry, element: str, kind: str, flows: tuple[str, ...]) -> None:
        marking = track.marking
        nodes = marking.net.named.get(element, ())
        if not nodes:
            self.say(d.UNKNOWN, track, element, entry)
            return
        if track.ended is not None:
            self.say(d.TWICE if element in track.passed else d.ORDER, track, element, entry)
            return
        node = next((one for one in nodes if marking.missing(one) is None), nodes[0])
        missing = marking.missing(node)
        if missing is not None and not self.explained(track, entry, node, missing):
            return
        is_whole = kind != "instance"
        marking.take(node, is_whole)
        if not is_whole:
            return
        for watcher in self.watchers:
            watcher.passed(self, track, node, flows, entry)
        track.passed.add(element)
        if kind == "terminate" or "terminate" in node.events:
            marking.clear(node.scope)
            track.is_terminated |= node.scope == marking.net.main
        if node.kind == "endEvent" and "cancel" in node.events:
            marking.clear(node.scope)
        self.leave(track, entry, node, flows)

    def leave(self, track: Track, entry: Entry, node: Node, flows: tuple[str, ...]) -> None:
        """Tokens on the flows taken; what is not drawn here, or lacks one that must be taken, is no way there is."""
        if link := track.marking.net.links.get(f"{node.scope}/{node.id}"):
            flows = (link,)
        else:
            must = {flow for flow, needed in node.outgoing.items() if needed}
            wrong = not set(flows) <= set(node.outgoing) or not must <= set(flows) or len(set(flows)) != len(flows)
            wrong |= node.kind in CHOOSES_ONE and bool(node.outgoing) and len(flows) != 1
            wrong |= node.kind == "inclusiveGateway" and bool(node.outgoing) and not flows
            if wrong:
                self.say(d.UNKNOWN, track, node.id, entry)
                flows = tuple(dict.fromkeys(flow for flow in flows if flow in node.outgoing)) or tuple(must)
        track.last[node.id] = flows
        track.marking.put(flows)

    def explained(self, track: Track, entry: Entry, node: Node, missing: tuple[str, ...]) -> bool:
        """Says why the element should not have been passed; whether the replay goes on as if it had been its turn."""
        for at in track.owed:
            if self.found[at].element == node.id:
                self.found[at] = d.deviation(d.ORDER, node.id, self.found[at].name, entry.seq, entry.at, track.no)
                track.owed.remove(at)
                track.passed.add(node.id)
                return False
        if any(track.marking.holds(flow) for flow in track.last.get(node.id, ())):
            self.say(d.TWICE, track, node.id, entry)
            return False
        ways = [track.marking.net.way_to(flow, track.marking.holds) for flow in missing]
        known = [way for way in ways if way is not None]
        if not known or (node.kind == "parallelGateway" and len(known) < len(missing)):
            self.say(d.TWICE if node.id in track.passed else d.ORDER, track, node.id, entry)
            return False
        if node.kind != "parallelGateway":
            known = [min(known, key=lambda way: len(way[1]))]
        for flow, between in known:
            self.skip(track, entry, flow, between)
            into = next((f for f in missing if f in between[-1].outgoing), missing[0])
            track.marking.put([into])
        return True

    def skip(self, track: Track, entry: Entry, flow: str, between: tuple[Node, ...]) -> None:
        track.marking.tokens[flow] -= 1
        seen = [one for one in between if one.is_seen] or list(between[:1])
        for one in seen:
            track.owed.append(len(self.found))
            self.say(d.SKIPPED, track, one.id, entry)
        for one in between:
            track.passed.add(one.id)

    def migrated(self, track: Track, entry: Entry) -> None:
        data = entry.data
        mapping = data.get("mapping") or {}
        if entry.type == "MigrationUndone":
            mapping = track.ways.get(data["migration"], {})
        track.ways[data["migration"]] = {new: old for old, new in mapping.items()}
        net = self.nets(data["procedure"], data["to"])
        if data["from"] != track.version or not track.marking.has_places(net, mapping):
            track.is_lost = True
            self.say(d.MIGRATION, track, "", entry)
        track.version = data["to"]
        track.marking = track.marking.moved(net, mapping)
        track.tasks = {no: mapping.get(element, element) for no, element in track.tasks.items()}
        track.passed = {mapping.get(element, element) for element in track.passed}
        track.last = {}

    def ended(self, track: Track, entry: Entry) -> None:
        how = entry.data["how"]
        if track.ended is not None:
            self.say(d.TWICE, track, "", entry)
            return
        track.ended = how
        if how == "cancelled" or track.is_terminated:
            return
        left = [node for node in track.marking.left() if not node.is_watch]
        if how == "terminated" or left or not track.marking.begun():
            self.say(d.EARLY, track, left[0].id if left else "", entry)
            return
        for element in track.tasks.values():
            if not any(one.element == element and one.instance == track.no for one in self.found):
                self.say(d.NEVER, track, element, entry)

    def say(self, kind: str, track: Track, element: str, entry: Entry) -> None:
        """Without an element the whole procedure is meant."""
        name = self.name(track.procedure, track.version, element or track.procedure)
        self.found.append(d.deviation(kind, element or track.procedure, name, entry.seq, entry.at, track.no))
