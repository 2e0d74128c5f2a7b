"""What a writer is given: the entries of one chain after another, and the end of each chain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

#: What becomes of a task at an event, in the words of the lifecycle extension of IEEE 1849.
LIFECYCLE: Mapping[str, str] = {
    "TaskCreated": "schedule",
    "TaskClaimed": "assign",
    "TaskReleased": "withdraw",
    "TaskDelegated": "reassign",
    "TaskAssigned": "reassign",
    "TaskCompleted": "complete",
    "TaskCancelled": "ate_abort",
    "TimerFired": "complete",
    "MessageReceived": "complete",
}
#: An event that is no step of a procedure; miners leave it out where they look at `complete` alone.
OTHER = "unknown"


@dataclass(frozen=True, slots=True)
class Case:
    """What stands with each entry of a case; of the system chain `id` is 0 and nothing else is known."""

    id: int
    number: str
    procedure: str = ""
    title: str = ""
    state: str = ""
    channel: str = ""
    customer: int | None = None
    department: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One entry: the columns and the very bytes that are hashed, and what they say.

    `data` has personal values where they are still kept; `kept` is what stands beside the bytes: path to salt, value.
    """

    case: Case
    seq: int
    type: str
    at: datetime
    actor_id: int
    hash: bytes
    body: bytes
    login: str
    data: Mapping[str, Any]
    name: str = ""
    kept: Mapping[str, tuple[bytes, Any]] = field(default_factory=dict)

    @property
    def activity(self) -> str:
        """The step it is about by name, else what happened."""
        return self.name or self.element or self.type

    @property
    def element(self) -> str:
        return str(self.data.get("element") or "") if self.type in LIFECYCLE else ""

    @property
    def lifecycle(self) -> str:
        return LIFECYCLE.get(self.type, OTHER)


@dataclass(frozen=True, slots=True)
class ChainEnd:
    """The chain of `case` ends, as the case says of itself, with this entry.

    `leaves` are the numbers of those leaves of the checkpoints that are of this chain, each with the entry it fixes.
    """

    case: Case
    seq: int
    hash: bytes
    leaves: tuple[tuple[int, int], ...] = ()
