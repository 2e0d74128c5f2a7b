"""The rows of the benchmark. Each measures product and floor in turns and reports medians and their ratio."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import make_url

from engine import worker
from engine.domain import commands as c
from engine.queries import verification, worklist
from engine.runtime import Engine
from engine.store.schema import timer
from tests.bench import scenario
from tests.bench.floor import Floor, timed

ROUNDS = 5


class Bench:
    def __init__(self, db: str, make_database: Callable[[str], str], quick: bool) -> None:
        self.db, self.make_database, self.scale = db, make_database, 0.1 if quick else 1.0
        self.rows: list[dict[str, Any]] = []

    def run(self) -> list[dict[str, Any]]:
        print(f"\n{self.db}: {'what':<24}{'clients':>8}{'n':>8}{'p50 ms':>10}{'p95 ms':>10}{'per s':>9}{'floor':>9}{'ratio':>8}")
        self.start_and_complete()
        for clients in (1, 8):
            self.complete_at_once(clients)
        self.worklists()
        self.timers()
        self.sizes_and_verification()
        return self.rows

    def start_and_complete(self) -> None:
        engine, ann, floor = self._fresh("complete")
        starts, completes, floor_starts, floor_completes = [], [], [], []
        cases = int(400 * self.scale)
        _complete_all(engine, ann, [_start(engine, ann) for _ in range(20)])
        for turn in range(ROUNDS):
            begun, ids = [], []
            for _ in range(cases // ROUNDS):
                at = time.perf_counter()
                ids.append(_start(engine, ann))
                begun.append(time.perf_counter() - at)
            starts += begun
            completes += _complete_all(engine, ann, ids)
            floor_completes += timed(floor.complete_task, cases)
            floor_starts += timed(lambda n, turn=turn: floor.start_case(turn * 10_000 + n), cases // ROUNDS)
        self._report("start_case", starts, floor_starts)
        self._report("complete_task", completes, floor_completes)
        _close(engine, floor)

    def complete_at_once(self, clients: int) -> None:
        """Completions per second with so many clients, each a process of its own."""
        engine, ann, floor = self._fresh(f"clients{clients}")
        cases = int(160 * self.scale) + clients
        ids = [_start(engine, ann) for _ in range(cases)]
        url = engine.database.url.render_as_string(hide_password=False)
        _close(engine, floor)
        product, seconds = _spread(_complete_some, url, [ids[n::clients] for n in range(clients)])
        bare, floor_seconds = _spread(_floor_some, url, [list(range(n, cases * 5, clients)) for n in range(clients)])
        more = {"per_s": len(product) / seconds, "floor_per_s": len(bare) / floor_seconds}
        self._report(f"complete_task{'' if clients == 1 else '_at_once'}", product, bare, clients=clients, **more)

    def worklists(self) -> None:
        engine, ann, floor = self._fresh("worklist", floor_tasks=100_000)
        _start(engine, ann)
        for count in (1_000, 10_000, 100_000):
            scenario.fill_worklist(engine, count)
            rounds = max(20, int(200 * self.scale))

            def page(_: int) -> None:
                with engine.read() as conn:
                    organisation = engine.organisations.current(conn)
                    found = worklist.page(conn, ann, organisation, engine.versions, "available", limit=50)
                    assert len(found.items) == 50

            def counted(_: int) -> None:
                with engine.read() as conn:
                    worklist.count(conn, ann, engine.organisations.current(conn), "available")

            self._report("worklist_page", timed(page, rounds), timed(floor.worklist_page, rounds), n=count)
            self._report("worklist_count", timed(counted, rounds), timed(floor.worklist_count, rounds), n=count)
        _close(engine, floor)

    def timers(self) -> None:
        """A thousand timers due at once among a hundred thousand later ones: until the last has fired."""
        engine, ann, floor = self._fresh("timers")
        due, later = int(1_000 * self.scale), int(100_000 * self.scale)
        for _ in range(due):
            engine.execute(c.StartCase(scenario.WAITS), ann)
        scenario.fill_timers(engine, later)
        late = Engine(engine.database, _Later(engine.clock, 3_700))
        begun = time.perf_counter()
        while worker.run_once(late):
            pass
        seconds = time.perf_counter() - begun
        with engine.read() as conn:
            left = conn.execute(select(timer.c.no).where(timer.c.case_id < 20_000_000)).all()
        assert not left, f"{len(left)} timers did not fire"
        self._size("timers_due", seconds, "s until the last fired", n=due)
        _close(engine, floor)

    def sizes_and_verification(self) -> None:
        engine, ann, floor = self._fresh("sizes")
        _complete_all(engine, ann, [_start(engine, ann) for _ in range(20)], keyed=False)
        before, cases = self._bytes(engine), max(100, int(600 * self.scale))
        for _ in range(10):
            _complete_all(engine, ann, [_start(engine, ann) for _ in range(cases // 10)], keyed=False)
            self._tidy(engine)
        self._size("bytes_per_case", (self._bytes(engine) - before) / cases, "bytes", n=cases)
        with engine.read() as conn:
            begun = time.perf_counter()
            verdict = verification.verify(conn)
            seconds = time.perf_counter() - begun
        assert verdict.holds
        self._size("verify_trail", verdict.entries / seconds, "entries/s", n=verdict.entries)
        _close(engine, floor)

    def _fresh(self, name: str, floor_tasks: int = 2_000) -> tuple[Engine, Any, Floor]:
        url = self.make_database(f"{self.db}_{name}")
        engine, ann = scenario.prepare(url)
        floor = Floor(engine.database.url)
        floor.make(floor_tasks)
        return engine, ann, floor

    def _tidy(self, engine: Engine) -> None:
        """What PostgreSQL's autovacuum does by itself in a database that lives longer than a benchmark."""
        if self.db == "postgresql":
            with engine.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
                conn.exec_driver_sql("VACUUM")

    def _bytes(self, engine: Engine) -> int:
        """Of the whole database. Idempotency keys are left out by not sending any: they are forgotten after a day."""
        with engine.read() as conn:
            if self.db == "postgresql":
                return conn.exec_driver_sql("SELECT pg_database_size(current_database())").scalar_one()
            pages, size = (conn.exec_driver_sql(f"PRAGMA {p}").scalar_one() for p in ("page_count", "page_size"))
            return pages * size

    def _report(self, name: str, product: list[float], floor: list[float], *, clients: int = 1, **more: Any) -> None:
        p50, p95, bare = _at(product, 0.5), _at(product, 0.95), _at(floor, 0.5)
        row = {"name": name, "db": self.db, "clients": clients, "n": len(product), "p50_ms": p50, "p95_ms": p95}
        row |= {"per_s": len(product) / sum(product), "floor_p50_ms": bare, "ratio": p50 / bare} | more
        self.rows.append({key: round(value, 3) if isinstance(value, float) else value for key, value in row.items()})
        figures = f"{row['n']:>8}{p50:>10.2f}{p95:>10.2f}{row['per_s']:>9.0f}{bare:>9.2f}{row['ratio']:>8.2f}"
        print(f"{self.db}: {name:<24}{clients:>8}{figures}", flush=True)

    def _size(self, name: str, value: float, unit: str, n: int) -> None:
        row = {"name": name, "db": self.db, "clients": 1, "n": n, "value": round(value, 3), "unit": unit}
        self.rows.append(row)
        print(f"{self.db}: {name:<24}{1:>8}{n:>8}   {value:,.2f} {unit}", flush=True)


