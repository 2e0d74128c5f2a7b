"""Open a case: find the customer or make one, choose the procedure, its first form; once only; then the first task."""

import re

import pytest

from engine.domain import commands as c
from engine.domain.release import place
from tests.engine.drawn import bpmn, sequence, task
from tests.office import auditor, clerk, lead, owner, technician
from tests.webui.pages import HOSTILE, REFUND, SCRIPT, deploy_all, main, words
from tests.webui.web import Web, field_value, in_order


@pytest.fixture
def web(database):
    return Web.of(database)


@pytest.fixture
def browser(web):
    web.office.deploy(REFUND)
    return web.another(clerk)


@pytest.fixture
def customer(web):
    return web.office.ask(c.RegisterCustomer("王丽娟", "138 0013 8000"), clerk)["id"]


def once(page):
    return re.search(r'name="once" value="(\w+)"', page).group(1)


def opened(web, number=1):
    with web.office.engine.read() as conn:
        from sqlalchemy import func, select

        from engine.store.schema import service_case

        return conn.execute(select(func.count()).select_from(service_case)).scalar_one()


def test_only_procedures_that_start_by_hand_are_offered(web):
    deploy_all(web.office)
    page = web.another(clerk).get("/cases/new").text
    assert re.findall(r'href="/cases/new\?procedure=([\w-]+)#first"', page) == ["inquiry", "handling", "callback"]
    assert "Complaint closure" not in main(page)
    assert "投诉办结" not in main(web.another(clerk, "zh_CN").get("/cases/new").text)


@pytest.mark.parametrize("asked", ["王", "丽娟", "138 0013", "8000", "13800138000", "13800138000 "])
def test_the_customer_is_found_by_phone_or_name(browser, customer, asked):
    page = browser.get("/cases/new", query_string={"q": asked}).text
    assert f'href="/cases/new?customer={customer}"' in page


@pytest.mark.parametrize("asked", ["nobody", "%", "_", "' OR 1=1", "999", SCRIPT])
def test_who_is_not_known_can_be_made_at_once(browser, customer, asked):
    page = browser.get("/cases/new", query_string={"q": asked}).text
    assert "customer=1" not in page and "<details class=\"mt-2\" open>" in page
    assert SCRIPT not in page
    assert field_value(page, "phone" if asked.isdigit() and len(asked) > 3 else "name") == asked


def test_a_new_customer_is_made_and_chosen(browser):
    page = browser.get("/cases/new?procedure=refund&q=139+1002+2002").text
    assert field_value(page, "phone") == "139 1002 2002"
    back = field_value(main(page), "next")
    answer = browser.post("/customers", {"name": "陈志强", "phone": "139 1002 2002", "next": back})
    assert answer.location == "/cases/new?customer=1&procedure=refund"
    assert in_order(words(browser.follow(answer).text), ["The record of 陈志强 was made.", "Who is it about?", "陈志强", "139 1002 2002"])


def test_a_record_that_cannot_be_kept_leaves_everything_as_typed(browser):
    sent = {"name": "", "phone": "not a phone", "note": "likes\nafternoons", "next": "/cases/new?procedure=refund"}
    answer = browser.post("/customers", sent)
    assert answer.status_code == 422
    page = answer.text
    assert field_value(page, "phone") == "not a phone" and field_value(page, "note").strip() == "likes\nafternoons"
    assert 'href="#c-name"' in page and "should be a phone number" in page
    assert field_value(main(page), "next") == "/cases/new?procedure=refund"
    assert "What do we know?" in page


@pytest.mark.parametrize("back", ["https://evil.example/cases/new", "//evil.example", "javascript:alert(1)", "/\\evil.example"])
def test_a_record_leads_back_to_this_desk_only(browser, back):
    answer = browser.post("/customers", {"name": "陈志强", "next": back})
    assert answer.location == "/customers/1"


def test_the_case_is_opened_and_the_first_task_follows(web, browser, customer):
    page = browser.get(f"/cases/new?procedure=refund&customer={customer}").text
    assert field_value(page, "customer") == str(customer)
    sent = {"procedure": "refund", "customer": customer, "once": once(page), "amount": "1,234.50", "reason": "twice"}
    answer = browser.post("/cases", sent)
    assert answer.location == "/tasks/1-3"
    case = web.office.case(1)
    assert (case.row.customer_id, case.row.owner_id) == (customer, web.office.actor(clerk).id)
    assert str(case.variables()["amount"]) == "1234.50"
    assert browser.follow(answer).status_code == 200


