"""Workers and clerks as processes of their own, to be killed: `python -m tests.engine.processes ROLE URL …`."""

from __future__ import annotations

import sys
from collections.abc import Callable
from threading import Event

from engine.domain import commands as c
from engine.domain.clock import ManualClock
from engine.domain.errors import Refusal
from engine.runtime import Engine
from engine.store.session import Database
from engine.worker import Worker
from tests.office import instant


def work(url: str, at: str) -> None:
    """A worker at a fixed instant; says when it is ready, then goes on until it is killed."""
    worker = Worker(Engine(Database(url), ManualClock(instant(at))), longest_seconds=0.05)
    print("ready", flush=True)
    worker.run(Event())


def start_cases(url: str, at: str, login: str, procedure: str, first: str) -> None:
    """Start case after case under numbered keys; each is told once it is committed."""
    engine = Engine(Database(url), ManualClock(instant(at)))
    actor = engine.actor(login)
    number = int(first)
    print("ready", flush=True)
    while True:
        answer = engine.execute(c.StartCase(procedure, {"n": number}), actor, key=f"start-{number}")
        print(f"{number} {answer['id']}", flush=True)
        number += 1


def complete_tasks(url: str, at: str, login: str, *tasks: str) -> None:
    """Complete these tasks in order; each is told once it is committed, also when it was so already."""
    engine = Engine(Database(url), ManualClock(instant(at)))
    actor = engine.actor(login)
    print("ready", flush=True)
    for task in tasks:
        case_id, no = map(int, task.split("-"))
        try:
            engine.execute(c.CompleteTask(case_id, no, {"by": login}), actor, key=f"{login}-{task}")
        except Refusal as refusal:
            print(f"{task} {refusal.code}", flush=True)
        else:
            print(f"{task} done", flush=True)


ROLES: dict[str, Callable[..., None]] = {"work": work, "start": start_cases, "complete": complete_tasks}

if __name__ == "__main__":
    ROLES[sys.argv[1]](*sys.argv[2:])
