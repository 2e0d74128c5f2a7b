"""Do exports stay small in memory? `python -m tests.bench.exports [--entries N] [--db sqlite|postgresql] [FORM …]`

A real case is copied until there are that many entries (5 million unless said). Each form is then written to nowhere in
a process of its own: entries a second, how much was written, and resident memory after a tenth and at the end.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import text

from engine.audit.exports import forms
from engine.audit.exports.lines import ChainEnd, Line
from engine.domain import commands as c
from engine.queries import exports
from engine.queries.exports import Wanted
from engine.runtime import Engine
from engine.store import migrate
from engine.store.session import Database
from tests.office import Office, clerk
from tests.postgres import Server

SQLITE, POSTGRES = "sqlite", "postgresql"
FORMS = tuple(form for form in forms.FORMS if form != forms.PACK)
COPIED = {
    "service_case": "procedure, title, state, opened_at, last_no, head_seq, head_hash",
    "instance": "no, version_id, procedure, state, revision, started_at",
    "entry": "seq, type, at, actor_id, hash, body",
    "personal_value": "seq, name, salt, value",
}


def fill(database: Database, entries: int) -> None:
    """One real case, and copies of its rows under other numbers."""
    migrate.upgrade(database)
    office = Office(database)
    case = office.start("inquiry")
    case.ask(c.AddNote, "王女士 asked again", by=clerk)
    office.wait("P2D")
    with database.write() as conn:
        length = conn.execute(text("SELECT head_seq FROM service_case")).scalar_one()
        for table, columns in COPIED.items():
            key = "id" if table == "service_case" else "case_id"
            where = "" if table == "service_case" else f"WHERE case_id = {case.id}"
            numbers = _numbers(case.id + 1, case.id + entries // length, is_sqlite=database.is_sqlite)
            conn.execute(text(f"INSERT INTO {table} ({key}, {columns}) SELECT n, {columns} FROM {table} CROSS JOIN {numbers} {where}"))


def _numbers(first: int, last: int, *, is_sqlite: bool) -> str:
    if not is_sqlite:
        return f"generate_series({first}, {last}) AS numbers(n)"
    return f"(WITH RECURSIVE numbers(n) AS (SELECT {first} UNION ALL SELECT n + 1 FROM numbers WHERE n < {last}) SELECT n FROM numbers)"


def measure(url: str, form: str) -> None:
    """In a process of its own; one line of JSON."""
    engine = Engine(Database(url))
    with engine.read() as conn:
        _, total = exports.counted(conn, Wanted())
    seen, early, began = 0, 0.0, time.perf_counter()

    def counted() -> Iterator[Line | ChainEnd]:
        nonlocal seen, early
        for line in exports.chains(engine.read, engine.versions, Wanted()):
            yield line
            seen += isinstance(line, Line)
            if not early and seen >= total // 10:
                early = resident()

    size = sum(map(len, forms.pieces(form, counted(), engine.clock.now(), {})))
    took = time.perf_counter() - began
    print(json.dumps({"entries": seen, "seconds": took, "size": size, "early": early, "end": resident()}))


def resident() -> float:
    """Megabytes of this process that are in memory."""
    words = Path("/proc/self/status").read_text(encoding="ascii").split()
    return int(words[words.index("VmRSS:") + 1]) / 1024


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.exports", description=__doc__)
    parser.add_argument("--entries", type=int, default=5_000_000)
    parser.add_argument("--db", choices=(SQLITE, POSTGRES), default=SQLITE)
    parser.add_argument("--measure", help=argparse.SUPPRESS)
    parser.add_argument("forms", nargs="*", default=FORMS, metavar="FORM")
    options = parser.parse_args()
    if options.measure:
        measure(options.measure, options.forms[0])
        return
    server = Server(durable=False) if options.db == POSTGRES else None
    with tempfile.TemporaryDirectory(prefix="bench-exports-") as folder:
        url = server.create("exports") if server else f"sqlite:///{folder}/exports.db"
        database = Database(url)
        fill(database, options.entries)
        database.close()
        print("form      entries  entries/s       MB  MB resident at a tenth, at the end", flush=True)
        for form in options.forms:
            command = [sys.executable, "-m", "tests.bench.exports", "--measure", url, form]
            said = json.loads(subprocess.run(command, capture_output=True, check=True, text=True).stdout)
            rate = said["entries"] / said["seconds"]
            print(f"{form:6} {said['entries']:10,} {rate:10,.0f} {said['size'] / 1e6:8,.0f} {said['early']:10.0f} {said['end']:10.0f}", flush=True)
    if server:
        server.stop()


if __name__ == "__main__":
    main()
