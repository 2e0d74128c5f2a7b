"""What an auditor looks at first: what in the trail is not the ordinary course of things, by kind."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from sqlalchemy import ColumnElement, Connection, or_

from engine.domain.events import EventType as E
from engine.queries import interventions
from engine.queries.search_ways import contains, readable
from engine.store.schema import entry

RETRIED = '"how":"retried"'
#: A timer that fired a minute late or more: `late_s` ends the body, and its number is greater than 59.
MINUTES_LATE = ("%\"late_s\":___%}}", *(f"%\"late_s\":{tens}_}}}}" for tens in "6789"))


def only(conn: Connection, kinds: Collection[str]) -> ColumnElement[bool]:
    """The entries of these kinds; the database finds them by the index of what is remarkable."""
    return or_(*(KINDS[kind](conn) for kind in kinds))


def kind_of(type_: str) -> str:
    return TYPES.get(type_, "intervention")


def _of(*types: E) -> Callable[[Connection], ColumnElement[bool]]:
    return lambda _conn: entry.c.type.in_([type_.value for type_ in types])


def _interventions(conn: Connection) -> ColumnElement[bool]:
    """An incident that settled itself is nobody's doing."""
    types = [type_ for type_ in interventions.KINDS if type_ != E.IncidentResolved]
    retried = (entry.c.type == E.IncidentResolved.value) & contains(conn, entry.c.body, RETRIED)
    return or_(_of(*types)(conn), retried)


def _late_timers(conn: Connection) -> ColumnElement[bool]:
    told = readable(conn, entry.c.body)
    return (entry.c.type == E.TimerFired.value) & or_(*(told.like(pattern) for pattern in MINUTES_LATE))


#: The kinds of exceptions the trail tells of.
KINDS: Mapping[str, Callable[[Connection], ColumnElement[bool]]] = {
    "late": _of(E.ClockBreached),
    "separation": _of(E.SeparationRefused),
    "intervention": _interventions,
    "timer": _late_timers,
    "log-in": _of(E.LogInRefused),
}
TYPES: Mapping[str, str] = {
    E.ClockBreached: "late",
    E.SeparationRefused: "separation",
    E.TimerFired: "timer",
    E.LogInRefused: "log-in",
}
