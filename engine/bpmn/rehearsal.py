"""What runs in the child process of `dry_run`: limits first, then the file, then the answer as JSON on standard output."""

from __future__ import annotations

import base64
import json
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from engine.bpmn import dry_run, spec, stepper
from engine.bpmn.dialects import read_definition
from engine.bpmn.errors import Unrunnable
from engine.bpmn.expressions.errors import SENTENCES
from engine.bpmn.model import Field, Procedure
from engine.domain.calendar import WALL
from engine.domain.duration import Duration
from engine.domain.errors import Refusal
from engine.domain.text import Text

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
MISSING = SENTENCES["missing-variable"].en.split("{name}")
SAMPLES: Mapping[str, Any] = {
    "integer": 1, "decimal": Decimal(1), "boolean": True, "date": NOW.date(), "datetime": NOW,
    "phone": "13800138000", "email": "name@example.com",
}  # fmt: skip


def main() -> None:
    limit(dry_run.MEMORY, dry_run.CPU_SECONDS)
    question = json.loads(sys.stdin.buffer.read())
    called = {key: base64.b64decode(other) for key, other in question["called"].items()}
    beside = {name: base64.b64decode(other) for name, other in question["beside"].items()}
    told = list(rehearse(base64.b64decode(question["data"]), called, question["processes"], beside))
    sys.stdout.write(json.dumps(told))


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


def rehearse(
    data: bytes, called: Mapping[str, bytes], processes: list[str], beside: Mapping[str, bytes]
) -> Iterator[dict[str, Any]]:
    """Every process, begun at each of its starts with a filled-in start form."""
    definition = read_definition(data, processes[0], beside)
    around = stepper.Surroundings(NOW, lambda calendar, start, duration: WALL.add(start, Duration.parse(duration)))
    for key in processes:
        try:
            built = spec.build(data, key, called, beside)
        except Unrunnable as refusal:
            yield told("dry-run-refused", refusal.element_id, why=refusal.params["why"])
            continue
        procedure = definition.procedures[key]
        for message in {start.message for start in procedure.starts if start.kind in ("none", "message")}:
            try:
                result = stepper.start(built, sample(procedure), around, message)
            except Refusal as refusal:
                yield told("dry-run-refused", key, why=refusal.text)
                continue
            yield from (of_failure(failure) for failure in result.failures)


def sample(procedure: Procedure) -> dict[str, Any]:
    """The start form, filled in with something of the right type."""
    return {field.key: sample_of(field) for field in procedure.start_form.fields}


def sample_of(field: Field) -> Any:
    if field.options:
        return field.options[0].value
    return SAMPLES.get(field.type, "…")


def of_failure(failure: stepper.Failure) -> dict[str, Any]:
    before, after = MISSING
    if failure.text.en.startswith(before) and failure.text.en.endswith(after):
        return told("dry-run-variable", failure.element_id, name=failure.text.en[len(before) : -len(after)])
    return told("dry-run-failed", failure.element_id, why=failure.text)


def told(rule: str, element: str, **params: Any) -> dict[str, Any]:
    plain = {name: value.to_dict() if isinstance(value, Text) else str(value) for name, value in params.items()}
    return {"rule": rule, "params": {"node": element, **plain}}
