"""The trail: filters, pages, who sees what; a verification that names the first bad entry, and is itself recorded."""

import re

import pytest
from sqlalchemy import insert, select

from engine.domain import commands as c
from engine.store.schema import deviation, entry
from tests.office import admin, auditor, clerk, colleague, lead, outsider, owner
from tests.webui.pages import HOSTILE, REFUND, SCRIPT, forge, main, statements, words
from tests.webui.web import Web, in_order


@pytest.fixture
def web(database):
    return Web.of(database)


@pytest.fixture
def case(web):
    case = web.office.start(REFUND, by=clerk, amount="12.50", reason="double charge")
    web.office.wait("P1D", work=False)
    case.task("check").complete(by=clerk, amount="20", bought_on="2026-02-27", how="card")
    return case


def sentences(html):
    return [words(one) for one in re.findall(r'<li class="entry".*?</li>', html, re.DOTALL)]


def asked(browser, **wanted):
    answer = browser.get("/trail", query_string=wanted)
    assert answer.status_code == 200
    return sentences(answer.text)


def test_filters(web, case):
    web.office.start(REFUND, by=colleague)
    browser = web.another(auditor)
    every = asked(browser)
    assert any("logged" in one or "deployed" in one for one in every)
    for number in ("CL-000001", "cl-1", "1"):
        assert all("CL-000001" in one for one in asked(browser, case=number)) and asked(browser, case=number)
    by_clerk = asked(browser, person=clerk, type="TaskCompleted")
    assert len(by_clerk) == 1 and "张敏 completed “Check”" in by_clerk[0]
    assert asked(browser, type="TaskCompleted", person=colleague) == []
    on_monday = asked(browser, case="1", **{"from": "2026-03-02", "to": "2026-03-02"})
    on_tuesday = asked(browser, case="1", **{"from": "2026-03-03"})
    assert on_monday and on_tuesday and len(on_monday) + len(on_tuesday) == len(asked(browser, case="1"))
    assert any("opened the case" in one for one in on_monday) and any("completed" in one for one in on_tuesday)


@pytest.mark.parametrize(
    "wanted",
    [{"case": "nonsense"}, {"case": "999999999999999999999"}, {"person": "nobody"}, {"from": "31.12."}, {"to": "2026-13-45"}, {"from": "9999-12-31"}, {"to": "0001-01-01"}, {"case": SCRIPT}, {"person": SCRIPT}],
)
def test_what_cannot_be_meant_finds_nothing(web, case, wanted):
    page = web.another(auditor).get("/trail", query_string=wanted)
    assert page.status_code == 200
    assert sentences(page.text) == [] and "No entry matches the filter." in page.text
    assert SCRIPT not in page.text


def test_an_unknown_type_is_no_filter(web, case):
    assert asked(web.another(auditor), type="Nonsense")


@pytest.mark.parametrize("wanted", [{"to": "9999-12-31"}, {"from": "0001-01-01"}])
def test_dates_at_the_end_of_the_calendar(web, case, wanted):
    assert web.another(auditor).get("/trail", query_string=wanted).status_code == 200


def test_the_filter_stays_from_page_to_page(web, case):
    for n in range(60):
        case.ask(c.AddNote, f"note {n}", by=clerk)
    browser = web.another(auditor)
    first = browser.get("/trail?case=1&type=NoteAdded").text
    following = re.search(r'href="([^"]+)" rel="next"', first).group(1).replace("&amp;", "&")
    second = browser.get(following).text
    told = [re.search(r"note (\d+)", one).group(1) for page in (first, second) for one in sentences(page)]
    assert told == [str(n) for n in range(59, -1, -1)]
    assert 'value="1"' in second and "First page" in second


def test_old_and_new_values_are_told(web, case):
    (one,) = asked(web.another(auditor), type="TaskCompleted")
    assert in_order(one, ["Amount", "12.50 → 20", "How", "Card"])


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_everything_is_told_in_the_readers_language(web, case, language):
    told = " ".join(asked(web.another(auditor, language)))
    assert ("完成了" in told) is (language == "zh_CN")
    assert not re.search(r"%\(|\b[A-Z][a-z]+[A-Z][a-z]+\b", told), told


