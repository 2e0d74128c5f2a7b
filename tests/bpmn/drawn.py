"""BPMN files written in a few words, and a driver that walks through them, for the tests of the stepper."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from engine.bpmn import spec as specs
from engine.bpmn import stepper
from engine.bpmn.timers import IS_DURATION
from engine.domain.calendar import WALL
from engine.domain.duration import Duration

HEAD = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:camunda="http://camunda.org/schema/1.0/bpmn" '
    'xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="d" targetNamespace="x">'
)
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def element(words: str, inner: str = "") -> str:
    """`userTask a` → one element; more attributes as `key=value`."""
    tag, ident, *attributes = words.split()
    more = "".join(f' {a.split("=", 1)[0]}="{a.split("=", 1)[1]}"' for a in attributes)
    return f'<bpmn:{tag} id="{ident}"{more}>{inner}</bpmn:{tag}>'


def flows(text: str) -> str:
    """`a > b > c; c > d [amount > 5]`: sequence flows named `a-b`, with conditions in brackets."""
    found = []
    for chain in text.split(";"):
        condition = None
        if "[" in chain:
            chain, condition = chain.rstrip(" ]\n").split("[", 1)
        names = [name.strip() for name in chain.split(">")]
        for one, other in pairwise(names):
            inner = f"<bpmn:conditionExpression><![CDATA[{condition}]]></bpmn:conditionExpression>" if condition else ""
            number = sum(f'id="{one}-{other}' in line for line in found)
            ident = f"{one}-{other}" + (f"-{number + 1}" if number else "")
            ends = f'sourceRef="{one}" targetRef="{other}"'
            found.append(f'<bpmn:sequenceFlow id="{ident}" {ends}>{inner}</bpmn:sequenceFlow>')
    return "".join(found)


def process(ident: str, *parts: str) -> str:
    return f'<bpmn:process id="{ident}" isExecutable="true">{"".join(parts)}</bpmn:process>'


def bpmn(*parts: str) -> bytes:
    return (HEAD + "".join(parts) + "</bpmn:definitions>").encode()


def timer(text: str, kind: str = "timeDuration") -> str:
    return f"<bpmn:timerEventDefinition><bpmn:{kind}>{text}</bpmn:{kind}></bpmn:timerEventDefinition>"


def message(ref: str) -> str:
    return f'<bpmn:messageEventDefinition messageRef="{ref}"/>'


class World:
    """A clock moved by hand, and two calendars: wall time, and business time, in which all takes twice as long."""

    def __init__(self, at: datetime = NOON) -> None:
        self.now = at

    def due(self, calendar: str, start: datetime, duration: str) -> datetime:
        assert IS_DURATION.fullmatch(duration)
        end = WALL.add(start, Duration.parse(duration))
        return end if calendar == "wall" else start + 2 * (end - start)

    @property
    def around(self) -> stepper.Surroundings:
        return stepper.Surroundings(self.now, self.due)


class Run:
    """One instance, kept as bytes between the steps as the engine keeps it."""

    def __init__(self, data: bytes, ident: str = "p", called=None, variables=None, message=None, world=None) -> None:
        self.world = world or World()
        self.spec = specs.build(data, ident, called or {})
        self.open: dict[int, stepper.OpenTask] = {}
        self.timers: dict[int, stepper.TimerSet] = {}
        self.waits: dict[int, stepper.Wait] = {}
        self.failures: dict[int, stepper.Failure] = {}
        self.passed: list[stepper.Passage] = []
        self.sent: list[stepper.Message] = []
        self.take(stepper.start(self.spec, variables or {}, self.world.around, message))

    def take(self, step: stepper.StepResult) -> stepper.StepResult:
        self.last, self.state = step, step.state
        for kept, new, gone in (
            (self.open, step.opened, step.closed),
            (self.timers, step.timers_set, step.timers_gone),
            (self.waits, step.waits_set, step.waits_gone),
            (self.failures, step.failures, step.failures_gone),
        ):
            for number in gone:
                del kept[number]
            kept.update({item.token: item for item in new})
        self.passed += step.passed
        self.sent += step.sent
        return step

    def token(self, element_id: str, index: int = 0) -> int:
        return [n for n, task in sorted(self.open.items()) if task.element_id == element_id][index]

    def complete(self, element_id: str, index: int = 0, **values) -> stepper.StepResult:
        number = self.token(element_id, index)
        step = stepper.complete(self.spec, self.state, number, values, self.world.around)
        del self.open[number]
        return self.take(step)

    def later(self, **amount) -> stepper.StepResult:
        self.world.now += timedelta(**amount)
        return self.take(stepper.fire_due(self.spec, self.state, self.world.around))

    def deliver(self, name: str, correlation=None, kind="message", **values) -> stepper.StepResult:
        told = stepper.Message(name, values, correlation or {}, kind)
        return self.take(stepper.deliver(self.spec, self.state, told, self.world.around))

    def retry(self, element_id: str, **edits) -> stepper.StepResult:
        number = next(n for n, f in self.failures.items() if f.element_id == element_id)
        return self.take(stepper.retry(self.spec, self.state, number, edits, self.world.around))

    def edit(self, **edits) -> stepper.StepResult:
        return self.take(stepper.edit(self.spec, self.state, edits, self.world.around))

    @property
    def names(self) -> list[str]:
        return [self.open[n].element_id for n in sorted(self.open)]

    @property
    def variables(self) -> dict:
        return dict(self.last.variables)

    @property
    def ended(self) -> str | None:
        return self.last.ended

    def path(self, *kinds: str) -> list[str]:
        return [p.element_id for p in self.passed if not kinds or p.kind in kinds]
