"""Pages that were left give their streams back at once, so that those who look have theirs. On both servers."""

from __future__ import annotations

import re
import urllib.request
from contextlib import closing
from http.cookiejar import CookieJar
from urllib.parse import urlencode, urlsplit

import pytest

from tests.webui.serving import started
from tests.webui.terminal import Terminal
from webui.live import MOST

FEW = 4
TOKEN = re.compile(r'data-csrf="([^"]+)"')
FIRST, PASSWORD = "given by administrators", "correct horse battery staple"


@pytest.mark.parametrize(
    ("words", "environ", "most"),
    [
        (("run", "--port", "0"), {}, MOST),
        (("serve", "--port", "0"), {"CLOSELOOP_WORKERS": "1", "CLOSELOOP_THREADS": str(10)}, FEW),
    ],
    ids=["waitress", "gunicorn"],
)
def test_streams_of_pages_that_were_left_are_free_again(sqlite_url, tmp_path, words, environ, most):
    Terminal(sqlite_url).ok("users", "add", "zhang.min", "--role", "employee", "--password-stdin", typed=FIRST)
    with started(tmp_path, *words, DATABASE_URL=sqlite_url, **environ) as process:
        address = process.address()
        browser = logged_in(address)
        for _ in range(most):
            assert stream_begins(browser, address)
        process.until(lambda: stream_begins(browser, address))


def logged_in(address: str) -> urllib.request.OpenerDirector:
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
    with browser.open(f"{address}/login") as page:
        token = TOKEN.search(page.read().decode())[1]
    form = {"csrf_token": token, "login": "zhang.min", "password": FIRST}
    with browser.open(f"{address}/session", urlencode(form).encode()) as page:
        token = TOKEN.search(page.read().decode())[1]
    form = {"csrf_token": token, "old": FIRST, "new": PASSWORD, "again": PASSWORD, "next": "/worklist"}
    with browser.open(f"{address}/account/password", urlencode(form).encode()) as page:
        assert urlsplit(page.url).path == "/worklist"
    return browser


def stream_begins(browser: urllib.request.OpenerDirector, address: str) -> bool:
    """Whether there was one to be had; it is left as soon as it has said hello."""
    with closing(browser.open(f"{address}/live", timeout=30)) as answer:
        if answer.status != 200:
            return False
        assert answer.readline() == b"retry: 5000\n"
        return True
