"""How often somebody may try to prove who they are, so that guessing is hopeless and nobody can keep others out.

A browser in which this person logged in before is known by a cookie and counted for itself: strangers who try the same
login cannot use up its attempts. All others are counted by their address, and by login and address together. A login
that is tried from everywhere at once stays open to each address, but seldom.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import IPv6Address, ip_address

from sqlalchemy import Connection

from engine.domain.clock import Clock
from engine.domain.errors import TooManyAttempts
from engine.store import attempts as store
from engine.store.session import Database


@dataclass(frozen=True, slots=True)
class Limit:
    """At most so many within so long."""

    name: str
    most: int
    within: timedelta


KNOWN_BROWSER = Limit("known browser", 10, timedelta(minutes=15))
TOGETHER = Limit("login and address", 5, timedelta(minutes=1))
TOGETHER_LONG = Limit("login and address, long", 30, timedelta(hours=1))
ADDRESS = Limit("address", 30, timedelta(minutes=1))
LOGIN = Limit("login", 100, timedelta(hours=1))
CODES = Limit("codes", 10, timedelta(hours=1))
CODES_OF_KNOWN_BROWSER = Limit("codes of a known browser", 10, timedelta(minutes=15))
UNDER_ATTACK = Limit("login under attack, and address", 1, timedelta(minutes=10))
OF_BOTH = (TOGETHER, TOGETHER_LONG, UNDER_ATTACK)


@dataclass(frozen=True, slots=True)
class Try:
    """`login` as it was typed; `browser` is the mark of a browser this person has logged in with, or empty."""

    login: str
    address: str
    browser: str = ""

    @property
    def network(self) -> str:
        """One IPv6 customer has a network of addresses: its first half tells them apart."""
        try:
            address = ip_address(self.address)
        except ValueError:
            return self.address
        if isinstance(address, IPv6Address):
            return str(address.ipv4_mapped or int(address) >> 64)
        return str(address)


class Attempts:
    def __init__(self, database: Database, clock: Clock) -> None:
        self.database = database
        self.clock = clock

    def begin(self, tried: Try) -> None:
        """Counts the attempt before the secret is looked at, so that many at once are many too."""
        with self.database.write() as conn:
            may = self._may(conn, tried)
        if not may:
            raise TooManyAttempts()

    def begin_code(self, tried: Try) -> None:
        """A code is short: whoever has the password and no known browser has ten an hour, from wherever they ask."""
        with self.database.write() as conn:
            may = self._hit(conn, *_codes(tried))
        if not may:
            raise TooManyAttempts()

    def accepted_code(self, tried: Try) -> None:
        with self.database.write() as conn:
            store.clear(conn, _key(*_codes(tried)))

    def refused(self, tried: Try) -> None:
        """The secret was wrong. Of a known browser only its own attempts are counted."""
        if not tried.browser:
            with self.database.write() as conn:
                self._hit(conn, ADDRESS, tried.network)
                self._hit(conn, LOGIN, tried.login)

    def accepted(self, tried: Try) -> None:
        """A known browser's success says nothing of the strangers who tried at the same address."""
        both = (tried.login, tried.network)
        proven = [(KNOWN_BROWSER, tried.browser)] if tried.browser else [(one, *both) for one in OF_BOTH]
        with self.database.write() as conn:
            for limit, *what in proven:
                store.clear(conn, _key(limit, *what))
            store.forget_expired(conn, self.clock.now())

    def _may(self, conn: Connection, tried: Try) -> bool:
        if tried.browser:
            return self._hit(conn, KNOWN_BROWSER, tried.browser)
        both = (tried.login, tried.network)
        counted = [self._hit(conn, limit, *both) for limit in (TOGETHER, TOGETHER_LONG)]
        counted.append(self._count(conn, ADDRESS, tried.network) < ADDRESS.most)
        if self._count(conn, LOGIN, tried.login) >= LOGIN.most:
            counted.append(self._hit(conn, UNDER_ATTACK, *both))
        return all(counted)

    def _hit(self, conn: Connection, limit: Limit, *what: str) -> bool:
        now = self.clock.now()
        return store.hit(conn, _key(limit, *what), now, now + limit.within) <= limit.most

    def _count(self, conn: Connection, limit: Limit, *what: str) -> int:
        return store.count(conn, _key(limit, *what), self.clock.now())


def _codes(tried: Try) -> tuple[Limit, str]:
    return (CODES_OF_KNOWN_BROWSER, tried.browser) if tried.browser else (CODES, tried.login)


def _key(limit: Limit, *what: str) -> str:
    return hashlib.sha256("\0".join((limit.name, *what)).encode()).hexdigest()
