"""Procedures and their versions ready to show."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from engine.bpmn.model import Limit, Procedure, Step
from engine.domain.text import Text
from engine.queries.catalogue import ElementCount, ProcedureRow, VersionRow
from engine.queries.heat import Heat
from engine.store.organisation import Organisation
from engine.versions import Version
from webui.presenters import time
from webui.presenters.heat import percent

LONGEST_WORDS = 200
CJK = re.compile(r"[\u3400-\u9fff]")


@dataclass(frozen=True, slots=True)
class Choice:
    """A procedure a case can be opened with."""

    key: str
    name: Text
    words: Text
    href: str
    current: bool


@dataclass(frozen=True, slots=True)
class ProcedureLine:
    key: str
    name: Text
    href: str
    version: int | None
    tag: str | None
    released_at: datetime | None
    running: int
    late: int
    incidents: int
    starts: str


@dataclass(frozen=True, slots=True)
class StepLine:
    """A person's step; `groups` are who may do it, `guided` whether it says how it is done. The numbers are those of
    the diagram.
    """

    element_id: str
    name: Text
    lane: Text
    limit: str
    groups: tuple[Text, ...]
    guided: bool
    open: int
    late: int
    done: int
    late_share: str
    median: timedelta | None


@dataclass(frozen=True, slots=True)
class FindingLine:
    """`path` is the way that leads to it, ids of elements and flows."""

    level: str
    rule: str
    element_id: str | None
    message: Text
    advice: Text | None
    path: tuple[str, ...] = ()


def choice(row: ProcedureRow, version: Version, current: bool, customer: int | None) -> Choice:
    """`version` is the one the case would get."""
    arguments = {"procedure": row.key} | ({"customer": customer} if customer else {})
    return Choice(row.key, row.name, words(version.procedure), url_for("cases.new", **arguments, _anchor="first"), current)


def words(procedure: Procedure) -> Text:
    """What the file says of itself, cut to a line or two; else its clocks."""
    said = procedure.documentation
    if said is not None and (said.zh or said.en):
        return _parted(said.zh) if said.zh == said.en else Text(_cut(said.zh), _cut(said.en))
    return Text.same(" · ".join(f"{time.limit(clock.limit.limit)}" for clock in procedure.clocks))


def line(row: ProcedureRow, late: int, incidents: int) -> ProcedureLine:
    return ProcedureLine(
        key=row.key,
        name=row.name,
        href=url_for("procedures.show", key=row.key),
        version=row.released,
        tag=row.tag,
        released_at=row.released_at,
        running=row.running,
        late=late,
        incidents=incidents,
        starts=_("opened at the desk") if row.starts_by_hand else _("by a message"),
    )


def steps(
    version: Version, counts: Iterable[ElementCount], heat: Mapping[str, Heat], organisation: Organisation
) -> list[StepLine]:
    """Every person's step of the file, in its order."""
    counted = {count.element_id: count for count in counts}
    human = (s for d in version.definitions for p in d.procedures.values() for s in p.steps.values() if s.is_human)
    return [_step(step, counted.get(step.element_id), heat.get(step.element_id), organisation) for step in human]


def clocks(version: Version) -> list[dict[str, object]]:
    return [
        {"name": version.name_of_clock(clock.name), "limit": limit(clock.limit)} for clock in version.procedure.clocks
    ]


def findings(row: VersionRow) -> list[FindingLine]:
    return [finding(one) for one in row.findings]


def finding(one: Mapping[str, Any]) -> FindingLine:
    """A finding as it is stored."""
    advice, path = one.get("advice"), tuple(one.get("witness") or ())
    message = Text(**one["message"])
    return FindingLine(one["severity"], one["rule"], one.get("element_id"), message, Text(**advice) if advice else None, path)


def limit(given: Limit) -> str:
    """A limit in words; working time is what is usual, so only the other is named."""
    words = time.limit(given.limit)
    return _("%(limit)s, day and night", limit=words) if given.calendar == "wall" else words


def _step(step: Step, count: ElementCount | None, heat: Heat | None, organisation: Organisation) -> StepLine:
    groups = groups_of(step, organisation)
    is_said = step.lane is None or step.lane.zh in {group.zh for group in groups}
    return StepLine(
        element_id=step.element_id,
        name=step.name,
        lane=Text("", "") if is_said else step.lane,
        limit=limit(step.limit) if step.limit else "",
        groups=groups,
        guided=step.guidance is not None,
        open=count.open if count else 0,
        late=count.late if count else 0,
        done=heat.done if heat else 0,
        late_share=percent(heat.late_share if heat else None),
        median=heat.median if heat else None,
    )


def groups_of(step: Step, organisation: Organisation) -> tuple[Text, ...]:
    """Who is named, as the organisation calls them; the lane where nobody is."""
    of = step.assignment
    named = [*of.candidate_groups, *of.candidate_users, *([of.assignee] if of.assignee else [])]
    if not named and step.lane is not None:
        return (step.lane,)
    return tuple(_called(name, organisation) for name in named)


def _called(name: str, organisation: Organisation) -> Text:
    group = organisation.groups.get(organisation.group_key(name))
    user = organisation.by_login.get(name)
    return group.name if group else Text.same(user.name if user else name)


def _parted(said: str) -> Text:
    """A documentation with lines in both languages, each for its readers."""
    lines = [line for line in said.splitlines() if line.strip()]
    zh = _cut(" ".join(line for line in lines if CJK.search(line)))
    en = _cut(" ".join(line for line in lines if not CJK.search(line)))
    return Text(zh or en, en or zh)


def _cut(said: str) -> str:
    said = " ".join(said.split())
    return said if len(said) <= LONGEST_WORDS else said[:LONGEST_WORDS] + "…"