def test_the_same_form_sent_twice_opens_one_case(web, browser):
    page = browser.get("/cases/new?procedure=refund").text
    sent = {"procedure": "refund", "once": once(page), "amount": "1", "reason": "x"}
    assert [browser.post("/cases", sent).location for _ in range(3)] == ["/tasks/1-3"] * 3
    assert opened(web) == 1
    changed = browser.post("/cases", sent | {"amount": "2"})
    assert changed.status_code == 422 and "different request" in changed.text
    assert opened(web) == 1
    assert once(browser.get("/cases/new?procedure=refund").text) != sent["once"]


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_what_is_wrong_is_said_by_field_and_what_was_typed_stays(web, browser, customer, language):
    sent = {"procedure": "refund", "customer": customer, "once": "k", "amount": "lots", "reason": SCRIPT}
    answer = web.another(clerk, language).post("/cases", sent)
    assert answer.status_code == 422
    assert {"en": "should be a number such as", "zh_CN": "应为数字"}[language] in answer.text
    assert field_value(answer.text, "amount") == "lots" and field_value(answer.text, "reason") == SCRIPT
    assert SCRIPT not in answer.text and "王丽娟" in answer.text
    assert opened(web) == 0
    good = web.another(clerk).post("/cases", sent | {"amount": "1"})
    assert good.status_code == 303 and opened(web) == 1


@pytest.mark.parametrize("procedure", ["", "nothing", "complaint-closure", SCRIPT, "../etc", "x" * 500])
def test_what_cannot_be_started(web, browser, procedure):
    deploy_all(web.office)
    answer = browser.post("/cases", {"procedure": procedure, "once": "k"})
    assert answer.status_code in (404, 422)
    assert SCRIPT not in answer.text and "New case" in answer.text
    assert opened(web) == 0


@pytest.mark.parametrize("number", ["7", "99999999999999999", "x", "-1", "1 OR 1"])
def test_a_customer_that_is_not_there(web, browser, number):
    page = browser.get("/cases/new", query_string={"customer": number, "procedure": "refund"})
    assert page.status_code == (404 if number == "7" else 200)
    answer = browser.post("/cases", {"procedure": "refund", "customer": number, "once": "k", "amount": "1", "reason": ""})
    assert answer.status_code == (404 if number == "7" else 303)
    assert opened(web) == (0 if number == "7" else 1)


@pytest.mark.parametrize("login", [auditor, owner])
def test_those_who_do_not_work_cases_open_none(web, browser, login):
    other = web.another(login)
    assert other.get("/cases/new").status_code == 403
    assert other.post("/cases", {"procedure": "refund", "once": "k"}).status_code == 403
    assert 'href="/cases/new"' not in other.get("/cases").text
    assert opened(web) == 0


def test_names_that_would_be_markup_are_words(web, browser):
    for name in HOSTILE:
        assert browser.post("/customers", {"name": name}).status_code == 303
    page = browser.get("/cases/new?q=1").text
    listed = browser.get("/customers").text
    assert SCRIPT not in page + listed
    assert [name for name in HOSTILE if name not in words(listed)] == []


def test_a_name_with_a_line_break_becomes_one_line(web, browser):
    browser.post("/customers", {"name": "王\n丽娟"})
    assert "王 丽娟" in browser.get("/customers/1").text


def test_the_open_matters_of_the_customer_are_named(web, browser, customer):
    web.office.ask(c.StartCase("refund", {}, customer, title="Router broken"), lead)
    page = words(browser.get(f"/cases/new?customer={customer}").text)
    assert in_order(page, ["王丽娟", "1 matter is open already", "CL-000001", "Router broken"])


def test_the_form_is_that_of_the_version_this_department_or_customer_gets(web, customer):
    web.office.deploy(asking("old"))
    web.office.deploy(asking("new"), draft=True)
    web.office.ask(c.ReleaseVersion("p", 2, {"departments": ["billing"]}), owner)
    assert 'name="old"' in web.another(clerk).get("/cases/new?procedure=p").text
    page = web.another(technician).get("/cases/new?procedure=p").text
    assert 'name="new"' in page and 'name="old"' not in page
    answer = web.another(technician).post("/cases", {"procedure": "p", "new": "x", "once": "1" * 32})
    assert answer.status_code == 303
    share = {"share": "0.5"}
    web.office.ask(c.ReleaseVersion("p", 2, share), owner)
    expected = "new" if place("p", f"customer:{customer}") < 5_000 else "old"
    assert f'name="{expected}"' in web.another(clerk).get(f"/cases/new?procedure=p&customer={customer}").text


def test_a_form_that_another_version_decided_against_is_shown_as_that_version_has_it(web):
    web.office.deploy(asking("old"))
    browser = web.another(clerk)
    browser.get("/cases/new?procedure=p")
    web.office.deploy(asking("new"))
    page = browser.post("/cases", {"procedure": "p", "version": "1", "old": "x", "once": "2" * 32})
    assert page.status_code == 422
    assert 'name="new"' in page.text and 'name="version" value="2"' in page.text
    again = browser.post("/cases", {"procedure": "p", "version": "2", "new": "x", "once": "2" * 32})
    assert again.status_code == 303


def test_a_procedure_on_trial_elsewhere_is_not_offered(web):
    web.office.deploy(asking("x"), draft=True)
    web.office.ask(c.ReleaseVersion("p", 1, {"departments": ["billing"]}), owner)
    assert "procedure=p#first" in web.another(technician).get("/cases/new").text
    assert "procedure=p#first" not in web.another(clerk).get("/cases/new").text


def asking(field: str) -> bytes:
    return bpmn(sequence("p", task("a", "front-desk"), path="s > a > e", fields=f"{field}:string!"))
