"""Quality reviews on pages and over the API: draw, rate one case after another, compare, close."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta

import pytest

from engine.domain import commands as c
from engine.domain.scorecard import USUAL
from tests.engine.drawn import bpmn, sequence, task
from tests.office import auditor, clerk, owner
from tests.webui.caller import Desk
from tests.webui.test_statements import statements
from tests.webui.web import Web

DESK = bpmn(sequence("desk", task("take", "front-desk"), path="s > take > e"))
DRAW = {"name": "三月质检", "size": "3", "from": "2026-03-01", "to": "2026-03-02", "method": "random", "reviews": "1", "seed": "2026-03"}
GOOD = {f"rating.{one.key}": "met" for one in USUAL.questions}
BAD = GOOD | {"rating.truthful": "not-met"}


@pytest.fixture
def web(database) -> Web:
    """Five cases closed on Monday; it is Wednesday."""
    web = Web.of(database)
    web.office.deploy(DESK)
    for _ in range(5):
        web.office.start("desk").task("take").complete(by=clerk)
    web.office.wait("P2D")
    return web.log_in(auditor)


def drawn(web: Web, **how: str) -> str:
    answer = web.post("/audit/samples", DRAW | how)
    assert answer.status_code == 303, answer.text
    return answer.location


def cases_on(page: str) -> list[str]:
    return re.findall(r'href="(/audit/samples/\d+/cases/\d+)"', page)


def test_draw_rate_and_close(web):
    sheet = drawn(web)
    page = web.get(sheet).text
    first, *others = cases_on(page)
    assert len(others) == 2 and "2026-03" in page and "3 cases of 5 are drawn" in page
    answer = web.post(first, GOOD)
    assert answer.location == others[0]
    assert "Rated: 100 of 100, passed." in web.get(answer.location).text
    web.post(others[0], BAD | {"note": "No receipt."})
    page = web.post(sheet + "/end").text
    assert "1 case(s) are not settled" in page
    assert web.post(others[1], GOOD).location == sheet
    page = web.get(sheet).text
    assert "2 / 3" in page and "No receipt." in page and "21–94 %" in page
    assert web.follow(web.post(sheet + "/end")).status_code == 200
    assert "closed" in web.get("/audit/samples").text
    assert "reviewed the case for sample 1" in web.get(f"/cases/{first.rsplit('/', 1)[1]}").text


def test_the_list_costs_the_same_with_many_samples(web):
    drawn(web)
    few = statements(web, "/audit/samples")
    for _ in range(3):
        drawn(web)
    assert statements(web, "/audit/samples") == few


def test_the_seed_draws_the_same_again(web):
    sheet = drawn(web)
    assert cases_on(web.get(sheet).text) == [one.replace("/2/", "/1/") for one in cases_on(web.get(drawn(web)).text)]
    assert "the seed gives the same cases" in web.post(sheet + "/redraw").text
    web.office.ask(c.RedactPersonalValues(int(cases_on(web.get(sheet).text)[0].rsplit("/", 1)[1]), "asked"), "ma.chao")
    assert "has changed since" in web.post(sheet + "/redraw").text


def test_what_is_missing_is_said_where_it_is_missing(web):
    page = web.post("/audit/samples", DRAW | {"name": "", "size": "many", "seed": "kept"})
    assert page.status_code == 422
    assert page.text.count('class="fault"') == 2 and 'value="kept"' in page.text
    page = web.post("/audit/samples", DRAW | {"to": "2026-03-04"})
    assert page.status_code == 422 and "The time has to be over" in page.text
    page = web.post("/audit/samples", DRAW | {"method": "stratified"})
    assert page.status_code == 422 and "Should be one of: procedure" in page.text
    page = web.post("/audit/samples", DRAW | {"q0.zh": "礼貌", "q0.points": "many"})
    assert page.status_code == 422 and "points as a whole number" in page.text and 'value="礼貌"' in page.text


def test_a_rating_that_is_not_whole_keeps_what_was_chosen(web):
    case = cases_on(web.get(drawn(web)).text)[0]
    answer = web.post(case, {"rating.need": "partly", "note": "Look again."})
    assert answer.status_code == 422 and "Look again." in answer.text
    assert re.search(r'name="rating.need" value="partly" checked', answer.text)
    answer = web.post(case, BAD)
    assert answer.status_code == 422 and "Say what was wrong" in answer.text


def test_ones_own_scorecard(web):
    sheet = drawn(web, **{"q0.zh": "礼貌", "q0.points": "10", "q1.en": "In time", "q1.points": "30", "q1.critical": "on", "passes_at": "60"})
    case = cases_on(web.get(sheet).text)[0]
    page = web.get(case).text
    assert "礼貌" in page and "In time" in page and "Reception" not in page
    keys = re.findall(r'name="(rating\.[^"]+)" value="met"', page)
    web.post(case, dict(zip(keys, ("met", "partly"), strict=True)))
    assert "Rated: 63 of 100, passed." in web.get(sheet).text


def test_who_takes_part_in_a_case_is_told_that_somebody_else_reviews_it(web):
    sheet = drawn(web)
    web.office.ask(c.SaveUser(clerk, roles=("auditor",)))
    answer = web.another(clerk).post(cases_on(web.get(sheet).text)[0], GOOD)
    assert answer.status_code == 403 and "somebody else has to review it" in answer.text


def test_the_worksheet_is_a_spreadsheet_without_formulas(web):
    web.office.ask(c.StartCase("desk", {}, title="=cmd()"), clerk)
    case = web.office.case(6)
    case.task("take").complete(by=clerk)
    web.office.wait("P2D")
    sheet = drawn(web, size="9", to="2026-03-05")
    answer = web.get(sheet + "/worksheet.csv")
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert len(rows) == 7 and rows[0][:2] == ["Case", "Matter"] and len(rows[0]) == 16
    assert rows[6][1] == "'=cmd()"
    assert "attachment" in answer.headers["Content-Disposition"] and answer.headers["X-Content-Type-Options"] == "nosniff"


def test_what_is_not_in_the_sample_is_not_found(web):
    sheet = drawn(web, size="1")
    other = next(one for one in range(1, 6) if not cases_on(web.get(sheet).text)[0].endswith(f"/{one}"))
    for path in ("/audit/samples/9", f"{sheet}/cases/{other}", f"{sheet}/cases/99"):
        assert web.get(path).status_code == 404, path
    assert web.post(f"{sheet}/cases/{other}", GOOD).status_code == 404


def test_owners_look_on(web):
    sheet = drawn(web)
    theirs = web.another(owner)
    assert "Draw a sample" not in theirs.get("/audit/samples").text
    page = theirs.get(cases_on(theirs.get(sheet).text)[0])
    assert page.status_code == 200 and "Your rating" not in page.text


def test_over_the_api(database):
    desk = Desk(database)
    desk.office.deploy(DESK)
    for _ in range(4):
        desk.office.start("desk").task("take").complete(by=clerk)
    first = desk.office.now - timedelta(hours=1)
    desk.office.wait("P1D")
    asked = {"name": "q", "size": 2, "method": "weighted", "from": first.isoformat(), "to": desk.office.now.isoformat(), "seed": "s"}
    caller = desk.caller(auditor)
    made = caller.post("/audit/samples", asked, 201)
    again = caller.post("/audit/samples", asked | {"reviews": 2}, 201)
    assert made["cases"] == again["cases"] and made["population"] == 4
    ratings = {one.key: "met" for one in USUAL.questions}
    rated = caller.post(f"/audit/samples/{made['id']}/reviews", {"case": str(made["cases"][0]), "ratings": ratings}, 201)
    assert (rated["score"], rated["settled"]) == (100, "passed")
    problem = caller.post(f"/audit/samples/{made['id']}/reviews", {"case": str(made["cases"][1]), "ratings": {}}, 422)
    assert "rating.reception" in str(problem)
    found = caller.get(f"/audit/samples/{made['id']}")
    assert found["settled"] == 1 and found["cases"][0]["reviews"][0]["score"] == 100
    assert [one["id"] for one in caller.get("/audit/samples")["items"]] == [again["id"], made["id"]]
    caller.post(f"/audit/samples/{made['id']}/closure", {}, 409)
    assert caller.post(f"/audit/samples/{made['id']}/closure", {"reason": "enough"})["passed"] == 1
