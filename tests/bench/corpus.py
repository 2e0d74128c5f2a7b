"""How files of other tools fare: `python -m tests.bench.corpus [FOLDER…] [--json FILE]`, by folder, as a table and JSON.

Each file is read, linted and tried out as it is; then with every proposed repair accepted by its default. `runs` says
that the trial came to an end on every way it tried. What stops the rest is counted by rule, in files.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
import traceback
from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path

from engine.bpmn.lint import Report, check
from engine.bpmn.reader import Unreadable
from engine.bpmn.repairs import apply, propose

CORPUS = Path(__file__).parents[2].parent / "shared/corpus"
LONGEST = 10.0


@dataclass(slots=True)
class Fate:
    """What became of one file. `stopped` are the rules that stop it even when mended; `crash` a traceback, if any."""

    path: str
    folder: str
    seconds: float = 0.0
    crash: str = ""
    deployable: bool = False
    runs: bool = False
    repairs: int = 0
    repaired: bool = False
    repaired_runs: bool = False
    stops: list[str] = field(default_factory=list)
    stopped: list[str] = field(default_factory=list)
    covered: int = 0
    total: int = 0

    @property
    def answered(self) -> bool:
        return not self.crash and self.seconds < LONGEST


@dataclass(slots=True)
class Row:
    """One folder in figures; `stops` and `stopped`: rule → number of files, as they are and mended."""

    folder: str
    files: int
    answered: int
    slowest: float
    deployable: int
    runs: int
    deployable_repaired: int
    runs_repaired: int
    repairs: int
    stops: dict[str, int]
    stopped: dict[str, int]


def examine(path: Path, folder: str, trial: bool = True) -> Fate:
    """One file, as it is and mended. Nothing raised escapes: it would be this file's fate."""
    fate = Fate(str(path), folder)
    started = time.perf_counter()
    try:
        data = path.read_bytes()
        report = check(data, dry_run=trial)
        fate.seconds = time.perf_counter() - started
        fate.deployable, fate.runs = report.is_deployable, runs(report)
        fate.stops = sorted({f.rule for f in report.errors})
        mend(fate, data, trial)
    except Exception:  # noqa: BLE001 - whatever a file does, the others are still to be looked at
        fate.crash = traceback.format_exc()
    fate.seconds = max(fate.seconds, 0.0) or time.perf_counter() - started
    return fate


def mend(fate: Fate, data: bytes, trial: bool) -> None:
    started = time.perf_counter()
    repairs = propose(data)
    fate.repairs = len(repairs)
    try:
        mended = apply(data, {repair.id: None for repair in repairs})
    except Unreadable as refusal:
        fate.stopped = sorted({f.rule for f in refusal.findings})
        return
    fate.seconds = max(fate.seconds, time.perf_counter() - started)
    report = check(mended, dry_run=trial)
    fate.repaired, fate.repaired_runs = report.is_deployable, runs(report)
    fate.stopped = sorted({f.rule for f in report.errors}) or stuck(report)
    if report.coverage is not None:
        fate.covered, fate.total = report.coverage.covered, report.coverage.total


def runs(report: Report) -> bool:
    return report.is_deployable and report.coverage is not None and report.coverage.runs_to_end


def stuck(report: Report) -> list[str]:
    """What kept a deployable file from its end in the trial."""
    if report.coverage is None or report.coverage.runs_to_end:
        return []
    return sorted({f.rule for f in report.findings if f.rule.startswith("dry-run") and f.level != "info"}) or ["no-end-reached"]


def row(folder: str, fates: list[Fate]) -> Row:
    return Row(
        folder,
        len(fates),
        sum(f.answered for f in fates),
        round(max(f.seconds for f in fates), 2),
        sum(f.deployable for f in fates),
        sum(f.runs for f in fates),
        sum(f.repaired for f in fates),
        sum(f.repaired_runs for f in fates),
        sum(f.repairs for f in fates),
        dict(Counter(rule for f in fates for rule in f.stops).most_common()),
        dict(Counter(rule for f in fates for rule in f.stopped).most_common()),
    )


def files(folders: list[Path]) -> dict[str, list[Path]]:
    """Folder name → its files; a folder of folders is taken vendor by vendor."""
    found: dict[str, list[Path]] = {}
    for folder in folders:
        for path in sorted([*folder.rglob("*.bpmn"), *folder.rglob("*.bpmn20.xml")] if folder.is_dir() else [folder]):
            found.setdefault(path.parent.name, []).append(path)
    return found


def table(rows: list[Row]) -> str:
    head = ("folder", "files", "answered", "slowest", "deployable", "run", "mended: deployable", "run", "repairs")
    lines = [head]
    for r in rows:
        figures = (r.files, r.answered, f"{r.slowest:.1f} s", r.deployable, r.runs, r.deployable_repaired, r.runs_repaired, r.repairs)
        lines.append((r.folder, *map(str, figures)))
    widths = [max(len(line[i]) for line in lines) for i in range(len(head))]
    return "\n".join("  ".join(cell.rjust(w) if i else cell.ljust(w) for i, (cell, w) in enumerate(zip(line, widths, strict=True))) for line in lines)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="How files of other tools fare here.")
    parser.add_argument("folders", nargs="*", type=Path, default=[CORPUS])
    parser.add_argument("--json", type=Path, default=None)
    parser.add_argument("--no-trial", action="store_true", help="lint and mend only")
    asked = parser.parse_args(arguments)
    fates: list[Fate] = []
    rows: list[Row] = []
    for folder, paths in files(asked.folders).items():
        found = []
        for path in paths:
            found.append(examine(path, folder, not asked.no_trial))
            print(f"\r{folder} {len(found)}/{len(paths)}", end="", file=sys.stderr, flush=True)
        fates += found
        rows.append(row(folder, found))
    if not fates:
        print("no .bpmn files there", file=sys.stderr)
        return 1
    print(file=sys.stderr)
    rows.append(row("all", fates))
    print(table(rows))
    for name, counts in (("stops as it is", rows[-1].stops), ("stops when mended", rows[-1].stopped)):
        print(f"\n{name}: " + (", ".join(f"{rule} {count}" for rule, count in counts.items()) or "nothing"))
    for fate in fates:
        if fate.crash or not fate.repaired_runs:
            print(f"  {fate.folder}/{Path(fate.path).name}: {fate.crash or ', '.join(fate.stopped) or 'no trial'}")
    if asked.json is not None:
        content = {"rows": [asdict(r) for r in rows], "files": [asdict(f) for f in fates]}
        asked.json.write_text(json.dumps(content, ensure_ascii=False, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
