"""What is wrong with a file before anybody works with it: everything at once, by element, in both languages.

Rules are errors (the file cannot be deployed), warnings (it runs, though perhaps not as meant) or notes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.bpmn.dialects import read_definition
from engine.bpmn.findings import ERROR
from engine.bpmn.lint.activities import check_activities, check_calls
from engine.bpmn.lint.calls import check_call_versions
from engine.bpmn.lint.choices import check_choices
from engine.bpmn.lint.deadlines import check_deadlines
from engine.bpmn.lint.decisions import check_decisions
from engine.bpmn.lint.declared import check_declared
from engine.bpmn.lint.events import check_declarations, check_events, check_links, check_message_tasks
from engine.bpmn.lint.formulas import check_formulas
from engine.bpmn.lint.gateways import check_defaults, check_gateways
from engine.bpmn.lint.languages import check_languages
from engine.bpmn.lint.mappings import check_mappings
from engine.bpmn.lint.ordering import check_order
from engine.bpmn.lint.people import check_people
from engine.bpmn.lint.pools import check_pools
from engine.bpmn.lint.sheet import Sheet
from engine.bpmn.lint.soundness import check_soundness
from engine.bpmn.lint.staffing import check_staffing
from engine.bpmn.lint.structure import (
    check_diagram,
    check_endless,
    check_flows,
    check_ids,
    check_reach,
    check_splits,
    check_starts,
)
from engine.bpmn.model import NOTHING, Candidate, Definition, Finding
from engine.bpmn.reader import Unreadable, read
from engine.bpmn.trial.coverage import Coverage

__all__ = ["CHECKS", "Report", "check"]

CHECKS = (
    check_pools,
    check_ids,
    check_diagram,
    check_starts,
    check_flows,
    check_reach,
    check_splits,
    check_endless,
    check_gateways,
    check_defaults,
    check_declarations,
    check_events,
    check_message_tasks,
    check_links,
    check_activities,
    check_calls,
    check_call_versions,
    check_decisions,
    check_mappings,
    check_formulas,
    check_people,
    check_staffing,
    check_deadlines,
    check_declared,
    check_languages,
    check_order,
    check_choices,
    check_soundness,
)
LEVELS = ("error", "warning", "info")
MAX_FINDINGS = 500


@dataclass(frozen=True, slots=True)
class Report:
    """`definition` is None where the file could not be read or has nothing to run. Errors come first.

    `candidates` are the processes of the file `main` may name, also where there is no definition. `coverage` says how
    far a trial run came; None where there was none.
    """

    definition: Definition | None
    findings: tuple[Finding, ...]
    candidates: tuple[Candidate, ...] = ()
    coverage: Coverage | None = None

    @property
    def errors(self) -> tuple[Finding, ...]:
        return tuple(f for f in self.findings if f.level == ERROR)

    @property
    def is_deployable(self) -> bool:
        return self.definition is not None and not self.errors


def check(
    data: bytes,
    called: Mapping[str, bytes] = NOTHING,
    dry_run: bool = False,
    *,
    main: str | None = None,
    beside: Mapping[str, bytes] = NOTHING,
    people: Mapping[str, frozenset[str]] | None = None,
    called_beside: Mapping[str, Mapping[str, bytes]] = NOTHING,
) -> Report:
    """Everything there is to say about a file. `called`: the files of processes it may call, by process id.

    `main` chooses the process to run where a file has several; `beside` are the files uploaded with it, by name, and
    `called_beside` those of each called process.
    `people` are the members of each group, by its key, where they matter. With `dry_run`, a file without errors is also
    tried out in every way, in a child process with little memory and time.
    """
    try:
        root = read(data)
    except Unreadable as refusal:
        return Report(None, refusal.findings)
    definition = read_definition(root, main, beside)
    sheet = Sheet(root, definition, called, list(definition.findings), main=main, beside=beside, people=people)
    for rule in CHECKS:
        rule(sheet)
    found, coverage = sheet.findings, None
    if dry_run and definition.procedures and not any(f.level == ERROR for f in found):
        from engine.bpmn.dry_run import rehearse

        tried = rehearse(data, called, tuple(definition.procedures), beside, called_beside)
        found, coverage = [*found, *tried.findings], tried.coverage
    return Report(definition if definition.procedures else None, in_order(found), definition.candidates, coverage)


def in_order(findings: list[Finding]) -> tuple[Finding, ...]:
    """Errors first, then as they stand in the file; the same finding once, and no more than anybody can read."""
    once = list(dict.fromkeys(findings))
    once.sort(key=lambda f: (LEVELS.index(f.level), f.line or 0))
    return tuple(once[:MAX_FINDINGS])
