"""Who is logged in: sessions kept on the server, found by a random token of which the database has the hash only.

Ending a session here makes every copy of its cookie worthless. Sessions live by the real time, not by the clock of
a demo organisation.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Row

from engine.domain.clock import Clock
from engine.store import people
from engine.store.session import Database

LONGEST = timedelta(days=7)
FORM_LASTS = timedelta(days=31)
RENEW_AFTER = timedelta(minutes=10)
NOTE_AFTER = timedelta(hours=1)
MOMENT = timedelta(minutes=10)
CODE, PASSWORD, DEVICE = "code", "password", "device"
SHOWN = 16


@dataclass(frozen=True, slots=True)
class Login:
    """`needs`: what the person has to do, in this order, before anything else; `id` names the session to them."""

    id: str
    user_id: int
    expires_at: datetime
    is_to_renew: bool
    how: str = ""
    needs: tuple[str, ...] = ()
    id_token: str | None = None


class Logins:
    """`idle`: how long a session lasts without a request."""

    def __init__(self, database: Database, clock: Clock, idle: timedelta, random: Callable[[int], bytes]) -> None:
        self.database = database
        self.clock = clock
        self.idle = idle
        self.random = random

    def find(self, conn: Connection, token: str) -> Login | None:
        """The session of a token, if there is one that has not expired."""
        row, now = people.session(conn, _hash(token)), self.clock.now()
        if row is None or row.user_id is None or row.expires_at <= now:
            return None
        its, needs = row.body, tuple(row.body.get("needs", ()))
        is_to_renew = CODE not in needs and self._until(row, now) - row.expires_at > RENEW_AFTER
        told = (its["how"], needs, its.get("id_token"))
        return Login(row.token_hash[:SHOWN], row.user_id, row.expires_at, is_to_renew, *told)

    def begin(
        self,
        user_id: int,
        how: str,
        instead_of: str | None = None,
        id_token: str | None = None,
        needs: tuple[str, ...] = (),
        where: Mapping[str, str] | None = None,
    ) -> str:
        """The token of a new session; the session of the old token, if there was one, is ended.

        `id_token` is what a provider vouched with; it is shown to it again to end the session there. `where`: the
        address and the browser. Somebody who still owes the code of their device is logged in for a moment only.
        """
        given = {"how": how, "id_token": id_token, "needs": needs, **(where or {})}
        body = {name: value for name, value in given.items() if value}
        lasts = MOMENT if CODE in needs else self.idle
        token, now = self.random(32).hex(), self.clock.now()
        with self.database.write() as conn:
            people.forget_expired_sessions(conn, now)
            if instead_of:
                people.end_session(conn, _hash(instead_of))
            values = {"user_id": user_id, "body": body, "created_at": now, "expires_at": now + lasts}
            people.save_session(conn, _hash(token), values)
        return token

    def renew(self, token: str) -> None:
        """The session lasts another while from now, but not for ever."""
        with self.database.write() as conn:
            row, now = people.session(conn, _hash(token)), self.clock.now()
            if row is not None and row.expires_at > now:
                body = row.body | {"seen_at": now.isoformat()}
                people.save_session(conn, _hash(token), {"expires_at": self._until(row, now), "body": body})

    def end(self, token: str) -> None:
        with self.database.write() as conn:
            people.end_session(conn, _hash(token))

    def note_token(self, token_id: int, used_at: datetime | None, at: datetime) -> None:
        """A token was used at that instant of the organisation; written down once an hour."""
        if used_at is None or at - used_at >= NOTE_AFTER:
            with self.database.write() as conn:
                people.note_token_use(conn, token_id, at)

    def use_form(self, form: str) -> bool:
        """Whether this log-in form is used for the first time; the same request sent again is known by it."""
        mark, now = _hash(f"form {form}"), self.clock.now()
        with self.database.write() as conn:
            if people.session(conn, mark) is not None:
                return False
            values = {"user_id": None, "body": {}, "created_at": now, "expires_at": now + FORM_LASTS}
            people.save_session(conn, mark, values)
        return True

    def _until(self, row: Row, now: datetime) -> datetime:
        return min(now + self.idle, row.created_at + LONGEST)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
