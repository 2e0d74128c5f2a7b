"""What runs in the child process of `dry_run`: limits first, then the file, then the answer as JSON on standard output."""

from __future__ import annotations

import base64
import json
import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from engine.bpmn import dry_run, spec
from engine.bpmn.dialects import read_definition
from engine.bpmn.errors import Unrunnable
from engine.bpmn.model import Definition
from engine.bpmn.process import ProcessSpec
from engine.bpmn.spec import ExecutableSpec
from engine.bpmn.trial.coverage import Coverage
from engine.bpmn.trial.missed import reasons
from engine.bpmn.trial.search import Search
from engine.bpmn.trial.standing import Found, Trouble
from engine.domain.calendar import WALL
from engine.domain.duration import Duration
from engine.domain.text import Text

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
LONGEST_PATH, MANY = 400, 4


def main() -> None:
    limit(dry_run.MEMORY, dry_run.CPU_SECONDS)
    question = json.loads(sys.stdin.buffer.read())
    called, beside = dry_run.unpacked(question["called"]), dry_run.unpacked(question["beside"])
    trial = Trial(base64.b64decode(question["data"]), called, beside, alarm(dry_run.TRIAL_SECONDS))
    trial.called_beside = {key: dry_run.unpacked(files) for key, files in question["called_beside"].items()}
    sys.stdout.write(json.dumps(trial.run(question["processes"])))


def limit(memory: int, seconds: int) -> None:
    """From here on this process may not use more, write files or leave a core. Where the system knows no limits, the
    parent's wall clock remains."""
    try:
        import resource
    except ImportError:
        return
    for what, most in (("RLIMIT_AS", memory), ("RLIMIT_CPU", seconds), ("RLIMIT_FSIZE", 0), ("RLIMIT_CORE", 0)):
        kind = getattr(resource, what, None)
        if kind is None:
            continue
        _, hard = resource.getrlimit(kind)
        bound = most if hard == resource.RLIM_INFINITY else min(most, hard)
        try:
            resource.setrlimit(kind, (bound, hard))
        except (OSError, ValueError):
            continue


def alarm(seconds: float) -> Callable[[], bool]:
    """Says, once the time is over, that the trial should come to an end; where the system has no alarm, never."""
    rung: list[int] = []
    if hasattr(signal, "setitimer"):
        signal.signal(signal.SIGALRM, lambda number, frame: rung.append(number))
        signal.setitimer(signal.ITIMER_REAL, seconds)
    return lambda: bool(rung)


@dataclass(slots=True)
class Trial:
    """All processes of a file, each from each of its starts, in every way that can be thought of."""

    data: bytes
    called: Mapping[str, bytes]
    beside: Mapping[str, bytes]
    tired: Callable[[], bool]
    called_beside: Mapping[str, Mapping[str, bytes]] = field(default_factory=dict)
    told: list[dict[str, Any]] = field(default_factory=list)
    wanted: set[str] = field(default_factory=set)
    passed: set[str] = field(default_factory=set)
    why: dict[str, Text] = field(default_factory=dict)
    paths: int = 0
    steps: int = 0
    runs: bool = True
    complete: bool = True

    def run(self, processes: list[str]) -> dict[str, Any]:
        definition = read_definition(self.data, processes[0], self.beside)
        for key in processes:
            try:
                built = spec.build(self.data, key, self.called, self.beside, self.called_beside)
            except Unrunnable as refusal:
                self.runs = False
                self.say(definition, "dry-run-refused", refusal.element_id, why=refusal.params["why"])
                continue
            self.try_process(definition, built)
        missed = tuple(ident for ident in sorted(self.wanted) if ident not in self.passed)
        coverage = Coverage(
            covered=len(self.wanted & self.passed),
            total=len(self.wanted),
            missed=missed,
            why={ident: self.why[ident] for ident in missed if ident in self.why},
            paths=self.paths,
            steps=self.steps,
            runs_to_end=self.runs and bool(self.paths),
            complete=self.complete,
        )
        return {"findings": self.told, "coverage": coverage.to_dict()}

    def try_process(self, definition: Definition, built: ExecutableSpec) -> None:
        wanted = parts_of(built, definition)
        search = Search(built, definition, due, frozenset(wanted), self.tired)
        procedure = definition.procedures[built.process_id]
        for start in built.main.starts():
            if start.message is None and start is not built.main.plain_start:
                continue
            ended = search.run(start, start.message, procedure.start_form, NOW)
            self.runs = self.runs and ended > 0
        self.take(definition, built, wanted, search.found)

    def take(self, definition: Definition, built: ExecutableSpec, wanted: set[str], found: Found) -> None:
        missing: dict[str, list[Trouble]] = {}
        for trouble in found.failed.values():
            if trouble.missing is None:
                self.say(definition, "dry-run-failed", trouble.element_id, trouble, why=trouble.text)
            else:
                missing.setdefault(trouble.missing, []).append(trouble)
        for trouble, *_ in list(missing.values())[: MANY if len(missing) <= MANY else 0]:
            self.say(definition, "dry-run-variable", trouble.element_id, trouble, name=str(trouble.missing))
        if len(missing) > MANY:
            names, first = Text.same(", ".join(list(missing)[:MANY])), next(iter(missing.values()))[0]
            self.say(definition, "dry-run-variables", first.element_id, first, names=names, count=len(missing))
        said = {trouble.element_id for trouble in found.failed.values() if trouble.missing is None}
        for trouble in found.stuck.values():
            if trouble.element_id not in said:
                self.say(definition, "dry-run-stuck", trouble.element_id, trouble, why=trouble.text)
        self.runs = self.runs and not found.stuck
        self.complete = self.complete and found.complete
        self.paths += found.ended
        self.steps += found.steps
        self.wanted |= wanted
        self.passed |= found.passed
        self.why |= reasons(built, wanted - found.passed, found.complete)

    def say(self, definition: Definition, rule: str, at: str, trouble: Trouble | None = None, **params: Any) -> None:
        """A finding in words JSON can carry; the parent makes it from the rule."""
        steps = [procedure.steps.get(at) for procedure in definition.procedures.values()]
        name = next((step.name for step in steps if step is not None and (step.name.zh or step.name.en)), Text.same(at))
        given = {"node": name, **params}
        plain = {key: value.to_dict() if isinstance(value, Text) else str(value) for key, value in given.items()}
        path = list(trouble.path[-LONGEST_PATH:]) if trouble is not None else []
        self.told.append({"rule": rule, "at": at, "params": plain, "path": path})


def due(calendar: str, start: datetime, duration: str) -> datetime:
    return WALL.add(start, Duration.parse(duration))


def parts_of(built: ExecutableSpec, definition: Definition) -> set[str]:
    """The elements and flows of the file that should be passed; links between link events are no flows of it."""
    return {part for body in built.bodies.values() if body.process_id in definition.procedures for part in parts(body)}


def parts(body: ProcessSpec) -> Iterator[str]:
    for element in body.task_specs.values():
        yield element.bpmn_id or element.name
        yield from (flow.id for flow in element.outgoing if "→" not in flow.id)
