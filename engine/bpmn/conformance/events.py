"""Timers that fired before their time, and messages that should have been sent and were not."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from engine.bpmn.conformance import deviation as d
from engine.bpmn.conformance.net import Net, Node
from engine.domain.calendar import Calendar, NeverDue
from engine.domain.duration import Duration
from engine.domain.errors import Refusal

if TYPE_CHECKING:
    from engine.bpmn.conformance.replay import Entry, Replay, Track

THROWS = ("endEvent", "intermediateThrowEvent", "sendTask")
PLAIN = re.compile(r"P[0-9DWTHMS.,]+")


class Timers:
    """A timer's time begins when its step, or the event itself, is come to; `calendar` counts as was counted then."""

    def __init__(self, calendar: Callable[[str, datetime], Calendar]) -> None:
        self.calendar = calendar
        self.armed: dict[tuple[int, str], list[datetime]] = {}
        self.moved: set[int] = set()

    def told(self, replay: Replay, track: Track | None, entry: Entry) -> None:
        if track is None:
            return
        if entry.type in ("CaseMigrated", "MigrationUndone"):
            self.moved.add(track.no)
        elif entry.type == "TimerFired":
            element, due = entry.data["element"], datetime.fromisoformat(entry.data["due_at"])
            if entry.at < due or not self.is_due(track, element, entry.at):
                replay.say(d.TIMER, track, element, entry)

    def passed(self, replay: Replay, track: Track, node: Node, flows: tuple[str, ...], entry: Entry) -> None:
        net = track.marking.net
        for timer in _armed_with(net, node):
            if waiting := self.armed.get((track.no, timer.id)):
                waiting.pop()
        if node.kind == "eventBasedGateway":
            return
        for flow in flows:
            if flow in net.flows:
                for timer in _armed_with(net, net.target(flow)):
                    self.armed.setdefault((track.no, timer.id), []).append(entry.at)

    def ended(self, replay: Replay) -> None:
        """Each timer was judged when it fired."""

    def is_due(self, track: Track, element: str, at: datetime) -> bool:
        """What was moved to another version keeps what was left of its time, which only the told instant knows."""
        node = next(iter(track.marking.net.named.get(element, ())), None)
        waiting = self.armed.get((track.no, element))
        if node is None or not waiting or track.no in self.moved or not node.timer or not PLAIN.fullmatch(node.timer):
            return True
        for place, begun in enumerate(waiting):
            try:
                due = self.calendar(node.calendar, begun).add(begun, Duration.parse(node.timer))
            except (NeverDue, Refusal):
                return True
            if due <= at:
                del waiting[place]
                return True
        return False


class Sends:
    """Each message that the diagram throws is told as sent."""

    def __init__(self) -> None:
        self.owed: dict[tuple[int, str], list[tuple[Track, str, Entry]]] = {}
        self.early: Counter[tuple[int, str]] = Counter()

    def told(self, replay: Replay, track: Track | None, entry: Entry) -> None:
        if track is None or entry.type != "MessageSent":
            return
        key = track.no, entry.data["name"]
        if self.owed.get(key):
            self.owed[key].pop(0)
        else:
            self.early[key] += 1

    def passed(self, replay: Replay, track: Track, node: Node, flows: tuple[str, ...], entry: Entry) -> None:
        if node.kind not in THROWS or not node.message:
            return
        key = track.no, node.message
        if self.early[key]:
            self.early[key] -= 1
        else:
            self.owed.setdefault(key, []).append((track, node.id, entry))

    def ended(self, replay: Replay) -> None:
        for owed in self.owed.values():
            for track, element, entry in owed:
                replay.say(d.UNSENT, track, element, entry)


def _armed_with(net: Net, node: Node) -> list[Node]:
    """The timers whose time runs while a token is at this element."""
    if node.kind == "intermediateCatchEvent":
        return [node] if node.timer else []
    if node.kind == "eventBasedGateway":
        return [one for one in (net.target(flow) for flow in node.outgoing) if one.timer]
    return [one for one in net.watched_by(node) if one.timer]
