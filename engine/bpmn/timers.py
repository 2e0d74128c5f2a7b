"""Timer events on an injected clock: an instant, a duration or a cycle, in business or wall time.

The text of a timer may be ISO 8601 as every other product writes it (`PT4H`, `R3/P1D`, `2026-05-01T09:00:00+08:00`),
the same in quotes, or an expression giving such a text, a date, a datetime or a duration. A datetime without an offset
and a date mean UTC. What is due is computed once, when the token arrives.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta

from SpiffWorkflow.bpmn.specs import event_definitions as kinds

from engine.bpmn.errors import StepFault
from engine.bpmn.events import Definition
from engine.bpmn.expressions import Expression, compile_expression
from engine.bpmn.instance import Instance
from engine.bpmn.results import TimerSet
from engine.bpmn.token import WAITING, Token
from engine.domain.text import Text

DURATION = r"P(?=[\dT])(\d+([.,]\d+)?[YMWD])*(T(\d+([.,]\d+)?[HMS])+)?"
IS_DURATION = re.compile(DURATION)
IS_CYCLE = re.compile(rf"R(?P<count>\d*)/(?:(?P<start>[^/P][^/]*)/)?(?P<every>{DURATION})(?:/(?P<end>[^/P][^/]*))?")
IS_INSTANT = re.compile(r"\d{4}-?\d\d-?\d\d(T.*)?|\d{4}-?W\d\d.*")
MAX_FIRINGS_A_STEP = 100
MAX_CYCLES = 1_000_000

NOT_A_TIME = Text("“{found}”不是可用的时间（ISO 8601）。", "“{found}” is not a time that can be used (ISO 8601).")


def literal(text: str) -> str | None:
    """The ISO 8601 text itself, without the quotes some products want around it; None if it is an expression."""
    bare = text.strip()
    if len(bare) > 1 and bare[0] == bare[-1] and bare[0] in "\"'":
        bare = bare[1:-1].strip()
    if IS_DURATION.fullmatch(bare) or IS_CYCLE.fullmatch(bare) or IS_INSTANT.fullmatch(bare):
        return bare
    return None


class Timer(Definition):
    """`text` is the ISO text or None, `expression` what to compute otherwise, `calendar` business or wall."""

    text: str | None
    source: Expression | None
    calendar: str

    def prepare(self, text: str, calendar: str) -> None:
        """Reads the text; raises `ExpressionError` if it is neither a time nor an expression."""
        self.calendar = calendar
        self.text = literal(text)
        self.source = None if self.text else compile_expression(text)

    def value(self, token: Token) -> object:
        return self.text if self.text is not None else self.source.evaluate(token.data)

    def arm(self, token: Token) -> None:
        now = token.workflow.top_workflow.around.now
        token.internal_data.update(self.times(token, now), since=now)

    def times(self, token: Token, since: datetime) -> dict[str, object]:
        """What a token that has waited since that instant has to know."""
        raise NotImplementedError

    def due_at(self, token: Token) -> datetime | None:
        return token.internal_data.get("due")

    def ring(self, token: Token) -> None:
        """The instant has come."""
        token.internal_data.pop("due", None)
        token.task_spec.fire(token)

    @property
    def signature(self) -> tuple[object, ...]:
        """Two timers with the same one are due at the same instants."""
        return (type(self), self.text, self.source.source if self.source else None, self.calendar)

    def rearm(self, token: Token, since: datetime, rung: int) -> bool:
        """As if it had waited since that instant and rung so often; False when it has nothing more to ring for.

        What would have been due before now is due now: nobody can be late for what was not asked of him.
        """
        now = token.workflow.top_workflow.around.now
        times = self.times(token, since)
        left = times.get("left", 1)
        if rung and left > 0:
            if left <= rung:
                return False
            times["left"] = left - rung
        token.internal_data = {**times, "due": max(times["due"], now), "since": since} | ({"rung": rung} if rung else {})
        return True

    def after(self, token: Token, start: datetime, duration: object) -> datetime:
        """The instant a duration after another one, in this timer's calendar."""
        around = token.workflow.top_workflow.around
        try:
            if isinstance(duration, timedelta):
                duration = f"PT{duration.total_seconds():.6f}".rstrip("0").rstrip(".") + "S"
            if not isinstance(duration, str) or not IS_DURATION.fullmatch(duration.strip()):
                raise ValueError(duration)
            return utc(around.due(self.calendar, start, duration.strip().replace(",", ".")))
        except (ValueError, OverflowError) as error:
            raise self.unusable(duration) from error

    def unusable(self, found: object) -> StepFault:
        return StepFault(
            NOT_A_TIME.format(found=Text.same(str(found)[:80])), self.source.source if self.source else self.text
        )


