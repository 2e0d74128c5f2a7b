"""What cannot be done is said in words, in the reader's language; never a traceback, never a 500."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.office import auditor, clerk, lead
from tests.webui.test_tasks import FORMS, GOOD
from tests.webui.web import Web


@pytest.fixture
def web(database):
    return Web.of(database)


@pytest.mark.parametrize(("language", "words"), [("en", "This page was not found."), ("zh_CN", "未找到该页面。")])
def test_what_is_not_there(web, language, words):
    for browser in (web.another(None, language), web.another(clerk, language)):
        answer = browser.get("/no/such/page")
        assert answer.status_code == 404
        assert words in answer.text
        assert answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize(("language", "words"), [("en", "cannot be used in this way"), ("zh_CN", "不支持这种访问方式")])
def test_an_address_used_in_the_wrong_way(web, language, words):
    browser = web.another(clerk, language)
    answer = browser.get("/worklist/claims")
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]
    assert words in answer.text
    assert browser.client.delete("/worklist").status_code == 405


@pytest.mark.parametrize(
    "where",
    ["/worklist?q=a%00b", "/worklist?view=%00", "/worklist?%00=1", "/login?next=%00", "/tasks/1-1%00", "/%00", "/worklist?cursor=%01", "/?roles=%1f"],
)
def test_control_characters_in_an_address(web, where):
    answer = web.log_in(clerk).get(where)
    assert answer.status_code in (400, 404)
    assert "<h1>" in answer.text


@pytest.mark.parametrize("name", ["q", "view", "sort", "procedure", "cursor", "part", "lang", "x"])
def test_ten_thousand_characters_in_an_address(web, name):
    answer = web.log_in(clerk).get("/worklist", query_string={name: "x" * 10_000})
    assert answer.status_code == 413
    assert f"“{name}” has 10000 characters" in answer.text


@pytest.mark.parametrize(
    ("path", "field"),
    [("/session", "login"), ("/session", "password"), ("/session", "next"), ("/preferences", "lang"), ("/worklist/claims", "task"), ("/demo/clock", "by")],
)
@pytest.mark.parametrize("value", ["a\x00b", "x" * 60_000, "\x1b[31m"])
def test_such_values_in_a_form(web, path, field, value):
    web.log_in(clerk)
    answer = web.post(path, {field: value})
    assert answer.status_code in (400, 413)
    assert f"“{field}”" in answer.text
    assert "\x00" not in answer.text


def test_what_was_typed_into_a_refused_form_stands_on_the_page_but_no_secret(web):
    case = web.office.start(FORMS)
    web.log_in(lead)
    answer = web.post(f"/tasks/{case.id}-{case.task('details').no}/assignment", {"to": "x", "note": "read\x00this", "password": "geheim"})
    assert answer.status_code == 400
    assert "read�this" in answer.text
    assert "geheim" not in answer.text


def test_a_wrong_token_is_no_bad_request_of_the_person(web):
    web.log_in(clerk)
    answer = web.client.post("/worklist/claims", data={"task": "1-1", "csrf_token": "forged"})
    assert answer.status_code == 400
    assert "nothing was changed" in answer.text
    zh = web.another(clerk, "zh_CN").client.post("/worklist/claims")
    assert "未作任何更改" in zh.text


def test_a_form_of_another_kind_is_not_taken(web):
    web.log_in(clerk)
    for data, type_ in ((b'{"task": "1-1"}', "application/json"), (b"\xff\xfe\x00", "application/x-www-form-urlencoded"), (b"--", "multipart/form-data")):
        answer = web.client.post("/worklist/claims", data=data, content_type=type_)
        assert answer.status_code in (400, 415)


def test_too_many_fields_and_too_much_of_one(web):
    web.log_in(clerk)
    many = {f"field{n}": "x" for n in range(1001)}
    assert web.post("/preferences", many).status_code == 413
    huge = web.client.post("/preferences", data={"x": "y" * 2_000_000})
    assert huge.status_code == 413
    assert "too large" in huge.text
    parts = b'--b\r\nContent-Disposition: form-data; name="x"\r\n\r\n' + b"y" * 2_000_000 + b"\r\n--b--\r\n"
    assert web.client.post("/preferences", data=parts, content_type="multipart/form-data; boundary=b").status_code == 413


def test_scripts_get_a_note_in_place_instead_of_a_page(web):
    web.log_in(clerk)
    answer = web.post("/tasks/1-1/claim", headers={"HX-Request": "true"})
    assert answer.status_code == 404
    assert answer.headers["HX-Retarget"] == "#flashes"
    assert "<html" not in answer.text
    assert "The task was not found." in answer.text
    gone = web.another()
    answer = gone.get("/worklist?part=rows", headers={"HX-Request": "true", "Referer": "http://localhost/worklist?view=mine"})
    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"] == "/login?next=/worklist?view%3Dmine"


def test_a_fault_of_ours_has_a_reference_and_no_traceback(web, monkeypatch):
    web.log_in(clerk)
    monkeypatch.setattr("webui.worklist._rows", lambda *_: 1 / 0)
    answer = web.get("/worklist")
    assert answer.status_code == 500
    assert "Something went wrong on our side" in answer.text
    assert answer.headers["X-Request-ID"] in answer.text
    assert "ZeroDivision" not in answer.text
    zh = web.another(clerk, "zh_CN").get("/worklist")
    assert "系统出错" in zh.text


def test_the_database_away_is_a_page_too(web, monkeypatch):
    web.log_in(clerk)

    def away(*_):
        raise OSError("no route to host")

    monkeypatch.setattr(web.office.engine, "read", away)
    answer = web.get("/worklist")
    assert answer.status_code == 500
    assert "no route" not in answer.text


def test_preferences_are_kept_and_lead_back(web):
    answer = web.post("/preferences", {"lang": "zh_CN", "theme": "dark", "next": "/login"}, token=web.token("/login"))
    assert (answer.status_code, answer.location) == (303, "/login")
    page = web.get("/login").text
    assert '<html lang="zh-CN" data-bs-theme="dark"' in page
    web.post("/preferences", {"lang": "xx", "theme": "system"}, token=web.token("/login"))
    page = web.get("/login").text
    assert '<html lang="zh-CN"' in page
    assert "data-bs-theme" not in page


def test_the_language_is_the_person_s_own_unless_another_was_chosen(web):
    browser = web.another(auditor)
    browser.client.delete_cookie("lang")
    assert '<html lang="zh-CN"' in browser.get("/worklist", headers={"Accept-Language": "en"}).text
    browser.client.set_cookie("lang", "en")
    assert '<html lang="en"' in browser.get("/worklist").text


TEXTS = st.text(max_size=60)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.sampled_from(["view", "q", "sort", "cursor", "procedure", "part", "next"]) | TEXTS, TEXTS, max_size=4))
def test_no_address_breaks_the_worklist(sqlite_web, arguments):
    answer = sqlite_web.get("/worklist", query_string=arguments)
    assert answer.status_code in (200, 400)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.sampled_from([*GOOD, "once", "then"]) | TEXTS, TEXTS, max_size=6))
def test_no_form_breaks_a_task(sqlite_web, typed):
    answer = sqlite_web.client.post("/tasks/1-3/completion", data=typed | {"csrf_token": sqlite_web.kept_token})
    assert answer.status_code in (303, 409, 422)


@pytest.fixture
def sqlite_web(sqlite_url):
    from engine.store.session import Database

    database = Database(sqlite_url)
    web = Web.of(database).log_in(clerk)
    web.office.start(FORMS)
    web.kept_token = web.token()
    yield web
    database.close()
