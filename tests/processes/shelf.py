"""The shipped procedures, calendars, scenarios and their cast, read once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from lxml import etree

from engine.bpmn.dialects import read_definition
from engine.bpmn.model import Procedure
from engine.bpmn.spec import ExecutableSpec, build
from engine.domain.actors import Actor
from engine.domain.calendar import Calendar
from engine.handlers.calendar_files import read_calendar

PROCESSES = Path(__file__).parents[2] / "processes"
KEYS = ("inquiry", "handling", "complaint-closure", "callback")
ZONE = ZoneInfo("Asia/Shanghai")
YEARS = (2026, 2027)


def scenarios() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every scenario with its name, `inquiry/solved-at-once`."""
    for path in sorted(PROCESSES.glob("*/scenarios/*.json")):
        yield f"{path.parts[-3]}/{path.stem}", json.loads(path.read_text(encoding="utf-8"))


@cache
def procedure(key: str) -> Procedure:
    return read_definition(source(key)).procedure


@cache
def spec(key: str) -> ExecutableSpec:
    return build(source(key), key)


@cache
def source(key: str) -> bytes:
    return (PROCESSES / key / "procedure.bpmn").read_bytes()


@cache
def tree(key: str) -> etree._Element:
    return etree.fromstring(source(key))


@cache
def separated(key: str) -> frozenset[tuple[str, str]]:
    """Pairs of steps nobody may do both of, each pair both ways round."""
    pairs = {(step.element_id, o) for step in procedure(key).steps.values() for o in step.separate_from}
    return frozenset(pairs | {(b, a) for a, b in pairs})


@cache
def business() -> Calendar:
    return calendar("back-office")


def calendar(key: str) -> Calendar:
    return read_calendar(json.loads((PROCESSES / f"calendars/{key}.json").read_text(encoding="utf-8")), YEARS)


def days(first: str, last: str) -> list[date]:
    """Every day from the first to the last, both ISO dates."""
    start, end = date.fromisoformat(first), date.fromisoformat(last)
    return [start + timedelta(n) for n in range((end - start).days + 1)]


@cache
def cast() -> dict[str, Any]:
    return json.loads((PROCESSES / "cast.json").read_text(encoding="utf-8"))


@cache
def people() -> dict[str, Actor]:
    children: dict[str, set[str]] = {}
    for department in cast()["departments"]:
        children.setdefault(department["parent"] or "", set()).add(department["key"])
    return {
        person["login"]: Actor(
            number,
            person["login"],
            person["name"],
            frozenset(person["roles"]),
            frozenset(person["groups"]),
            person["department"],
            frozenset({person["department"], *children.get(person["department"], ())}),
        )
        for number, person in enumerate(cast()["people"], 1)
    }
