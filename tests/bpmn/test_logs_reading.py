"""What a log is read as, which rows of it cannot be, and what is refused."""

from __future__ import annotations

import gzip
import random
from datetime import UTC, datetime

import pytest

from engine.bpmn.logs import event, xes
from engine.bpmn.logs.event import Columns, LogNotReadable
from engine.bpmn.logs.reading import read
from tests.bpmn import logged

PLAIN = "Case ID,Activity,Timestamp,Resource\n1,a,2026-03-02 09:00,Ann\n1,b,2026-03-02 10:00,Bob\n2,a,2026-03-03 09:00,Ann\n"


def activities(log):
    return {trace.case: "".join(event.activity for event in trace.events) for trace in log.traces}


def test_xes_plain_and_packed():
    data = logged.xes("1: a b; 2: a")
    for given in (data, gzip.compress(data)):
        log = read(given)
        assert (log.form, activities(log)) == ("xes", {"1": "ab", "2": "a"})
        assert log.traces[0].events[1].at == datetime(2026, 3, 2, 10, tzinfo=UTC)


def test_start_and_end_are_one_event():
    def one(name, kind, hour):
        return (
            f'<event><string key="concept:name" value="{name}"/><string key="lifecycle:transition" value="{kind}"/>'
            f'<date key="time:timestamp" value="2026-03-02T{hour:02}:00:00+00:00"/></event>'
        )

    events = one("a", "schedule", 8) + one("a", "start", 9) + one("a", "complete", 10) + one("b", "start", 11)
    log = read(f"<log><trace>{events}</trace></log>".encode())
    found = [(e.activity, e.began and e.began.hour, e.at.hour) for e in log.traces[0].events]
    assert (found, log.left_out) == ([("a", 9, 10), ("b", None, 11)], 1)


def test_events_that_cannot_be_read_are_named():
    data = logged.xes("1: a b").replace(b'value="2026-03-02T10:00:00"', b'value="yesterday"')
    log = read(data)
    assert (activities(log), log.bad_count) == ({"1": "a"}, 1)
    assert (log.bad[0].where.en, log.bad[0].why.en) == ("case “1”, event 2", "“yesterday” is no time")


LAUGHS = '<!DOCTYPE log [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (logged.xes("1: a", before=LAUGHS), "DOCTYPE"),
        (logged.xes("1: a", before='<!DOCTYPE log SYSTEM "file:///etc/passwd">'), "DOCTYPE"),
        (logged.xes("1: a", before=LAUGHS).decode().replace("UTF-8", "UTF-16").encode("utf-16"), "DOCTYPE"),
        (b"<log>" + b"<list>" * 60, "nested more than 50"),
        (b"<log><trace>", "broken in line 1"),
        (b"<html/>", "no XES"),
        (b"<log/>", "no cases"),
        (gzip.compress(logged.xes("1: a"))[:-9], "damaged or incomplete"),
        (b"\x1f\x8bnonsense", "damaged or incomplete"),
        (b"", "is empty"),
        (b"\x00\x01\x02\x03", "no text"),
        (b"PK\x03\x04nonsense", "save it as CSV"),
        (b"one column\n1\n", "at least two columns"),
        (b"case,case,activity\n1,1,a\n", "there twice"),
        (b"who,what else\n1,a\n", "no column was found for the case. The columns are: who, what else"),
        (b"case,activity,time\n1,a,soon\n", "“soon” for one"),
        (b"case,activity,time\n,a,2026-03-02\n", "no row can be read. line 2 has no case"),
    ],
    ids=range(17),
)
def test_what_is_refused(data, why):
    with pytest.raises(LogNotReadable, match=why):
        read(data)


def test_a_packed_bomb_is_refused_before_it_is_unpacked(monkeypatch):
    monkeypatch.setattr(xes, "MOST_UNPACKED", 1_000_000)
    bomb = gzip.compress(b"<log>" + b"<trace/>" * 1_000_000)
    with pytest.raises(LogNotReadable, match="larger than 1 MB"):
        read(bomb)


def test_how_much_there_may_be(monkeypatch):
    monkeypatch.setattr(event, "MOST_EVENTS_OF_A_CASE", 2)
    with pytest.raises(LogNotReadable, match="more than 2 events"):
        read(logged.xes("1: a b c"))
    monkeypatch.setattr(event, "MOST_EVENTS", 2)
    with pytest.raises(LogNotReadable, match="more than 2 events; divide"):
        read(logged.xes("1: a; 2: b; 3: c"))


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_tables_of_every_kind(delimiter, encoding):
    words = PLAIN.replace("Case ID", "工单编号").replace("Activity", "环节").replace(",", delimiter)
    log = read(words.encode(encoding))
    assert (activities(log), log.delimiter, log.columns.resource) == ({"1": "ab", "2": "a"}, delimiter, "Resource")


