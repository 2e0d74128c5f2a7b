"""`office`: the cast, on each database."""

from __future__ import annotations

import pytest

from engine.store.session import Database
from tests.office import Office


@pytest.fixture
def office(database: Database) -> Office:
    return Office(database)
