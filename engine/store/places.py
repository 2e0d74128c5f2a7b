"""Rows given by case and number."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, and_, tuple_


def at(case_id: Any, number: Any, places: Collection[tuple[int, int]]) -> ColumnElement[bool]:
    """The condition that leads to the rows.

    By the pairs alone SQLite reads the whole table; the cases and the numbers lead it to its key.
    """
    cases, numbers = {case for case, _ in places}, {no for _, no in places}
    return and_(case_id.in_(cases), number.in_(numbers), tuple_(case_id, number).in_(list(places)))
