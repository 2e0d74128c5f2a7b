"""What a comparison of two definitions gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.bpmn.model import NOTHING, Definition
from engine.domain.text import Text


@dataclass(frozen=True, slots=True)
class Source:
    """One side of a comparison: the bytes of a file, what was read of them, and the files uploaded beside it."""

    data: bytes
    definition: Definition
    beside: Mapping[str, bytes] = field(default_factory=lambda: NOTHING)


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is different. `kind`: added, removed, changed or moved (to another place in the procedure).

    `element_id` is the element of the new file, None where it is gone; `old_element_id` that of the old one, None where
    it is new; both None where the whole file is meant. A change of a flow names the flow, and `at` the step it leaves.
    `part` tells fields, clocks and rows apart. `before` and `after` are in words; `sentence` says it all, but for texts
    that were rewritten: those stand in full in `before` and `after`.
    """

    kind: str
    what: str
    element_id: str | None
    old_element_id: str | None
    sentence: Text
    before: Text | None = None
    after: Text | None = None
    part: str = ""
    at: str | None = None
    step: Text = Text("", "")

    def to_dict(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "what": self.what,
            "part": self.part or None,
            "element_id": self.element_id,
            "old_element_id": self.old_element_id,
            "at": self.at,
            "step": self.step.to_dict(),
            "before": self.before.to_dict() if self.before else None,
            "after": self.after.to_dict() if self.after else None,
            "sentence": self.sentence.to_dict(),
        }


@dataclass(frozen=True, slots=True)
class Diff:
    """`changes` in the order of the procedure, those of one step together.

    `mapping` says which element of the old file which of the new one is: flow nodes, sequence flows and processes.
    `drawing_changed` says that shapes stand elsewhere or a tool left other notes; it is not among the changes unless
    it is all that changed.
    """

    changes: tuple[Change, ...]
    mapping: Mapping[str, str]
    drawing_changed: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether the two files mean the same and look the same."""
        return not self.changes

    @property
    def is_drawing_only(self) -> bool:
        return bool(self.changes) and all(change.what == "drawing" for change in self.changes)

    def to_dict(self) -> dict[str, Any]:
        return {
            "changes": [change.to_dict() for change in self.changes],
            "mapping": dict(self.mapping),
            "drawing_only": self.is_drawing_only,
        }
