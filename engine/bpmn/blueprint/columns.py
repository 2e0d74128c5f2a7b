"""Steps into columns: each goes from the customer downwards and ends where the flow comes up again."""

from __future__ import annotations

from engine.bpmn.blueprint.course import Course
from engine.bpmn.blueprint.sheet import ROWS, Card

#: A column under way: its cards by row.
Cells = dict[str, list[Card]]


def columns(course: Course) -> list[Cells]:
    """Steps that may happen side by side, or in place of one another, stand in one cell."""
    found: list[Cells] = []
    lowest = len(ROWS)
    for ids in _together(course):
        rows = [ROWS.index(course.rows[id_]) for id_ in ids]
        if min(rows) <= lowest:
            found.append({})
            lowest = -1
        for id_ in ids:
            found[-1].setdefault(course.rows[id_], []).append(course.cards[id_])
        lowest = max(lowest, *rows)
    return found


def _together(course: Course) -> list[list[str]]:
    """The cards by how far from the start they are."""
    by_rank: dict[int, list[str]] = {}
    for id_ in course.cards:
        by_rank.setdefault(course.rank[id_], []).append(id_)
    return [by_rank[rank] for rank in sorted(by_rank)]