@pytest.mark.parametrize(("login", "of_case", "of_system"), [(outsider, False, False), (clerk, True, False), (lead, True, False), (owner, True, False), (auditor, True, True), (admin, True, True)])
def test_who_reads_what(web, case, login, of_case, of_system):
    browser = web.another(login)
    assert bool(asked(browser, case="1")) is of_case
    assert bool(asked(browser, type="VersionDeployed")) is of_system


def test_personal_values_of_others_are_not_in_the_page(web, case):
    case.ask(c.AddNote, "private words", by=clerk)
    assert "private words" not in web.another(outsider).get("/trail").text
    web.office.ask(c.RedactPersonalValues(case.id, "asked by the customer"), admin)
    page = web.another(auditor).get("/trail?case=1&type=NoteAdded").text
    assert "private words" not in page and "personal value, deleted" in page


def test_hostile_words_are_words(web, case):
    for said in HOSTILE:
        case.ask(c.AddNote, said, by=clerk)
    page = web.another(auditor).get("/trail?case=1").text
    assert SCRIPT not in page
    assert [said for said in HOSTILE if said not in words(page)] == []


@pytest.mark.parametrize(("login", "may"), [(auditor, True), (admin, True), (owner, True), (lead, False), (clerk, False), (outsider, False)])
def test_who_may_verify(web, case, login, may):
    browser = web.another(login)
    assert ("Verify all chains" in browser.get("/trail").text) is may
    assert browser.post("/trail/verification").status_code == (200 if may else 403)
    assert len(web.office.system_trail().of("TrailVerified")) == (1 if may else 0)


@pytest.mark.parametrize(("language", "now", "later"), [("en", "chains are intact", "found intact"), ("zh_CN", "链完整", "轨迹完整")])
def test_a_trail_that_holds(web, case, language, now, later):
    browser = web.another(auditor, language)
    assert now in browser.post("/trail/verification").text
    recorded = web.office.system_trail().last("TrailVerified")
    assert (recorded["scope"], recorded["verdict"], recorded.by) == ("all", "holds", auditor)
    assert in_order(words(browser.get("/trail").text), [later, "何平"])


ALTERED = "CL-000001, entry {}: its content was altered"
BODY = "UPDATE entry SET body = :body WHERE case_id = 1 AND seq = {}"


@pytest.mark.parametrize(
    ("change", "body", "said"),
    [
        (BODY.format(3), b'{"by":"x","data":{}}', ALTERED.format(3)),
        (BODY.format(1), b"garbage", ALTERED.format(1)),
        (BODY.format(1), b"[]", ALTERED.format(1)),
        (BODY.format(1), b'{"by":"x","data":{"path":[1],"instance":1,"customer":[],"late_s":"x"}}', ALTERED.format(1)),
        ("UPDATE entry SET type = 'Garbage' WHERE case_id = 1 AND seq = 2", None, ALTERED.format(2)),
        ("UPDATE entry SET actor_id = 99 WHERE case_id = 1 AND seq = 1", None, ALTERED.format(1)),
        ("DELETE FROM entry WHERE case_id = 1 AND seq = 2", None, "CL-000001, entry 2: it is missing"),
        ("UPDATE entry SET type = 'NoteAdded' WHERE case_id = 0 AND seq = 1", None, "System chain, entry 1: its content was altered"),
    ],
)
def test_the_first_bad_entry_is_named(web, database, case, change, body, said):
    forge(database, change, **({"body": body} if body is not None else {}))
    browser = web.another(auditor)
    page = browser.post("/trail/verification").text
    assert in_order(words(main(page)), ["broken. Checked: 2 chains", said])
    assert "found broken" in browser.get("/trail?case=9").text
    if "CL-" in said:
        assert 'href="/trail?case=CL-000001"' in page
        of_case = web.another(clerk).get(f"/cases/{case.id}")
        assert of_case.status_code == 200 and said in of_case.text


