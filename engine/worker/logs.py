"""Imported logs are held against their version: a variant at a time; how far it is is told every so often."""

from __future__ import annotations

import json
import logging
from collections.abc import Generator, Mapping
from typing import Any

from engine.bpmn.logs import mapping
from engine.bpmn.logs.check import checking
from engine.bpmn.logs.event import Columns, LogNotReadable
from engine.bpmn.logs.reading import read
from engine.domain import commands as c
from engine.domain.actors import SYSTEM
from engine.domain.text import Text
from engine.mail import Sender
from engine.runtime import Engine
from engine.store import imported_logs
from engine.worker.problems import is_about_the_connection, words

log = logging.getLogger(__name__)

PIECES = 50


def check_log(engine: Engine, sender: Sender, leased: Mapping[str, Any]) -> Generator[None, None, None]:
    """What is found is kept with the log; a log discarded meanwhile is left alone."""
    log_id = leased["body"]["log"]
    try:
        found = yield from _found(engine, log_id)
    except LogNotReadable as refusal:
        engine.execute(c.SettleLog(log_id, None, refusal.text.to_dict()), SYSTEM)
    except Exception as problem:
        if is_about_the_connection(problem):
            raise
        log.exception("log %d could not be checked", log_id)
        engine.execute(c.SettleLog(log_id, None, Text.same(words(problem)).to_dict()), SYSTEM)
    else:
        if found is not None:
            engine.execute(c.SettleLog(log_id, json.dumps(found, ensure_ascii=False)), SYSTEM)


def _found(engine: Engine, log_id: int) -> Generator[None, None, dict[str, Any] | None]:
    """None where nobody wants to know any more."""
    if not engine.execute(c.NoteLogProgress(log_id, 0), SYSTEM)["goes_on"]:
        return None
    with engine.read() as conn:
        row = imported_logs.job(conn, log_id)
        if row is None:
            return None
        data = imported_logs.data(conn, log_id)
        version = engine.versions.get(conn, row.version_id)
    yield
    wanted = row.mapping
    told = read(data, Columns(**wanted["columns"]), wanted["time_format"])
    names = mapping.names(version.net, version.name_of)

    def name(element: str) -> Text:
        return names.get(element) or version.name_of(element)

    steps = checking(told, version.net, name, wanted["activities"], strict=wanted["strict"])
    noted, piece = 0, max(1, len(told.traces) // PIECES)
    while True:
        try:
            done = next(steps)
        except StopIteration as over:
            return over.value
        if done - noted >= piece:
            noted = done
            if not engine.execute(c.NoteLogProgress(log_id, done), SYSTEM)["goes_on"]:
                return None
        yield
