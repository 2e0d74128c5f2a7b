"""What an auditor looks at first: everything in the trail that is not the ordinary course of things, by kind."""

from __future__ import annotations

from collections.abc import Mapping

from engine.domain.events import EventType as E
from engine.queries import interventions

#: The kinds of exceptions the trail tells of, and the events that are one.
KINDS: Mapping[str, tuple[str, ...]] = {
    "late": (E.ClockBreached,),
    "intervention": tuple(interventions.KINDS),
    "log-in": (E.LogInRefused,),
}
