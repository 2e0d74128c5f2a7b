"""What the handling of one request stands on: the engine, one reading of the database, the person who asks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit
from zoneinfo import ZoneInfo

from flask import current_app, g, request
from sqlalchemy import Connection

from engine.domain.actors import Actor
from engine.domain.calendar import Calendar
from engine.domain.commands import Command
from engine.runtime import Engine
from engine.store.organisation import Organisation
from engine.versions import Versions

LONGEST_ADDRESS = 2_000


@dataclass(frozen=True, slots=True)
class Reading:
    """One read transaction, as the viewer of this request sees it."""

    conn: Connection
    actor: Actor
    organisation: Organisation
    versions: Versions
    now: datetime
    zone: ZoneInfo


def engine() -> Engine:
    return current_app.extensions["closeloop"]


@contextmanager
def reading() -> Iterator[Reading]:
    its = engine()
    with its.read() as conn:
        yield Reading(conn, g.viewer, its.organisations.current(conn), its.versions, g.now, g.zone)


def calendar_for(organisation: Organisation, actor: Actor | None) -> Calendar:
    """The working hours somebody goes by: those of their department; who has none goes by those of the top one."""
    top = next((key for key, department in organisation.departments.items() if department.parent is None), None)
    return organisation.calendar_of((actor.department if actor else None) or top)


def execute(command: Command, key: str | None = None) -> Any:
    """What the engine answers the viewer; raises its refusals."""
    return engine().execute(command, g.viewer, key)


def is_htmx() -> bool:
    """A part of a page is asked for by the script that swaps parts."""
    return request.headers.get("HX-Request") == "true"


def wants_json() -> bool:
    return request.accept_mimetypes.best == "application/json"


def safe_next(address: str | None, default: str) -> str:
    """An address on this desk to go on to; anything that could lead elsewhere gives the default.

    `part` is what scripts ask for and is left out: a whole page is shown.
    """
    address = (address or "").strip()
    parts = urlsplit(address) if len(address) <= LONGEST_ADDRESS and address.isprintable() else None
    if parts is None or parts.scheme or parts.netloc or "\\" in address or not parts.path.startswith("/"):
        return default
    if parts.path.startswith("//"):
        return default
    query = [(key, value) for key, value in parse_qsl(parts.query) if key != "part"]
    return parts.path + ("?" + urlencode(query) if query else "")
