"""A task's page: its form filled in and completed, refused with every word kept, handed over, in both languages."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from tests.office import clerk, colleague, handler, lead, outsider
from tests.webui.web import Web, field_value, in_order

FORMS = (Path(__file__).parent / "forms.bpmn").read_bytes()
GOOD = {
    "name": "  Wang   Lijuan ",
    "story": "line one\r\nline two",
    "count": "3",
    "amount": "1,234.50",
    "when": "2026-03-31",
    "at": "2026-03-31T14:30",
    "calm": "true",
    "kind": "a",
    "many": "6",
    "meter": "AB1234",
    "phone": "+86 138 0013 8000",
    "mail": "wang@example.com",
}


@pytest.fixture
def web(database):
    return Web.of(database)


@pytest.fixture
def case(web):
    return web.office.start(FORMS)


def address(case, element="details"):
    return f"/tasks/{case.id}-{case.task(element).no}"


def test_what_was_typed_becomes_exact_values_and_the_case_goes_on(web, case):
    web.log_in(clerk)
    answer = web.post(address(case) + "/completion", GOOD | {"then": "case"})
    assert answer.status_code == 303
    assert answer.location.startswith("/")
    assert case.open_tasks == ["check"]
    assert case.variables() == {
        "name": "Wang Lijuan",
        "story": "line one\nline two",
        "count": 3,
        "amount": Decimal("1234.50"),
        "when": date(2026, 3, 31),
        "at": datetime(2026, 3, 31, 6, 30, tzinfo=UTC),
        "calm": True,
        "kind": "a",
        "many": "6",
        "meter": "AB1234",
        "phone": "+86 138 0013 8000",
        "mail": "wang@example.com",
    }
    assert case.trail().last("TaskCompleted").by == clerk


def test_the_page_shows_how_it_is_done_and_what_stands_around(web, case):
    web.office.wait("PT10M", work=False)
    page = web.log_in(clerk).get(address(case)).text
    assert "<strong>Listen</strong> first." in page
    assert "<script>alert(1)" not in page
    assert "Good morning" in page
    assert in_order(page, ["Clocks", "Fill everything in", "How this is counted", "10 min", "Whole matter"])
    assert "What happened before" in page
    assert field_value(page, "kind") == "b"
    assert 'pattern="[A-Z]{2}[0-9]{4}"' in page
    assert 'maxlength="40"' in page
    assert "1 to 9" in page


def test_it_is_there_in_chinese(web, case):
    page = web.another(clerk, "zh_CN").get(address(case)).text
    assert '<html lang="zh-CN"' in page
    assert "<strong>先听</strong>，再写。" in page
    assert "姓名" in page
    answer = web.another(clerk, "zh_CN").post(address(case) + "/completion", {"name": ""})
    assert "请填写“姓名”。" in answer.text


def test_every_field_with_a_problem_is_named_and_nothing_typed_is_lost(web, case):
    typed = {
        "name": "x" * 41,
        "story": "kept <b>as typed</b>",
        "count": "ten",
        "amount": "NaN",
        "when": "31.3.2026",
        "at": "soon",
        "kind": "c",
        "meter": "ab1234",
        "phone": "call me",
        "mail": "wang at example",
    }
    answer = web.log_in(clerk).post(address(case) + "/completion", typed)
    assert answer.status_code == 422
    page = answer.text
    for key in ("name", "count", "amount", "when", "at", "kind", "meter", "phone", "mail"):
        assert f'id="f-{key}-fault"' in page, key
    for key, words in typed.items():
        if key != "kind":
            assert field_value(page, key) == words, key
    assert "<b>as typed" not in page
    assert case.open_tasks == ["details"]


@pytest.mark.parametrize(
    ("key", "words"), [("name", "a\x00b"), ("story", "x" * 10_001), ("story", "y" * 300_000), ("count", "9" * 10_000), ("amount", "1e999999")]
)
def test_hostile_values_are_refused_in_the_form(web, case, key, words):
    answer = web.log_in(clerk).post(address(case) + "/completion", GOOD | {key: words})
    assert answer.status_code == 422
    assert f'id="f-{key}-fault"' in answer.text
    assert case.open_tasks == ["details"]


def test_more_than_the_server_takes_is_said_in_words(web, case):
    answer = web.log_in(clerk).post(address(case) + "/completion", GOOD | {"story": "z" * 1_200_000})
    assert answer.status_code == 413
    assert "too large" in answer.text


def test_a_new_line_in_a_name_becomes_a_space(web, case):
    web.log_in(clerk).post(address(case) + "/completion", GOOD | {"name": "Wang\nLijuan"})
    assert case.variables()["name"] == "Wang Lijuan"


def test_two_people_complete_one_task_and_the_second_keeps_what_was_typed(web, case):
    first, second = web.another(clerk), web.another(colleague)
    where = address(case)
    first.get(where)
    second.get(where)
    assert first.post(where + "/completion", GOOD).status_code == 303
    answer = second.post(where + "/completion", GOOD | {"story": "typed for ten minutes"})
    assert answer.status_code == 409
    assert "it was completed by 张敏 at 09:00" in answer.text
    assert field_value(answer.text, "story") == "typed for ten minutes"
    assert len(case.trail().of("TaskCompleted")) == 1
    in_chinese = web.another(colleague, "zh_CN").post(where + "/completion", GOOD)
    assert "已由张敏于09:00完成" in in_chinese.text


def test_pressing_twice_completes_once(web, case):
    web.log_in(clerk)
    where = address(case)
    once = field_value(web.get(where).text, "once")
    answers = [web.post(where + "/completion", GOOD | {"once": once, "then": "case"}) for _ in range(2)]
    assert [a.status_code for a in answers] == [303, 303]
    assert answers[0].location == answers[1].location
    assert len(case.trail().of("TaskCompleted")) == 1
    changed = web.post(where + "/completion", GOOD | {"once": once, "name": "Somebody else"})
    assert changed.status_code == 409
    assert field_value(changed.text, "name") == "Somebody else"


def test_a_refused_try_does_not_use_the_key_up(web, case):
    web.log_in(clerk)
    where = address(case)
    once = field_value(web.get(where).text, "once")
    assert web.post(where + "/completion", {"once": once}).status_code == 422
    assert web.post(where + "/completion", GOOD | {"once": once}).status_code == 303


def test_a_draft_is_kept_as_typed_and_found_again(web, case):
    web.log_in(clerk)
    where = address(case)
    by_button = web.post(where + "/draft", {"name": "half a na", "count": "not yet"})
    assert (by_button.status_code, by_button.location) == (303, where)
    page = web.get(where).text
    assert field_value(page, "name") == "half a na"
    assert field_value(page, "count") == "not yet"
    assert "A draft is kept" in page
    by_script = web.post(where + "/draft", {"name": "more"}, headers={"Accept": "application/json"})
    assert by_script.status_code == 200
    assert field_value(web.get(where).text, "name") == "more"
    assert "A draft is kept" in web.get("/worklist?view=available").text
    web.post(where + "/completion", GOOD)
    refused = web.post(where + "/draft", {"name": "late"}, headers={"Accept": "application/json"})
    assert refused.status_code == 409
    assert "Expected the task to be open" in refused.json["words"]


def test_the_next_form_knows_what_the_case_knows(web, case):
    web.log_in(clerk).post(address(case) + "/completion", GOOD)
    page = web.another(colleague).get(address(case, "check")).text
    assert field_value(page, "amount") == "1234.50"
    assert field_value(page, "calm") == "true"
    assert field_value(page, "at") == "2026-03-31T14:30"
    assert field_value(page, "verdict") == "Wang Lijuan agrees"
    assert "Alpha" in page
    # A box that is not ticked is sent by no browser and means no.
    web.another(colleague).post(address(case, "check") + "/completion", {"amount": "1234.50", "at": "2026-03-31T14:30"})
    assert case.state == "closed"
    assert case.variables()["calm"] is False


def test_four_eyes_are_explained_before_and_after(web, case):
    web.log_in(clerk).post(address(case) + "/completion", GOOD)
    where = address(case, "check")
    page = web.get(where).text
    assert "Separation of duties" in page
    assert "data-complete" not in page
    answer = web.post(where + "/completion", {"verdict": "mine"})
    assert answer.status_code == 403
    assert field_value(answer.text, "verdict") == "mine"
    claimed = web.post(where + "/claim")
    assert "Separation of duties" in web.follow(claimed).text


def test_complete_and_open_the_next(web, case):
    other = web.office.start(FORMS)
    web.log_in(clerk)
    answer = web.post(address(case) + "/completion", GOOD | {"then": "next"})
    assert answer.location in (address(case, "check"), address(other))


def test_claim_and_put_back(web, case):
    web.log_in(clerk)
    where = address(case)
    page = web.follow(web.post(where + "/claim")).text
    assert "with me" in page
    assert "Put back" in page
    assert web.another(colleague).get(where).status_code == 200
    taken = web.another(colleague)
    page = taken.follow(taken.post(where + "/claim")).text
    assert "already claimed by 张敏" in page
    assert web.post(where + "/release").location == "/worklist"
    assert "not claimed" in web.get(where).text


def test_hand_over_with_a_note(web, case):
    web.log_in(clerk)
    where = address(case)
    assert web.post(where + "/delegation", {"to": colleague}).status_code == 409
    web.post(where + "/claim")
    assert web.post(where + "/delegation", {"to": ""}).status_code == 422
    too_long = web.post(where + "/delegation", {"to": colleague, "note": "n" * 2001})
    assert too_long.status_code == 422
    assert "n" * 2001 in too_long.text
    unknown = web.post(where + "/delegation", {"to": "nobody", "note": "please"})
    assert unknown.status_code == 404
    answer = web.post(where + "/delegation", {"to": colleague, "note": "you know the customer"})
    assert answer.status_code == 303
    assert case.task("details").holder == colleague
    assert case.personal_values(case.trail().last("TaskDelegated").seq) == {"note": "you know the customer"}
    assert "It is now with 王芳." in web.get("/worklist").text


def test_a_lead_assigns_and_an_employee_does_not(web, case):
    where = address(case)
    assert web.another(clerk).post(where + "/assignment", {"to": colleague}).status_code == 403
    page = web.another(lead).get(where).text
    assert "Assign…" in page
    assert web.another(lead).post(where + "/assignment", {"to": colleague}).status_code == 303
    assert case.task("details").holder == colleague


@pytest.mark.parametrize("login", [outsider, handler])
def test_what_is_not_for_this_person_is_not_there(web, case, login):
    stranger, where = web.another(login), address(case)
    assert stranger.get(where).status_code == 404
    for action in ("claim", "release", "completion", "draft"):
        assert stranger.post(f"{where}/{action}", GOOD).status_code == 404
    for action in ("delegation", "assignment"):
        assert stranger.post(f"{where}/{action}", {"to": clerk}).status_code == 404
    assert case.open_tasks == ["details"]


@pytest.mark.parametrize("forged", ["1", "1-", "0-1", "1-0", "-1-1", "1-1-1", "99999999999999999999-1", "1-9999999999", "１-１", "1-%00", "x-y", "1%0A-1"])
def test_forged_ids_are_not_found(web, case, forged):
    web.log_in(clerk)
    assert web.get(f"/tasks/{forged}").status_code in (400, 404)
    assert web.post(f"/tasks/{forged}/claim").status_code in (400, 404)


def test_after_the_session_has_ended_what_was_typed_stands_on_the_page(web, case):
    web.log_in(clerk)
    token = web.token()
    web.client.delete_cookie("closeloop_login")
    answer = web.client.post(address(case) + "/completion", data=GOOD | {"csrf_token": token})
    assert answer.status_code == 401
    assert "What you typed" in answer.text
    assert "line one\nline two" in answer.text.replace("\r\n", "\n")
    stale = web.log_in(clerk).client.post(address(case) + "/completion", data=GOOD | {"csrf_token": "old"})
    assert stale.status_code == 400
    assert "line one" in stale.text
    assert "csrf" not in stale.text.split("What you typed")[1].split("</section>")[0]
    assert case.open_tasks == ["details"]


def test_a_finished_task_says_who_did_it(web, case):
    where = address(case)
    web.log_in(clerk).post(where + "/completion", GOOD)
    page = web.get(where).text
    assert "张敏 completed this step: 09:00." in page
    assert "data-complete" not in page