@pytest.mark.parametrize(
    "written",
    ["2026-03-02T09:30:00Z", "2026-03-02T17:30:00+08:00", "2026/3/2 9:30", "02.03.2026 09:30", "2026年3月2日 09:30", "03/02/2026 09:30 AM",
     "2026-03-02 09:30:00,000", "2026/3/2 上午9:30", "2026年3月2日 上午 9:30:00", "2026年3月2日 上午9时30分", "2026-03-02 9:30 am",
     "Mar 2, 2026 9:30 AM"],
)  # fmt: skip
def test_times_of_every_kind(written):
    log = read(f"case;activity;time\n1;a;{written}\n".encode())
    assert log.traces[0].events[0].at == datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def test_how_days_are_written_can_be_said():
    data = b"case;activity;time\n1;a;03/02/2026\n"
    assert read(data).traces[0].events[0].at.month == 2
    assert read(data, time_format="%m/%d/%Y").traces[0].events[0].at.month == 3


def test_half_past_noon_and_half_past_midnight():
    rows = "case;activity;time\n1;b;2026/3/2 下午12:30\n1;a;2026/3/2 上午12:30\n1;c;2026/3/2 下午1:00\n"
    assert [e.at.hour for e in read(rows.encode()).traces[0].events if e.at] == [0, 12, 13]


def test_a_log_that_begins_in_days_that_are_months_as_well_is_read_whole():
    days = [f"{month}/{day}/2026" for month in range(1, 13) for day in (*range(1, 13), 28)]
    rows = [f"{number};a;{day} 09:00" for number, day in enumerate(sorted(days * 20, key=lambda day: day.endswith("/28/2026")))]
    log = read("\n".join(["case;activity;time", *rows]).encode())
    assert (log.time_format, log.bad_count) == ("%m/%d/%Y %H:%M", 0)


@pytest.mark.parametrize("head", ["案件编号,环节名称,操作时间,坐席", "单号,操作步骤,时间戳,责任人", "sep=,\n工单号,活动,时间,处理人", "工单号,活动,时间,处理人,,"])
def test_tables_as_offices_write_them(head):
    """Empty columns behind the last are none."""
    log = read(f"{head}\n1,a,2026-03-02 09:00,王芳,,\n".encode("gbk"))
    assert (activities(log), log.traces[0].events[0].resource, log.bad_count) == ({"1": "a"}, "王芳", 0)


def test_rows_are_put_in_order_of_time_and_bad_ones_named_by_line():
    log = read((PLAIN + "2,b\n2,,2026-03-03 09:00,Bob\n2,c,later,Bob\n1,0,2026-03-02 08:00,Ann\n").encode())
    assert activities(log) == {"1": "0ab", "2": "a"}
    said = [f"{bad.where.en} {bad.why.en}" for bad in log.bad]
    assert said == ["line 5 has 2 columns instead of 4", "line 6 has no activity", "line 7 “later” is no time"]


def test_columns_can_be_said():
    data = b"a,b,c\n2026-03-02,x,1\n2026-03-03,y,1\n"
    assert activities(read(data, Columns(case="c", activity="b", time="a"))) == {"1": "xy"}
    with pytest.raises(LogNotReadable, match="no column “d”"):
        read(data, Columns(case="d"))


def test_other_attributes_of_xes_can_be_said():
    data = logged.xes("1: a b").replace(b'key="concept:name" value="a"', b'key="Step" value="z"')
    log = read(data, Columns(activity="Step"))
    assert (activities(log), log.bad_count, "Step" in log.offered) == ({"1": "z"}, 1, True)


@pytest.mark.parametrize("seed", range(12))
def test_whatever_comes_is_read_or_refused(seed):
    chance = random.Random(seed)
    whole = [logged.xes("1: a b; 2: a"), gzip.compress(logged.xes("1: a b; 2: a")), PLAIN.encode(), PLAIN.encode("utf-16"), PLAIN.encode("gb18030")]
    pieces = [b"<", b">", b'"', b"\0", b"\xff", b"&x;", b"<!DOCTYPE x>", b"<trace>", b"</event>", b",", b"\n", b'"\n', b"9" * 30, b"]]>", b"<?x?>"]
    for _ in range(60):
        data = bytearray(chance.choice(whole))
        for _ in range(chance.randint(1, 6)):
            at = chance.randrange(len(data) + 1)
            data[at : at + chance.choice((0, 0, 1, 5, 60))] = chance.choice(pieces)
        try:
            log = read(bytes(data))
        except LogNotReadable as refusal:
            assert refusal.text.zh and refusal.text.en
        else:
            assert log.events and len(log.traces)
