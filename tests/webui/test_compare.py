"""Two versions side by side: sentences step by step, both drawings with marks, any two versions."""

from __future__ import annotations

import json
import re

import pytest

from engine.bpmn.diff import diff, source_of
from tests.office import PROCESSES, clerk, owner
from tests.webui.pages import SCRIPT, main, words
from tests.webui.test_compare_api import CHOICE
from tests.webui.web import Web, in_order
from webui.presenters import comparison

HANDLING = (PROCESSES / "handling" / "procedure.bpmn").read_bytes()


def altered(*pairs: tuple[str, str]) -> bytes:
    data = HANDLING
    for old, new in pairs:
        assert old.encode() in data, old
        data = data.replace(old.encode(), new.encode(), 1)
    return data


SHORTER = altered(('name="sla" value="PT15M"', 'name="sla" value="PT5M"'), ("Call in person; a text", "Call yourself; a text"))
LONGER_FLOW = altered(
    (
        '<bpmn:scriptTask id="first_round"',
        f'<bpmn:userTask id="planted" name="{SCRIPT.replace("<", "&lt;").replace(chr(34), "&quot;")}" '
        'camunda:candidateGroups="handling"/><bpmn:sequenceFlow id="f-planted" sourceRef="planted" targetRef="first_round"/>'
        '<bpmn:scriptTask id="first_round"',
    ),
    (
        'sourceRef="register_direct" targetRef="first_round"',
        'sourceRef="register_direct" targetRef="planted"',
    ),
)


@pytest.fixture
def web(database) -> Web:
    web = Web.of(database)
    web.office.deploy(HANDLING)
    return web.log_in(clerk)


def marks(html: str, name: str) -> dict:
    return json.loads(re.search(rf'<script type="application/json" id="{name}">(.*?)</script>', html, re.DOTALL).group(1))


def test_sentences_and_marks(web):
    web.office.deploy(SHORTER, draft=True)
    html = web.get("/procedures/handling/compare").text
    assert in_order(words(main(html)), ("v1 → v2", "What changed 2", "Acknowledge", "Limit of “Acknowledge” 15 min → 5 min"))
    assert "Standard of “Acknowledge” rewritten" in html
    assert "Call yourself" in html and "<del>" in html and "<ins>" in html
    for name in ("marks-old", "marks-new"):
        assert marks(html, name)["changed"] == ["acknowledge_complaint"]
    assert re.search(r'data-bpmn="/procedures/handling/versions/1/diagram/en" data-marks="marks-old"', html)
    assert re.search(r'data-bpmn="/procedures/handling/versions/2/diagram/en" data-marks="marks-new"', html)
    assert 'data-old="acknowledge_complaint" data-new="acknowledge_complaint"' in html


def test_in_chinese(web):
    web.office.deploy(SHORTER, draft=True)
    html = web.another(clerk, language="zh_CN").get("/procedures/handling/compare").text
    assert "“受理确认”的时限 15 分钟 → 5 分钟" in html
    assert "What changed" not in words(main(html))


def test_a_new_step_is_marked_in_the_new_drawing_only(web):
    web.office.deploy(LONGER_FLOW, draft=True)
    html = web.get("/procedures/handling/compare").text
    assert marks(html, "marks-new")["added"] == ["planted"]
    assert marks(html, "marks-old")["added"] == []
    assert SCRIPT not in html
    assert "New step “&lt;script&gt;" in html
    back = web.get("/procedures/handling/compare?from=2&to=1").text
    assert marks(back, "marks-old")["removed"] == ["planted"]


def test_nothing_changed(web):
    web.office.deploy(SHORTER, draft=True)
    assert "Nothing changed" in web.get("/procedures/handling/compare?from=2&to=2").text


def test_only_the_drawing_changed(web):
    moved = re.sub(rb'(bpmnElement="register_direct"[^>]*>\s*<dc:Bounds x=")([0-9.]+)', rb"\g<1>7", HANDLING, count=1)
    assert moved != HANDLING
    web.office.deploy(moved, draft=True)
    page = words(main(web.get("/procedures/handling/compare").text))
    assert "Only the drawing changed" in page


@pytest.mark.parametrize("path", ["handling/compare", "nobody/compare", "handling/compare?from=1&to=7", "handling/compare?from=x"])
def test_what_cannot_be_compared_is_not_found(web, path):
    assert web.get(f"/procedures/{path}").status_code == 404


def test_who_may_see_it(web):
    web.office.deploy(SHORTER, draft=True)
    assert web.another(owner).get("/procedures/handling/compare").status_code == 200
    assert web.another().get("/procedures/handling/compare").status_code in (302, 303)


def test_a_file_not_deployed_yet_is_compared_the_same_way(web):
    """What the review of an upload shows: all it takes are two sources and two addresses."""
    found = diff(source_of(HANDLING), source_of(LONGER_FLOW))
    with web.app.test_request_context():
        shown = comparison.comparison(found, comparison.Side("v1", "/old"), comparison.Side("upload", "/new"))
    assert shown.new_diagram.bpmn_href == "/new"
    assert shown.new_diagram.marks["added"] == ["planted"]
    (group,) = shown.groups
    assert group.sentences[0].new == "planted" and group.sentences[0].old is None


def test_what_it_would_do_to_cases(web):
    office = web.office
    office.start("handling", by=clerk)
    office.deploy(SHORTER, draft=True)
    owners = web.another(owner)
    page = words(main(owners.get("/procedures/handling/compare").text))
    assert "Look ahead" in page and "Cases that run now" not in page
    page = words(main(owners.get("/procedures/handling/compare?cases=1").text))
    assert "1 run on other versions: 1 could move to this one, 0 could not." in page
    assert in_order(page, ("Where they are", "v1", "Register the complaint", "1", "1"))
    assert "The latest 0 of 0 finished cases, 0 runs" in page
    assert "Look ahead" not in words(main(web.get("/procedures/handling/compare").text))
    assert "Cases that run now" not in words(main(web.get("/procedures/handling/compare?cases=1").text))
    chinese = web.another(owner, language="zh_CN").get("/procedures/handling/compare?cases=1").text
    assert "在其他版本上办理的有 1 个" in chinese


def test_finished_cases_on_the_page(web):
    office = web.office
    office.deploy(CHOICE)
    case = office.start("choice", by=clerk)
    case.task("ask").complete(by=clerk, amount="120")
    case.task("small").complete(by=clerk)
    office.deploy(CHOICE.replace(b"amount &gt; 500", b"amount &gt; 100"), draft=True)
    html = main(web.another(owner).get("/procedures/choice/compare?cases=1").text)
    assert "0 would have gone the same way, 1 another way" in words(html)
    assert "After “Large?” it would have gone to “Large amount” instead of “Small amount”" in words(html)
    assert f'href="/cases/{case.id}"' in html or f"CL-{case.id:06d}" in html
