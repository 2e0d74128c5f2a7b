"""The processes of a file: which of them runs, whether it may, and who does the others."""

from __future__ import annotations

from collections import Counter

from engine.bpmn.dialects import running
from engine.bpmn.dialects.names import FLOW_NODES, children, kind
from engine.bpmn.dialects.pools import is_executable
from engine.bpmn.lint import pools_rules as rules
from engine.bpmn.lint.sheet import Sheet, name_of
from engine.bpmn.model import Candidate

MOST_SHOWN = 8


def check_pools(sheet: Sheet) -> None:
    """Something runs: one process, chosen or likeliest, with an id of its own."""
    runs = running(sheet.root, sheet.main)
    candidates = sheet.definition.candidates
    if not runs:
        if sheet.main is not None:
            sheet.say(rules.MAIN_UNKNOWN, main=sheet.main, candidates=listed(candidates) or "—")
        else:
            sheet.say(rules.NOTHING_DRAWN)
        return
    first = runs[0]
    if not is_executable(first):
        if sheet.main is not None:
            sheet.say(rules.CHOSEN_NOT_EXECUTABLE, first, name=name_of(first))
        else:
            sheet.say(rules.NOTHING_EXECUTABLE, candidates=listed(candidates))
    others = [c for c in candidates if c.process_id not in {p.get("id") or "" for p in runs}]
    if sheet.main is None and is_executable(first) and any(c.is_executable for c in others):
        sheet.say(rules.SEVERAL_PROCESSES, main=sheet.definition.main, others=listed(others))
    for process in children(sheet.root, "process"):
        if process not in runs and any(kind(node) in FLOW_NODES for node in process):
            sheet.say(rules.OTHER_SIDE, process, name=name_of(process))
    ids = Counter(p.get("id") for p in children(sheet.root, "process"))
    for process in runs:
        if not process.get("id"):
            sheet.say(rules.PROCESS_WITHOUT_ID, process)
    for process in children(sheet.root, "process"):
        if process.get("id") and ids[process.get("id")] > 1:
            ids[process.get("id")] = 1
            sheet.say(rules.PROCESS_TWICE, process, id=process.get("id"))


def listed(candidates: tuple[Candidate, ...] | list[Candidate]) -> str:
    """`pool-a (Sales)`, … as many as fit a sentence."""
    shown = [c.process_id + (f" ({c.name.en})" if c.name.en != c.process_id else "") for c in candidates]
    return ", ".join(shown[:MOST_SHOWN]) + (" …" if len(shown) > MOST_SHOWN else "")
