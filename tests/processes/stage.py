"""The shipped procedures on the engine: the cast of `processes/cast.json`, all four released, scenarios played."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest

from engine.domain import commands as c
from engine.domain.errors import Refusal
from engine.store import clocks
from engine.store.session import Database
from tests.driver import Case, Trail, written
from tests.office import Office
from tests.processes import shelf


class Stage(Office):
    """An office whose people are the cast of the scenarios."""

    @property
    def has_people(self) -> bool:
        return self.engine.actor("zhang.min") is not None

    def _settle(self) -> None:
        cast = shelf.cast()
        calendar = shelf.calendar("back-office")
        self.ask(c.DefineCalendar(calendar.key, calendar.to_dict()))
        for department in cast["departments"]:
            name = department["name"]
            self.ask(c.DefineDepartment(department["key"], name["zh"], name["en"], department["parent"], calendar.key))
        for group in cast["groups"]:
            self.ask(c.DefineGroup(group["key"], group["name"]["zh"], group["name"]["en"], group["department"]))
        for person in cast["people"]:
            of = {name: tuple(person[name]) for name in ("roles", "groups")}
            self.ask(c.SaveUser(person["login"], name=person["name"], department=person["department"], **of))
        for key in shelf.KEYS:
            self.ask(c.DeployVersion(shelf.source(key), draft=False))


def play(database: Database, scenario: Mapping[str, Any]) -> Case:
    """The case at the end of the scenario; every refusal it foresees has come and has changed nothing.

    That four eyes forbade something is noticed, once an hour.
    """
    stage = Stage(database, at=datetime.fromisoformat(scenario["at"]))
    case = stage.start(scenario["procedure"], by=scenario["by"], **scenario["start"])
    for step in scenario["steps"]:
        _take(stage, case, step, scenario["by"])
    stage.work()
    return case


def _take(stage: Stage, case: Case, step: Mapping[str, Any], starter: str) -> None:
    if "refused" in step:
        before = case.trail()
        with pytest.raises(Refusal) as told:
            case.task(step["task"]).complete(by=step["by"], values=step["values"])
        assert told.value.code == step["refused"]
        noticed = ["SeparationRefused"] if step["refused"] == "separation-of-duties" else []
        assert case.trail().types in (before.types, before.types + noticed)
    elif "task" in step:
        case.task(step["task"]).complete(by=step["by"], values=step["values"])
    elif "wait" in step:
        stage.wait(step["wait"])
    elif "message" in step:
        stage.ask(c.SendMessage(step["message"], {"case": case.id}, step["values"]), starter)
    else:
        case.ask(c.CancelCase, step["cancel"], by=step["by"])


def endings(case: Case) -> dict[str, Any]:
    """How each instance ended, by procedure; a list in order of beginning where there are several."""
    found: dict[str, list[str | None]] = {}
    for instance in case.instances:
        found.setdefault(instance.procedure, []).append(instance.ending)
    return {key: ends[0] if len(ends) == 1 else ends for key, ends in found.items()}


def breached(case: Case) -> list[str]:
    """Steps, and case clocks as `clock:NAME`, that passed their limit."""
    with case.office.engine.read() as conn:
        rows = clocks.of_case(conn, case.id)
    late = {row.name if row.task_no is not None else f"clock:{row.name}" for row in rows if row.breached_at is not None}
    return sorted(late)


def passed(trail: Trail) -> list[str]:
    """All elements left, in order."""
    return [step["element"] for entry in trail.entries for step in entry.data.get("path", ())]


def golden(trail: Trail) -> str:
    """The trail as it is kept and reviewed: one line an entry, under the time that has passed since the beginning."""
    lines, last = [], None
    start = datetime.fromisoformat(trail.entries[0].at)
    for entry in trail.entries:
        since = datetime.fromisoformat(entry.at) - start
        if since != last:
            lines.append(f"[{_spoken(since)}]")
            last = since
        lines.append(f"{entry.type} {entry.by} {_told(entry.data)}".rstrip())
    return "\n".join(lines) + "\n"


def _told(data: Mapping[str, Any]) -> str:
    words = {name: value for name, value in data.items() if name not in ("hash", "path")}
    if isinstance(clock := words.get("clock"), dict):
        words["clock"] = f"{clock['no']} {clock['limit']} {clock['due_at']}"
    path = [step["element"] + (f"!{step['code']}" if "code" in step else "") for step in data.get("path", ())]
    told = " ".join(f"{name}={_short(value)}" for name, value in sorted(words.items()))
    return told + (f" path={'>'.join(path)}" if path else "")


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else written(value)
    return text if len(text) <= 120 else text[:119] + "…"


def _spoken(since: timedelta) -> str:
    days, seconds = since.days, since.seconds
    return f"+{days}d {seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
