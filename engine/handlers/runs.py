"""The process instances of the locked case: read when they are needed, moved in memory, written once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Row

from engine.domain.errors import NotFound
from engine.domain.text import Text
from engine.handlers.work import Work
from engine.store import cases
from engine.versions import Version

LONGEST_ENDING = 100


@dataclass(slots=True)
class Run:
    """A process instance of the case, as it is now; `revision` as it was read."""

    no: int
    version: Version
    state: bytes
    revision: int
    ended: str | None = None
    release_id: int | None = None
    is_new: bool = False
    is_changed: bool = False


class Runs:
    def __init__(self, work: Work) -> None:
        self.work = work
        self._known: dict[int, Run] = {}
        self._all_read = False

    def get(self, no: int) -> Run:
        """An instance of the case, ended or not."""
        if no not in self._known:
            row = self.work.claimed.instances.get(no) if self.work.claimed else None
            row = row or cases.instance_of(self.work.conn, self.work.case.id, no)
            if row is None:
                raise NotFound(what=Text("流程实例", "The process instance"))
            self._take(row)
        return self._known[no]

    def of(self, row: Row) -> Run:
        """The instance that came with `Work.lock_with_task`."""
        version = self.work.versions.get(self.work.conn, row.instance_version_id)
        state = bytes(row.instance_state)
        run = Run(row.task_instance_no, version, state, row.instance_revision, row.instance_ending)
        return self._known.setdefault(run.no, run)

    def add(self, version: Version, release_id: int | None = None) -> Run:
        """`release_id`: the release that gave it this version."""
        run = Run(self.work.number(), version, b"", 0, release_id=release_id, is_new=True)
        self._known[run.no] = run
        return run

    def running(self) -> list[Run]:
        """Every instance of the case that has not ended."""
        if not self._all_read and self.work.case.locked_seq:
            for row in cases.running(self.work.conn, self.work.case.id):
                if row.no not in self._known:
                    self._take(row)
        self._all_read = True
        return [run for run in self if run.ended is None]

    def any_running(self) -> bool:
        """The instances not known yet are read only when none of the known ones runs."""
        return any(run.ended is None for run in self) or bool(self.running())

    def last_ending(self) -> str:
        return next((run.ended for run in reversed(self._known.values()) if run.ended), "completed")

    def save(self) -> None:
        """It is stale when somebody else moved an instance on meanwhile."""
        writes, case_id, now = self.work.writes, self.work.case.id, self.work.now
        for run in self:
            ended_at, ending = (now, run.ended[:LONGEST_ENDING]) if run.ended else (None, None)
            if run.is_new:
                row = {"version_id": run.version.id, "procedure": run.version.key, "state": run.state, "revision": 1}
                ends = {"started_at": now, "ended_at": ended_at, "ending": ending, "release_id": run.release_id}
                cases.add_instance(writes, {"case_id": case_id, "no": run.no, **row, **ends})
            elif run.is_changed:
                cases.save_instance(writes, case_id, run.no, run.revision, run.state, ended_at, ending)

    def __iter__(self) -> Iterator[Run]:
        return iter(list(self._known.values()))

    def _take(self, row: Row) -> None:
        version = self.work.versions.get(self.work.conn, row.version_id)
        self._known[row.no] = Run(row.no, version, bytes(row.state), row.revision, row.ending)
