"""A safe tree → `Definition`: what the file says in BPMN and in its vendor's dialect, as one model.

Whatever is not understood becomes a finding; nothing is dropped in silence.
"""

from __future__ import annotations

from collections.abc import Mapping

from lxml import etree

from engine.bpmn.dialects.formfiles import report_beside
from engine.bpmn.dialects.names import children
from engine.bpmn.dialects.pools import candidates, executable, running
from engine.bpmn.dialects.procedures import read_procedure
from engine.bpmn.dialects.reading import Reading
from engine.bpmn.dialects.unmapped import report_unmapped
from engine.bpmn.dialects.vocabulary import read_name, read_stage, report_leftovers
from engine.bpmn.model import NOTHING, Definition, Procedure
from engine.bpmn.reader import read

__all__ = ["candidates", "executable", "read_definition", "running"]


def read_definition(
    file: bytes | etree._Element, main: str | None = None, beside: Mapping[str, bytes] = NOTHING
) -> Definition:
    """The process of a file that runs and those it calls; none at all where there is nothing to run.

    `main` chooses among several; without it the likeliest one is taken, even where the file calls none executable (the
    lint says so). `beside` are the files uploaded with it, by name. Raises `Unreadable`.
    """
    root = read(file) if isinstance(file, bytes) else file
    reading = Reading(root, beside)
    procedures: dict[str, Procedure] = {}
    runs = running(root, main)
    for process in runs:
        procedure = read_procedure(reading, process)
        procedures.setdefault(procedure.key, procedure)
    for element in reading.everything:
        read_name(reading, element)
    for participant in root.iter("{*}participant"):
        read_stage(reading, reading.words(participant))
    idle = [process for process in children(root, "process") if process not in runs]
    report_leftovers(reading, idle)
    report_beside(reading)
    report_unmapped(reading, idle)
    return Definition(next(iter(procedures), ""), procedures, tuple(reading.findings), candidates(root))
