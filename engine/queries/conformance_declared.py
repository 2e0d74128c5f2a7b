"""The rules a procedure declares as `rule.NAME`, held against everything that was passed and recorded in the case."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from engine.bpmn.conformance.deviation import Deviation
from engine.bpmn.expressions import EvaluationError, compile_expression
from engine.bpmn.model import DeclaredRule, Mention, Wait
from engine.domain.calendar import NeverDue
from engine.domain.duration import Duration
from engine.domain.events import EventType as E
from engine.domain.text import Text
from engine.queries.calendars import CaseCalendar
from engine.queries.recorded import Passage, Recorded
from engine.queries.trail import EntryRow
from engine.versions import Version

BROKEN = "rule-broken"
SENTENCES = {
    "response": Text("“{first}”之后没有（及时）进行“{then}”。", "“{first}” was not followed by “{then}” (in time)."),
    "early": Text("“{then}”来得太早：距“{first}”不足 {wait}。", "“{then}” came sooner than {wait} after “{first}”."),
    "precedence": Text("“{then}”之前没有“{first}”。", "“{then}” came without “{first}” before it."),
    "absence": Text("不应出现“{first}”。", "“{first}” should not have been passed."),
    "required": Text("“{first}”没有填写“{then}”。", "“{first}” was completed without “{then}”."),
}
LABELLED = Text("{label}：{told}", "{label}: {told}")


@dataclass(frozen=True, slots=True)
class Held:
    """`again_at`: after it more is broken if nothing happens in the case before; None where time alone breaks nothing."""

    broken: tuple[Deviation, ...]
    again_at: datetime | None


def hold(
    story: Recorded, calendar: CaseCalendar, name: Callable[[str], Text] = Text.same, now: datetime | None = None
) -> Held:
    """The rules of every version an instance ran on, while it did, as of `now` or else of the last entry.

    `name` calls elements of other procedures.
    """
    found: dict[tuple[str, str, int, str], Deviation] = {}
    awaited: list[datetime] = []
    for instance, stretches in story.versions.items():
        for number, (since, version) in enumerate(stretches):
            until = stretches[number + 1][0] if number + 1 < len(stretches) else None
            for rule in version.procedure.rules:
                held = _Rule(rule, version, instance, story, calendar, name, now)
                for one in held.broken():
                    if since <= one.seq and (until is None or one.seq < until):
                        found.setdefault((version.key, rule.name, one.seq, one.element), one)
                awaited += [end for seq, end in held.awaited if since <= seq and (until is None or seq < until)]
    return Held(tuple(found.values()), min(awaited, default=None))


class _Rule:
    """One rule, held against the case from within one instance. Elements of its own version count in this instance
    alone, those of other procedures wherever they were passed."""

    def __init__(
        self,
        rule: DeclaredRule,
        version: Version,
        instance: int,
        story: Recorded,
        calendar: CaseCalendar,
        name: Callable[[str], Text],
        now: datetime | None,
    ) -> None:
        self.rule, self.version, self.instance = rule, version, instance
        self.story, self.calendar, self.other_name = story, calendar, name
        last: EntryRow = story.entries[-1]
        self.now = max(now, last.at) if now else last.at
        self.closed = next((e for e in reversed(story.entries) if e.type in (E.CaseClosed, E.CaseCancelled)), None)
        self.awaited: list[tuple[int, datetime]] = []

    def broken(self) -> Iterator[Deviation]:
        if self.rule.kind == "required":
            yield from self.required()
        elif self.rule.kind == "absence":
            yield from (self.say("absence", one) for one in self.passed(self.rule.first) if self.applies(one))
        elif self.rule.kind == "precedence":
            yield from self.precedence()
        else:
            yield from self.response()

    def required(self) -> Iterator[Deviation]:
        for one in self.story.completions:
            is_meant = self.meant(one, self.rule.first) and self.applies(one)
            if is_meant and one.entry.data.get("values", {}).get(self.rule.field) in (None, ""):
                field = self.version.field(self.rule.field or "")
                yield self.say("required", one, field.label if field else Text.same(self.rule.field or ""))

    def precedence(self) -> Iterator[Deviation]:
        firsts, marks = self.passed(self.rule.first), self.passed(self.rule.since)
        for one in self.passed(self.rule.then):
            if not self.applies(one):
                continue
            since = max((mark.place for mark in marks if mark.place < one.place), default=-1)
            before = [first for first in firsts if since <= first.place < one.place]
            if not before:
                yield self.say("precedence", one)
            elif self.is_early(before[-1], one):
                yield self.say("early", one)

    def response(self) -> Iterator[Deviation]:
        thens = self.passed(self.rule.then)
        for one in self.passed(self.rule.first):
            if not self.applies(one):
                continue
            end = self.end(self.rule.within, one.entry.at)
            answers = [then for then in thens if then.place > one.place]
            in_time = [then for then in answers if end is None or then.entry.at <= end]
            if not in_time and self.is_over(end):
                yield self.say("response", one)
            elif in_time and self.is_early(one, in_time[0]):
                yield self.say("early", in_time[0])
            elif not in_time and end is not None and self.closed is None:
                self.awaited.append((one.entry.seq, end))

    def passed(self, mentions: tuple[Mention, ...]) -> list[Passage]:
        of_each = (self.story.by_element.get(element, ()) for element in {mention.element for mention in mentions})
        found = [one for passages in of_each for one in passages if self.meant(one, mentions)]
        return sorted(found, key=lambda one: one.place)

    def meant(self, one: Passage, mentions: tuple[Mention, ...]) -> bool:
        asked = [mention.condition for mention in mentions if mention.element == one.element]
        if not asked or (one.instance != self.instance and self.is_own(one.element)):
            return False
        return any(condition is None or _holds(condition, one) for condition in asked)

    def is_own(self, element: str) -> bool:
        return self.version.find(element) is not None

    def applies(self, one: Passage) -> bool:
        return self.rule.when is None or _holds(self.rule.when, one)

    def is_early(self, first: Passage, then: Passage) -> bool:
        begin = self.end(self.rule.after, first.entry.at)
        return begin is not None and then.entry.at < begin

    def end(self, wait: Wait | None, start: datetime) -> datetime | None:
        if wait is None:
            return None
        try:
            return self.calendar(wait.calendar, start).add(start, Duration.parse(wait.length))
        except NeverDue:
            return None

    def is_over(self, end: datetime | None) -> bool:
        """Whether it can no longer come in time. What a cancelled case still owed, it owes no more."""
        if end is not None and (self.closed.at if self.closed else self.now) > end:
            return True
        return self.closed is not None and self.closed.type == E.CaseClosed

    def say(self, kind: str, one: Passage, then: Text | None = None) -> Deviation:
        wait = Text.same(self.rule.after.length if self.rule.after else "")
        told = SENTENCES[kind].format(first=self.names(self.rule.first), then=then or self.names(self.rule.then), wait=wait)
        if self.rule.label is not None:
            told = LABELLED.format(label=self.rule.label, told=told)
        return Deviation(BROKEN, one.element, self.name(one.element), one.entry.seq, one.entry.at, one.instance, told)

    def names(self, mentions: tuple[Mention, ...]) -> Text:
        names = [self.name(mention.element) for mention in mentions]
        return Text(" / ".join(n.zh for n in names), " / ".join(n.en for n in names))

    def name(self, element: str) -> Text:
        return self.version.name_of(element) if self.is_own(element) else self.other_name(element)


def _holds(condition: str, one: Passage) -> bool:
    """What was never recorded does not hold, and what was redacted no longer does."""
    try:
        return compile_expression(condition).evaluate(one.known) is True
    except EvaluationError:
        return False
