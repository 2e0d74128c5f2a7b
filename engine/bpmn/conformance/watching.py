"""What may look on while a trail is replayed, and speak up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from engine.bpmn.conformance.net import Node

if TYPE_CHECKING:
    from engine.bpmn.conformance.replay import Entry, Replay, Track


class Watcher(Protocol):
    def told(self, replay: Replay, track: Track | None, entry: Entry) -> None:
        """An entry is read; the way it tells of is not followed yet. No track where it is of no instance."""

    def passed(self, replay: Replay, track: Track, node: Node, flows: tuple[str, ...], entry: Entry) -> None:
        """An element was passed and left by these flows."""

    def ended(self, replay: Replay) -> None:
        """Nothing more is told."""
