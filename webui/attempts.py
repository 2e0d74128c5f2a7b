"""How often somebody may try passwords. Refused attempts count for the login, the address, and the two together."""

from __future__ import annotations

from limits import RateLimitItem, parse
from limits.storage import storage_from_string
from limits.strategies import FixedWindowRateLimiter

from engine.domain.errors import TooManyAttempts

TOGETHER, ADDRESS, LOGIN = parse("5/minute"), parse("30/minute"), parse("100/hour")


class Attempts:
    def __init__(self, storage: str = "memory://") -> None:
        self._limiter = FixedWindowRateLimiter(storage_from_string(storage))

    def begin(self, login: str, address: str) -> None:
        """Counts the attempt before the password is looked at, so that many at once are many too."""
        open_ = [self._limiter.test(item, *key) for item, key in _broad(login, address)]
        if not (self._limiter.hit(TOGETHER, login, address) and all(open_)):
            raise TooManyAttempts()

    def refused(self, login: str, address: str) -> None:
        for item, key in _broad(login, address):
            self._limiter.hit(item, *key)

    def accepted(self, login: str, address: str) -> None:
        self._limiter.clear(TOGETHER, login, address)


def _broad(login: str, address: str) -> tuple[tuple[RateLimitItem, tuple[str, str]], ...]:
    return (ADDRESS, ("address", address)), (LOGIN, ("login", login))
