"""Deleting personal values on the pages: by administrators, with a reason that stays, of a case and of a customer."""

from __future__ import annotations

import pytest

from engine.domain import commands as c
from tests.office import admin, auditor, clerk, lead
from tests.webui.caller import REFUND, Desk
from tests.webui.pages import main, words
from tests.webui.web import Web

NAME, PHONE = "欧阳靖雯", "138 1234 5678"


@pytest.fixture
def web(database):
    return Web.of(database)


@pytest.fixture
def case(web):
    web.office.deploy(REFUND)
    made = web.office.ask(c.StartCase("refund", {}, new_customer={"name": NAME, "phone": PHONE}), clerk)
    case = web.office.case(made["id"])
    case.ask(c.AddNote, f"{NAME} called", by=clerk)
    case.ask(c.AddAttachment, b"%PDF-1.7", f"{NAME}.pdf", by=clerk)
    return case


def redact(browser, case, reason="The customer asked for it"):
    return browser.post(f"/cases/{case.id}/redaction", {"reason": reason})


def test_an_administrator_deletes_and_the_page_says_so(web, case):
    browser = web.another(admin)
    assert NAME in browser.get(f"/cases/{case.id}").text
    assert redact(browser, case).location == f"/cases/{case.id}"
    page = words(main(browser.get(f"/cases/{case.id}").text))
    assert NAME not in page and PHONE not in page
    assert "马超 deleted personal values" in page and "The customer asked for it" in page
    assert "attached “(personal value, deleted or not for you)”" in page and "redacted" not in page
    assert "马超于" in web.another(auditor, "zh_CN").get(f"/cases/{case.id}").text
    assert NAME not in web.another(auditor).get("/cases?state=all").text


@pytest.mark.parametrize("login", [clerk, lead, auditor])
def test_nobody_else_may(web, case, login):
    browser = web.another(login)
    assert "/redaction" not in browser.get(f"/cases/{case.id}").text
    assert redact(browser, case).status_code == 403
    assert browser.post("/customers/1/redaction", {"reason": "x"}).status_code == 403
    assert NAME in web.another(admin).get(f"/cases/{case.id}").text


def test_without_a_reason_nothing_happens(web, case):
    answer = redact(web.another(admin), case, " ")
    assert answer.status_code == 422 and "Give the reason." in answer.text
    assert NAME in web.another(admin).get(f"/cases/{case.id}").text


def test_a_customer_goes_with_all_their_closed_cases(web, case):
    browser = web.another(admin)
    assert "/customers/1/redaction" in browser.get("/customers/1").text
    refused = browser.post("/customers/1/redaction", {"reason": "asked for"})
    assert refused.status_code == 409 and f"CL-{case.id:06d}" in refused.text
    case.ask(c.CancelCase, "twice", by=lead)
    assert browser.post("/customers/1/redaction", {"reason": "asked for"}).location == "/customers"
    assert browser.get("/customers/1").status_code == 404
    assert NAME not in browser.get(f"/cases/{case.id}").text
    assert NAME not in browser.get("/trail").text
    assert "deleted the record of customer" in words(main(browser.get("/trail").text))


def test_when_values_go_by_themselves_is_said(web):
    case = web.office.start(REFUND.replace(b'name="clock.whole"', b'name="retention" value="P30D"/><camunda:property name="clock.whole"'), by=clerk)
    case.ask(c.CancelCase, "twice", by=lead)
    assert "are deleted" in words(main(web.another(clerk).get(f"/cases/{case.id}").text))


def test_by_program(database):
    desk = Desk(database)
    made = desk.office.ask(c.StartCase("refund", {}, new_customer={"name": NAME, "phone": PHONE}), clerk)
    caller, path = desk.caller(admin), f"/customers/{made['customer_id']}/redaction"
    assert caller.post(path, {"reason": "asked for"}, 409)["code"] == "customer-has-cases"
    desk.office.ask(c.CancelCase(made["id"], "twice"), lead)
    answer = caller.post(path, {"reason": "asked for"}, key="once")
    assert answer["id"] == made["customer_id"] and answer["count"] == 2
    assert caller.post(path, {"reason": "asked for"}, key="once") == answer
    caller.post(path, {"reason": "asked for"}, 404)
    desk.caller(lead).post(path, {"reason": "asked for"}, 403)
