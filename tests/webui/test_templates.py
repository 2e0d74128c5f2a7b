"""Every page renders in both languages, clean under the content security policy, usable without a script."""

import re
from html.parser import HTMLParser

import pytest

from tests.webui.preview import create
from webui.security import CONTENT_SECURITY_POLICY

PAGES = ["/", "/login", "/worklist", "/tasks/17-4", "/cases", "/cases/new", "/cases/17", "/customers", "/customers/5", "/procedures", "/procedures/handling", "/trail", "/about", "/about/keys", "/api/docs", "/find", "/errors/404", "/errors/500"]
LANGUAGES = ("zh_CN", "en")


class Page(HTMLParser):
    """Collects what the tests ask about: tags with attributes, ids, text of scripts."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def of(self, *names):
        return [attrs for tag, attrs in self.tags if tag in names]


@pytest.fixture(scope="module")
def client():
    return create().test_client()


@pytest.fixture(params=PAGES)
def path(request):
    return request.param


def fetch(client, path, language="en"):
    client.set_cookie("lang", language)
    return client.get(path)


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_says_its_language_and_has_one_heading(client, path, language):
    html = fetch(client, path, language).text
    page = Page(html)
    assert page.of("html")[0]["lang"] == {"zh_CN": "zh-CN", "en": "en"}[language]
    assert len(page.of("h1")) == 1 or path == "/api/docs"
    assert len(re.findall(r"<title>", html)) == 1


def test_nothing_is_inline(client, path):
    answer = fetch(client, path)
    page = Page(answer.text)
    assert answer.headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
    assert all(a.get("src") or a.get("type") == "application/json" for a in page.of("script"))
    assert not page.of("style")
    inline = [(tag, name) for tag, attrs in page.tags for name in attrs if name == "style" or name.startswith("on")]
    assert inline == []


def test_ids_are_unique_and_labels_point_at_fields(client, path):
    page = Page(fetch(client, path).text)
    ids = [attrs["id"] for _tag, attrs in page.tags if "id" in attrs]
    assert len(ids) == len(set(ids)), [i for i in ids if ids.count(i) > 1]
    assert {a["for"] for a in page.of("label") if "for" in a} <= set(ids)
    for _tag, attrs in page.tags:
        for name in ("aria-describedby", "aria-labelledby"):
            assert set(attrs.get(name, "").split()) <= set(ids)


def test_every_form_that_changes_something_carries_the_token(client, path):
    html = fetch(client, path).text
    for form in re.findall(r'<form[^>]*method="post".*?</form>', html, re.DOTALL):
        assert 'name="csrf_token"' in form


def test_static_files_are_kept_for_ever_and_pages_never(client):
    html = client.get("/worklist").text
    address = re.search(r'href="(/static/closeloop\.css\?v=\w+)"', html).group(1)
    with client.get(address) as answer:
        assert "immutable" in answer.headers["Cache-Control"]
    assert client.get("/worklist").headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("header", "language"),
    [("zh-CN,zh;q=0.9", "zh-CN"), ("en-GB", "en"), ("fr, en;q=0.5", "en"), ("fr", "zh-CN"), ("", "zh-CN")],
)
def test_the_browser_is_asked_when_nothing_was_chosen(header, language):
    html = create().test_client().get("/", headers={"Accept-Language": header}).text
    assert f'<html lang="{language}"' in html


def test_a_forged_cookie_is_harmless(client):
    client.set_cookie("theme", '"><script>')
    client.set_cookie("lang", "../../etc")
    html = client.get("/").text
    client.delete_cookie("theme")
    assert "<script>" not in html and "data-bs-theme=" not in html.split("<body")[0]
