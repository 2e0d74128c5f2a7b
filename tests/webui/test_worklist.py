"""The worklist: whose tasks in which order, claimed one at a time or many at once, alone or with a colleague beside."""

import re

import pytest

from engine.domain import commands as c
from tests.office import OFFICE_HOURS, admin, approver, auditor, clerk, colleague, handler, lead, outsider
from tests.webui.test_tasks import FORMS, GOOD
from tests.webui.web import Web, in_order

HTMX = {"HX-Request": "true"}


@pytest.fixture
def web(database):
    return Web.of(database)


def rows(html):
    return re.findall(r'<tr id="task-([\d-]+)"', html)


def tasks(cases, element="details"):
    return [f"{case.id}-{case.task(element).no}" for case in cases]


@pytest.mark.parametrize(
    ("login", "views", "first"),
    [
        (clerk, ["mine", "available"], "available"),
        (lead, ["mine", "available", "team", "all"], "available"),
        (auditor, ["all"], "all"),
        (admin, ["team", "all"], "team"),
    ],
)
def test_each_role_has_its_views(web, login, views, first):
    page = web.another(login).get("/worklist").text
    tabs = page.split('class="tabs"')[1].split("</ul>")[0]
    assert re.findall(r'href="/worklist\?view=(\w+)"', tabs) == views
    assert re.findall(r'href="/worklist\?view=(\w+)" aria-current="page"', tabs) == [first]
    assert web.another(login).get("/worklist?view=../etc").status_code == 200


def test_the_late_stand_first_then_those_due_soon(web):
    late = web.office.start(FORMS)
    web.office.wait("PT20M", work=False)
    soon = web.office.start(FORMS)
    web.office.wait("PT99M", work=False)
    fine = web.office.start(FORMS)
    web.office.wait("PT2M", work=False)
    for language, words in (("en", ["Late", "Due soon", "In time"]), ("zh_CN", ["超时", "即将到期", "时限内"])):
        page = web.another(clerk, language).get("/worklist?view=available").text
        assert rows(page) == tasks([late, soon, fine])
        assert in_order(page.split("<tbody>", 1)[1], words)


def test_what_is_mine_is_counted_with_what_of_it_is_late(web):
    web.log_in(clerk)
    first, _second = web.office.start(FORMS), web.office.start(FORMS)
    web.post(f"/tasks/{tasks([first])[0]}/claim")
    web.office.wait("PT3H", work=False)
    page = web.get("/worklist").text
    tabs = page.split('class="tabs"')[1].split("</ul>")[0]
    assert in_order(tabs, ["Mine", '<span class="count">1</span>', "count-late", "Available", '<span class="count">1</span>'])
    assert rows(page) == tasks([first])


def test_claim_in_place_gives_the_same_list_back(web):
    cases = [web.office.start(FORMS) for _ in range(2)]
    one, other = tasks(cases)
    web.log_in(clerk)
    answer = web.post(f"/tasks/{one}/claim", {"next": "/worklist?view=available&procedure=forms"}, headers=HTMX)
    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert rows(answer.text) == [other]
    assert 'name="next" value="/worklist?view=available&amp;procedure=forms"' in answer.text
    assert cases[0].task("details").holder == clerk


def test_claim_in_place_says_why_not_beside_the_list(web):
    case = web.office.start(FORMS)
    case.task("details").claim(by=colleague)
    web.log_in(clerk)
    answer = web.post(f"/tasks/{tasks([case])[0]}/claim", {"next": "/worklist?view=available"}, headers=HTMX)
    assert answer.status_code == 200
    assert in_order(answer.text, ['hx-swap-oob="innerHTML"', "already claimed by 王芳"])


def test_without_scripts_a_claim_leads_back(web):
    case = web.office.start(FORMS)
    web.log_in(clerk)
    answer = web.post(f"/tasks/{tasks([case])[0]}/claim", {"next": "/worklist?view=available&part=rows"})
    assert (answer.status_code, answer.location) == (303, "/worklist?view=available")


def test_many_at_once_and_why_not_the_others(web):
    free, taken, forbidden = (web.office.start(FORMS) for _ in range(3))
    taken.task("details").claim(by=colleague)
    web.log_in(clerk)
    web.post(f"/tasks/{tasks([forbidden])[0]}/completion", GOOD)
    ids = [*tasks([free, taken]), *tasks([forbidden], "check"), "99-1", "nonsense", "1-1; DROP"]
    answer = web.post("/worklist/claims", {"task": ids, "next": "/worklist?view=mine"})
    assert (answer.status_code, answer.location) == (303, "/worklist?view=mine")
    page = web.get(answer.location).text
    assert "1 task is now yours." in page
    assert f"CL-{taken.id:06d}: This task is already claimed by 王芳." in page
    assert f"CL-{forbidden.id:06d}: Separation of duties" in page
    assert "CL-000099: The task was not found." in page
    assert rows(page) == tasks([free])
    assert "Nothing was ticked" in web.follow(web.post("/worklist/claims")).text


