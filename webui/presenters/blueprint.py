"""The service blueprint ready to show: strips of columns that fit a sheet of paper, rows from the customer downwards."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from engine.bpmn.blueprint import ROWS, Blueprint, Card, Column
from engine.domain.text import Text
from engine.queries.catalogue import ElementCount
from engine.store.organisation import Organisation
from webui.presenters.procedures import groups_of, limit

#: How many columns a sheet in landscape holds, and still can be read.
PAPERS = {"a4": 6, "a3": 9}
PICTURES = {
    "step": "user", "automatic": "robot", "wait": "hourglass", "start": "arrow-right", "handover": "arrow-right",
    "says": "message-2", "gets": "mail", "meets": "headset", "evidence": "file-text", "theirs": "user",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class CardShown:
    """`open` tasks stand here now, `late` of them late."""

    kind: str
    picture: str
    label: str
    name: Text
    who: tuple[Text, ...]
    limit: str
    touchpoint: bool
    decides: tuple[Text, ...]
    returns_to: tuple[Text, ...]
    breaks: tuple[Text, ...]
    open: int
    late: int


@dataclass(frozen=True, slots=True)
class Row:
    """`line` stands above it: the line the service crosses there."""

    key: str
    label: str
    line: str
    cells: tuple[tuple[CardShown, ...], ...]


@dataclass(frozen=True, slots=True)
class Strip:
    """Some columns of the blueprint, from number `first` on, with all rows."""

    first: int
    last: int
    rows: tuple[Row, ...]

    @property
    def numbers(self) -> range:
        return range(self.first, self.last + 1)


def strips(
    blueprint: Blueprint, organisation: Organisation, counts: Sequence[ElementCount], columns: int
) -> list[Strip]:
    now = {count.element_id: count for count in counts}
    return list(_strips(blueprint.columns, organisation, now, columns))


def _strips(
    columns: Sequence[Column], organisation: Organisation, now: Mapping[str, ElementCount], most: int
) -> Iterator[Strip]:
    lines = {
        "frontstage": _("Line of interaction"),
        "backstage": _("Line of visibility"),
        "support": _("Line of internal interaction"),
    }
    labels = {
        "evidence": _("Evidence"),
        "customer": _("Customer"),
        "frontstage": _("Front stage"),
        "backstage": _("Back stage"),
        "support": _("Support"),
    }
    sheets = -(-len(columns) // most)
    evenly = -(-len(columns) // sheets) if sheets else most
    for first in range(0, len(columns), evenly):
        shown = columns[first : first + evenly]
        rows = tuple(
            Row(key, labels[key], lines.get(key, ""), tuple(_cell(column.of(key), organisation, now) for column in shown))
            for key in ROWS
        )
        yield Strip(first + 1, first + len(shown), rows)


def _cell(
    cards: Sequence[Card], organisation: Organisation, now: Mapping[str, ElementCount]
) -> tuple[CardShown, ...]:
    return tuple(_card(card, organisation, now) for card in cards)


def _card(card: Card, organisation: Organisation, now: Mapping[str, ElementCount]) -> CardShown:
    step, count = card.step, now.get(card.element_id) if card.kind == "step" else None
    return CardShown(
        kind=card.kind,
        picture=PICTURES[card.kind],
        label=_labels()[card.kind],
        name=card.name,
        who=groups_of(step, organisation) if step is not None and card.kind == "step" else (),
        limit=limit(step.limit) if step is not None and step.limit else "",
        touchpoint=card.is_touchpoint,
        decides=card.decides,
        returns_to=card.returns_to,
        breaks=card.breaks,
        open=count.open if count else 0,
        late=count.late if count else 0,
    )


def _labels() -> dict[str, str]:
    """What a kind of card is, for those who do not see its picture."""
    return {
        "step": _("Step"),
        "automatic": _("Done by the system"),
        "wait": _("Wait"),
        "start": _("Begins by"),
        "handover": _("Hands over"),
        "says": _("From the customer"),
        "gets": _("To the customer"),
        "meets": _("Contact"),
        "evidence": _("Evidence"),
        "theirs": _("The other side’s step"),
    }
