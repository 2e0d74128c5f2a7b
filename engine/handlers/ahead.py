"""What takes long and needs no lock is done before a command's transaction, while nobody has to wait for it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

from sqlalchemy import Connection

from engine.domain.actors import Actor
from engine.store.organisation import OrganisationCache
from engine.versions import Versions


@dataclass(frozen=True, slots=True)
class Ahead:
    """What a preparation may use. `rehearses`: uploaded files are tried out in a child process."""

    actor: Actor
    read: Callable[[], AbstractContextManager[Connection]]
    versions: Versions
    organisations: OrganisationCache
    rehearses: bool
