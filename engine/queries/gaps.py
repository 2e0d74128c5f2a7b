"""Where the row of checkpoints has a gap: longer between two of them, or since the last, than was agreed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from sqlalchemy import Connection

from engine.store import checkpoints

#: So many times as long as agreed may lie between two.
PATIENCE = 1.5


@dataclass(frozen=True, slots=True)
class Gap:
    """After checkpoint `after` none was made until `until`; None: none has been made since."""

    after: int
    since: datetime
    until: datetime | None


def gaps(conn: Connection, every: timedelta, now: datetime) -> tuple[Gap, ...]:
    """The newest first. Before the first checkpoint there is no gap: nothing was agreed yet."""
    made = checkpoints.times(conn)
    found = [Gap(one.id, one.at, next_.at) for one, next_ in pairwise(made) if next_.at - one.at > every * PATIENCE]
    if made and now - made[-1].at > every * PATIENCE:
        found.append(Gap(made[-1].id, made[-1].at, None))
    return tuple(reversed(found))
