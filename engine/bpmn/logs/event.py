"""Past cases of another system, as its log tells them, and what of the log could not be read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from engine.domain.errors import Refusal
from engine.domain.text import Text

MOST_EVENTS = 1_000_000
MOST_EVENTS_OF_A_CASE = 2_000
LONGEST = 200
STARTS, ENDS = frozenset({"start"}), frozenset({"complete", "autoskip", "manualskip", ""})


class LogNotReadable(Refusal):
    """Also where it can be read but says too little; `why` says what to do."""

    code, kind = "log-not-readable", "invalid"
    sentence = Text("日志无法读取：{why}", "The log cannot be read: {why}")


TOO_MANY = Text("事件超过 {most} 个；请分成几个文件。", "it has more than {most} events; divide it into several files.")
TOO_LONG = Text(
    "工单“{case}”的事件超过 {most} 个；请检查工单一列是否选对。",
    "case “{case}” has more than {most} events; see whether the right column tells the case.",
)


@dataclass(frozen=True, slots=True)
class Columns:
    """What tells what, by the names the log has for it: columns of a table, attributes of XES."""

    case: str = ""
    activity: str = ""
    time: str = ""
    resource: str = ""
    start: str = ""
    transition: str = ""


@dataclass(frozen=True, slots=True)
class Raw:
    """A row as it is read. `transition` is `start`, `complete` … where the log tells of both."""

    activity: str
    at: datetime | None
    resource: str
    start: datetime | None
    transition: str


@dataclass(frozen=True, slots=True)
class Event:
    """Something was done; `began` where the log tells that too."""

    activity: str
    at: datetime | None
    resource: str
    began: datetime | None


@dataclass(frozen=True, slots=True)
class Trace:
    case: str
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class Bad:
    """A row that could not be read, and why."""

    where: Text
    why: Text


@dataclass(frozen=True, slots=True)
class Log:
    """`bad` are the first of `bad_count` unreadable rows; `left_out` events say neither beginning nor end of anything.

    `offered` are the names `columns` were chosen from.
    """

    form: str
    traces: tuple[Trace, ...]
    columns: Columns
    offered: tuple[str, ...]
    bad: tuple[Bad, ...] = ()
    bad_count: int = 0
    left_out: int = 0
    encoding: str = ""
    delimiter: str = ""
    time_format: str = ""

    @property
    def events(self) -> int:
        return sum(len(trace.events) for trace in self.traces)

    def activities(self) -> dict[str, int]:
        """How often each was done, the most frequent first."""
        counts: dict[str, int] = {}
        for event in (event for trace in self.traces for event in trace.events):
            counts[event.activity] = counts.get(event.activity, 0) + 1
        return dict(sorted(counts.items(), key=lambda one: (-one[1], one[0])))


class Gathering:
    """Cases while they are read: how much there is of them is bounded."""

    def __init__(self) -> None:
        self.cases: dict[str, list[Raw]] = {}
        self.bad: list[Bad] = []
        self.bad_count = self.count = 0

    def add(self, case: str, raw: Raw) -> None:
        self.count += 1
        if self.count > MOST_EVENTS:
            raise LogNotReadable(why=TOO_MANY.format(most=MOST_EVENTS))
        rows = self.cases.setdefault(case, [])
        rows.append(raw)
        if len(rows) > MOST_EVENTS_OF_A_CASE:
            raise LogNotReadable(why=TOO_LONG.format(case=case, most=MOST_EVENTS_OF_A_CASE))

    def refuse(self, where: Text, why: Text) -> None:
        self.bad_count += 1
        if len(self.bad) < 100:
            self.bad.append(Bad(where, why))

    def traces(self, *, in_order_of_time: bool) -> tuple[tuple[Trace, ...], int]:
        """The cases, and how many events told of neither beginning nor end."""
        traces, left_out = [], 0
        for case, rows in self.cases.items():
            if in_order_of_time and all(row.at for row in rows):
                rows.sort(key=lambda row: row.at.timestamp() if row.at else 0.0)
            traces.append(Trace(case, tuple(_paired(rows))))
            left_out += sum(row.transition not in STARTS | ENDS for row in rows)
        return tuple(traces), left_out


def _paired(rows: Iterable[Raw]) -> Iterator[Event]:
    """What was completed, with its start; what only ever starts in a case counts by its start."""
    rows = list(rows)
    ended = {row.activity for row in rows if row.transition in ENDS}
    begun: dict[str, list[datetime | None]] = {}
    for row in rows:
        if row.transition in STARTS and row.activity in ended:
            begun.setdefault(row.activity, []).append(row.at)
        elif row.transition in ENDS or row.transition in STARTS:
            waiting = begun.get(row.activity)
            began = row.start or (waiting.pop(0) if waiting else None)
            yield Event(row.activity, row.at, row.resource, began)


def plain(words: str) -> str:
    """Words of a log as they are shown and compared: no line breaks, nothing endless."""
    return " ".join(words.split())[:LONGEST]
