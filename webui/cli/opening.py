"""How commands that are not servers get an engine: settings from the environment, the database, one clear word if not."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from engine.runtime import Engine
from webui import start
from webui.config import Settings


def settings() -> Settings:
    return Settings.from_env(os.environ)


@contextmanager
def engine() -> Iterator[Engine]:
    """An engine on the database of the environment, which must have the schema of this program."""
    wanted = settings()
    database = start.open_database(wanted)
    try:
        yield start.open_engine(wanted, database)
    finally:
        database.close()
