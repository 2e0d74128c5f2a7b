"""Tables (CSV): which character divides the columns, which encoding, which column tells what, how times are written."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import fields, replace
from datetime import UTC, datetime
from io import StringIO

from engine.bpmn.logs.event import Columns, Gathering, Log, LogNotReadable, Raw, plain
from engine.domain.text import Text

MOST_BYTES = 300_000_000
DELIMITERS = ",;\t|"
LOOKED_AT, PIECE = 2_000, 200_000
ISO = "iso"
FORMATS = (
    ISO, "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y-%m-%d %H:%M:%S,%f", "%Y/%m/%d %H:%M:%S.%f", "%Y年%m月%d日 %H:%M:%S",
    "%Y年%m月%d日 %H:%M", "%Y年%m月%d日 %H时%M分", "%Y年%m月%d日 %H时%M分%S秒", "%Y年%m月%d日", "%Y/%m/%d", "%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M",
    "%d.%m.%Y", "%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%d/%m/%Y", "%m/%d/%Y %H:%M:%S", "%m/%d/%Y %H:%M",
    "%m/%d/%Y %I:%M:%S %p", "%m/%d/%Y %I:%M %p", "%m/%d/%Y", "%d-%m-%Y %H:%M:%S", "%d-%m-%Y %H:%M", "%d-%m-%Y",
    "%d %b %Y %H:%M:%S", "%d-%b-%Y %H:%M:%S", "%b %d, %Y %I:%M:%S %p", "%b %d, %Y %I:%M %p", "%d/%m/%Y %I:%M:%S %p",
    "%d/%m/%Y %I:%M %p", "%Y/%m/%d %I:%M:%S %p", "%Y/%m/%d %I:%M %p", "%Y-%m-%d %I:%M:%S %p", "%Y-%m-%d %I:%M %p",
    "%Y年%m月%d日 %I:%M:%S %p", "%Y年%m月%d日 %I:%M %p", "%Y年%m月%d日 %I时%M分 %p", "%Y年%m月%d日 %I时%M分%S秒 %p",
)  # fmt: skip
HALVES = {"上午": "AM", "下午": "PM"}
#: The line by which Excel is told what divides the columns.
DIVIDED_BY = "sep="
#: Names of columns as systems call them, compared without case, spaces and punctuation.
KNOWN = {
    "case": "case:concept:name caseid case_id case casenumber 工单号 工单编号 工单 案例 案例id 案例编号 案件号 案件编号 案件 流水号 流程实例 单号 编号 instance "
    "instanceid processinstanceid traceid trace ticket ticketid orderid id",
    "activity": "concept:name activity activityname event eventname task taskname step stepname action 活动 活动名称 步骤 环节 "
    "节点 任务 任务名称 步骤名称 环节名称 节点名称 事件名称 操作步骤 处理环节 办理环节 操作 事件 name",
    "time": "time:timestamp timestamp completetimestamp time datetime completed completedat complete end endtime endtimestamp "
    "finished finishedat date at 时间 完成时间 结束时间 办理时间 处理时间 操作时间 记录时间 时间戳 日期 发生时间",
    "resource": "org:resource resource user username performer actor who agent assignee employee 资源 人员 处理人 办理人 操作人 "
    "经办人 处理人员 操作人员 坐席 责任人 执行人 员工 用户 org:role role",
    "start": "start_timestamp starttimestamp starttime start started startedat begin 开始时间 开始办理时间 start:timestamp",
    "transition": "lifecycle:transition lifecycle transition eventtype 生命周期",
}
NEEDED = ("case", "activity")

EMPTY = Text("文件是空的。", "the file is empty.")
LARGE = Text("超过 {most} MB；请分成几个文件。", "it is larger than {most} MB; divide it into several files.")
NO_TEXT = Text("这不是文本：既不是 XES，也不是 CSV。", "it is no text: neither XES nor CSV.")
WORKBOOKS = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
WORKBOOK = Text("这是 Excel 工作簿或压缩包；请在 Excel 中另存为 CSV 后再导入。",
                "it is an Excel workbook or an archive; save it as CSV and import that.")  # fmt: skip
NO_TABLE = Text("第一行应是列名，至少两列，用逗号、分号、制表符或竖线分隔。",
                "the first line should name at least two columns, divided by comma, semicolon, tab or bar.")  # fmt: skip
TWICE = Text("列名“{name}”出现了两次。", "the column “{name}” is there twice.")
NO_COLUMN = Text("没有找到表示{what}的列。现有的列：{offered}。请指明是哪一列。",
                 "no column was found for the {what}. The columns are: {offered}. Say which it is.")  # fmt: skip
NO_SUCH = Text("没有名为“{name}”的列。现有的列：{offered}。", "there is no column “{name}”. The columns are: {offered}.")
NO_FORMAT = Text("时间列“{name}”无法识别，例如“{value}”。请写成 2026-03-02 09:30:00。",
                 "the times in “{name}” cannot be understood, “{value}” for one. Write them as 2026-03-02 09:30:00.")  # fmt: skip
NO_ROWS = Text("没有一行可以读取。{first}", "no row can be read. {first}")
WHAT = {"case": Text("工单", "case"), "activity": Text("活动", "activity")}
LINE = Text("第 {line} 行", "line {line}")
CELLS = Text("有 {there} 列，应为 {wanted} 列", "has {there} columns instead of {wanted}")
BLANK = Text("没有{what}", "has no {what}")
NO_TIME = Text("“{value}”不是时间", "“{value}” is no time")


def read(data: bytes, columns: Columns | None = None, time_format: str = "") -> Log:
    """Every row; those that cannot be read are named. What is not said is found out. Raises `LogNotReadable`."""
    text, encoding = _text(data)
    delimiter = _delimiter(text)
    rows = _rows(text, delimiter)
    head = [plain(name) for name in next(rows, (1, []))[1]]
    if len(head) < 2:
        raise LogNotReadable(why=NO_TABLE)
    if twice := next((name for name in head if name and head.count(name) > 1), None):
        raise LogNotReadable(why=TWICE.format(name=twice))
    columns = _columns(head, columns or Columns())
    at = {field.name: head.index(name) for field in fields(Columns) if (name := getattr(columns, field.name))}
    time_format = time_format or _format(_rows(text, delimiter), at.get("time", at.get("start")), head)
    gathered = Gathering()
    for line, row in rows:
        _take(gathered, line, row, len(head), at, time_format)
    if not gathered.cases:
        bad = next(iter(gathered.bad), None)
        first = Text(f"{bad.where.zh}{bad.why.zh}。", f"{bad.where.en} {bad.why.en}.") if bad else Text("", "")
        raise LogNotReadable(why=NO_ROWS.format(first=first))
    traces, left_out = gathered.traces(in_order_of_time=True)
    return Log("csv", traces, columns, tuple(head), tuple(gathered.bad), gathered.bad_count, left_out, encoding, delimiter, time_format)


def _text(data: bytes) -> tuple[str, str]:
    if not data.strip():
        raise LogNotReadable(why=EMPTY)
    if len(data) > MOST_BYTES:
        raise LogNotReadable(why=LARGE.format(most=MOST_BYTES // 1_000_000))
    if data.startswith(WORKBOOKS):
        raise LogNotReadable(why=WORKBOOK)
    marked = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    for encoding in dict.fromkeys((marked, "utf-8-sig", "gb18030", "cp1252")):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text, encoding.removesuffix("-sig")
    raise LogNotReadable(why=NO_TEXT)


def _delimiter(text: str) -> str:
    """The one that is said, else the one that divides the first lines into the most columns, each into as many."""
    if text[:4].lower() == DIVIDED_BY and text[4:5] and text[4] in DELIMITERS:
        return text[4]

    def fits(delimiter: str) -> tuple[float, int]:
        rows = [row for _, row in zip(range(20), csv.reader(StringIO(text[:PIECE]), delimiter=delimiter), strict=False) if row]
        width = len(rows[0]) if rows else 0
        return (sum(len(row) == width for row in rows) / max(len(rows), 1) if width > 1 else 0.0, width)

    return max(DELIMITERS, key=fits)


def _rows(text: str, delimiter: str) -> Iterator[tuple[int, Sequence[str]]]:
    """With the line each ends in; empty lines are nothing."""
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter)
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as problem:
            raise LogNotReadable(why=Text.same(f"{reader.line_num}: {problem}.")) from None
        is_said = reader.line_num == 1 and text[:4].lower() == DIVIDED_BY
        if any(cell.strip() for cell in row) and not is_said:
            yield reader.line_num, row


def _columns(head: Sequence[str], wanted: Columns) -> Columns:
    """Those that are said, and for the rest the first whose name is known."""
    offered = ", ".join(filter(None, head))[:500]
    found: dict[str, str] = {field.name: getattr(wanted, field.name) for field in fields(Columns)}
    for name in found.values():
        if name and name not in head:
            raise LogNotReadable(why=NO_SUCH.format(name=name[:100], offered=offered))
    alike = {_alike(name): name for name in reversed(head)}
    for part, names in KNOWN.items():
        if not found[part]:
            free = (alike.get(_alike(one)) for one in names.split())
            found[part] = next((name for name in free if name and name not in found.values()), "")
    for part in NEEDED:
        if not found[part]:
            raise LogNotReadable(why=NO_COLUMN.format(what=WHAT[part], offered=offered))
    return replace(wanted, **found)


def _alike(name: str) -> str:
    return "".join(char for char in name.casefold() if char.isalnum() or char == ":")


def _format(rows: Iterator[tuple[int, Sequence[str]]], at: int | None, head: Sequence[str]) -> str:
    """The first way of writing times that most values are written in, looked for from the first to the last of them: a
    log may begin in days that are months as well. Empty where no column tells any."""
    if at is None:
        return ""
    next(rows)
    values = [row[at].strip() for _, row in rows if len(row) > at and row[at].strip()]
    values = values[:: -(-len(values) // LOOKED_AT) or 1]
    if not values:
        return ISO
    counts = {form: sum(_is_time(value, form) for value in values) for form in FORMATS}
    best = max(FORMATS, key=lambda form: counts[form])
    if not counts[best]:
        raise LogNotReadable(why=NO_FORMAT.format(name=head[at], value=values[0][:60]))
    return best


def _is_time(value: str, form: str) -> bool:
    try:
        instant(value, form)
    except (ValueError, OverflowError):
        return False
    return True


def instant(value: str, form: str) -> datetime:
    """Without a zone as it stands. Raises `ValueError`."""
    if form == ISO:
        at = datetime.fromisoformat(value.removesuffix(" UTC"))
    else:
        at = datetime.strptime(_half_last(value) if "%p" in form else value, form)
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)


def _half_last(value: str) -> str:
    """The half of the day behind the time, as English writes it: 下午3:05 is 3:05 PM."""
    for said, half in HALVES.items():
        if said in value:
            before, after = value.split(said, 1)
            return f"{before.strip()} {after.strip()} {half}"
    return value


def _take(gathered: Gathering, line: int, row: Sequence[str], width: int, at: dict[str, int], form: str) -> None:
    where = LINE.format(line=line)
    while len(row) > width and not row[-1].strip():
        row = row[:-1]
    if len(row) != width:
        gathered.refuse(where, CELLS.format(there=len(row), wanted=width))
        return
    told = {part: row[place].strip() for part, place in at.items()}
    for part in NEEDED:
        if not told[part]:
            gathered.refuse(where, BLANK.format(what=WHAT[part]))
            return
    times = []
    for part in ("time", "start"):
        try:
            times.append(instant(told[part], form) if told.get(part) else None)
        except (ValueError, OverflowError):
            gathered.refuse(where, NO_TIME.format(value=told[part][:60]))
            return
    transition = told.get("transition", "").lower()
    raw = Raw(plain(told["activity"]), times[0], plain(told.get("resource", "")), times[1], transition)
    gathered.add(plain(told["case"]), raw)
