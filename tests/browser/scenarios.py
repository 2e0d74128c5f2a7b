"""Scenarios of the shipped procedures as somebody at the desk would go through them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from engine.domain.text import Text
from tests.processes.shelf import KEYS, PROCESSES, procedure


@cache
def scenario(name: str) -> Mapping[str, Any]:
    """`inquiry/whole-loop`."""
    key, stem = name.split("/")
    return json.loads((PROCESSES / key / "scenarios" / f"{stem}.json").read_text(encoding="utf-8"))


def step_name(element_id: str) -> Text:
    """What the step of any of the procedures is called."""
    return next(found.name for key in KEYS if (found := procedure(key).steps.get(element_id)))
