"""Rows given by case and number."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import ColumnElement, and_, or_

#: SQLite reads no longer a chain of alternatives than a thousand.
MOST_CASES = 500


def at(case_id: Any, number: Any, places: Iterable[tuple[int, int]]) -> Iterator[ColumnElement[bool]]:
    """The conditions that lead to the rows, for as many statements as there are: one for up to 500 cases.

    Not `(case_id, number) IN (…)`: for that SQLite reads the whole table.
    """
    numbers: dict[int, list[int]] = {}
    for case, no in places:
        numbers.setdefault(case, []).append(no)
    ways = [and_(case_id == case, number.in_(nos)) for case, nos in numbers.items()]
    for start in range(0, len(ways), MOST_CASES):
        yield or_(*ways[start : start + MOST_CASES])
