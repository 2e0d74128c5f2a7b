"""Processes that tests start and kill -9 in the middle of what they do."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.office import Office, written_instant

ROOT = Path(__file__).parents[2]
LONGEST_SECONDS = 60


class Process:
    """One started role of `tests.engine.processes`."""

    def __init__(self, office: Office, role: str, *more: str) -> None:
        url = office.database.url.render_as_string(hide_password=False)
        command = [sys.executable, "-m", "tests.engine.processes", role, url, written_instant(office.now), *more]
        self._process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)

    def line(self) -> str:
        """The next thing it says; empty when it is dead."""
        return self._process.stdout.readline().strip()

    def kill(self) -> list[str]:
        """Kill -9; returns what it had still said. Killing it again says nothing."""
        if self._process.stdout.closed:
            return []
        self._process.kill()
        return self.rest()

    def rest(self) -> list[str]:
        """Everything it says until it ends."""
        said = self._process.stdout.read().splitlines()
        self._process.stdout.close()
        self._process.wait(LONGEST_SECONDS)
        return said


@contextmanager
def processes(office: Office, *roles: tuple[str, ...]) -> Iterator[list[Process]]:
    """Started together and ready; all dead at the end, however the test ends."""
    started = [Process(office, *role) for role in roles]
    try:
        assert [process.line() for process in started] == ["ready"] * len(started)
        yield started
    finally:
        for process in started:
            process.kill()
