"""Write the golden trails anew: `python -m tests.processes.golden [NAME …]`, then look at the diff before committing it.

A golden trail is what the engine tells of a scenario, entry by entry. It changes when a procedure, a scenario or the
trail itself is changed on purpose; a test compares it on both databases.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from engine.store.session import Database
from tests.databases import SqliteFiles
from tests.processes import shelf
from tests.processes.stage import Stage, golden, play

FOLDER = Path(__file__).parent / "golden"


def path_of(name: str) -> Path:
    return FOLDER / f"{name}.txt"


def main(wanted: list[str]) -> None:
    scenarios = dict(shelf.scenarios())
    with tempfile.TemporaryDirectory() as folder:
        files = SqliteFiles(Path(folder))
        set_up = Path(folder) / "stage.db"
        Stage(Database(files.copy_to(set_up))).database.close()
        for name in wanted or scenarios:
            write(name, scenarios[name], set_up, Path(folder))
            print(name)
    if not wanted:
        for stale in set(FOLDER.glob("*/*.txt")) - {path_of(name) for name in scenarios}:
            stale.unlink()


def write(name: str, scenario: dict[str, Any], set_up: Path, folder: Path) -> None:
    path = shutil.copyfile(set_up, folder / "golden.db")
    database = Database(f"sqlite:///{path}")
    trail = play(database, scenario).trail()
    database.close()
    path_of(name).parent.mkdir(parents=True, exist_ok=True)
    path_of(name).write_text(golden(trail), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