class InstantTimer(Timer, kinds.TimeDateEventDefinition):
    """Due at an instant."""

    def times(self, token: Token, since: datetime) -> dict[str, object]:
        return {"due": self.instant(self.value(token))}

    def instant(self, value: object) -> datetime:
        try:
            if isinstance(value, datetime):
                return utc(value)
            if isinstance(value, date):
                return datetime.combine(value, time(), UTC)
            if isinstance(value, str):
                return utc(datetime.fromisoformat(value.strip()))
        except (ValueError, OverflowError):
            pass
        raise self.unusable(value)


class DurationTimer(Timer, kinds.DurationTimerEventDefinition):
    """Due a duration after the token arrived."""

    def times(self, token: Token, since: datetime) -> dict[str, object]:
        return {"due": self.after(token, since, self.value(token))}


class CycleTimer(InstantTimer, kinds.CycleTimerEventDefinition):
    """Due again and again: `R3/PT1H` three times, `R/P1D` for ever, `R2/<start>/PT1H` first at the start.

    Each occurrence happens, also those that were noticed late. Where an event can happen only once (it interrupts, or
    a token stands at it), the first occurrence ends it.
    """

    def times(self, token: Token, since: datetime) -> dict[str, object]:
        found = IS_CYCLE.fullmatch(str(self.value(token)).strip())
        if found is None:
            raise self.unusable(self.value(token))
        count = int(found["count"]) if found["count"] else -1
        if not -1 <= count <= MAX_CYCLES or count == 0 or found["end"]:
            raise self.unusable(found[0])
        first = self.instant(found["start"]) if found["start"] else self.after(token, since, found["every"])
        return {"due": first, "left": count, "every": found["every"]}

    def ring(self, token: Token) -> None:
        notes = token.internal_data
        left, due = notes["left"], notes["due"]
        if left == 1:
            notes.pop("due")
            token.task_spec.fire(token)
            return
        notes["left"] = left - 1 if left > 0 else -1
        notes["due"] = self.after(token, due, notes["every"])
        notes["since"], notes["rung"] = due, notes.get("rung", 0) + 1
        token.task_spec.fire(token, again=True)


def refresh(instance: Instance) -> None:
    """Lets every timer that is due happen, in the order of their instants, and everything that follows from it."""
    now = instance.around.now
    for _ in range(MAX_FIRINGS_A_STEP):
        token = next_due(instance, now)
        if token is None:
            return
        instance.fired.append(TimerSet(token.id, token.task_spec.bpmn_id, token.internal_data["due"]))
        try:
            token.task_spec.event_definition.ring(token)
        except StepFault as fault:
            instance.fail(token, "enter", fault)
        instance.advance()


def next_due(instance: Instance, now: datetime) -> Token | None:
    """The waiting timer that is due the longest, if any is."""
    found = None
    for workflow in instance.workflows():
        for token in workflow.tasks.values():
            due = token.internal_data.get("due")
            if due is None or due > now or token._state != WAITING:
                continue
            if found is None or (due, token.id) < found[0]:
                found = ((due, token.id), token)
    return found[1] if found else None


def utc(at: datetime) -> datetime:
    """The same instant in UTC; one without an offset is taken as UTC."""
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
