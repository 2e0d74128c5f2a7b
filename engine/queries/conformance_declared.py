"""The rules a procedure declares as `rule.NAME`, held against everything that was passed in the case."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress

from engine.bpmn.conformance.deviation import Deviation
from engine.bpmn.model import DeclaredRule
from engine.domain.calendar import WALL
from engine.domain.duration import Duration
from engine.domain.errors import NotFound
from engine.domain.events import EventType as E
from engine.domain.text import Text
from engine.queries.trail import EntryRow
from engine.versions import Version

BROKEN = "rule-broken"
SENTENCES = {
    "response": Text("“{first}”之后没有（及时）进行“{then}”。", "“{first}” was not followed by “{then}” (in time)."),
    "precedence": Text("“{then}”之前没有“{first}”。", "“{then}” came without “{first}” before it."),
    "absence": Text("不应出现“{first}”。", "“{first}” should not have been passed."),
    "required": Text("“{first}”没有填写 {then}。", "“{first}” was completed without {then}."),
}
Passed = tuple[str, EntryRow]


def broken(entries: Iterable[EntryRow], version: Callable[[str, int], Version]) -> tuple[Deviation, ...]:
    """The rules of every version an instance began on, each once; what is passed in another instance counts too."""
    entries = tuple(entries)
    passed = [(element, entry) for entry in entries for element in _elements(entry)]
    found: list[Deviation] = []
    known: set[tuple[str, int]] = set()
    for entry in entries:
        with suppress(KeyError, TypeError, NotFound):
            if entry.type == E.InstanceStarted and (key := (entry.data["procedure"], entry.data["version"])) not in known:
                known.add(key)
                of = version(*key)
                found += [one for rule in of.procedure.rules for one in _of_rule(rule, of, passed, entries, entry.data["instance"])]
    return tuple(found)


def _elements(entry: EntryRow) -> list[str]:
    path = entry.data.get("path") or ()
    elements = [p["element"] for p in path if isinstance(p, dict) and "element" in p]
    told = entry.data.get("element")
    return elements if elements or entry.type != E.TaskCompleted or not told else [told]


def _of_rule(
    rule: DeclaredRule, version: Version, passed: list[Passed], entries: tuple[EntryRow, ...], instance: int
) -> Iterator[Deviation]:
    def say(element: str, entry: EntryRow, then: Text | None = None) -> Deviation:
        told = {"first": _names(rule.first, version), "then": then or _names(rule.then, version)}
        sentence = SENTENCES[rule.kind].format(**told)
        return Deviation(BROKEN, element, version.name_of(element), entry.seq, entry.at, instance, sentence)

    is_closed = any(e.type in (E.CaseClosed, E.CaseCancelled) for e in entries)
    for place, (element, entry) in enumerate(passed):
        if rule.kind == "precedence":
            if element in rule.then and not any(one in rule.first for one, _ in passed[:place]):
                yield say(element, entry)
        elif element not in rule.first:
            continue
        elif rule.kind == "absence":
            yield say(element, entry)
        elif rule.kind == "required":
            if entry.type == E.TaskCompleted and entry.data.get("values", {}).get(rule.field) in (None, ""):
                yield say(element, entry, Text.same(rule.field or ""))
        else:
            end = WALL.add(entry.at, Duration.parse(rule.within)) if rule.within else None
            answered = any(one in rule.then and (end is None or e.at <= end) for one, e in passed[place + 1 :])
            is_over = is_closed or (end is not None and entries[-1].at > end)
            if not answered and is_over:
                yield say(element, entry)


def _names(elements: tuple[str, ...], version: Version) -> Text:
    names = [version.name_of(element) for element in elements]
    return Text(" / ".join(n.zh for n in names), " / ".join(n.en for n in names))
