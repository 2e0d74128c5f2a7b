"""What may be mended in a file: proposed to its owner, and done only where the owner accepts it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.bpmn.findings import ERROR
from engine.domain.errors import Refusal
from engine.domain.text import Text

if TYPE_CHECKING:
    from engine.bpmn.repairs.draft import Draft


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the ways to mend it: the value to hand back, and what it means."""

    value: str
    label: Text


@dataclass(frozen=True, slots=True)
class Repair:
    """`message` says what will be changed, `why` what stops the file as it is.

    `level` is that of the finding it answers: error (the file cannot run), warning, info (it only becomes clearer).
    Where there are choices and no default, nothing is done until one is chosen.
    `free` names what may be typed instead of a choice (duration, number, id), None where nothing may. `adds`,
    `changes` and `removes` are the elements to be marked on the diagram, with the default choice.
    """

    id: str
    rule: str
    element_id: str
    message: Text
    why: Text
    choices: tuple[Choice, ...] = ()
    default: str | None = None
    adds: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()
    removes: tuple[str, ...] = ()
    level: str = ERROR
    free: str | None = None


@dataclass(frozen=True, slots=True)
class Mend:
    """A repair together with how it is done. `free` reads what was typed and gives the value, or None if unusable."""

    rule: str
    element_id: str
    message: Text
    why: Text
    do: Callable[[Draft, str | None], None]
    choices: tuple[Choice, ...] = ()
    default: str | None = None
    level: str = ERROR
    free: str | None = None
    phase: int = 3

    @property
    def id(self) -> str:
        return f"{self.rule}:{self.element_id}"


class BadChoice(Refusal):
    """A repair was accepted with a value it does not offer."""

    code, kind = "repair-choice", "invalid"
    sentence = Text("修复“{repair}”不能选择“{choice}”。", "The repair “{repair}” cannot be done with “{choice}”.")
