"""XES (IEEE 1849), plain or packed: read piece by piece without building a tree; no DOCTYPE, no entities, no network."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO

from lxml import etree

from engine.bpmn.logs.event import Columns, Gathering, Log, LogNotReadable, Raw, plain
from engine.domain.text import Text

GZIP = b"\x1f\x8b"
MOST_UNPACKED = 500_000_000
MOST_DEPTH = 50
MOST_NAMES = 200
PIECE = 65_536
CASE, ACTIVITY, TIME, RESOURCE, TRANSITION = (
    "concept:name", "concept:name", "time:timestamp", "org:resource", "lifecycle:transition",
)  # fmt: skip
USUAL = Columns(CASE, ACTIVITY, TIME, RESOURCE, "", TRANSITION)

NOT_XES = Text("这是 XML，但不是 XES：最外层是“{name}”，应为“log”。", "it is XML but no XES: the outermost element is “{name}”, not “log”.")
BROKEN = Text("XML 在第 {line} 行有错误：{why}", "its XML is broken in line {line}: {why}")
DOCTYPE = Text("文件含有 DOCTYPE；请去掉后重新导入。", "it has a DOCTYPE, which is not taken; remove it.")
DEEP = Text("元素嵌套超过 {most} 层。", "its elements are nested more than {most} deep.")
LARGE = Text("解压后超过 {most} MB；请分成几个文件。", "it is larger than {most} MB unpacked; divide it into several files.")
PACKED = Text("压缩文件已损坏或不完整。", "the packed file is damaged or incomplete.")
NO_CASES = Text("其中没有工单（trace）及其事件。", "there are no cases (traces) with events in it.")
NO_NAME = Text("事件没有“{name}”属性", "the event has no “{name}”")
NO_TIME = Text("“{value}”不是时间", "“{value}” is no time")
WHERE = Text("工单“{case}”第 {number} 个事件", "case “{case}”, event {number}")
OUTSIDE = Text("工单之外的事件", "an event outside any case")


def read(data: bytes, columns: Columns = USUAL) -> Log:
    """Every case and event. Raises `LogNotReadable`."""
    target = _Target(columns)
    options = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False}
    parser = etree.XMLParser(target=target, **options)
    try:
        for piece in _pieces(data):
            parser.feed(piece)
        parser.close()
    except etree.XMLSyntaxError as error:
        raise LogNotReadable(why=BROKEN.format(line=error.lineno or 1, why=error.msg or "")) from None
    except (EOFError, OSError, zlib.error):
        raise LogNotReadable(why=PACKED) from None
    gathered = target.gathered
    if not gathered.cases:
        raise LogNotReadable(why=_first_bad(gathered) or NO_CASES)
    traces, left_out = gathered.traces(in_order_of_time=False)
    offered = tuple(sorted(target.names))
    return Log("xes", traces, columns, offered, tuple(gathered.bad), gathered.bad_count, left_out)


def _first_bad(gathered: Gathering) -> Text | None:
    bad = next(iter(gathered.bad), None)
    return Text(f"{bad.where.zh}：{bad.why.zh}。", f"{bad.where.en}: {bad.why.en}.") if bad else None


def _pieces(data: bytes) -> Iterator[bytes]:
    """The bytes unpacked, no more of them than may be."""
    stream = gzip.GzipFile(fileobj=BytesIO(data)) if data.startswith(GZIP) else BytesIO(data)
    total = 0
    while piece := stream.read(PIECE):
        total += len(piece)
        if total > MOST_UNPACKED:
            raise LogNotReadable(why=LARGE.format(most=MOST_UNPACKED // 1_000_000))
        yield piece


class _Target:
    """What the parser tells of each element as it comes; nothing is kept but the cases."""

    def __init__(self, columns: Columns) -> None:
        self.columns = columns
        self.gathered = Gathering()
        self.names: dict[str, None] = {}
        self.open: list[str] = []
        self.trace: dict[str, str] = {}
        self.event: dict[str, str] = {}
        self.number = self.cases = 0
        self.waiting: list[tuple[int, dict[str, str]]] = []

    def doctype(self, *_: object) -> None:
        raise LogNotReadable(why=DOCTYPE)

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition("}")[2]
        if not self.open and name != "log":
            raise LogNotReadable(why=NOT_XES.format(name=name[:60]))
        if len(self.open) >= MOST_DEPTH:
            raise LogNotReadable(why=DEEP.format(most=MOST_DEPTH))
        inside = self.open[-1] if self.open else ""
        if name == "trace" and inside == "log":
            self.trace, self.number, self.waiting = {}, 0, []
            self.cases += 1
        elif name == "event" and inside in ("trace", "log"):
            self.event = {}
        elif inside in ("trace", "event") and (key := attributes.get("key")):
            told = self.event if inside == "event" else self.trace
            if len(told) < MOST_NAMES:
                told[key] = attributes.get("value", "")
        self.open.append(name)

    def end(self, _tag: str) -> None:
        name = self.open.pop()
        inside = self.open[-1] if self.open else ""
        if name == "event" and inside == "log":
            self.gathered.refuse(OUTSIDE, OUTSIDE)
        elif name == "event" and inside == "trace":
            self.number += 1
            self.waiting.append((self.number, self.event))
            if len(self.names) < MOST_NAMES:
                self.names.update(dict.fromkeys(self.event))
        elif name == "trace" and inside == "log":
            self._take()

    def _take(self) -> None:
        """A case is named by an attribute of its own, which may stand after its events."""
        case = plain(self.trace.get(self.columns.case, "")) or str(self.cases)
        for number, event in self.waiting:
            raw = self._raw(case, number, event)
            if raw is not None:
                self.gathered.add(case, raw)
        self.waiting = []

    def _raw(self, case: str, number: int, event: dict[str, str]) -> Raw | None:
        columns, where = self.columns, WHERE.format(case=case, number=number)
        activity = plain(event.get(columns.activity, ""))
        if not activity:
            self.gathered.refuse(where, NO_NAME.format(name=columns.activity))
            return None
        times: list[datetime | None] = []
        for name in (columns.time, columns.start):
            value = event.get(name, "").strip() if name else ""
            try:
                times.append(instant(value) if value else None)
            except (ValueError, OverflowError):
                self.gathered.refuse(where, NO_TIME.format(value=value[:60]))
                return None
        transition = event.get(columns.transition, "").strip().lower()
        return Raw(activity, times[0], plain(event.get(columns.resource, "")), times[1], transition)

    def close(self) -> None:
        """Nothing is left to do."""


def instant(value: str) -> datetime:
    """Without a zone as it stands."""
    at = datetime.fromisoformat(value)
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
