"""A log-in as a person does it: to the provider and back, what the groups allow, and out of both again."""

from __future__ import annotations

import json
from urllib.parse import urlsplit

import pytest
import requests
from playwright.sync_api import expect

from tests.browser.test_every_page import look
from tests.browser.visitor import Visitor
from tests.webui.providers import real
from tests.webui.serving import started
from tests.webui.terminal import Terminal

MAPPING = {
    "desk": {"roles": ["employee"], "groups": ["front-desk"], "department": "service"},
    "desk-leads": {"roles": ["lead"], "department": "service"},
}


@pytest.fixture
def issuer(tmp_path_factory):
    with real(tmp_path_factory.mktemp("provider")) as address:
        yield address


@pytest.fixture
def desk(issuer, sqlite_url, tmp_path):
    Terminal(sqlite_url).ok("users", "add", "somebody", "--group", "front-desk", "--department", "service")
    settings = {"ISSUER": issuer, "CLIENT_ID": "closeloop", "CLIENT_SECRET": "hush", "MAPPING": json.dumps(MAPPING), "NAME": "Single sign-on"}
    environ = {f"CLOSELOOP_OIDC_{name}": value for name, value in settings.items()}
    with started(tmp_path, "run", "--port", "0", DATABASE_URL=sqlite_url, **environ) as process:
        yield process.address()


def alone(route):
    """The provider's pages ask strangers for their style; nothing leaves this machine."""
    if urlsplit(route.request.url).hostname == "127.0.0.1":
        route.continue_()
    else:
        route.fulfill(body="")


def test_to_the_provider_and_back_and_out_again(browser, desk, issuer):
    requests.put(f"{issuer}/users/u-1", json={"preferred_username": "li.na", "name": "李娜", "groups": ["desk"]}, timeout=30)
    with Visitor.at(browser, desk) as visitor:
        page = visitor.page
        page.route("**/*", alone)
        visitor.go("/login?next=/cases")
        assert look(visitor) == []
        page.get_by_role("link", name="Log in with Single sign-on").click()
        page.locator("input[name=sub]").fill("u-1")
        page.get_by_role("button", name="Authorize").click()
        expect(page).to_have_url(f"{desk}/cases")
        expect(page.locator(".who-words")).to_contain_text("李娜")
        visitor.go("/worklist")
        page.locator(".who").click()
        page.get_by_role("button", name="Log out").click()
        expect(page.get_by_role("heading", name="Logged out")).to_be_visible()
        page.wait_for_url(f"{issuer}/oauth2/end_session?**")
        page.get_by_role("button").first.click()
        page.wait_for_url(f"{desk}/login**")
        visitor.go("/cases")
        expect(page.locator("#password")).to_be_visible()


def test_without_a_role_here_one_is_told_so(browser, desk, issuer):
    requests.put(f"{issuer}/users/u-2", json={"preferred_username": "gao.yuan", "groups": ["canteen"]}, timeout=30)
    with Visitor.at(browser, desk, language="zh") as visitor:
        page = visitor.page
        page.route("**/*", alone)
        visitor.go("/login")
        page.get_by_role("link", name="Single sign-on").click()
        page.locator("input[name=sub]").fill("u-2")
        page.get_by_role("button", name="Authorize").click()
        expect(page.locator("main")).to_contain_text("没有本系统的任何角色")
        expect(page.locator("main")).to_contain_text("u-2")
        expect(page.locator("#password")).to_be_visible()
