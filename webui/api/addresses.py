"""What stands in the path of a call: each kind is read once, and what is not of its form is not found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from werkzeug.routing import BaseConverter

from webui.api import schemas as s

ID, NO = "[1-9][0-9]{0,14}", "[1-9][0-9]{0,8}"


class CaseConverter(BaseConverter):
    """A case by its id or its number: `17` or `CL-000017`."""

    regex = f"{ID}|CL-0*{ID}"

    def to_python(self, value: str) -> int:
        return case_id_of(value)


class TaskConverter(BaseConverter):
    """A task by its id, `17-4`: the case and its number within the case."""

    regex = f"{ID}-{NO}"

    def to_python(self, value: str) -> tuple[int, int]:
        case_id, no = value.split("-")
        return int(case_id), int(no)

    def to_url(self, value: Any) -> str:
        return "-".join(str(part) for part in value)


class IdConverter(BaseConverter):
    regex = ID

    def to_python(self, value: str) -> int:
        return int(value)


class NumberConverter(IdConverter):
    regex = NO


class KeyConverter(BaseConverter):
    """The key of a procedure: its process id."""

    regex = r"[^/\x00-\x1f]{1,200}"


CONVERTERS: Mapping[str, type[BaseConverter]] = {
    "api_case": CaseConverter,
    "api_task": TaskConverter,
    "api_id": IdConverter,
    "api_number": NumberConverter,
    "api_key": KeyConverter,
}

#: Each name that may stand in a path: its converter, the view's argument, its schema.
PLACES: Mapping[str, tuple[str, str, s.Schema]] = {
    "case": ("api_case", "case_id", s.CASE_REFERENCE),
    "task": ("api_task", "task_", s.TASK_ID),
    "customer": ("api_id", "customer_id", s.ID),
    "migration": ("api_id", "migration_id", s.ID),
    "suggestion": ("api_id", "suggestion_id", s.ID),
    "sample": ("api_id", "sample_id", s.ID),
    "export": ("api_id", "export_id", s.ID),
    "log": ("api_id", "log_id", s.ID),
    "no": ("api_number", "no", s.NO),
    "number": ("api_number", "number", s.NO),
    "key": ("api_key", "key", {"type": "string", "minLength": 1, "maxLength": 200, "examples": ["inquiry"]}),
}


def case_id_of(text: str) -> int:
    return int(text.removeprefix("CL-"))


def rule_of(path: str) -> str:
    """`/tasks/{task}/claim` as Flask writes it."""
    for name, (converter, argument, _) in PLACES.items():
        path = path.replace(f"{{{name}}}", f"<{converter}:{argument}>")
    return path


def places_in(path: str) -> list[str]:
    return [name for name in PLACES if f"{{{name}}}" in path]
