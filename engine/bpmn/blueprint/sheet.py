"""What a service blueprint is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.bpmn.model import Step
from engine.domain.text import Text

EVIDENCE, CUSTOMER, FRONT, BACK, SUPPORT = ROWS = ("evidence", "customer", "frontstage", "backstage", "support")


@dataclass(frozen=True, slots=True)
class Card:
    """One thing somebody does, gets or sees.

    `kind`: step (a person's), automatic, wait, start, handover (to another procedure), says (the customer to us), gets
    (the customer from us), meets (they are in touch, the file says no more), evidence (what they see or touch), theirs
    (a step of the other side's own process).
    `decides` are the questions answered after it, `returns_to` the steps it may lead back to, `breaks` what may go
    wrong or run out at it.
    """

    element_id: str
    kind: str
    name: Text
    step: Step | None = None
    decides: tuple[Text, ...] = ()
    returns_to: tuple[Text, ...] = ()
    breaks: tuple[Text, ...] = ()

    @property
    def is_touchpoint(self) -> bool:
        return self.step is not None and self.step.touchpoint


@dataclass(frozen=True, slots=True)
class Column:
    """What belongs together from top to bottom; rows without a card are left out."""

    cards: Mapping[str, tuple[Card, ...]] = field(default_factory=dict)

    def of(self, row: str) -> tuple[Card, ...]:
        return self.cards.get(row, ())


@dataclass(frozen=True, slots=True)
class Blueprint:
    """`guessed` are the steps of people for which neither the file nor their lane says the stage."""

    columns: tuple[Column, ...]
    guessed: tuple[str, ...] = ()
