"""Passwords as Argon2id hashes: 19 MiB, two passes, one lane (OWASP's password storage cheat sheet)."""

from __future__ import annotations

from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


def hash_password(password: str) -> str:
    return HASHER.hash(password)


def is_password(password: str, hash_: str | None) -> bool:
    """Takes as long for a login that does not exist as for one that does."""
    try:
        return HASHER.verify(hash_ or _nobodys(), password) and hash_ is not None
    except (Argon2Error, InvalidHashError):
        return False


@lru_cache(maxsize=1)
def _nobodys() -> str:
    return HASHER.hash("nobody has this password")
