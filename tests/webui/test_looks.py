"""Auditors read everything, and that they read of somebody is in the trail before they get to see it."""

from __future__ import annotations

import pytest

from engine.domain import commands as c
from tests.office import auditor, clerk, lead
from tests.webui.pages import REFUND
from tests.webui.web import Web
from webui import looks
from webui.routing import TaskId

#: About nobody in particular, though their addresses have a number.
SAMPLES = {"task_id": TaskId(1, 2), "task_": (1, 2)}
OF_NOBODY = frozenset("api.cases_show_clocks api.cases_show_incidents api.conformance_show".split())


@pytest.fixture
def web(database):
    web = Web.of(database)
    web.office.ask(c.RegisterCustomer("王女士", "13800138000"), clerk)
    web.office.deploy(REFUND)
    web.office.ask(c.StartCase("refund", {}, 1), clerk)
    return web


def told(web, case_id=0):
    trail = web.office.case(case_id).trail() if case_id else web.office.system_trail()
    return [(entry.by, entry.data["what"]) for entry in trail.of("PersonalDataRead")]


def test_a_case_a_customer_and_a_list_each_once(web):
    browser = web.another(auditor)
    task = f"/tasks/1-{web.office.case(1).task('check').no}"
    for path in ("/cases/1", "/cases/1", task, "/customers/1", "/customers/1", "/cases", "/cases?state=all"):
        assert browser.get(path).status_code == 200
    assert told(web, 1) == [(auditor, "case")]
    assert sorted(told(web)) == [(auditor, "cases"), (auditor, "customer")]
    page = browser.get("/cases/1?trail=all").text
    assert "looked at personal data, as an auditor: this case" in page


def test_what_does_not_exist_was_not_seen(web):
    assert web.another(auditor).get("/cases/999").status_code == 404
    assert web.another(auditor).get("/customers/999").status_code == 404
    assert told(web) == []


def test_nobody_else_is_followed(web):
    assert web.another(lead).get("/cases/1").status_code == 200
    assert told(web, 1) == []


def test_calls_are_told_like_pages(web):
    token = web.office.ask(c.CreateToken(auditor), auditor)["token"]
    for path in ("/cases/1/trail", "/cases/1/variables", "/customers"):
        answer = web.app.test_client(use_cookies=False).get(f"/api/v1{path}", headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == 200
    assert (told(web, 1), told(web)) == ([(auditor, "case")], [(auditor, "customers")])


def test_every_address_about_a_case_a_task_or_a_customer_is_known(web):
    about = ("case_id", "task_id", "task_", "customer_id")
    for rule in web.app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and (named := rule.arguments.intersection(about)):
            places = {name: SAMPLES.get(name, 1) for name in named}
            assert (looks.looked_at(rule.endpoint, places) is None) == (rule.endpoint in OF_NOBODY), rule.endpoint
    assert looks.LISTS.keys() <= web.app.view_functions.keys()
