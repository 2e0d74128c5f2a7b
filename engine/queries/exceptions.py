"""What an auditor looks at first: what in the trail is not the ordinary course of things, by kind."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from sqlalchemy import Connection, select

from engine.domain.events import EventType as E
from engine.domain.text import Text
from engine.queries import interventions
from engine.queries.search_ways import LATE, Some, Wanted
from engine.store import places
from engine.store.schema import deviation

DEVIATION = "deviation"
#: An incident that settled itself is nobody's doing.
RETRIED = '%"how":"retried"%'
#: The kinds of exceptions, and which events are one of them; deviations are found by checking cases.
KINDS: Mapping[str, tuple[Some, ...]] = {
    DEVIATION: (),
    "late": (Some(E.ClockBreached),),
    "separation": (Some(E.SeparationRefused),),
    "intervention": tuple(Some(t, (RETRIED,) if t == E.IncidentResolved else ()) for t in interventions.KINDS),
    "timer": (Some(E.TimerFired, LATE),),
    "log-in": (Some(E.LogInRefused),),
}


def of(wanted: Wanted, kinds: Collection[str]) -> Wanted:
    """The same, of exceptions of these kinds."""
    return replace(wanted, some=tuple(one for kind in kinds for one in KINDS[kind]), deviating=DEVIATION in kinds)


def deviations(conn: Connection, at: Collection[tuple[int, int]]) -> Mapping[tuple[int, int], tuple[Text, ...]]:
    """What was found at these entries, given by case and number."""
    found = deviation.c
    query = select(found.case_id, found.seq, found.sentence).where(found.is_remark.is_(False)).order_by(found.case_id, found.no)
    told: dict[tuple[int, int], tuple[Text, ...]] = {}
    for row in conn.execute(query.where(places.at(found.case_id, found.seq, at))) if at else ():
        place = (row.case_id, row.seq)
        told[place] = (*told.get(place, ()), Text(**row.sentence))
    return told
