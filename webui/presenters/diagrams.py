"""What a diagram shows on its shapes, and the list beside it that says the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from engine.domain.text import Text
from engine.queries.catalogue import ElementCount
from engine.queries.path import Path, StepRow
from webui import locales
from webui.presenters import time
from webui.presenters.time import Due
from webui.request import Reading


@dataclass(frozen=True, slots=True)
class Diagram:
    """`marks` as js/diagram.js reads them; `name` tells the diagrams of a page apart."""

    bpmn_href: str
    marks: Mapping[str, Any] = field(default_factory=dict)
    tall: bool = False
    name: str = "marks"
    label: str = ""


@dataclass(frozen=True, slots=True)
class StepShown:
    """`state`: done, active, late, waiting, failed or ended (left off)."""

    element_id: str
    name: Text
    state: str
    who: str
    at: datetime | None
    due: Due | None
    href: str | None
    note: str | None


def bpmn_href(key: str, number: int) -> str:
    """The drawing of a version, with its names in the reader's language."""
    language = "en" if locales.current() == "en" else "zh"
    return url_for("procedures.diagram", key=key, number=number, language=language)


def marks_of_path(path: Path, now: datetime) -> dict[str, Any]:
    """Where the instance has been and where its tokens stand."""
    marks: dict[str, Any] = {"passed": path.passed, "flows": path.flows}
    kinds: dict[str, dict[str, list[str]]] = {"active": {}, "late": {}, "waiting": {}, "failed": {}}
    for step in path.steps:
        kind = _mark(step, now)
        if kind in kinds:
            kinds[kind].setdefault(step.element_id, []).append(_token(step, kind))
    for kind, elements in kinds.items():
        marks[kind] = {element: _joined(words) for element, words in elements.items()}
    return marks


def marks_of_counts(counts: Iterable[ElementCount]) -> dict[str, Any]:
    """How many open tasks stand at each step, and how many of them are late."""

    def words(count: ElementCount) -> dict[str, str]:
        if not count.late:
            return {"words": str(count.open), "kind": "count"}
        return {"words": _("%(open)s, %(late)s late", open=count.open, late=count.late), "kind": "late"}

    return {"counts": {count.element_id: words(count) for count in counts}}


def steps(path: Path, case_id: int, r: Reading) -> list[StepShown]:
    """The steps in the order they came, what is open or awaited at the end."""
    return [_step(step, case_id, r) for step in path.steps]


def _step(step: StepRow, case_id: int, r: Reading) -> StepShown:
    state = {"cancelled": "ended"}.get(step.state) or ("done" if step.state == "done" else _state(step, r.now))
    is_ahead = step.state in ("open", "waiting")
    due = time.due(step.due_at, r.now, r.zone, warn_at=step.warn_at) if is_ahead and step.due_at else None
    href = url_for("tasks.show", task_id=f"{case_id}-{step.task_no}") if step.task_no and step.state == "open" else None
    return StepShown(step.element_id, step.name, state, step.who, step.at, due, href, _note(step))


def _mark(step: StepRow, now: datetime) -> str | None:
    """The colour of a token; nothing for what is done and for events that only watch a step."""
    if step.state in ("done", "cancelled") or step.kind == "watch":
        return None
    return _state(step, now)


def _state(step: StepRow, now: datetime) -> str:
    if step.state in ("failed", "waiting"):
        return step.state
    if step.due_at is not None and step.due_at <= now:
        return "late"
    return "waiting" if step.waits else "active"


def _token(step: StepRow, kind: str) -> str:
    if kind == "failed":
        return _("failed")
    if step.kind in ("timer", "message", "signal"):
        return _("waiting")
    return step.who or _("to be claimed")


def _joined(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{len(words)} × {words[0]}"


def _note(step: StepRow) -> str | None:
    if step.stood_in_for:
        return _("standing in for %(name)s", name=step.stood_in_for)
    notes = {
        "watch": _("begins if it comes to that") if step.state == "waiting" else None,
        "timer": _("waits for its time"),
        "message": _("waits for a message"),
        "signal": _("waits for a signal"),
        "escalation": _("escalated"),
        "error": _("ended with an error"),
    }
    if step.waits and step.state == "open":
        return _("the customer has to act")
    return notes.get(step.kind)
