"""Ids in addresses. What cannot be an id matches no address, so that forged ones end as “not found”."""

from __future__ import annotations

import re
from dataclasses import dataclass

from flask import Flask
from werkzeug.routing import BaseConverter

CASE = "[1-9][0-9]{0,14}"
NUMBER = "[1-9][0-9]{0,8}"


@dataclass(frozen=True, slots=True)
class TaskId:
    """A task as people see it: `17-4` is number 4 of case 17."""

    case_id: int
    no: int

    def __str__(self) -> str:
        return f"{self.case_id}-{self.no}"


class CaseConverter(BaseConverter):
    regex = CASE

    def to_python(self, value: str) -> int:
        return int(value)


class NumberConverter(CaseConverter):
    """A number within a case."""

    regex = NUMBER


class TaskConverter(BaseConverter):
    regex = f"{CASE}-{NUMBER}"

    def to_python(self, value: str) -> TaskId:
        return task_id(value)


def task_id(value: str) -> TaskId:
    case_id, no = value.split("-")
    return TaskId(int(case_id), int(no))


def as_id(value: str | None) -> int | None:
    """An id as a form or a query carries it; None for anything that cannot be one."""
    return int(value) if value and re.fullmatch(CASE, value) else None


def install(app: Flask) -> None:
    app.url_map.converters.update(case_id=CaseConverter, customer_id=CaseConverter, no=NumberConverter, task_id=TaskConverter)
