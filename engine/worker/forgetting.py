"""Personal values whose time is over go."""

from __future__ import annotations

import logging

from sqlalchemy.exc import InterfaceError, OperationalError

from engine.domain import commands as c
from engine.domain.actors import SYSTEM
from engine.domain.case import case_number
from engine.runtime import Engine
from engine.store import personal
from engine.store.session import Busy

log = logging.getLogger(__name__)

#: So many cases at a time: what is due in open cases does not wait for what has been closed for years.
BATCH = 200


def forget_in_time(engine: Engine) -> int:
    """How many cases have lost something. One that fails leaves the others alone and is tried again next time."""
    with engine.read() as conn:
        found = personal.due(conn, engine.clock.now(), BATCH)
    forgotten = 0
    for case_id in found:
        try:
            forgotten += engine.execute(c.ForgetValues(case_id), SYSTEM)["count"] > 0
        except Busy:
            continue
        except (OperationalError, InterfaceError):
            raise
        except Exception:
            log.exception("the personal values of %s could not be deleted", case_number(case_id))
    return forgotten