def test_the_number_of_statements_does_not_grow_with_the_cases(web, database, case):
    browser = web.another(auditor)
    browser.get("/trail")
    with statements(database.engine) as few:
        browser.get("/trail")
    for _ in range(10):
        web.office.start(REFUND, by=clerk).ask(c.AddNote, "x", by=clerk)
    with statements(database.engine) as many:
        assert len(asked(browser)) == 50
    assert len(many) <= len(few) <= 18, "\n".join(many)


def test_notes_customers_procedures_versions_and_steps_are_filters_too(web, case):
    web.office.ask(c.RegisterCustomer("王丽娟", "13800138000"), clerk)
    other = web.office.ask(c.StartCase("refund", {"amount": "1"}, 1), clerk)["id"]
    web.office.case(other).ask(c.AddNote, "Wants the 退款 by Friday", by=clerk)
    browser = web.another(auditor)
    [found] = asked(browser, q="退款")
    assert "Wants the 退款 by Friday" in found and f"CL-{other:06d}" in found
    assert asked(browser, q="nowhere") == asked(browser, q="退款", case="1") == asked(browser, customer="nobody") == []
    assert all(f"CL-{other:06d}" in one for one in asked(browser, customer="王丽")) and asked(browser, customer="8000")
    assert asked(browser, procedure="refund", version="1", step="check", type="TaskCompleted")
    assert asked(browser, procedure="refund", version="2") == asked(browser, procedure="refund", version="x") == []
    page = browser.get("/trail?procedure=refund&type=NoteAdded").text
    assert '<option value="check"' in page and "Entries: 1" in main(page)


def test_the_exceptions_stand_first(web, case):
    case.ask(c.ReassignCase, colleague, "holiday", by=lead)
    case.ask(c.EditVariables, 1, {"reason": "typo"}, "typo", by=lead)
    web.office.ask(c.LogIn("nobody", "wrong", "10.0.0.1"))
    browser = web.another(auditor)
    page = main(browser.get("/audit").text)
    assert in_order(words(page), ["Limits missed 1", "Interventions 1", "Log-ins refused 1", "A log-in as nobody"])
    assert "corrected values by hand" in words(page)
    only = sentences(browser.get("/audit?kind=intervention&procedure=refund").text)
    assert len(only) == 1 and "CL-000001" in only[0]
    assert sentences(browser.get("/audit?kind=separation").text) == []
    assert "No exception" in browser.get("/audit?kind=timer").text
    assert web.another(lead).get("/audit").status_code == 403
    assert "No case has been checked for deviations yet." in page


def test_a_limit_that_was_missed_is_explained_where_it_is_asked_for(web, case):
    browser = web.another(auditor)
    page = main(browser.get("/audit?kind=late").text)
    [href] = re.findall(r'href="(/audit\?[^"]*explain=[^"]*)"', page)
    assert "Working time" not in page and "<table" not in page
    explained = main(browser.get(href.replace("&amp;", "&").partition("#")[0]).text)
    assert '<table class="segments">' in explained and "explain=" not in explained


def test_what_was_found_to_deviate_stands_at_its_entry(web, case):
    words = {"zh": "跳过了一步", "en": "A step was left out"}
    of = {"case_id": 1, "no": 1, "is_remark": False, "kind": "skipped", "procedure": "refund", "version": 1}
    with web.office.engine.database.write() as conn:
        at = conn.execute(select(entry.c.at).where(entry.c.case_id == 1, entry.c.seq == 4)).scalar_one()
        conn.execute(insert(deviation), of | {"element": "check", "seq": 4, "at": at, "sentence": words})
    page = main(web.another(auditor).get("/audit?kind=deviation").text)
    assert page.count("A step was left out") == 1 and page.count('<li class="entry"') == 1
    [href] = re.findall(r'class="seq" href="([^"#]*)#e1-4"', page)
    assert 'id="e1-4"' in web.another(auditor).get(href.replace("&amp;", "&")).text
