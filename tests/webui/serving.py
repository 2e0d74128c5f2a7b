"""A `closeloop` process of one's own on a free port, and how it ended."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

PATIENCE_SECONDS = 60
ADDRESS = re.compile(r"http://\S+?:\d+")


class Process:
    """`closeloop WORDS…` under way. What it prints goes to files, so that it never waits for a reader."""

    def __init__(self, program: Sequence[str], folder: Path, words: Sequence[str], environ: Mapping[str, str]) -> None:
        self._out, self._err = folder / "out.txt", folder / "err.txt"
        env = {"PATH": os.environ["PATH"], "LANG": "C", **environ}
        with self._out.open("wb") as out, self._err.open("wb") as err:
            self._process = subprocess.Popen(
                [*program, *words],
                env=env,
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
            )

    @property
    def out(self) -> str:
        return self._out.read_text(encoding="utf-8")

    @property
    def err(self) -> str:
        return self._err.read_text(encoding="utf-8")

    def address(self, patience_seconds: float = PATIENCE_SECONDS) -> str:
        """Where it serves, once it does."""
        return self.until(lambda: (found := ADDRESS.search(self.out + self.err)) and found[0], patience_seconds)

    def until(self, told, patience_seconds: float = PATIENCE_SECONDS):
        """What `told` returns once that is something; fails where the process ends before, or time is up."""
        deadline = time.monotonic() + patience_seconds
        while not (something := told()):
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"ended with {self._process.poll()}: {self.out}{self.err}")
            time.sleep(0.05)
        return something

    def send(self, number: int) -> None:
        self._process.send_signal(number)

    def wait(self) -> int:
        return self._process.wait(PATIENCE_SECONDS)

    def end(self) -> None:
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()


@contextmanager
def started(folder: Path, *words: str, **environ: str) -> Iterator[Process]:
    """The program of this source tree, in `folder`; nothing of it is left when the block ends."""
    source = {"PYTHONPATH": str(Path(__file__).parents[2])}
    with started_program([sys.executable, "-m", "webui.cli"], folder, *words, **source, **environ) as process:
        yield process


@contextmanager
def started_program(program: Sequence[str], folder: Path, *words: str, **environ: str) -> Iterator[Process]:
    process = Process(program, folder, words, environ)
    try:
        yield process
    finally:
        process.end()


def fetch(url: str) -> tuple[int, str]:
    """Status and body, whatever the status."""
    try:
        with urllib.request.urlopen(url, timeout=PATIENCE_SECONDS) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as answer:
        with answer:
            return answer.code, answer.read().decode()
