"""Limits against the clocks of the case: can every step be on time and the case be late all the same?

A working day counts as eight hours here, for the calendar of the department is not known. Where a clock runs on the
wall and limits in working time, the sum is still a lower bound: working time never passes faster.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from lxml import etree

from engine.bpmn.dialects.names import ACTIVITIES, SUBPROCESSES, bpmn, event_definitions, kind, text_of
from engine.bpmn.lint import deadline_rules as rules
from engine.bpmn.lint.events import calendar_of
from engine.bpmn.lint.sheet import Scope, Sheet
from engine.bpmn.model import CaseClock, Procedure
from engine.bpmn.timers import IS_DURATION, literal
from engine.domain.duration import Duration, spoken
from engine.domain.errors import Refusal
from engine.domain.text import Text

DAY = {"business": timedelta(hours=8), "wall": timedelta(hours=24)}
NONE = timedelta(0)


@dataclass(frozen=True, slots=True)
class Span:
    """How long it takes to come to the end of an element, and the elements with limits on the way."""

    length: timedelta = NONE
    path: tuple[str, ...] = ()

    def then(self, ident: str, more: timedelta) -> Span:
        return Span(self.length + more, (*self.path, ident)) if more else self


def check_deadlines(sheet: Sheet) -> None:
    scopes = {scope.element.get("id"): scope for scope in sheet.scopes}
    for procedure in sheet.definition.procedures.values():
        for clock in procedure.clocks:
            if (scope := scopes.get(procedure.key)) is not None and (limit := length(clock.limit.limit, clock.limit.calendar)):
                check_clock(sheet, scopes, scope, procedure, clock, limit)


def check_clock(
    sheet: Sheet, scopes: Mapping[str | None, Scope], scope: Scope, procedure: Procedure, clock: CaseClock, limit: timedelta
) -> None:
    """The quickest way first: if even that is too long, the longer ones go without saying."""
    for longest, rule in ((False, rules.TOO_LONG), (True, rules.MAY_BE_TOO_LONG)):
        found = Way(sheet, scopes, procedure, clock, longest).through(scope)
        if found is None or found.length <= limit:
            continue
        names = [name_in(procedure, ident) for ident in found.path]
        shown = names if len(names) < 8 else [*names[:3], Text.same("…"), *names[-3:]]
        sheet.say_with(
            rule,
            scope.element,
            found.path,
            clock=clock.label or Text.same(clock.name),
            limit=clock.limit.limit,
            sum=spoken(found.length),
            path=Text(" → ".join(name.zh for name in shown), " → ".join(name.en for name in shown)),
        )
        return


@dataclass(slots=True)
class Way:
    """The quickest or longest way through a scope, up to what stops the clock. Rounds are gone once."""

    sheet: Sheet
    scopes: Mapping[str | None, Scope]
    procedure: Procedure
    clock: CaseClock
    longest: bool
    ends: dict[str, Span] = field(default_factory=dict)
    stopping: set[str] = field(default_factory=set)

    def through(self, scope: Scope) -> Span | None:
        """None where there is no way. What comes after the clock has stopped does not count."""
        self.stopping = {ident for ident, node in scope.nodes.items() if self.stops(node)}
        for ident in in_order(scope):
            before = self.before(scope, scope.nodes[ident])
            if before is not None:
                self.ends[ident] = self.after(scope, scope.nodes[ident], before)
        stops = [scope.nodes[ident] for ident in sorted(self.stopping) if ident in self.ends]
        last = stops or [node for ident, node in scope.nodes.items() if ident in self.ends and not scope.out_of(node)]
        spans = [span for node in last if (span := self.until(scope, node)) is not None]
        return self.pick(spans) if spans else None

    def until(self, scope: Scope, node: etree._Element) -> Span | None:
        """Up to the end of the last element; on the quickest way the step that stops the clock is done in no time."""
        is_step = kind(node) not in SUBPROCESSES and node.get("id") in self.stopping
        return self.before(scope, node) if is_step and not self.longest else self.ends[node.get("id") or ""]

    def pick(self, spans: list[Span]) -> Span:
        return (max if self.longest else min)(spans, key=lambda span: span.length)

    def before(self, scope: Scope, node: etree._Element) -> Span | None:
        """The span up to where the element begins; a parallel join waits for the longest of its ways."""
        if kind(node) == "startEvent":
            return Span()
        if kind(node) == "boundaryEvent":
            host = scope.nodes.get(node.get("attachedToRef") or "")
            return self.before(scope, host) if host is not None and kind(host) in ACTIVITIES else None
        sources = {flow.get("sourceRef") or "" for flow in scope.into(node)} - self.stopping
        found = [self.ends[source] for source in sorted(sources) if source in self.ends]
        if not found:
            return None
        return max(found, key=lambda span: span.length) if kind(node) == "parallelGateway" else self.pick(found)

    def after(self, scope: Scope, node: etree._Element, before: Span) -> Span:
        ident = node.get("id") or ""
        if kind(node) in SUBPROCESSES and ident in self.scopes:
            inside = Way(self.sheet, self.scopes, self.procedure, self.clock, self.longest).through(self.scopes[ident])
            return Span(before.length + inside.length, before.path + inside.path) if inside else before
        step = self.procedure.step(ident)
        if step is not None and step.is_human and step.limit is not None and self.clock.name not in step.pauses:
            return before.then(ident, self.counted(step.limit.limit, step.limit.calendar))
        for what, definition in event_definitions(node):
            written = literal(text_of(definition.find(bpmn("timeDuration")))) if what == "timer" else None
            if written and IS_DURATION.fullmatch(written):
                return before.then(ident, self.counted(written, calendar_of(self.sheet, node)))
        return before

    def counted(self, written: str, calendar: str) -> timedelta:
        """Nothing where the limit runs on the wall and the clock does not: how much of it is working time is open."""
        if calendar == "wall" and self.clock.limit.calendar == "business":
            return NONE
        return length(written, calendar) or NONE

    def stops(self, node: etree._Element) -> bool:
        """Whether the clock stops at this element, or inside it."""
        return any(
            (step := self.procedure.step(ident)) is not None and self.clock.name in step.stops
            for ident in (node.get("id") or "", *(n.get("id") or "" for n in node.iterdescendants(etree.Element)))
        )


def in_order(scope: Scope) -> Iterator[str]:
    """The nodes, each after those before it; flows that lead back are left out of account."""
    after: dict[str, list[str]] = {ident: [f.get("targetRef") or "" for f in scope.out_of(n)] for ident, n in scope.nodes.items()}
    for ident, node in scope.nodes.items():
        after[ident] += [event.get("id") or "" for event in scope.boundary_of(node)]
        after[ident] += [t for event in scope.boundary_of(node) for t in (f.get("targetRef") or "" for f in scope.out_of(event))]
    done: dict[str, None] = {}
    begun: set[str] = set()
    starts = [i for i, n in scope.nodes.items() if kind(n) == "startEvent"]
    for start in reversed(starts):
        todo = [(start, False)]
        while todo:
            ident, is_over = todo.pop()
            if is_over:
                done.setdefault(ident)
            elif ident not in begun and ident in after:
                begun.add(ident)
                todo.append((ident, True))
                todo += [(target, False) for target in after[ident] if target not in begun]
    return reversed(done)


def length(written: str, calendar: str) -> timedelta | None:
    """A duration as an exact length; None where it has none."""
    try:
        duration = Duration.parse(written)
    except Refusal:
        return None
    week = 5 if calendar == "business" else 7
    days = float(duration.days) + week * float(duration.weeks) + 30.5 * duration.months
    return duration.time + days * DAY.get(calendar, DAY["wall"])


def name_in(procedure: Procedure, ident: str) -> Text:
    step = procedure.step(ident)
    return step.name if step is not None and (step.name.zh or step.name.en) else Text.same(ident)