class _Later:
    """The same clock, so many seconds ahead: what is due then is due now."""

    def __init__(self, base: Any, seconds: int) -> None:
        from datetime import timedelta

        self.base, self.ahead = base, timedelta(seconds=seconds)

    def now(self) -> Any:
        return self.base.now() + self.ahead


def _start(engine: Engine, ann: Any) -> int:
    return engine.execute(c.StartCase(scenario.KEY), ann)["id"]


def _complete_all(engine: Engine, ann: Any, ids: list[int], *, keyed: bool = True) -> list[float]:
    found = []
    for command, answer in scenario.completions(engine, ann, ids):
        begun = time.perf_counter()
        answer |= engine.execute(command, ann, key=f"{command.case_id}-{command.no}" if keyed else None)
        found.append(time.perf_counter() - begun)
    return found


def _complete_some(url: str, ids: list[int], out: Any, ready: Any) -> None:
    from engine.store.session import Database

    engine = Engine(Database(url))
    ann = engine.actor("ann")
    ready.wait()
    out.put(_complete_all(engine, ann, ids))


def _floor_some(url: str, numbers: list[int], out: Any, ready: Any) -> None:
    floor = Floor(make_url(url))
    ready.wait()
    found = []
    for number in numbers:
        begun = time.perf_counter()
        floor.complete_task(number)
        found.append(time.perf_counter() - begun)
    out.put(found)


def _spread(work: Callable[..., None], url: str, parts: list[list[int]]) -> tuple[list[float], float]:
    """Run the parts in processes that begin together; all their times, and the seconds until the last was done."""
    start = multiprocessing.get_context("spawn")
    out, ready = start.Queue(), start.Barrier(len(parts) + 1)
    processes = [start.Process(target=work, args=(url, part, out, ready)) for part in parts]
    for process in processes:
        process.start()
    ready.wait()
    begun = time.perf_counter()
    found = [seconds for _ in parts for seconds in out.get()]
    took = time.perf_counter() - begun
    for process in processes:
        process.join()
    return found, took


def _at(seconds: list[float], share: float) -> float:
    """A percentile, in milliseconds."""
    return sorted(seconds)[min(int(len(seconds) * share), len(seconds) - 1)] * 1e3


def _close(engine: Engine, floor: Floor) -> None:
    engine.database.close()
    floor.close()
