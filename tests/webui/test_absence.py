"""Absence: oneself, one's people as a lead; the substitute then sees the tasks. The organisation, to read."""

import re

import pytest

from tests.office import admin, auditor, clerk, colleague, handler, lead, outsider, owner
from tests.webui.pages import REFUND, SCRIPT, main, words
from tests.webui.web import Web, in_order


@pytest.fixture
def web(database):
    return Web.of(database)


def options(page, name):
    return re.findall(r'<option value="([^"]+)"', page.split(f'name="{name}"')[1].split("</select>")[0])


def away(login, substitute, start="2026-03-02T08:00", end=""):
    return {"login": login, "substitute": substitute, "from_at": start, "until_at": end}


def test_a_substitute_for_oneself(web):
    browser = web.another(clerk)
    assert re.findall(r'type="radio" name="login"[^>]*value="([^"]+)"', browser.get("/absence").text) == [clerk]
    answer = browser.post("/absence", away(clerk, colleague, end="2026-03-06T18:00"))
    assert in_order(words(browser.follow(answer).text), ["The absence is set.", "张敏", "王芳", "away now", "End"])
    case = web.office.start(REFUND, by=clerk)
    case.task("check").claim(by=clerk)
    assert "You stand in for 张敏 now." in web.another(colleague).get("/absence").text
    assert f"CL-{case.id:06d}" in web.another(colleague).get("/worklist?view=mine").text
    browser.post("/absence/end", {"login": clerk})
    assert "Nobody is away" in browser.get("/absence").text
    assert web.office.system_trail().of("AbsenceSet")[-1].data == {"login": clerk}


def test_times_are_meant_in_the_office(web):
    web.another(clerk).post("/absence", away(clerk, colleague, "2026-03-02T09:01"))
    assert "planned" in web.another(clerk).get("/absence").text
    assert web.office.system_trail().last("AbsenceSet")["from"].startswith("2026-03-02T01:01")


def test_a_lead_sets_it_for_their_people(web):
    browser = web.another(lead)
    choices = options(browser.get("/absence").text, "login")
    assert choices[0] == lead and clerk in choices and handler in choices and outsider not in choices
    assert browser.post("/absence", away(clerk, colleague)).status_code == 303
    assert browser.post("/absence", away(outsider, clerk)).status_code == 422
    assert browser.post("/absence/end", {"login": outsider}).status_code == 403


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        (away(clerk, clerk), "substitute"),
        (away(clerk, "nobody"), "substitute"),
        (away(clerk, ""), "substitute"),
        (away(colleague, clerk), "login"),
        (away(clerk, colleague, ""), "from_at"),
        (away(clerk, colleague, "soon"), "from_at"),
        (away(clerk, colleague, end="2026-03-01T08:00"), "until_at"),
        (away(SCRIPT, colleague), "login"),
    ],
)
def test_what_cannot_be_meant_is_said_by_field(web, sent, field):
    answer = web.another(clerk).post("/absence", sent)
    assert answer.status_code == 422
    assert f'id="a-{field}-fault"' in answer.text and SCRIPT not in answer.text
    assert web.office.system_trail().of("AbsenceSet") == []


@pytest.mark.parametrize(("login", "status"), [(lead, 200), (owner, 200), (auditor, 200), (admin, 200), (clerk, 403), (outsider, 403)])
def test_who_reads_the_organisation(web, login, status):
    browser = web.another(login)
    assert browser.get("/organisation").status_code == status
    assert ('href="/organisation"' in browser.get("/cases").text) is (status == 200)


@pytest.mark.parametrize(("language", "said"), [("en", ["张敏", "Employee", "Front desk", "Customer service", "Mon–Fri", "09:00–12:00, 13:00–18:00", "closed"]), ("zh_CN", ["张敏", "员工", "一线坐席", "客户服务部", "周一–周五", "休息"])])
def test_the_organisation_is_told(web, language, said):
    page = words(main(web.another(admin, language).get("/organisation").text))
    assert [one for one in said if one not in page] == []
