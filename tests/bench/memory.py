"""Is the memory of a serving process flat? `python -m tests.bench.memory [COMPLETIONS] [--postgres]`

Starts and completes cases of the bench's scenario in one process and prints its resident memory as it goes; the growth
between the first quarter, when caches fill, and the end is what leaks.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.domain import commands as c
from engine.store import migrate
from engine.store.session import Database
from tests.engine.drawn import boundary, bpmn, element, sequence, task
from tests.office import Office, clerk
from tests.postgres import Server

STEPS = ("t1", "t2", "t3a", "t4", "t5")
VALUE = "x" * 100
USUAL, SAMPLES = 50_000, 20
FILE = bpmn(
    sequence(
        "memory",
        *(task(name, "front-desk", sla="PT1H", fields=f"{name}_value:string") for name in ("t1", "t2", "t3a", "t3b", "t4", "t5")),
        boundary("late", "t2", "PT2H", interrupting=False),
        element("exclusiveGateway x default=x-t3b"),
        element("exclusiveGateway j"),
        path=f's > t1 > t2 > x; x > t3a [t1_value == "{VALUE}"]; x > t3b; t3a > j; t3b > j; j > t4 > t5 > e; late > e',
        words={"clock.whole": "P1D"},
    )
)


def main(arguments: list[str]) -> None:
    numbers = [int(argument) for argument in arguments if argument.isdigit()]
    completions = numbers[0] if numbers else USUAL
    with database(on_postgres="--postgres" in arguments) as opened:
        samples = list(measure(Office(opened), completions))
    settled, end = samples[len(samples) // 4][1], samples[-1][1]
    print(f"grown since a quarter of the way: {end - settled:+.1f} MB over {completions * 3 // 4} completions")


def measure(office: Office, completions: int) -> Iterator[tuple[int, float]]:
    """(completions, resident megabytes), twenty times on the way."""
    key, actor, done = office.deploy(FILE)["key"], office.actor(clerk), 0
    while done < completions:
        case = office.engine.execute(c.StartCase(key), actor, key=f"start-{done}")
        next_task = case["next"]
        for step in STEPS:
            no = int(next_task.split("-")[1])
            command = c.CompleteTask(case["id"], no, {f"{step}_value": VALUE})
            next_task = office.engine.execute(command, actor, key=f"complete-{done}")["next"]
            done += 1
            if done % (completions // SAMPLES) == 0:
                print(f"{done:7} completions  {resident_mb():7.1f} MB", flush=True)
                yield done, resident_mb()


@contextmanager
def database(*, on_postgres: bool) -> Iterator[Database]:
    with tempfile.TemporaryDirectory() as folder:
        server = Server() if on_postgres else None
        opened = Database(server.create("memory") if server else f"sqlite:///{folder}/memory.db")
        try:
            migrate.upgrade(opened)
            yield opened
        finally:
            opened.close()
            if server:
                server.stop()


def resident_mb() -> float:
    """Resident memory as the kernel counts it (Linux)."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096 / 1e6


if __name__ == "__main__":
    main(sys.argv[1:])
