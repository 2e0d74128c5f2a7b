"""`make bench`: product and floor side by side, on both databases; a table, and `build/bench.json`.

Trust the ratios: product and floor take turns in one run on one machine. `--quick` is for a look, not for quoting.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import tempfile
from pathlib import Path
from typing import Any

from tests.bench.measures import Bench
from tests.postgres import NotToBeHad, Server

OUT = Path("build/bench.json")


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of the rounds")
    parser.add_argument("--db", choices=("sqlite", "postgresql"), help="only this database")
    options = parser.parse_args()
    rows: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        if options.db != "postgresql":
            rows += Bench("sqlite", lambda name: f"sqlite:///{folder}/{name}.db", options.quick).run()
        if options.db != "sqlite":
            rows += _on_postgres(options.quick)
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps({"machine": _machine(), "rows": rows}, indent=1))
    print(f"\n{OUT} written: {len(rows)} rows")


def _on_postgres(quick: bool) -> list[dict[str, Any]]:
    try:
        server = Server(durable=True)
    except NotToBeHad as why:
        print(f"PostgreSQL left out: {why}")
        return []
    try:
        return Bench("postgresql", server.create, quick).run()
    finally:
        server.stop()


def _machine() -> str:
    load = statistics.mean(os.getloadavg()) if hasattr(os, "getloadavg") else 0
    return f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, load {load:.1f}"


if __name__ == "__main__":
    main()
