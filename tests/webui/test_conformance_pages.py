"""The cases that deviate, on pages: found, filtered, linked to their entries; a case's own verdict beside its diagram."""

from __future__ import annotations

import re

import pytest

from engine.domain import commands as c
from engine.domain.actors import SYSTEM
from engine.worker.conformance import check_changed
from tests.engine.test_conformance_rules import with_rule
from tests.office import auditor, clerk, colleague, lead, owner
from tests.webui.caller import Desk
from tests.webui.pages import SCRIPT, main, words
from tests.webui.web import Web


@pytest.fixture
def web(database):
    """Three finished cases: one as it should be, one that a lead stepped into, one that breaks a rule."""
    web = Web.of(database)
    web.office.deploy(with_rule("absence: b when amount > 500", zh="大额不办", en="Nothing above 500"))
    for amount in ("1", "2", "501"):
        case = web.office.start("p", by=clerk)
        if amount == "2":
            case.task("a").assign(by=lead, to=colleague, note="she knows the customer")
        case.task("a").complete(by=colleague if amount == "2" else clerk, amount=amount)
        case.task("b").complete(by=clerk, again=False)
    return web


def listed(html):
    return re.findall(r'<a class="main-link" href="[^"]*">(CL-\d+)</a>', html)


def test_cases_are_checked_and_the_deviating_stand_first(web):
    browser = web.another(auditor)
    assert "No case" in browser.get("/audit/conformance").text
    page = browser.follow(browser.post("/audit/conformance")).text
    assert "3 cases were checked." in page
    assert listed(page) == ["CL-000003", "CL-000002", "CL-000001"]
    told = words(main(page))
    assert "Rule broken Nothing above 500: “b” should not have been passed." in told
    assert f"Reassigned {lead} decided who does “a”." in told
    assert "0 cases were checked." in browser.follow(browser.post("/audit/conformance")).text


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({"verdict": "deviating"}, ["CL-000003"]),
        ({"verdict": "stepped-into"}, ["CL-000002"]),
        ({"verdict": "conforming"}, ["CL-000001"]),
        ({"kind": "rule-broken"}, ["CL-000003"]),
        ({"procedure": "p", "version": "1"}, ["CL-000003", "CL-000002", "CL-000001"]),
        ({"procedure": "p", "version": "2"}, []),
        ({"procedure": "q"}, []),
        ({"from": "2026-03-02", "to": "2026-03-02"}, ["CL-000003", "CL-000002", "CL-000001"]),
        ({"from": "2026-03-03"}, []),
        ({"from": "31.12."}, []),
        ({"version": "x", "procedure": "p"}, []),
        ({"kind": SCRIPT}, []),
        ({"procedure": SCRIPT}, []),
    ],
)
def test_filters(web, wanted, expected):
    check_changed(web.office.engine, SYSTEM, web.office.now)
    answer = web.another(owner).get("/audit/conformance", query_string=wanted)
    assert answer.status_code == 200 and SCRIPT not in answer.text
    assert listed(answer.text) == expected


def test_counts_stand_at_the_tabs_and_kinds(web):
    check_changed(web.office.engine, SYSTEM, web.office.now)
    page = web.another(auditor).get("/audit/conformance").text
    told = words(main(page))
    assert "All 3 Deviating 1 Stepped into 1 As the procedure says 1" in told
    assert "Reassigned (1)" in told and "Rule broken (1)" in told


def test_the_case_shows_what_was_found_and_each_sentence_leads_to_its_entry(web):
    browser = web.another(auditor)
    page = browser.get("/cases/3").text
    section = page[page.index('id="conformance"') :]
    assert "Deviating" in section[:600]
    href = re.search(r'<a class="text-reset" href="([^"]+)">Nothing above 500', page).group(1).replace("&amp;", "&")
    entry = re.search(r"#(e3-\d+)$", href).group(1)
    assert f'id="{entry}"' in browser.get(href.partition("#")[0]).text
    marks = re.search(r'<script type="application/json" id="marks">(.*?)</script>', page).group(1)
    assert '"counts": {"b": {"kind": "late", "words": "Rule broken"}}' in marks
    assert "As the procedure says" in browser.get("/cases/1").text


def test_a_stale_verdict_says_so(web):
    check_changed(web.office.engine, SYSTEM, web.office.now)
    web.office.case(1).ask(c.AddNote, "as agreed", by=clerk)
    assert "changed since" in web.another(auditor).get("/audit/conformance").text


def test_employees_see_no_verdicts(web):
    browser = web.another(clerk)
    assert browser.get("/audit/conformance").status_code == 403
    assert 'id="conformance"' not in browser.get("/cases/3").text


def test_in_chinese(web):
    check_changed(web.office.engine, SYSTEM, web.office.now)
    page = words(main(web.another(auditor, "zh").get("/audit/conformance").text))
    assert "违反规则 大额不办：不应出现“b”。" in page


def test_the_same_over_the_api(web, database):
    desk = Desk(database)
    assert desk.caller(auditor).post("/audit/conformance", {}, 200) == {"cases": 3, "done": False}
    assert desk.caller(auditor).post("/audit/conformance", {}, 200) == {"cases": 0, "done": True}
    (one,) = desk.caller(auditor).get("/audit/deviations")["items"]
    assert (one["case_number"], one["kind"], one["element"], one["procedure"], one["version"]) == ("CL-000003", "rule-broken", "b", "p", 1)
    every = desk.caller(auditor).get("/audit/deviations", interventions="true")["items"]
    assert [one["kind"] for one in every] == ["rule-broken", "reassigned"]
    assert desk.caller(auditor).get("/audit/deviations", kind="twice")["items"] == []
    desk.caller(clerk).get("/audit/deviations", 403)
