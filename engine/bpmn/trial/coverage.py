"""What a trial run has been through, in values that go into the report as they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.bpmn.model import NOTHING
from engine.domain.text import Text


@dataclass(frozen=True, slots=True)
class Coverage:
    """`covered` of `total` elements and flows were passed; of each of `missed` `why` says why not.

    `paths` is how many ways came to an end, `steps` how many steps were tried. `runs_to_end` says that every process
    came to an end from each of its starts, and that no way tried got stuck; `complete` that nothing was left untried.
    """

    covered: int
    total: int
    missed: tuple[str, ...] = ()
    why: Mapping[str, Text] = field(default_factory=lambda: NOTHING)
    paths: int = 0
    steps: int = 0
    runs_to_end: bool = False
    complete: bool = True

    def to_dict(self) -> dict[str, Any]:
        return {
            "covered": self.covered,
            "total": self.total,
            "missed": list(self.missed),
            "why": {ident: text.to_dict() for ident, text in self.why.items()},
            "paths": self.paths,
            "steps": self.steps,
            "runs_to_end": self.runs_to_end,
            "complete": self.complete,
        }

    @classmethod
    def from_dict(cls, told: Mapping[str, Any]) -> Coverage:
        why = {ident: Text(**text) for ident, text in told["why"].items()}
        plain = {name: told[name] for name in ("covered", "total", "paths", "steps", "runs_to_end", "complete")}
        return cls(**plain, missed=tuple(told["missed"]), why=why)
