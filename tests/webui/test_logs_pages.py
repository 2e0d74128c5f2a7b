"""Logs of other systems on their pages: import, match, check, look."""

from __future__ import annotations

import io

import pytest

from tests.bpmn.logged import xes
from tests.engine.drawn import bpmn, sequence, task
from tests.office import Office, auditor, clerk, owner
from tests.webui.web import Web, in_order

LINE = bpmn(sequence("line", *(task(step, "front-desk") for step in "abc"), path="s > a > b > c > e"))
PAST = xes("1: a b c; 2: a c; 3: a b c end")
TABLE = b"no,step,other,at\n1,x,a,2026-03-02\n1,y,b,soon\n1,y,b,2026-03-03\n"


@pytest.fixture
def web(database):
    office = Office(database)
    office.deploy(LINE)
    return Web(office).log_in(auditor)


def send(web, data=PAST, name="past.xes", **more):
    return web.post("/audit/logs", {"file": (io.BytesIO(data), name), "against": "line/1"} | more)


def checked(web, data=PAST, strict=False):
    page = web.follow(send(web, data)).text
    chosen = {"activity": ["a", "b", "c", "end"], "element": ["a", "b", "c", ""]} | ({"strict": "true"} if strict else {})
    web.follow(web.post("/audit/logs/1/check", chosen))
    web.office.work()
    return page, web.get("/audit/logs/1").text


def test_from_the_file_to_what_was_found(web):
    page, found = checked(web)
    assert in_order(page, ["cases: 3, events: 9", "Activities and elements", '<option value="a" selected>'])
    assert in_order(found, ["67 %", "2 of 3", "0.941", "“b” should have been passed, and was not.", "33 %", "keeps to it", "a → c"])
    assert in_order(found, ["Not judged", "end"])
    assert '"b": {"kind": "late", "words": "1 case"}' in found
    assert "2 of 3 cases keep to it" in web.get("/audit/logs").text


def test_waiting_times_on_the_diagram(web):
    checked(web)
    page = web.get("/audit/logs/1?show=waits").text
    assert '"b": {"kind": "heat", "words": "1 h"}' in page


def test_strictly(web):
    _, found = checked(web, strict=True)
    assert in_order(found, ["Strict:", "The way taken at “end” is not in the diagram.", "Known to one side only"])


def test_how_far_it_is(web):
    send(web)
    web.post("/audit/logs/1/check", {"activity": "a", "element": "a"})
    page = web.get("/audit/logs/1").text
    assert in_order(page, ["The log is being checked", "Reload", "0 of 3 cases"]) and "Check the log" not in page
    assert "every 2s" in web.get("/audit/logs/1", headers={"HX-Request": "true"}).text
    web.office.work()
    part = web.get("/audit/logs/1", headers={"HX-Request": "true"}).text
    assert "Show what was found" in part and "every 2s" not in part and "<html" not in part


def test_columns_are_asked_for_and_bad_rows_named(web):
    refused = send(web, TABLE, "t.csv")
    assert refused.status_code == 422
    assert "no column was found for the case. The columns are: no, step, other, at." in refused.text
    page = web.follow(send(web, TABLE, "t.csv", case="no")).text
    assert in_order(page, ['name="activity" value="x"', 'name="activity" value="y"'])
    assert in_order(page, ["1 row cannot be read:", "line 3: “soon” is no time", "Read as a table in utf-8"])
    page = web.follow(web.post("/audit/logs/1/columns", {"case": "no", "activity": "other"})).text
    assert '<option value="b" selected>' in page


@pytest.mark.parametrize(
    ("data", "name", "against", "why"),
    [
        (b"", "", "line/1", "Choose a log"),
        (b"\0", "x.xes", "line/1", "it is no text"),
        (PAST, "x.xes", "line/7", "was not found"),
        (PAST, "x.xes", "line/many", "was not found"),
        (PAST, "x.xes", "", "was not found"),
    ],
)
def test_what_is_refused_is_said_on_the_page(web, data, name, against, why):
    answer = send(web, data, name, against=against)
    assert answer.status_code in (404, 422) and why in answer.text and "Import a log" in answer.text


def test_nothing_matched_and_discarded(web):
    send(web)
    answer = web.post("/audit/logs/1/check", {"activity": "a", "element": ""})
    assert answer.status_code == 422 and "no activity is an element of the diagram" in answer.text
    assert "The log was discarded." in web.follow(web.post("/audit/logs/1/discarding")).text
    assert web.get("/audit/logs/1").status_code == 404


def test_nobody_elses(web):
    send(web)
    assert web.another(owner).get("/audit/logs/1").status_code == 404
    assert "past.xes" not in web.another(owner).get("/audit/logs").text
    assert web.another(clerk).get("/audit/logs").status_code == 403


def test_in_chinese(web):
    send(web)
    other = web.another(auditor, "zh_CN")
    page = other.get("/audit/logs/1").text
    assert in_order(page, ["工单 3 个，事件 9 个", "活动与元素", "检查日志"])
