"""How long the search over all trails takes: `python -m tests.bench.search [--entries N] [--db sqlite|postgresql]`.

A database is filled with that many entries (5 million unless said) of cases that look like ours, then each search is
made five times: its first page, its hundredth entry on, and its count. Printed are the median and the longest.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from sqlalchemy import text

from engine.domain.actors import AUDITOR, Actor
from engine.queries import exceptions, search
from engine.queries.search_ways import Wanted
from engine.runtime import Engine
from engine.store import migrate
from engine.store.session import Database
from tests.postgres import Server

ROUNDS = 5
AUDITING = Actor(1, "auditor", "auditor", frozenset({AUDITOR}))
#: What each case has, in order; a note in every second, a breach, a late timer and four eyes now and then.
COURSE = (
    "CaseStarted InstanceStarted ClockStarted TaskCreated ClockStarted TaskClaimed TaskCompleted ClockStopped PathTaken"
    " NOTE TaskCreated ClockStarted TaskClaimed TaskCompleted ClockStopped PathTaken BREACH TaskCreated TIMER TaskClaimed"
    " TaskCompleted PathTaken MessageSent InstanceEnded CaseClosed"
).split()
DAY = 86_400_000_000
START = 1_700_000_000_000_000
SQLITE, POSTGRES = "sqlite", "postgresql"


def fill(database: Database, cases: int) -> None:
    """Rows by the hundred thousand, made by the database itself."""
    migrate.upgrade(database)
    for statement in _statements(database, cases):
        with database.engine.connect() as conn:
            if not database.is_sqlite:
                conn.exec_driver_sql("SET statement_timeout = 0")
            conn.exec_driver_sql(statement if database.is_sqlite else statement.replace("%", "%%"))
            conn.commit()
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
        if not database.is_sqlite:
            conn.exec_driver_sql("SET statement_timeout = 0")
        conn.exec_driver_sql("ANALYZE" if database.is_sqlite else "VACUUM ANALYZE")


def _statements(database: Database, cases: int) -> Iterator[str]:
    blob = (lambda words: f"CAST({words} AS BLOB)") if database.is_sqlite else (lambda words: f"convert_to({words}, 'UTF8')")
    number = (lambda of: f"CAST({of} AS TEXT)") if database.is_sqlite else (lambda of: f"({of})::text")
    zero = "zeroblob(32)" if database.is_sqlite else "decode(repeat('00', 32), 'hex')"

    def series(name: str, last: int) -> str:
        if database.is_sqlite:
            return f"(WITH RECURSIVE {name}({name}) AS (SELECT 1 UNION ALL SELECT {name} + 1 FROM {name} WHERE {name} < {last}) SELECT {name} FROM {name}) AS of_{name}"
        return f"generate_series(1, {last}) AS of_{name}({name})"

    opened = f"{START} + i * CAST(60000000 AS BIGINT)"
    version = "CASE WHEN i % 1000 = 7 THEN 9 ELSE 1 + i % 8 END"
    yield (
        "INSERT INTO procedure_version (id, procedure, number, sha256, bpmn, state, findings, bound, deployed_at, deployed_by)"
        f" SELECT v, CASE WHEN v = 9 THEN 'rare' ELSE 'p' || {number('v % 4')} END, v, {number('v')}, {blob(repr(''))},"
        f" 'released', {blob(repr('[]'))}, {blob(repr('{}'))}, {START}, 'owner' FROM {series('v', 9)}"
    )
    yield (
        "INSERT INTO service_case (id, procedure, title, state, customer_id, owner_id, department, opened_at, closed_at, last_no,"
        f" head_seq, head_hash) SELECT i, 'p', 'A case', 'closed', 1 + (i * 7919) % 100000, 1 + i % 200, 'service', {opened},"
        f" {opened} + {DAY}, 9, {len(COURSE)}, {zero} FROM {series('i', cases)}"
    )
    yield (
        "INSERT INTO instance (case_id, no, version_id, procedure, state, revision, started_at, ended_at)"
        f" SELECT i, 1, {version}, 'p', {blob(repr(''))}, 1, {opened}, {opened} + {DAY} FROM {series('i', cases)}"
    )
    kinds = {
        "NOTE": "CASE WHEN i % 2 = 0 THEN 'NoteAdded' ELSE 'PathTaken' END",
        "BREACH": "CASE WHEN i % 20 = 3 THEN 'ClockBreached' WHEN i % 5000 = 4 THEN 'SeparationRefused' ELSE 'PathTaken' END",
        "TIMER": "'TimerFired'",
    }
    types = " ".join(f"WHEN {j} THEN {kinds.get(kind, repr(kind))}" for j, kind in enumerate(COURSE, 1))
    timer = COURSE.index("TIMER") + 1
    late = f"CASE WHEN j = {timer} AND i % 3000 = 5 THEN ',\"late_s\":' || {number('60 + i % 900')} ELSE '' END"
    element = f"CASE WHEN i % 20000 = 11 THEN 'rare-step' ELSE 's' || {number('j')} END"
    who = "1 + (i * 31 + j) % 200"
    body = (
        f"'{{\"by\":\"u' || {number(who)} || '\",\"data\":{{\"due_at\":\"2026-01-01T00:00:00.000000Z\",\"element\":\"' || {element}"
        f" || '\",\"instance\":1' || {late} || '}}}}'"
    )
    yield (
        "INSERT INTO entry (case_id, seq, type, at, actor_id, hash, body)"
        f" SELECT i, j, CASE j {types} END, {opened} + j * CAST(1800000000 AS BIGINT), {who}, {zero}, {blob(body)}"
        f" FROM {series('i', cases)} CROSS JOIN {series('j', len(COURSE))}"
    )
    note = (
        "'\"客户来电说明情况，' || CASE WHEN i % 100 = 0 THEN '要求退款' ELSE '等候回复' END"
        f" || CASE WHEN i = 22222 THEN '，提到暗号' ELSE '' END || '。Called again, number ' || {number('i')} || '.\"'"
    )
    yield (
        "INSERT INTO personal_value (case_id, seq, name, salt, value)"
        f" SELECT i, {COURSE.index('NOTE') + 1}, 'text', {blob(repr('0123456789abcdef'))}, {blob(note)} FROM {series('i', cases)} WHERE i % 2 = 0"
    )
    yield (
        "INSERT INTO personal_value (case_id, seq, name, salt, value)"
        f" SELECT i, j, 'values/phone', {blob(repr('0123456789abcdef'))}, {blob(repr(chr(34) + '13800138000' + chr(34)))}"
        f" FROM {series('i', cases)} CROSS JOIN {series('j', 3)}"
    )
    logins, body = cases // 4, blob("'{\"by\":\"system\",\"data\":{\"login\":\"u1\"}}'")
    yield (
        "INSERT INTO entry (case_id, seq, type, at, actor_id, hash, body)"
        f" SELECT 0, i, CASE WHEN i % 50 = 0 THEN 'LogInRefused' ELSE 'LoggedIn' END, {START} + i * CAST(240000000 AS BIGINT),"
        f" 0, {zero}, {body} FROM {series('i', logins)}"
    )


def searches(entries: int) -> Iterator[tuple[str, Callable[..., Wanted]]]:
    from datetime import timedelta

    from engine.store.types import from_micros

    begin = from_micros(START)
    month = {"from_at": begin + timedelta(days=30), "to_at": begin + timedelta(days=60)}
    yield "everything", lambda conn: Wanted()
    yield "one case", lambda conn: Wanted(case_id=777)
    yield "a person", lambda conn: Wanted(actor_id=17)
    yield "a person, completed", lambda conn: Wanted(actor_id=17, types=("TaskCompleted",))
    yield "a person who did nothing", lambda conn: Wanted(actor_id=4711)
    yield "a customer", lambda conn: Wanted(customer_ids=(4242,))
    yield "fifty customers", lambda conn: Wanted(customer_ids=tuple(range(5000, 5050)))
    yield "a procedure", lambda conn: Wanted(procedure="p1")
    yield "a rare procedure", lambda conn: Wanted(procedure="rare")
    yield "a version, a step", lambda conn: Wanted(procedure="p1", version=1, step="s7")
    yield "a rare step", lambda conn: Wanted(step="rare-step")
    yield "a step nobody has", lambda conn: Wanted(step="nothing")
    yield "a rare kind", lambda conn: Wanted(types=("SeparationRefused",))
    yield "a kind that never was", lambda conn: Wanted(types=("MigrationUndone",))
    yield "a usual kind", lambda conn: Wanted(types=("TaskCompleted",))
    yield "a month", lambda conn: Wanted(**month)
    yield "breaches of a version in a month", lambda conn: Wanted(types=("ClockBreached",), procedure="p1", version=1, **month)
    yield "a usual word in notes", lambda conn: Wanted(words="客户")
    yield "a word in 1 % of notes", lambda conn: Wanted(words="退款")
    yield "a word in one note", lambda conn: Wanted(words="暗号")
    yield "a word in no note", lambda conn: Wanted(words="没有这个词")
    yield "a word and a customer", lambda conn: Wanted(words="客户", customer_ids=(4242,))
    yield "exceptions, all kinds", lambda conn: exceptions.of(Wanted(), exceptions.KINDS)
    for kind in exceptions.KINDS:
        yield f"exceptions: {kind}", lambda conn, kind=kind: exceptions.of(Wanted(), [kind])


def measure(database: Database, entries: int) -> None:
    engine = Engine(database)
    print(f"\n{database.url.get_backend_name()}, {entries:,} entries; milliseconds, median / longest of {ROUNDS}")
    print(f"{'search':36} {'page':>15} {'next page':>15} {'count':>15}  found")
    for name, wanted_of in searches(entries):
        pages, nexts, counts, found = [], [], [], ""
        for _ in range(ROUNDS):
            with engine.read() as conn:
                organisation, wanted = engine.organisations.current(conn), wanted_of(conn)
                page, took = _timed(lambda: search.page(conn, AUDITING, organisation, wanted))  # noqa: B023
                pages.append(took)
                if page.next:
                    _, took = _timed(lambda: search.page(conn, AUDITING, organisation, wanted, cursor=page.next))  # noqa: B023
                    nexts.append(took)
                count, took = _timed(lambda: search.count(conn, AUDITING, organisation, wanted))  # noqa: B023
                counts.append(took)
                found = f"{len(page.items)}{' …' if page.looked_until else ''} of {'' if count.is_exact else 'more than '}{count.n:,}"
        print(f"{name:36} {_told(pages):>15} {_told(nexts):>15} {_told(counts):>15}  {found}", flush=True)


def _timed(call: Callable) -> tuple:
    start = time.perf_counter()
    return call(), (time.perf_counter() - start) * 1000


def _told(times: list[float]) -> str:
    return f"{statistics.median(times):.1f} / {max(times):.1f}" if times else "–"


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.search", description=__doc__)
    parser.add_argument("--entries", type=int, default=5_000_000)
    parser.add_argument("--db", choices=(SQLITE, POSTGRES))
    parser.add_argument("--keep", type=Path, help="a folder in which the SQLite file stays, and is used again")
    options = parser.parse_args()
    cases = options.entries // len(COURSE)
    with tempfile.TemporaryDirectory(prefix="bench-search-") as folder:
        if options.db != POSTGRES:
            _run(f"sqlite:///{options.keep or folder}/search.db", cases, options.entries)
        if options.db != SQLITE:
            server = Server(durable=False)
            try:
                _run(server.create("search"), cases, options.entries)
            finally:
                server.stop()


def _run(url: str, cases: int, entries: int) -> None:
    database = Database(url)
    start = time.perf_counter()
    migrate.upgrade(database)
    with database.read() as conn:
        is_filled = conn.execute(text("SELECT 1 FROM entry LIMIT 1")).first() is not None
    if not is_filled:
        fill(database, cases)
        print(f"filled in {time.perf_counter() - start:.0f} s", flush=True)
    measure(database, entries)
    database.close()


if __name__ == "__main__":
    main()
