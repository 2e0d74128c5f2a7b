"""Imported logs in words: what they hold, how they are matched, what deviates where, how long each step waits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from engine.bpmn.logs import mapping
from engine.bpmn.logs.check import OUTSIDE
from engine.domain.text import Text
from engine.queries import catalogue
from engine.queries.imported_logs import ImportedLog
from engine.versions import Version
from webui.locales import current
from webui.log_files import USES
from webui.presenters import diagrams, heat, time
from webui.presenters.diagrams import Diagram
from webui.presenters.heat import Choice
from webui.request import Reading

DEVIATIONS, WAITS = "deviations", "waits"
NEWEST, LONGEST_WAY, MOST_EXAMPLES = 5, 25, 5


@dataclass(frozen=True, slots=True)
class Line:
    href: str
    name: str
    against: str
    state: str
    found: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Use:
    """What a column can tell; `value` is the column that does."""

    key: str
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Matched:
    """An activity of the log, and the element it is."""

    activity: str
    count: int
    element: str


@dataclass(frozen=True, slots=True)
class DeviationShown:
    sentence: Text
    element: str
    cases: int
    share: str
    times: int
    examples: str


@dataclass(frozen=True, slots=True)
class StepShown:
    """`waited`, `nine`, `most`, `took` in words; a dash where nothing is known."""

    name: Text
    passed: int
    people: int
    waited: str
    nine: str
    most: str
    took: str


@dataclass(frozen=True, slots=True)
class VariantShown:
    cases: int
    share: str
    way: str
    said: tuple[Text, ...]
    examples: str


def line(log: ImportedLog) -> Line:
    found = ""
    if log.found is not None:
        found = _("%(n)s of %(all)s cases keep to it", n=log.found["fitting"], all=log.found["cases"])
    against = f"{log.procedure} v{log.version}"
    return Line(url_for("logs.show", log_id=log.id), log.name, against, log.state, found, log.created_at)


def versions(r: Reading) -> list[tuple[str, Text, int, str]]:
    """What a log can be held against: value, procedure, number, state; of each procedure the newest few."""
    return [
        (f"{row.key}/{one.number}", row.name, one.number, one.state)
        for row in catalogue.all_procedures(r.conn, r.versions)
        for one in catalogue.versions_of(r.conn, row.key)[:NEWEST]
    ]


def uses(typed: Mapping[str, str]) -> list[Use]:
    labels = {
        "case": _("Case"),
        "activity": _("Activity"),
        "time": _("Time done"),
        "resource": _("Who did it"),
        "start": _("Time begun"),
        "transition": _("Start or end (lifecycle)"),
    }
    return [Use(use, labels[use], typed.get(use, "")) for use in USES]


def page(log: ImportedLog, version: Version, show: str) -> dict[str, Any]:
    """Everything the template needs beside the log itself."""
    names = mapping.names(version.net, version.name_of)
    given = {
        "matched": [Matched(a, log.read["activities"][a], log.activities.get(a, "")) for a in log.read["activities"]],
        "elements": sorted(names.items(), key=lambda one: version.find(one[0]) is None),
        "uses": uses(log.columns),
        "period": [log.read[end][:10] for end in ("first", "last")] if log.read["first"] else None,
        "bad": [(Text(**bad["where"]), Text(**bad["why"])) for bad in log.read["bad"]],
        "problem": Text(**log.problem) if log.problem else None,
        "found": None,
    }
    return given | (_found(log, log.found, show) if log.found is not None else {})


def _found(log: ImportedLog, found: Mapping[str, Any], show: str) -> dict[str, Any]:
    show = show if show == WAITS else DEVIATIONS
    titles = {DEVIATIONS: _("Deviations"), WAITS: _("Median wait")}
    kinds = [Choice(words, url_for("logs.show", log_id=log.id, show=one), one == show) for one, words in titles.items()]
    marks = _waits(found) if show == WAITS else _deviating(found)
    return {
        "found": found,
        "share": heat.percent(found["fitting"] / found["cases"] if found["cases"] else None),
        "kinds": kinds,
        "diagram": Diagram(diagrams.bpmn_href(log.procedure, log.version), marks, tall=True),
        "deviations": [_deviation(one, found) for one in found["deviations"]],
        "steps": [_step(one) for one in found["steps"]],
        "variants": [_variant(one, found) for one in found["variants"]],
        "unseen": [Text(**one["name"]) for one in found["unseen"]],
    }


def _deviating(found: Mapping[str, Any]) -> dict[str, Any]:
    """In how many cases something deviates at each element."""
    cases: dict[str, int] = {}
    for one in found["deviations"]:
        if one["element"]:
            cases[one["element"]] = cases.get(one["element"], 0) + one["cases"]
    words = {element: ngettext("%(num)s case", "%(num)s cases", count) for element, count in cases.items()}
    return {"counts": {element: {"words": said, "kind": "late"} for element, said in words.items()}}


def _waits(found: Mapping[str, Any]) -> dict[str, Any]:
    medians = {one["element"]: one["waited"]["median"] for one in found["steps"] if one["waited"]}
    longest = max(medians.values(), default=0)
    levels = {e: sum(1 for least in heat.WAIT_LEVELS if median / longest > least) for e, median in medians.items() if longest}
    return {
        "counts": {element: {"words": _spent(median), "kind": "heat"} for element, median in medians.items()},
        "heat": {element: level for element, level in levels.items() if level},
    }


def _deviation(one: Mapping[str, Any], found: Mapping[str, Any]) -> DeviationShown:
    share = heat.percent(one["cases"] / found["cases"])
    return DeviationShown(Text(**one["sentence"]), one["element"], one["cases"], share, one["times"], ", ".join(one["examples"][:MOST_EXAMPLES]))


def _step(one: Mapping[str, Any]) -> StepShown:
    waited, took = one["waited"] or {}, one["took"] or {}
    spent = [_spent(figures.get(name)) for figures, name in ((waited, "median"), (waited, "p90"), (waited, "most"), (took, "median"))]
    return StepShown(Text(**one["name"]), one["passed"], one["people"], *spent)


def _variant(one: Mapping[str, Any], found: Mapping[str, Any]) -> VariantShown:
    names = {element: Text(**name) for element, name in found["names"].items()}
    elements = one["elements"]
    passed = [_named(element, names) for element in elements[:LONGEST_WAY]]
    way = " → ".join(passed) + (" → …" if len(elements) > LONGEST_WAY else "")
    share = heat.percent(one["cases"] / found["cases"])
    said = tuple(dict.fromkeys(Text(**deviation["sentence"]) for deviation in one["deviations"]))
    return VariantShown(one["cases"], share, way or "–", said, ", ".join(one["examples"][:3]))


def _named(element: str, names: Mapping[str, Text]) -> str:
    return names[element].in_(current()) if element in names else element.removeprefix(OUTSIDE)


def _spent(seconds: float | None) -> str:
    return "–" if seconds is None else time.duration(timedelta(seconds=float(seconds)))
