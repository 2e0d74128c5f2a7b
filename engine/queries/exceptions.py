"""What an auditor looks at first: what in the trail is not the ordinary course of things, by kind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from engine.domain.events import EventType as E
from engine.queries import interventions
from engine.queries.search_ways import LATE, Some

#: An incident that settled itself is nobody's doing.
RETRIED = '%"how":"retried"%'
#: The kinds of exceptions the trail tells of, and what is one of them.
KINDS: Mapping[str, tuple[Some, ...]] = {
    "late": (Some(E.ClockBreached),),
    "separation": (Some(E.SeparationRefused),),
    "intervention": tuple(Some(t, (RETRIED,) if t == E.IncidentResolved else ()) for t in interventions.KINDS),
    "timer": (Some(E.TimerFired, LATE),),
    "log-in": (Some(E.LogInRefused),),
}


def some(kinds: Iterable[str]) -> tuple[Some, ...]:
    return tuple(one for kind in kinds for one in KINDS[kind])
