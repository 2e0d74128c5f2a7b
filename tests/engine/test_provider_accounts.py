"""Accounts a provider vouches for, when several requests ask for the same person at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from engine.domain import commands as c
from engine.domain.actors import SYSTEM
from engine.domain.errors import StaleState
from tests.office import Office

ISSUER = "https://login.example.com"


def test_a_first_log_in_in_many_windows_makes_one_account(database):
    office = Office(database)
    command = c.LogInByProvider(ISSUER, "u-1", "li.na", "李娜", None, ("employee",), ("front-desk",), "service", "zh-CN")

    def log_in(_: int) -> int | None:
        try:
            return office.engine.execute(command, SYSTEM)["user_id"]
        except StaleState:
            return None

    with ThreadPoolExecutor(6) as windows:
        found = set(windows.map(log_in, range(6)))
    user_id = office.actor("li.na").id
    assert user_id in found <= {user_id, None}
    assert office.system_trail().types.count("AccountLinked") == 1
    assert log_in(7) == user_id
    office.system_trail().check()
