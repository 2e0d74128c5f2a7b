"""One element of the net a trail is held against."""

from __future__ import annotations

from dataclasses import dataclass, field

from engine.bpmn.dialects.names import ACTIVITIES


@dataclass(eq=False, slots=True)
class Node:
    """One element. `scope` is the process or subprocess around it, `outgoing` says of each flow whether it must be taken.

    `timer` is its duration as written, `message` the name of what it throws or awaits, `maps` says that it renames
    variables or runs scripts besides.
    """

    id: str
    name: str
    kind: str
    scope: str
    events: tuple[str, ...] = ()
    incoming: list[str] = field(default_factory=list)
    outgoing: dict[str, bool] = field(default_factory=dict)
    host: str | None = None
    interrupts: bool = True
    is_loop: bool = False
    is_watch: bool = False
    is_free: bool = False
    calls: str | None = None
    conditions: dict[str, str] = field(default_factory=dict)
    default: str | None = None
    timer: str | None = None
    calendar: str = "wall"
    message: str | None = None
    script: str | None = None
    maps: bool = False

    @property
    def is_seen(self) -> bool:
        """Whether its being left out is worth a sentence of its own: something is done or waited for there."""
        return self.kind in ACTIVITIES or self.kind in ("intermediateCatchEvent", "intermediateThrowEvent")
