"""A safe tree → `Definition`: what the file says in BPMN and in its vendor's dialect, as one model.

Whatever is not understood becomes a finding; nothing is dropped in silence.
"""

from __future__ import annotations

from lxml import etree

from engine.bpmn.dialects.names import children
from engine.bpmn.dialects.procedures import read_procedure
from engine.bpmn.dialects.reading import Reading
from engine.bpmn.dialects.unmapped import report_unmapped
from engine.bpmn.dialects.vocabulary import read_name, read_stage, report_leftovers
from engine.bpmn.model import Definition, Procedure
from engine.bpmn.reader import read

__all__ = ["executable", "read_definition"]


def read_definition(file: bytes | etree._Element) -> Definition:
    """All executable processes of a file; none at all when nothing in it is executable. Raises `Unreadable`."""
    root = read(file) if isinstance(file, bytes) else file
    reading = Reading(root)
    procedures: dict[str, Procedure] = {}
    for process in executable(root):
        procedure = read_procedure(reading, process)
        procedures.setdefault(procedure.key, procedure)
    for element in reading.everything:
        read_name(reading, element)
    for participant in root.iter("{*}participant"):
        read_stage(reading, reading.words(participant))
    report_leftovers(reading)
    report_unmapped(reading)
    return Definition(main_of(procedures), procedures, tuple(reading.findings))


def executable(root: etree._Element) -> list[etree._Element]:
    """The processes a file declares to be executable."""
    return [p for p in children(root, "process") if (p.get("isExecutable") or "").strip() in ("true", "1")]


def main_of(procedures: dict[str, Procedure]) -> str:
    """The process a case begins with: not called by another, and rather one that starts plainly than by a message."""
    called = {key for procedure in procedures.values() for key in procedure.calls if key != procedure.key}
    keys = [key for key in procedures if key not in called] or list(procedures)
    plain = [key for key in keys if any(start.kind == "none" for start in procedures[key].starts)]
    return next(iter(plain or keys), "")