def test_take_the_next_is_the_most_urgent_one_may_take(web):
    first, second = web.office.start(FORMS), web.office.start(FORMS)
    web.log_in(clerk)
    assert web.post("/tasks/next").location == f"/tasks/{tasks([first])[0]}"
    assert web.post("/tasks/next").location == f"/tasks/{tasks([second])[0]}"
    empty = web.post("/tasks/next")
    assert empty.location == "/worklist"
    assert "no task to take" in web.get("/worklist").text


def test_filter_by_customer_procedure_and_case(web):
    customer = web.office.ask(c.RegisterCustomer("Wang 100%_sure", phone="138 0013 8000"), clerk)
    one, other = web.office.start(FORMS), web.office.start(FORMS)
    web.office.ask(c.StartCase("forms", {}, customer_id=customer["id"], title="Bill"), clerk)
    web.log_in(clerk)
    for q, found in (("100%_s", 1), ("%", 1), ("13800138", 1), (f"CL-{one.id:06d}", 1), ("nobody", 0), ("", 3), ("'; --", 0)):
        assert len(rows(web.get("/worklist", query_string={"view": "available", "q": q}).text)) == found, q
    assert len(rows(web.get("/worklist?view=available&procedure=forms").text)) == 3
    assert rows(web.get("/worklist?view=available&procedure=none").text) == []
    part = web.get("/worklist?part=rows&view=available&q=Bill", headers=HTMX).text
    assert "<html" not in part
    assert len(rows(part)) == 1
    assert other


def test_sort_by_any_heading_either_way(web):
    web.office.start(FORMS)
    web.office.start(FORMS)
    web.log_in(clerk)
    for key in ("due", "step", "customer", "case", "priority", "created"):
        there = rows(web.get(f"/worklist?view=available&sort={key}").text)
        back = rows(web.get(f"/worklist?view=available&sort=-{key}").text)
        assert sorted(there) == sorted(back)
    assert rows(web.get("/worklist?view=available&sort=-case").text) == rows(web.get("/worklist?view=available&sort=case").text)[::-1]
    page = web.get("/worklist?view=available&sort=case").text
    assert 'aria-sort="ascending"' in page
    assert "sort=-case" in page
    assert web.get("/worklist?view=available&sort=;drop").status_code == 200


@pytest.mark.parametrize("sort", ["", "case"])
def test_pages_follow_one_another(web, sort):
    for _ in range(53):
        web.office.start(FORMS)
    web.log_in(clerk)
    first = web.get(f"/worklist?view=available&sort={sort}").text
    following = re.search(r'href="([^"]*cursor=[^"]+)"', first).group(1).replace("&amp;", "&")
    second = web.get(following).text
    assert (len(rows(first)), len(rows(second))) == (50, 3)
    assert not set(rows(first)) & set(rows(second))
    assert "First page" in second


@pytest.mark.parametrize("cursor", ["x", "AAAA", "W10", "!!!", "WzEsMl0", "x" * 1500, "W251bGwsMSwyXQ"])
def test_an_altered_cursor_begins_at_the_first_page(web, cursor):
    case = web.office.start(FORMS)
    page = web.log_in(clerk).get("/worklist", query_string={"view": "available", "cursor": cursor})
    assert page.status_code == 200
    assert rows(page.text) == tasks([case])


def test_others_see_nothing_of_it(web):
    web.office.start(FORMS)
    for login in (outsider, handler, approver):
        page = web.another(login).get("/worklist?view=available").text
        assert rows(page) == []
        assert "Nothing to do here" in page
    assert rows(web.another(outsider).get("/worklist?view=all").text) == []


def test_who_stands_in_sees_for_whom(web):
    case = web.office.start(FORMS)
    case.task("details").claim(by=clerk)
    web.office.ask(c.SetAbsence(clerk, handler), clerk)
    web.log_in(handler)
    page = web.get("/worklist?view=mine").text
    assert rows(page) == tasks([case])
    assert "for 张敏" in page
    assert "standing in for 张敏" in web.get(f"/tasks/{tasks([case])[0]}").text


def test_names_are_words_and_never_markup(web):
    customer = web.office.ask(c.RegisterCustomer('<script>alert("x")</script>'), clerk)
    web.office.start(FORMS)
    web.office.ask(c.StartCase("forms", {}, customer_id=customer["id"], title="<img src=x onerror=alert(1)>"), clerk)
    page = web.log_in(clerk).get("/worklist?view=available").text
    assert "&lt;script&gt;alert(" in page
    assert "<script>alert" not in page
    assert "<img" not in page


def test_times_are_those_of_the_organisation(web):
    web.office.start(FORMS)
    assert OFFICE_HOURS.zone == "Asia/Shanghai"
    page = web.log_in(clerk).get("/worklist?view=available").text
    assert "Mon 2 Mar 2026 11:00:00" in page
